import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServedZone } from '../../../src/dns/answer/served-zone.ts';
import { serveZone } from '../../../src/dns/answer/served-zone.ts';
import { dsOf } from '../../../src/dns/dnssec/ds.ts';
import { signedRRset } from '../../../src/dns/dnssec/validate/signed-rrset.ts';
import type { ZoneTrust } from '../../../src/dns/dnssec/validate/trust.ts';
import { trustZone } from '../../../src/dns/dnssec/validate/trust.ts';
import type { ZoneRRsets } from '../../../src/dns/master/collect.ts';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { Rdata } from '../../../src/dns/octets.ts';
import { fromText } from '../../../src/dns/octets.ts';
import { runTool } from '../../setup/tools.ts';

/** A zone that another program has signed. */
export interface SignedZone {
  readonly apex: DomainName;
  /** The signed master file. */
  readonly path: string;
  readonly rrsets: ZoneRRsets;
  readonly served: ServedZone;
  readonly ds: readonly Rdata[];
  /** The DS as a trust anchor for delv. */
  readonly anchor: string;
}

/** How a zone is signed. */
export interface Signing {
  readonly zone: string;
  readonly signer: 'dnssec-signzone' | 'ldns-signzone';
  /** For dnssec-keygen. */
  readonly algorithm: string;
  /** One combined key, or two. */
  readonly keys: 'csk' | 'ksk+zsk';
  readonly denial: 'nsec' | 'nsec3' | 'opt-out';
}

/** The ways that the tests go through. */
export const signings: readonly Signing[] = [
  { zone: 'nsec.test.', signer: 'dnssec-signzone', algorithm: '13', keys: 'csk', denial: 'nsec' },
  { zone: 'nsec3.test.', signer: 'dnssec-signzone', algorithm: '8', keys: 'ksk+zsk', denial: 'nsec3' },
  { zone: 'opt-out.test.', signer: 'dnssec-signzone', algorithm: '15', keys: 'csk', denial: 'opt-out' },
  { zone: 'ldns.test.', signer: 'ldns-signzone', algorithm: '13', keys: 'ksk+zsk', denial: 'nsec3' },
];

/** The programs that sign. */
export const signers = ['dnssec-keygen', 'dnssec-signzone', 'dnssec-dsfromkey', 'ldns-signzone'] as const;

const unsigned = fileURLToPath(new URL('fixtures/signed.zone', import.meta.url));

/** Signs the fixture in each of the ways, with fresh keys in a temporary folder that `remove` takes away. */
export async function signZones(
  ways: readonly Signing[] = signings,
): Promise<{ zones: SignedZone[]; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'zonewright-signed-'));
  const text = await readFile(unsigned, 'utf8');
  const zones = await Promise.all(ways.map((way) => signZone(folder, way, text)));
  return { zones, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function signZone(folder: string, way: Signing, text: string): Promise<SignedZone> {
  const { zone, signer, algorithm, keys, denial } = way;
  const apex = parseName(zone);
  const path = join(folder, `${zone}signed`);
  const generate = async (...flags: string[]) => {
    const bits = algorithm === '8' ? ['-b', '1024'] : [];
    const made = await run('dnssec-keygen', ['-q', '-K', folder, '-a', algorithm, ...bits, ...flags, zone]);
    return join(folder, made.trim());
  };
  const entry = await generate('-f', 'KSK');
  const all = keys === 'csk' ? [entry] : [entry, await generate()];
  if (signer === 'dnssec-signzone') {
    const dnskeys = await Promise.all(all.map((key) => readFile(`${key}.key`, 'utf8')));
    const input = join(folder, `${zone}zone`);
    await writeFile(input, `$ORIGIN ${zone}\n${text}\n${dnskeys.join('\n')}`);
    const ofDenial = { nsec: [], nsec3: ['-3', '-', '-H', '0'], 'opt-out': ['-3', 'AABB', '-H', '5', '-A'] }[denial];
    const combined = keys === 'csk' ? ['-z'] : [];
    await run(signer, ['-q', '-K', folder, '-d', folder, '-o', zone, '-f', path, ...combined, ...ofDenial, input]);
  } else {
    const input = join(folder, `${zone}zone`);
    await writeFile(input, `$ORIGIN ${zone}\n${text}`);
    const ofDenial = { nsec: [], nsec3: ['-n', '-t', '0'], 'opt-out': ['-n', '-p'] }[denial];
    await run(signer, [...ofDenial, '-o', zone, '-f', path, input, ...all]);
  }
  const read = readRRsets({ name: path, octets: fromText(await readFile(path, 'latin1')) }, { apex });
  if (read.errors > 0) throw new Error(read.problems.map((problem) => JSON.stringify(problem)).join('\n'));
  const dsText = await run('dnssec-dsfromkey', ['-2', `${entry}.key`]);
  const dnskeys = read.rrsets.get(apex)?.find(({ type }) => type === 48)?.rdatas ?? [];
  const ds = dnskeys.filter((key) => (key.charCodeAt(1) & 1) === 1).map((key) => dsOf(apex, key, 2));
  const [tag, alg, digestType, ...digest] = dsText.trim().split(/\s+/).slice(3);
  const anchor = `trust-anchors { "${zone}" static-ds ${tag} ${alg} ${digestType} "${digest.join('')}"; };\n`;
  return { apex, path, rrsets: read.rrsets, served: serveZone(apex, read.rrsets), ds, anchor };
}

async function run(name: string, args: readonly string[]): Promise<string> {
  const result = await runTool(name, args);
  if (result.status !== 0) throw new Error(`${name} ${args.join(' ')}\n${result.stdout}\n${result.stderr}`);
  return result.stdout;
}

/** What the DS of a zone and its DNSKEY make of it. */
export function trustOf({ apex, ds, rrsets }: SignedZone, now: number): ZoneTrust {
  return trustZone(apex, ds, signedRRset(rrsets.get(apex) ?? [], 48), { now });
}
