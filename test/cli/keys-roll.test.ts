import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { buildRelease } from '../../src/pipeline/build.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { rollKeys } from '../../src/pipeline/keys/roll.ts';
import { freePort } from '../setup/name-servers.ts';
import { put, scratch, zonewright } from '../setup/program.ts';

const document = `soa: { primary: ns1.example.net., contact: hostmaster@example.net }
dnssec: default
records: { "@": { NS: [ns1.example.net., ns2.example.net.] } }
`;

/** A project with one zone, which is signed in a release. */
async function project(policy = '{}') {
  const cwd = scratch({
    'zonewright.yaml': `dnssec: { policies: { default: ${policy} } }\n`,
    'zones/example.com.yaml': document,
  });
  const workspace = { folder: cwd, now: Date.now(), version: '1.0.0' };
  const made = await generateKeys(workspace, { zones: [] });
  expect(await buildRelease(workspace, { out: join(cwd, 'release') })).toMatchObject({ kind: 'built' });
  const ids = made.kind === 'generated' ? (made.zones[0]?.made ?? []).map(({ id }) => id) : [];
  return { cwd, ids, run: (...args: string[]) => zonewright(['keys', ...args], { cwd }) };
}

function schemaFaults(json: string): unknown {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync('schemas/keys-status.schema.json', 'utf8')));
  return validate(JSON.parse(json)) ? undefined : validate.errors;
}

const otherKey = (): string => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
};

const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ';

describe('keys roll --algorithm', () => {
  it('begins only what the policy asks for', async () => {
    const { cwd, run } = await project();
    const { status, stderr } = run('roll', 'example.com', '--algorithm', '15');
    expect([status, stderr]).toEqual([1, expect.stringContaining('the policy "default", which says algorithm 13')]);
    expect(stderr).toContain('write "algorithm: 15" into that policy');
    expect(run('roll', '--due', '--algorithm', '13').status).toBe(64);
    expect(run('roll', 'example.com', '--algorithm', 'x').status).toBe(64);
    put(cwd, 'zonewright.yaml', 'dnssec: { policies: { default: { algorithm: 15 } } }\n');
    const rolled = run('roll', 'example.com', '--algorithm', '15', '--release', 'release');
    expect([rolled.status, rolled.stdout]).toEqual([0, expect.stringContaining('algorithm 15 (ED25519)')]);
  });
});

