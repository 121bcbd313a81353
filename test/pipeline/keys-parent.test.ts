import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startNameServer } from '../../src/deploy/nameservers/embedded/server.ts';
import { zoneSet } from '../../src/dns/answer/served-zone.ts';
import { parseName } from '../../src/dns/name.ts';
import { dsText } from '../../src/dnssec/ds-data.ts';
import type { ZoneKey } from '../../src/dnssec/key.ts';
import { buildRelease } from '../../src/pipeline/build.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { rollKeys } from '../../src/pipeline/keys/roll.ts';
import { type KeysStatus, statusOfKeys } from '../../src/pipeline/keys/status.ts';
import { zoneFromText } from '../dns/answer/fixtures.ts';
import { freePort, type NameServerKind, programOf, startServer } from '../setup/name-servers.ts';
import { put, scratch } from '../setup/program.ts';
import { needs } from '../setup/tools.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const child = parseName('example.com.');
const kinds: readonly NameServerKind[] = ['bind', 'knot'];

/** The zone com, with DS of some keys. */
function parentText(keys: readonly ZoneKey[]): string {
  const servers = kinds.map((_, i) => `@ NS ns${i + 1}.nic\nns${i + 1}.nic A 127.0.0.${i + 1}\n`).join('');
  const soa = '@ SOA ns1.nic hostmaster.nic 1 3600 600 86400 300\n';
  return `$TTL 1h\n${soa}${servers}example NS ns.example.net.\n${dsText(child, keys, [2])}`;
}

/** Serves com by BIND and Knot, each with the DS of some keys; gives their port and a resolver that finds them. */
async function serveParent(...dsOfEach: readonly (readonly ZoneKey[])[]): Promise<{ port: number; resolver: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'zonewright-parent-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  await Promise.all(
    dsOfEach.map(async (keys, i) => {
      const path = join(folder, `${i}.zone`);
      await writeFile(path, parentText(keys));
      const zones = [{ zone: parseName('com.'), path }];
      const server = await startServer(kinds[i] as NameServerKind, { zones, host: `127.0.0.${i + 1}`, port });
      closers.push(() => server.stop());
    }),
  );
  const root = '$TTL 1h\n. SOA . . 1 2 3 4 5\n. NS a.root.\na.root. A 127.0.0.9\ncom. NS ns1.nic.com.\n';
  const zones = zoneSet([zoneFromText('.', root), zoneFromText('com.', parentText([]))]);
  const server = await startNameServer({ listen: [{ address: '127.0.0.1', port: 0 }], zones: () => zones });
  if (server.kind === 'fault') throw new Error(server.message);
  closers.push(() => server.close());
  return { port, resolver: `127.0.0.1:${server.addresses[0]?.port}` };
}

/** A signed zone a day after its first release, built again: its DS is asked for. */
async function signedZone() {
  const folder = scratch({
    'zones/example.com.yaml':
      'soa: { primary: ns1.example.net., contact: hostmaster@example.net }\ndnssec: default\nrecords: { "@": { NS: [ns1.example.net., ns2.example.net.] } }\n',
  });
  const out = join(folder, 'release');
  let now = Date.now();
  const here = () => ({ folder, now, version: '1.0.0' });
  const build = async () => expect(await buildRelease(here(), { out })).toMatchObject({ kind: 'built' });
  const told = async (parent?: { port: number; resolver: string }): Promise<KeysStatus['zones'][number]> => {
    if (parent !== undefined) {
      const policy = `{ parent: { resolvers: ["${parent.resolver}"] } }`;
      put(folder, 'zonewright.yaml', `dnssec: { policies: { default: ${policy} } }\n`);
    }
    const asking = parent === undefined ? {} : { askParent: true, parentPort: parent.port };
    const status = await statusOfKeys(here(), { zones: [], release: out, ...asking });
    if (status.kind === 'failure') throw new Error(status.message);
    return status.zones[0] as KeysStatus['zones'][number];
  };
  await generateKeys(here(), { zones: [] });
  await build();
  const pass = (hours: number): void => {
    now += hours * 3600_000;
  };
  pass(48);
  await build();
  pass(5);
  const [key] = (await told()).keys.map((each) => each.key);
  return { told, build, pass, here, key: key as ZoneKey };
}

describe.skipIf(needs(programOf.bind, programOf.knot))('keys status --ask-parent', () => {
  it('records what all servers agree upon, and what is waited for goes on', async () => {
    const { told, pass, key } = await signedZone();
    expect(await told()).toMatchObject({ wanted: [key.id], seen: undefined, waits: [{ what: 'parent' }] });
    const none = await told(await serveParent([], []));
    expect(none).toMatchObject({
      asked: { kind: 'recorded' },
      seen: { keys: [], ttl: 300 },
      waits: [{ what: 'parent' }],
    });
    await Promise.all(closers.splice(0).map((close) => close()));
    // The first answers may have taken longer than these.
    pass(1);
    const seen = await told(await serveParent([key], [key]));
    expect(seen).toMatchObject({ asked: { kind: 'recorded' }, alarms: [], waits: [] });
    expect((await told()).seen).toMatchObject({ keys: [key.id], ttl: 3600, by: 'query' });
  });

  it('asks for no build that would change nothing', async () => {
    const { told, build, pass, here, key } = await signedZone();
    await told(await serveParent([key], [key]));
    await Promise.all(closers.splice(0).map((close) => close()));
    const rolled = await rollKeys(here(), { zones: ['example.com'] });
    const [next] = rolled.kind === 'rolled' ? (rolled.zones[0]?.made ?? []) : [];
    await build();
    pass(3);
    await build();
    const asked = await told();
    expect([asked.wanted, asked.waits.map(({ what }) => what)]).toEqual([[next?.id], ['parent']]);
    // The parent is quick.
    const parent = await serveParent([next as ZoneKey], [next as ZoneKey]);
    pass(0.1);
    const early = await told(parent);
    expect(early.waits.map(({ what }) => what)).not.toContain('build');
    pass(2);
    const seen = await told(parent);
    expect(seen.waits).toMatchObject([{ what: 'caches' }]);
    expect(seen.nextBuild).toBe(seen.waits[0]?.until);
  });

  it('records nothing while servers do not agree, or one is silent', async () => {
    const { told, key } = await signedZone();
    const split = await told(await serveParent([key], []));
    expect(split).toMatchObject({
      asked: { kind: 'doubt', message: expect.stringContaining('do not agree') },
      alarms: [],
    });
    await Promise.all(closers.splice(0).map((close) => close()));
    const silent = await told(await serveParent([key]));
    expect(silent).toMatchObject({ asked: { kind: 'doubt', message: expect.stringContaining('ns2.nic.com.') } });
    expect((await told()).seen).toBeUndefined();
  });

  it('alarms where the parent has the DS of a stranger, and records nothing', async () => {
    const { told, key, here } = await signedZone();
    const other = await signedZone();
    const found = await told(await serveParent([key, other.key], [key, other.key]));
    expect(found).toMatchObject({
      asked: { kind: 'doubt', message: expect.stringContaining(other.key.id) },
      alarms: [{ reason: 'foreign-ds', severity: 'error' }],
    });
    expect((await told()).seen).toBeUndefined();
    await rollKeys(here(), { zones: ['example.com'] });
    expect((await told()).keys).toHaveLength(2);
  });
});
