import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../../src/dns/fault.ts';
import { parseName } from '../../../src/dns/name.ts';
import { rdataFromText, typeCode, typeOf } from '../../../src/dns/rdata.ts';
import { needs, runTool } from '../../setup/tools.ts';
import { compileWithBind, expectSame, faults, type Line, writeZone } from './zone-of-lines.ts';

/**
 * What BIND 9.18, Knot 3.2 and NSD 4.6 say to rdata in presentation form: by type and text, `+` where it is accepted here
 * and `-` where it is not, then the servers that accept it, of those that know the type: `+BKN`, `-N`.
 *
 * `VERDICTS=all` asks the servers about all of it, `VERDICTS=write` writes down what they say; add a text with an empty
 * verdict and write.
 */
const file = new URL('verdicts.json', import.meta.url);
const verdicts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
const mode = process.env.VERDICTS;
const origin = parseName('example.');

/** Where the verdict here is not that of most servers: why. */
const reasons: Readonly<Record<string, string>> = {
  'NS \\256.b.': '\\DDD is an octet, 255 at most (RFC 1035 section 5.1)',
  'NS a\\': 'a backslash escapes something (RFC 1035 section 5.1)',
  'APL \\# 8 00011804c0000200': 'an address part has no trailing zero octets (RFC 3123 section 4)',
  'APL \\# 4 00030800': 'only the families IPv4 and IPv6 have a form (RFC 3123 section 5)',
  'DS 60485 5 SHA-1 2BB183AF5F22588179A53B0A98631FAD1A292118': "BIND's spelling; the number is printed",
  'DS 60485 5 SHA1 2BB183AF5F22588179A53B0A98631FAD1A292118': "BIND's spelling; the number is printed",
  'DS 60485 ECC 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A':
    "NSD's spelling; the number is printed",
  'DS 60485 NSEC3RSASHA1 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A':
    "BIND's spelling; the number is printed",
  'IPSECKEY 10 1 0 192.0.2.38 AQNR': 'the algorithm 0 says that there is no key (RFC 4025 section 2.4)',
  'IPSECKEY 10 1 2 192.0.2.38': 'another algorithm says that there is one',
  'RRSIG 1 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1':
    'BIND writes the type of a SIG so; the mnemonic is printed',
  'RRSIG RESINFO 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1':
    'a type that BIND knows; TYPE261 is printed',
  'RRSIG A 5 3 86400 20030322173160 20030220173103 2642 example.com. oJB1': 'seconds go to 59 (RFC 4034 section 3.2)',
  'RRSIG ANY 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1': 'read as in a bitmap; TYPE255 is printed',
  'RRSIG 46 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1':
    'BIND writes the type of a SIG so; the mnemonic is printed',
  'NSEC host.example.com. TYPE0': 'the type 0 is reserved (RFC 6895 section 3.1)',
  'NSEC host.example.com. RESINFO': 'a type that BIND knows; TYPE261 is printed',
  'NSEC host.example.com. ANY': "BIND's spelling; TYPE255 is printed",
  'NSEC host.example.com. HIP': 'a type that BIND knows; TYPE55 is printed',
  'NSEC host.example.com. NXNAME': 'newer servers write it (RFC 9824 section 2); TYPE128 is printed',
  'KEY 49408 3 5': 'the flags say that there is no key (RFC 2535 section 3.1.2); the generic form is printed',
  'KEY 49408 3 5 AQPSKmyn': 'the flags say that there is no key (RFC 2535 section 3.1.2)',
  'KEY 49152 0 0': 'the flags say that there is no key (RFC 2535 section 3.1.2); the generic form is printed',
  'NSEC3 2 0 0 - 2S====== A': 'Knot wants padding where RFC 5155 section 3.3 has none; both are read',
  'ZONEMD 2018031500 1 1 FEBE3D4CE2EC2FFA4BA99D46':
    'the hash algorithm says how long the digest is (RFC 8976 section 5.3)',
  'ZONEMD 2018031500 1 240 FEBE3D4CE2EC2FFA4BA99D': 'a digest has 12 octets or more (RFC 8976 section 2.2.4)',
  'ZONEMD 2018031500 1 240 FE': 'a digest has 12 octets or more (RFC 8976 section 2.2.4)',
  'SVCB 1 . ech=': 'an ECHConfigList is not empty (RFC 9848 section 3)',
  'SVCB 1 . ech': 'an ECHConfigList is not empty (RFC 9848 section 3)',
  'SVCB 1 . key1=h2': 'behind the number of a key stand the octets of its value (RFC 9460 section 2.1)',
  'SVCB 1 . key3=443': 'behind the number of a key stand the octets of its value (RFC 9460 section 2.1)',
  'SVCB 1 . dohpath=/x': 'whether the template has the variable dns is a check of the zone',
  'SVCB 1 . ohttp': 'newer than the servers (RFC 9540 section 4); key8 is printed',
  'SVCB 1 . key8=x': 'ohttp has no value (RFC 9540 section 4)',
  'SVCB 1 . tls-supported-groups=29,23': 'newer than the servers; key9 is printed',
  'SVCB 1 "."': 'a name does not stand in quotes',
  'SVCB 1 . key00123=a': 'the number of a key has no leading zeros (RFC 9460 section 2.1)',
  'SVCB 1 . alpn="h2"port=1': 'a closing quote ends a value',
  'LOC 90 0 0.001 N 0 E 0m': 'there is nothing north of the pole',
  'LOC 90 59 59 N 180 59 59 E 0m': 'there is nothing north of the pole',
  'LOC 52 N 4 E +10m': 'an altitude above has no sign (RFC 1876 section 3)',
};

