import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyZone } from '../../src/dns/dnssec/zone/verify-zone.ts';
import { readRRsets } from '../../src/dns/master/collect.ts';
import { parseName } from '../../src/dns/name.ts';
import { octets } from '../../src/dns/octets.ts';
import { buildRelease } from '../../src/pipeline/build.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { writeOrRemove } from '../git/scratch-repository.ts';
import { type NameServerKind, programOf, type RunningServer, startServer } from '../setup/name-servers.ts';
import { needs, runTool } from '../setup/tools.ts';

const algorithms = [8, 10, 13, 14, 15, 16] as const;
const denials = {
  nsec: 'denial: nsec',
  nsec3: 'denial: nsec3',
  optout: 'denial: nsec3, opt_out: true',
} as const;

/** Debian's validns, which judges RSA, knows no ZONEMD; its ldns-verify-zone looks for ever where there is NSEC3, too. */
const zonemdIn = (algorithm: number, denial: string): boolean => algorithm > 10 && denial === 'nsec';

/** A zone for each algorithm and each way to deny existence; half of them have two keys. */
const zones = algorithms.flatMap((algorithm) =>
  Object.entries(denials).map(([denial, setting], i) => ({
    name: `${denial}.alg${algorithm}.example`,
    policy: `p${algorithm}-${denial}`,
    text: `{ algorithm: ${algorithm}, keys: ${(algorithm + i) % 2 === 0 ? 'csk' : 'ksk+zsk'}, ${setting}, zonemd: ${zonemdIn(algorithm, denial)} }`,
    algorithm,
    optOut: denial === 'optout',
  })),
);

/** Everything that signing treats in its own way. */
const records = `
  "@": { NS: [ns1, ns2], A: 192.0.2.1, AAAA: "2001:db8::1", MX: 10 mail, TXT: [one, two, three] }
  ns1: { A: 192.0.2.53 }
  ns2: { A: 192.0.2.54 }
  mail: { A: 192.0.2.25 }
  www: { CNAME: "@" }
  "*.wild": { A: 192.0.2.7 }
  deep.empty.nonterminal: { TXT: below two names without records }
  other: { DNAME: elsewhere.example.net. }
  signed: { NS: [ns1, ns2], DS: 12345 13 2 AB12CD34AB12CD34AB12CD34AB12CD34AB12CD34AB12CD34AB12CD34AB12CD34 }
  insecure: { NS: [ns.insecure, ns1] }
  ns.insecure: { A: 192.0.2.99 }
  also.insecure.below: { NS: [ns1, ns2] }
  MiXed: { SRV: 0 0 5060 Mail }
`;
/** Debian's validns cannot read such a name, and knows no algorithm that is newer than RSA. */
const odd = "  '\\\\000odd': { TXT: an odd owner }\n";

const questions: readonly (readonly [name: string, type: string, says: string])[] = [
  ['', 'SOA', 'fully validated'],
  ['www.', 'A', 'fully validated'],
  ['x.wild.', 'A', 'fully validated'],
  ['no.such.name.', 'A', 'negative response, fully validated'],
  ['mail.', 'TXT', 'negative response, fully validated'],
  ['empty.nonterminal.', 'A', 'negative response, fully validated'],
  ['x.wild.', 'TXT', 'negative response, fully validated'],
];

let scratch = '';
let out = '';

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'zonewright-signed-'));
  const folder = scratch;
  out = join(folder, 'release');
  const policies = zones.map(({ policy, text }) => `    ${policy}: ${text}\n`).join('');
  writeOrRemove(join(folder, 'p/zonewright.yaml'), `dnssec:\n  policies:\n${policies}`);
  for (const { name, policy, algorithm } of zones) {
    const head = `ttl: 1h\nsoa: { primary: ns1.example.net., contact: hostmaster@example.net }\ndnssec: ${policy}\n`;
    writeOrRemove(join(folder, `p/zones/${name}.yaml`), `${head}records:${records}${algorithm > 10 ? odd : ''}`);
  }
  const workspace = { folder: join(folder, 'p'), now: Date.now(), version: '1.0.0' };
  expect(await generateKeys(workspace, { zones: [] })).toMatchObject({ kind: 'generated' });
  const built = await buildRelease(workspace, { out });
  if (built.kind !== 'built') throw new Error(JSON.stringify(built));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const path = (name: string): string => join(out, `zones/${name}.zone`);

describe.skipIf(needs('ldns-verify-zone', 'dnssec-verify', 'kzonecheck', 'validns'))('every signed zone', () => {
  it.each(zones)('$name pleases all verifiers', async ({ name, text, algorithm, optOut }) => {
    const ldns = await runTool('ldns-verify-zone', [path(name)]);
    expect(ldns.stderr + ldns.stdout).toContain('Zone is verified and complete');
    const bind = await runTool('dnssec-verify', [
      ...(text.includes('csk') ? ['-z'] : []),
      '-q',
      '-o',
      name,
      path(name),
    ]);
    expect([bind.status, bind.stderr]).toEqual([0, '']);
    const knot = await runTool('kzonecheck', ['-d', 'on', '-o', name, path(name)]);
    expect([knot.status, knot.stderr]).toEqual([0, '']);
    if (algorithm <= 10 && !optOut) {
      const validns = await runTool('validns', ['-z', name, path(name)]);
      expect([validns.status, validns.stderr]).toEqual([0, '']);
    }
    const apex = parseName(`${name}.`);
    const { rrsets } = readRRsets({ name, octets: octets(readFileSync(path(name), 'latin1')) }, { apex });
    expect(verifyZone(apex, rrsets, { now: Math.floor(Date.now() / 1000) })).toEqual([]);
  });
});

describe.each<NameServerKind>(['knot', 'bind', 'nsd'])('served by %s', (kind) => {
  describe.skipIf(needs(programOf[kind], 'delv'))('every zone', () => {
    let server: RunningServer;
    beforeAll(async () => {
      const serving = zones.map(({ name }) => ({ zone: parseName(`${name}.`), path: path(name) }));
      server = await startServer(kind, { zones: serving });
    });
    afterAll(() => server.stop());

    it('answers so that delv validates it with the DS as anchor', async () => {
      const wrong: string[] = [];
      for (const { name, optOut } of zones) {
        const [, tag, algorithm, type, digest] =
          / DS (\d+) (\d+) (\d+) (\S+)/.exec(readFileSync(join(out, `ds/${name}.ds`), 'utf8')) ?? [];
        const anchor = join(out, `../${name}.anchor`);
        writeFileSync(anchor, `trust-anchors { "${name}." static-ds ${tag} ${algorithm} ${type} "${digest}"; };\n`);
        const args = ['@127.0.0.1', '-p', String(server.port), '-a', anchor, `+root=${name}`];
        const said = await Promise.all(
          questions.map(([label, rrtype]) => runTool('delv', [...args, `${label}${name}`, rrtype])),
        );
        for (const [i, { stdout, stderr }] of said.entries()) {
          const [label, rrtype, usual] = questions[i] as (typeof questions)[number];
          // That no closer name exists is proved by opt-out, which proves nothing of the kind (RFC 5155 section 6).
          const expected = optOut && label === 'x.wild.' && rrtype === 'A' ? 'unsigned answer' : usual;
          if (!(stdout + stderr).includes(expected)) wrong.push(`${label}${name} ${rrtype}: ${stdout}${stderr}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  });
});