describe('keys status', () => {
  it('says what is waited for, until when, and why', async () => {
    const { cwd, run, ids } = await project();
    const { status, stdout, stderr } = run('status', '--release', 'release');
    expect([status, stderr]).toEqual([0, '']);
    const lines = [
      'example\\.com\\. \\(policy default\\)',
      `  csk ${ids[0]} algorithm 13 \\(ECDSAP256SHA256\\): active since ${TIME}`,
      '  DS that the parent is to have: none',
      `  signatures are valid until ${TIME}`,
      `  waits until ${TIME}: before the DS of example\\.com\\. may be that of key ${ids[0]}, .*`,
      `  a build has something to do at ${TIME}`,
    ];
    expect(stdout).toMatch(new RegExp(`^${lines.join('\\n')}\\n$`));
    expect(run('status', 'example.org').status).toBe(64);
    put(cwd, 'zones/example.org.yaml', document);
    expect(run('status').stdout).toContain('example.org. has no key\n    to do: run "zonewright keys generate');
  });

  it.each<[string, (file: string) => void, string]>([
    ['missing', (file) => rmSync(file), 'is not in '],
    ['cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, 100)), 'is cut off or changed'],
    ['open to others', (file) => chmodSync(file, 0o644), 'can be read by others'],
    ['that of another', (file) => writeFileSync(file, otherKey()), 'is the private key of another key than'],
  ])('ends with 1 where a private key is %s, though no signature is due', async (_, damage, message) => {
    const { cwd, run, ids } = await project();
    damage(join(cwd, `.zonewright/keys/example.com/${ids[0]}.pem`));
    const { status, stdout } = run('status', '--release', 'release', '--json');
    expect(schemaFaults(stdout)).toBeUndefined();
    const [{ keys, alarms }] = JSON.parse(stdout).zones;
    expect([status, keys[0].private_half]).toEqual([1, 'unusable']);
    expect(alarms).toMatchObject([{ reason: 'key-unusable', message: expect.stringContaining(message) }]);
    expect(stdout).not.toContain('PRIVATE KEY');
  });

  it('tells of a zone whose keys.json is damaged, and of the others as always', async () => {
    const { cwd, run } = await project();
    put(cwd, 'zones/example.org.yaml', document);
    expect(run('generate').status).toBe(0);
    const file = join(cwd, '.zonewright/keys/example.com/keys.json');
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    const { status, stdout } = run('status');
    expect([status, stdout]).toEqual([1, expect.stringContaining('keys.json is damaged')]);
    expect(stdout).toContain('example.org. was not signed yet');
    expect(stdout).not.toContain('keys generate');
  });

  it('says when the parent cannot be asked, and that nothing was recorded', async () => {
    const { run } = await project(`{ parent: { resolvers: ["127.0.0.1:${await freePort()}"] } }`);
    const { status, stdout, stderr } = run('status', '--ask-parent', '--release', 'release', '--json');
    expect([status, stderr]).toEqual([0, expect.stringContaining('zonewright: example.com.: nothing was recorded: ')]);
    expect(schemaFaults(stdout)).toBeUndefined();
    expect(JSON.parse(stdout).zones[0]).toMatchObject({ asked: { recorded: false }, ds: { wanted: [], seen: null } });
  });

  it('ends with 1 where the parent has a DS without a key in the zone', async () => {
    const { run } = await project();
    const [unpublished] = JSON.parse(run('roll', 'example.com', '--json').stdout).zones[0].made;
    expect(run('confirm', 'example.com', '--ds', unpublished).status).toBe(0);
    const { status, stdout } = run('status');
    const error = `  error: the parent of example.com. has a DS of the key ${unpublished}`;
    expect([status, stdout]).toEqual([1, expect.stringContaining(error)]);
  });
});

describe('keys roll', () => {
  it('begins nothing while the clock is behind the last release', async () => {
    const { cwd, ids } = await project();
    const before = readFileSync(join(cwd, '.zonewright/keys/example.com/keys.json'), 'utf8');
    const workspace = { folder: cwd, now: Date.now() - 30 * 86_400_000, version: '1.0.0' };
    const rolled = await rollKeys(workspace, { zones: ['example.com'] });
    expect(rolled).toMatchObject({ kind: 'failure', status: 'refused', fix: expect.stringContaining('set the clock') });
    expect(readFileSync(join(cwd, '.zonewright/keys/example.com/keys.json'), 'utf8')).toBe(before);
    expect(before).toContain(ids[0]);
  });

  it('begins what is asked for, once, and says what happens next', async () => {
    const { run } = await project('{ keys: ksk+zsk }');
    expect(run('roll', '--due')).toEqual({ status: 0, stdout: '', stderr: 'no roll-over is due\n' });
    const begun = run('roll', 'example.com', '--role', 'zsk');
    expect(begun).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /^example\.com\.: a roll-over has begun\n {2}new: zsk 13-\d{5} .*\n {2}to go: zsk 13-\d{5} .*\n {2}waits[\s\S]*\n {4}to do: run "zonewright build"/,
      ),
    });
    expect(run('roll', 'example.com', '--role', 'zsk')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('is still under way\n  fix: "zonewright keys status example.com." says'),
    });
    const again = run('roll', 'example.com', '--role', 'zsk', '--again', '--json');
    expect([again.status, schemaFaults(again.stdout)]).toEqual([0, undefined]);
    expect(run('roll', 'example.com', '--role', 'both').status).toBe(64);
    expect(run('roll').status).toBe(64);
  });

  it('follows a policy that has changed', async () => {
    const { cwd, run } = await project();
    put(cwd, 'zonewright.yaml', 'dnssec: { policies: { default: { algorithm: 15 } } }\n');
    expect(run('status').stdout).toContain('the policy of example.com. asks for another csk');
    expect(zonewright(['plan', '--release', 'release'], { cwd }).stdout).toContain(
      'its policy asks for a csk of algorithm 15 (ED25519); the keys that there are go on until a roll-over begins',
    );
    const due = run('roll', '--due', '--release', 'release');
    expect([due.status, due.stdout]).toEqual([0, expect.stringContaining('  new: csk 15-')]);
    expect(zonewright(['build', '--out', 'release'], { cwd }).status).toBe(0);
    expect(run('roll', '--due').stdout).toBe('');
  });
});

describe('keys confirm', () => {
  it('records what somebody has seen', async () => {
    const { run, ids } = await project();
    const [id = ''] = ids;
    expect(run('confirm', 'example.com', '--ds', '13-65536')).toMatchObject({
      status: 64,
      stderr: `zonewright: example.com. has no key 13-65536\n  fix: name one of these: ${id}\n`,
    });
    expect(run('confirm', 'example.com').status).toBe(64);
    const told = run('confirm', 'example.com', '--ds', String(Number(id.slice(3))));
    expect([told.status, told.stdout]).toEqual([0, expect.stringContaining(`DS that it was seen to have: ${id}, at `)]);
    const { stdout } = run('confirm', 'example.com', '--no-ds', '--json');
    expect(schemaFaults(stdout)).toBeUndefined();
    expect(JSON.parse(stdout).zones[0].ds.seen).toMatchObject({ keys: [], by: 'operator' });
  });
});