interface Case {
  readonly type: string;
  readonly text: string;
  readonly verdict: string;
}

const cases: readonly Case[] = Object.entries(verdicts).flatMap(([type, texts]) =>
  Object.entries(texts).map(([text, verdict]) => ({ type, text, verdict })),
);

function serversOf(type: string): string {
  const known = typeOf(typeCode(type) as number)?.loadedBy ?? ['BIND', 'Knot', 'NSD'];
  return known.map((server) => server[0]).join('');
}

function isAccepted({ type, text }: Case): boolean {
  try {
    rdataFromText(typeCode(type) as number, text, origin);
    return true;
  } catch (error) {
    if (error instanceof DnsSyntaxError) return false;
    throw error;
  }
}

describe('rdata as people and servers write it', () => {
  it('is accepted and refused as written down', () => {
    const changed = cases.filter((each) => each.verdict !== '' && isAccepted(each) !== each.verdict.startsWith('+'));
    expect(changed).toEqual([]);
  });

  it('is accepted and refused as by most servers that know the type, or for a reason', () => {
    const alone = cases.filter(({ type, verdict }) => {
      const yes = verdict.length - 1;
      const no = serversOf(type).length - yes;
      return verdict.startsWith('+') ? yes < no : no < yes;
    });
    expect(alone.map(({ type, text }) => `${type} ${text}`)).toEqual(Object.keys(reasons));
  });
});

const folder = mkdtempSync(join(tmpdir(), 'zonewright-verdicts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The letters of the servers that accept a text. Each is asked alone: after an error servers lose count of the lines. */
async function ask({ type, text }: Case, number: number): Promise<string> {
  const zone = join(folder, `${number}.zone`);
  const soa = 'example. 3600 IN SOA ns.example. hostmaster.example. 1 2 3 4 5';
  const ns = 'example. 3600 IN NS ns.example.\nns.example. 3600 IN A 192.0.2.1';
  writeFileSync(zone, `${soa}\n${ns}\nr.example. 3600 IN ${type} ${text}\n`);
  const lenient = ['-i', 'none', '-k', 'ignore', '-n', 'ignore', '-m', 'ignore'];
  const [bind, knot, nsd] = await Promise.all([
    runTool('named-checkzone', [...lenient, 'example', zone]),
    runTool('kzonecheck', ['-v', '-o', 'example', zone]),
    runTool('nsd-checkzone', ['example', zone]),
  ]);
  const accepted = [
    bind.status === 0 ? 'B' : '',
    // Its checks of the zone's meaning do not count, only whether it reads the record.
    (knot.stdout + knot.stderr).includes('error in zone') ? '' : 'K',
    nsd.status === 0 ? 'N' : '',
  ].join('');
  return [...serversOf(type)].filter((letter) => accepted.includes(letter)).join('');
}

/** What a server accepts, as lines of a zone, with what is read here. */
function acceptedBy(letter: string): Line[] {
  return cases
    .filter(({ verdict }) => verdict.startsWith('+') && verdict.includes(letter))
    .map(({ type, text }) => {
      const code = typeCode(type) as number;
      return { code, text: `${type} ${text}`, rdata: rdataFromText(code, text, origin) };
    });
}

describe.skipIf(needs('named-compilezone', 'nsd-checkzone'))('rdata that is accepted', () => {
  it('is to BIND what it is here', async () => {
    const lines = acceptedBy('B');
    const run = await compileWithBind(writeZone(join(folder, 'bind.zone'), lines));
    expect(faults(run)).toEqual([]);
    expectSame(lines, run.stdout);
  });

  it('is to NSD what it is here', async () => {
    // It takes seconds for a date and the value behind a key's number for that of its name, gives a TTL over 2^31 - 1 the
    // zone's, and prints the first string of SPF only.
    const otherwise = /^SPF v=spf1 -all$|^(RRSIG|SIG) A 5 3 86400 \d{10} |^RRSIG A 5 3 4294967295 |^SVCB 1 \. key1=/;
    const lines = acceptedBy('N').filter(({ text }) => !otherwise.test(text));
    const run = await runTool('nsd-checkzone', ['-p', 'example', writeZone(join(folder, 'nsd.zone'), lines)]);
    expect(faults(run)).toEqual([]);
    expectSame(lines, run.stdout);
  });
});

describe.skipIf(needs('named-checkzone', 'kzonecheck', 'nsd-checkzone'))('the servers', () => {
  it('say what is written down', { timeout: 300_000 }, async () => {
    const asked = mode === undefined ? cases.filter((_, i) => i % 20 === 0) : cases;
    const changed: string[] = [];
    for (const [number, each] of asked.entries()) {
      const verdict = (isAccepted(each) ? '+' : '-') + (await ask(each, number));
      if (verdict !== each.verdict) changed.push(`${each.type} ${each.text}: ${verdict}, not ${each.verdict}`);
      if (mode === 'write') (verdicts[each.type] as Record<string, string>)[each.text] = verdict;
    }
    if (mode === 'write') writeFileSync(file, `${JSON.stringify(verdicts, undefined, 2)}\n`);
    else expect(changed).toEqual([]);
  });
});
