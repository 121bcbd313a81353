import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { labelCount, parseName } from '../../../src/dns/name.ts';
import type { Rdata } from '../../../src/dns/octets.ts';
import { genericText, rdataFromText, rdataToData, rdataToText } from '../../../src/dns/rdata.ts';
import type { NameServer, RRType } from '../../../src/dns/rrtype.ts';
import { MAX_TTL } from '../../../src/dns/ttl.ts';
import { types } from '../../../src/dns/types/list.ts';
import { needs, runTool } from '../../setup/tools.ts';
import { rdataOf } from './arbitrary.ts';
import { compileWithBind, expectSame, faults, type Line, writeZone } from './zone-of-lines.ts';

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

const zone = (name: string, lines: readonly Line[]): string => writeZone(join(folder, name), lines);

/** Each sample in the form of its type, as a release has it. */
function inOwnForm(samples: readonly Sample[]): Line[] {
  return samples.map(({ type, rdata }) => ({
    code: type.code,
    text: `${type.name} ${rdataToText(type.code, rdata)}`,
    rdata,
  }));
}

describe.skipIf(needs('named-compilezone'))('BIND', () => {
  it('loads what is printed and prints what is read the same', async () => {
    const lines = inOwnForm(samplesFor('BIND'));
    const run = await compileWithBind(zone('bind', lines));
    expect(faults(run)).toEqual([]);
    expectSame(lines, run.stdout);
  });
});

describe.skipIf(needs('kzonecheck'))('Knot', () => {
  it('loads what is printed', async () => {
    const lines = inOwnForm(samplesFor('Knot'));
    const run = await runTool('kzonecheck', ['-v', '-d', 'off', '-o', 'example', zone('knot', lines)]);
    expect(faults(run)).toEqual([]);
  });
});

describe.skipIf(needs('nsd-checkzone'))('NSD', () => {
  it('loads what is printed and prints what is read the same', async () => {
    // It prints signers and next names without escapes, "0" for a missing key, and the first string of SPF only.
    const samples = samplesFor('NSD').filter(({ type, rdata }) => {
      if (type.name === 'KEY') return rdata.length > 4;
      if (type.name === 'SPF') return rdata.length === 1 + rdata.charCodeAt(0);
      return !['SIG', 'RRSIG', 'NSEC'].includes(type.name) || !rdataToText(type.code, rdata).includes('\\');
    });
    const lines = inOwnForm(samples);
    const run = await runTool('nsd-checkzone', ['-p', 'example', zone('nsd', lines)]);
    expect(faults(run)).toEqual([]);
    expectSame(lines, run.stdout);
  });
});

describe.skipIf(needs('ldns-read-zone'))('ldns', () => {
  it('reads what is printed and prints it the same', async () => {
    // It prints names and service parameters without escapes and quotes, and no empty strings, and refuses a CSYNC
    // without types.
    const lines = inOwnForm(samplesFor('Knot')).filter(({ text }) => {
      if (/^(SVCB|HTTPS) .*[;()]/.test(text)) return false;
      return !text.includes('\\') && !text.endsWith('""') && !/^CSYNC \d+ \d+$/.test(text);
    });
    const run = await runTool('ldns-read-zone', [zone('ldns', lines)]);
    expect(run.stderr).toBe('');
    expectSame(lines, run.stdout);
  });
});

describe('the generic form of every type', () => {
  const lines = types
    .filter((type) => type.name !== 'SOA')
    .flatMap((type) => fc.sample(rdataOf(type), { numRuns: 10, seed: 3597 }).map((rdata) => ({ type, rdata })))
    .filter(({ type, rdata }) => !isLeftToChecks(type, rdata))
    .map(({ type: { code }, rdata }) => ({ code, text: `TYPE${code} ${genericText(rdata)}`, rdata }));

  it.skipIf(needs('named-compilezone'))('is read by BIND', async () => {
    // It refuses MD and MF in any form.
    const loaded = lines.filter(({ code }) => code !== 3 && code !== 4);
    const run = await compileWithBind(zone('bind-generic', loaded));
    expect(faults(run)).toEqual([]);
    expectSame(loaded, run.stdout);
  });

  it.skipIf(needs('kzonecheck'))('is read by Knot', async () => {
    const run = await runTool('kzonecheck', ['-v', '-d', 'off', '-o', 'example', zone('knot-generic', lines)]);
    expect(faults(run)).toEqual([]);
  });

  it.skipIf(needs('nsd-checkzone'))('is read by NSD', async () => {
    const run = await runTool('nsd-checkzone', ['example', zone('nsd-generic', lines)]);
    expect(faults(run)).toEqual([]);
  });
});
