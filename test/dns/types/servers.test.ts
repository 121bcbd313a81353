import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { labelCount, parseName } from '../../../src/dns/name.ts';
import type { Rdata } from '../../../src/dns/octets.ts';
import { comparableRdata, genericText, rdataFromText, rdataToData, rdataToText } from '../../../src/dns/rdata.ts';
import type { NameServer, RRType } from '../../../src/dns/rrtype.ts';
import { MAX_TTL } from '../../../src/dns/ttl.ts';
import { types } from '../../../src/dns/types/list.ts';
import { needs, runTool, type ToolResult } from '../../setup/tools.ts';
import { rdataOf } from './arbitrary.ts';

const folder = mkdtempSync(join(tmpdir(), 'zonewright-types-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The lengths of digests that servers hold a record to; the zone's checks say it of records that people write. */
const digestLengths: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  digest_type: { 1: 20, 2: 32, 4: 48 },
  fp_type: { 1: 20, 2: 32 },
  hash_algorithm: { 1: 48, 2: 64 },
};

/** Whether rdata breaks a rule that is a check of the zone, not of the type, and that some server enforces when it loads. */
function isLeftToChecks(type: RRType, rdata: Rdata): boolean {
  const data = rdataToData(type.code, rdata);
  if (type.name === 'NAPTR') return data.regexp !== '';
  if (type.name === 'WKS') return data.protocol !== 6 && data.protocol !== 17;
  if (type.name === 'RRSIG' || type.name === 'SIG') {
    const signer = labelCount(parseName(data.signers_name as string));
    return (data.labels as number) < signer || (data.original_ttl as number) > MAX_TTL;
  }
  // BIND asks for a key where RFC 4025 section 2.4 says that there is none, and Knot for none.
  if (type.name === 'IPSECKEY') return data.algorithm === 0;
  if (type.name === 'NSEC') return (data.type_bit_maps as string[]).length === 0;
  const params = (data.params ?? {}) as Record<string, unknown>;
  if ('no-default-alpn' in params && !('alpn' in params)) return true;
  return Object.entries(digestLengths).some(([field, lengths]) => {
    const hex = data.digest ?? data.fingerprint;
    const length = lengths[data[field] as number];
    return typeof hex === 'string' && length !== undefined && hex.length !== 2 * length;
  });
}

interface Sample {
  readonly type: RRType;
  readonly rdata: Rdata;
}

function samplesFor(server: NameServer): Sample[] {
  return types
    .filter((type) => type.name !== 'SOA' && type.loadedBy?.includes(server) !== false)
    .flatMap((type) => [
      ...type.examples.map((example) => ({ type, rdata: rdataFromText(type.code, example) })),
      ...fc.sample(rdataOf(type), { numRuns: 100, seed: 1876 }).map((rdata) => ({ type, rdata })),
    ])
    .filter(({ type, rdata }) => !isLeftToChecks(type, rdata));
}

const head = `example. 3600 IN SOA ns.example. hostmaster.example. 1 2 3 4 5
example. 3600 IN NS ns.example.
ns.example. 3600 IN A 192.0.2.1
`;

/** A zone file with one sample at each name, `r0.example.` and so on. */
function zoneFile(name: string, samples: readonly Sample[], text: (sample: Sample) => string): string {
  const file = join(folder, name);
  const lines = samples.map((sample, i) => `r${i}.example. 3600 IN ${text(sample)}\n`);
  writeFileSync(file, head + lines.join(''));
  return file;
}

const ownText = ({ type, rdata }: Sample): string => `${type.name} ${rdataToText(type.code, rdata)}`;
const generic = ({ type, rdata }: Sample): string => `TYPE${type.code} ${genericText(rdata)}`;

/** The rdata that a server printed, by the number of the sample, read by us. */
function readBack(printed: string, samples: readonly Sample[]): Map<number, Rdata> {
  const found = new Map<number, Rdata>();
  for (const line of printed.split('\n')) {
    const parts = /^r(\d+)(?:\.example\.)?\s+\d+\s+IN\s+(\S+)\s*(.*)$/.exec(line);
    if (parts === null) continue;
    const number = Number(parts[1]);
    const { type } = samples[number] as Sample;
    try {
      found.set(number, rdataFromText(type.code, parts[3] as string));
    } catch (error) {
      found.set(number, String(error) as Rdata);
    }
  }
  return found;
}

function expectSame(samples: readonly Sample[], printed: string): void {
  const found = readBack(printed, samples);
  const different = samples.flatMap((sample, i) => {
    // NSD writes names in lower case.
    const same = comparable(sample.type, found.get(i)) === comparable(sample.type, sample.rdata);
    return same ? [] : [`${ownText(sample)} came back as ${printedLine(printed, i)}`];
  });
  expect(different.slice(0, 10)).toEqual([]);
}

function comparable(type: RRType, rdata: Rdata | undefined): Rdata | undefined {
  return rdata === undefined || rdata.startsWith('DnsSyntaxError') ? rdata : comparableRdata(type.code, rdata);
}

function printedLine(printed: string, number: number): string | undefined {
  return new RegExp(`^r${number}[.\\s].*$`, 'm').exec(printed)?.[0];
}

/** The lines in which a server says that it does not load a record; warnings are not among them. */
function faults(run: ToolResult): string[] {
  return (run.stdout + run.stderr).split('\n').filter((line) => {
    if (/^dns_rdata_fromtext|^dns_master_load|error in zone| error: /.test(line)) return !/obsolete|expired/.test(line);
    return false;
  });
}

const compile = (file: string, output: string): Promise<ToolResult> => {
  // What is switched off are checks of a zone (whether targets exist, names of hosts), not of rdata.
  const off = ['-i', 'none', '-k', 'n', 'm', 'M', 'S', 'r', 'T', 'W'].flatMap((flag) =>
    flag.startsWith('-i') || flag === 'none' ? [flag] : [flag.startsWith('-') ? flag : `-${flag}`, 'ignore'],
  );
  return runTool('named-compilezone', [...off, '-s', 'full', '-o', output, 'example', file]);
};

describe.skipIf(needs('named-compilezone'))('BIND', () => {
  const samples = samplesFor('BIND');

  it('loads what is printed and prints what is read the same', async () => {
    const run = await compile(zoneFile('bind', samples, ownText), '-');
    expect(faults(run)).toEqual([]);
    expectSame(samples, run.stdout);
  });
});

describe.skipIf(needs('kzonecheck'))('Knot', () => {
  it('loads what is printed', async () => {
    const file = zoneFile('knot', samplesFor('Knot'), ownText);
    expect(faults(await runTool('kzonecheck', ['-v', '-d', 'off', '-o', 'example', file]))).toEqual([]);
  });
});

describe.skipIf(needs('nsd-checkzone'))('NSD', () => {
  // It prints signers and next names without escapes, "0" for a key that is not there, and the first string of SPF only.
  const samples = samplesFor('NSD').filter(({ type, rdata }) => {
    if (type.name === 'KEY') return rdata.length > 4;
    if (type.name === 'SPF') return rdata.length === 1 + rdata.charCodeAt(0);
    return !['SIG', 'RRSIG', 'NSEC'].includes(type.name) || !rdataToText(type.code, rdata).includes('\\');
  });

  it('loads what is printed and prints what is read the same', async () => {
    const run = await runTool('nsd-checkzone', ['-p', 'example', zoneFile('nsd', samples, ownText)]);
    expect(faults(run)).toEqual([]);
    expectSame(samples, run.stdout);
  });
});
describe('the generic form of every type', () => {
  const samples = types
    .filter((type) => type.name !== 'SOA')
    .flatMap((type) => fc.sample(rdataOf(type), { numRuns: 10, seed: 3597 }).map((rdata) => ({ type, rdata })))
    .filter(({ type, rdata }) => !isLeftToChecks(type, rdata));

  it.skipIf(needs('named-compilezone'))('is read by BIND', async () => {
    const loaded = samples.filter(({ type }) => type.name !== 'MD' && type.name !== 'MF');
    const run = await compile(zoneFile('bind-generic', loaded, generic), '-');
    expect(faults(run)).toEqual([]);
    expectSame(loaded, run.stdout);
  });

  it.skipIf(needs('kzonecheck'))('is read by Knot', async () => {
    const file = zoneFile('knot-generic', samples, generic);
    expect(faults(await runTool('kzonecheck', ['-v', '-d', 'off', '-o', 'example', file]))).toEqual([]);
  });

  it.skipIf(needs('nsd-checkzone'))('is read by NSD', async () => {
    expect(faults(await runTool('nsd-checkzone', ['example', zoneFile('nsd-generic', samples, generic)]))).toEqual([]);
  });
});

describe.skipIf(needs('ldns-read-zone'))('ldns', () => {
  it('reads what is printed and prints it the same', async () => {
    // It prints names and service parameters without escapes and quotes, and no empty strings, and refuses a CSYNC
    // without types.
    const samples = samplesFor('Knot').filter((sample) => {
      const text = ownText(sample);
      if (/^(SVCB|HTTPS) .*[;()]/.test(text)) return false;
      return !text.includes('\\') && !text.endsWith('""') && !/^CSYNC \d+ \d+$/.test(text);
    });
    const run = await runTool('ldns-read-zone', [zoneFile('ldns', samples, ownText)]);
    expect(run.stderr).toBe('');
    expectSame(samples, run.stdout);
  });
});
