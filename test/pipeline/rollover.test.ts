import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDnskey } from '../../src/dns/dnssec/dnskey.ts';
import { dsOf } from '../../src/dns/dnssec/ds.ts';
import { readRrsig } from '../../src/dns/dnssec/rrsig.ts';
import { verifyZone } from '../../src/dns/dnssec/zone/verify-zone.ts';
import { readRRsets } from '../../src/dns/master/collect.ts';
import { parseName } from '../../src/dns/name.ts';
import { fromText } from '../../src/dns/octets.ts';
import { type KeyId, keyId } from '../../src/dnssec/key.ts';
import { readZoneKeys } from '../../src/dnssec/store/zone-keys-file.ts';
import { buildRelease } from '../../src/pipeline/build.ts';
import { confirmDs } from '../../src/pipeline/keys/confirm.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { type RollOptions, rollKeys } from '../../src/pipeline/keys/roll.ts';
import { statusOfKeys } from '../../src/pipeline/keys/status.ts';
import type { ZoneStatus } from '../../src/pipeline/keys/zone-status.ts';
import { scratch } from '../setup/program.ts';
import { needs, runTool } from '../setup/tools.ts';
import { succeed } from './signed-project.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const apex = parseName('example.com.');

/** What a release serves, in terms of keys. */
interface Served {
  readonly dnskeys: readonly KeyId[];
  /** Those that have signed the SOA. */
  readonly signers: readonly KeyId[];
  /** Those that the parent has a DS of when the release is made. */
  readonly ds: readonly KeyId[];
}

/** A zone with its keys, its releases and its parent, whose clock is moved by hand. */
function world(keys: string, dnssec = 'default') {
  const folder = scratch();
  mkdirSync(join(folder, 'zones'));
  // dnssec-verify knows no other time than that of the machine, so signatures begin before the clock was moved.
  const times = 'signatures: { lifetime: 300d, jitter: 0, inception: 90d }';
  const out = join(folder, 'release');
  let now = Math.floor(Date.now() / 1000);
  let ds: readonly KeyId[] = [];
  const steps: Served[] = [];
  const here = () => ({ folder, now: now * 1000, version: '1.0.0' });

  const write = (changed: { keys?: string; dnssec?: string }): void => {
    if (changed.keys !== undefined) {
      const policy = `dnssec: { policies: { default: { ${changed.keys}, ${times}, rollover: { zsk: 30d } } } }\n`;
      writeFileSync(join(folder, 'zonewright.yaml'), policy);
    }
    if (changed.dnssec !== undefined) {
      const head = `ttl: 1h\nsoa: { primary: ns1.example.net., contact: hostmaster@example.net }\ndnssec: ${changed.dnssec}\n`;
      const records = 'records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n  www: { A: 192.0.2.1 }\n';
      writeFileSync(join(folder, 'zones/example.com.yaml'), head + records);
    }
  };
  write({ keys, dnssec });

  const status = async (): Promise<ZoneStatus> => {
    const [zone] = succeed(await statusOfKeys(here(), { zones: ['example.com'], release: out })).zones;
    return zone as ZoneStatus;
  };

  /** Builds a release, and has it judged with every DS that a resolver may have. */
  const build = async (): Promise<Served> => {
    const built = await buildRelease(here(), { out });
    if (built.kind !== 'built') throw new Error(JSON.stringify(built));
    const path = join(out, 'zones/example.com.zone');
    const text = readFileSync(path, 'latin1');
    const lines = text.split('\n').filter((line) => line.includes(' RRSIG '));
    expect(lines).toEqual([...new Set(lines)]);
    const { rrsets } = readRRsets({ name: path, octets: fromText(text) }, { apex });
    const atApex = (type: number) => rrsets.get(apex)?.find((rrset) => rrset.type === type)?.rdatas ?? [];
    const dnskeys = atApex(48);
    const signatures = atApex(46).map(readRrsig);
    const ids = signatures.filter(({ covered }) => covered === 6).map(({ algorithm, tag }) => keyId(algorithm, tag));
    const served = { dnskeys: [] as KeyId[], signers: ids.sort(), ds };
    if (dnskeys.length > 0) {
      const stored = readFileSync(join(folder, '.zonewright/keys/example.com/keys.json'), 'utf8');
      const known = readZoneKeys(stored, apex, 'keys.json');
      served.dnskeys.push(...known.keys.filter(({ dnskey }) => dnskeys.includes(dnskey)).map(({ id }) => id));
      expect(served.dnskeys).toHaveLength(dnskeys.length);
      const versions = [...(known.progress?.chain.ds ?? []), ...(known.progress?.wanted ?? []), { keys: ds }];
      for (const version of versions) {
        const anchors = known.keys.filter(({ id }) => version.keys.includes(id));
        const rdatas = anchors.map(({ dnskey }) => dsOf(apex, dnskey, 2));
        const facts = { now, ...(rdatas.length > 0 && { ds: rdatas }) };
        // A new algorithm signs before its key is published (RFC 6781 section 4.1.4).
        const faults = verifyZone(apex, rrsets, facts).map(({ message }) => message);
        expect(faults.filter((message) => !message.endsWith('of which the zone has no DNSKEY'))).toEqual([]);
      }
      for (const [tool, args] of [
        ['ldns-verify-zone', [path]],
        ['dnssec-verify', ['-z', '-q', '-o', 'example.com', path]],
      ] as const) {
        const { status: result, stdout, stderr } = await runTool(tool, args);
        expect([tool, result, `${stdout}${stderr}`]).toEqual([tool, 0, expect.anything()]);
      }
    } else {
      expect(signatures).toEqual([]);
      expect(ds).toEqual([]);
    }
    if (JSON.stringify(steps.at(-1)) !== JSON.stringify(served)) steps.push(served);
    return served;
  };

  return {
    folder,
    steps,
    status,
    build,
    write,
    pass(seconds: number): void {
      now += seconds;
    },
    generate: async () => succeed(await generateKeys(here(), { zones: ['example.com'] })),
    roll: (options: Partial<RollOptions> = {}) =>
      rollKeys(here(), { zones: ['example.com'], release: out, ...options }),
    confirm: (names: readonly string[]) => confirmDs(here(), { zone: 'example.com', ds: names, release: out }),
    /** Does what status says until nothing is waited for, and gives what was served meanwhile, each once. */
    async settle(): Promise<readonly Served[]> {
      steps.length = 0;
      for (let turn = 0; turn < 40; turn++) {
        await build();
        const { waits, wanted = [], nextBuild, alarms } = await status();
        expect(alarms).toEqual([]);
        if (waits.length === 0) return [...steps];
        const times = waits.flatMap(({ until }) => until ?? []);
        if (waits.some(({ what }) => what === 'parent')) {
          // The registry takes its time.
          now += 5 * HOUR;
          ds = wanted;
          succeed(await confirmDs(here(), { zone: 'example.com', ds, release: out }));
        } else if (times.length > 0) {
          expect(nextBuild).toBe(Math.min(...times));
          now = Math.min(...times);
        } else {
          expect(waits.map(({ what }) => what)).toEqual(['build']);
          now += HOUR;
        }
      }
      throw new Error(`it does not end: ${JSON.stringify((await status()).waits)}`);
    },
  };
}

const tools = needs('ldns-verify-zone', 'dnssec-verify');

describe.skipIf(tools)('a roll-over through builds', () => {
  it('of a combined key goes by way of the parent', async () => {
    const { generate, settle, roll } = world('keys: csk');
    await generate();
    const secure = await settle();
    const [first] = secure.at(-1)?.dnskeys ?? [];
    expect(secure).toEqual([
      { dnskeys: [first], signers: [first], ds: [] },
      { dnskeys: [first], signers: [first], ds: [first] },
    ]);
    const rolled = succeed(await roll());
    const [second] = rolled.zones[0]?.made.map(({ id }) => id) ?? [];
    expect(rolled.zones[0]?.leaving.map(({ id }) => id)).toEqual([first]);
    expect(rolled.zones[0]?.status.waits).toMatchObject([{ what: 'build' }]);
    const both = [first, second];
    expect(await settle()).toEqual([
      { dnskeys: both, signers: [first], ds: [first] },
      { dnskeys: both, signers: [second], ds: [first] },
      { dnskeys: both, signers: [second], ds: [second] },
      { dnskeys: [second], signers: [second], ds: [second] },
    ]);
  });

  it('of a ZSK leaves the parent alone, and comes when it is due', async () => {
    const { generate, settle, roll, pass, status, build } = world('keys: ksk+zsk, denial: nsec3');
    await generate();
    const { dnskeys = [], ds } = (await settle()).at(-1) ?? {};
    const [ksk, zsk] = dnskeys;
    expect(succeed(await roll({ zones: [], due: true })).zones).toEqual([]);
    pass(30 * DAY);
    await build();
    expect((await status()).waits).toMatchObject([{ what: 'keys', todo: expect.stringContaining('keys roll') }]);
    const [rolled] = succeed(await roll({ zones: [], due: true })).zones;
    const [next] = rolled?.made.map(({ id, role }) => (role === 'zsk' ? id : undefined)) ?? [];
    expect(rolled?.made).toHaveLength(1);
    expect(await settle()).toEqual([
      { dnskeys: [ksk, zsk, next], signers: [zsk], ds },
      { dnskeys: [ksk, zsk, next], signers: [next], ds },
      { dnskeys: [ksk, next], signers: [next], ds },
    ]);
    expect(succeed(await roll({ zones: [], due: true })).zones).toEqual([]);
  });

  it('over and over leaves no more keys than the store can hold, the last of which signs', async () => {
    const { generate, settle, roll, build, folder } = world('keys: ksk+zsk');
    await generate();
    await settle();
    for (let i = 0; i < 60; i++) expect(await roll({ role: 'zsk', again: true })).toMatchObject({ kind: 'rolled' });
    const text = readFileSync(join(folder, '.zonewright/keys/example.com/keys.json'), 'utf8');
    const { keys } = readZoneKeys(text, apex, 'keys.json');
    expect(keys.length).toBeLessThanOrEqual(50);
    const halves = readdirSync(join(folder, '.zonewright/keys/example.com')).filter((name) => name.endsWith('.pem'));
    expect(halves).toHaveLength(keys.length);
    await build();
    expect((await settle()).at(-1)?.signers).toEqual([keys.at(-1)?.id]);
  });

  it('are refused where too many of them are under way', async () => {
    const { generate, settle, roll, build } = world('keys: csk');
    await generate();
    await settle();
    const messages: (string | undefined)[] = [];
    for (let i = 0; i < 25 && messages.length === 0; i++) {
      const rolled = await roll({ again: true });
      if (rolled.kind === 'failure') messages.push(rolled.message);
      else await build();
    }
    expect(messages).toEqual([expect.stringContaining('has 24 keys or more that resolvers may know')]);
  });

  it('of a KSK leaves the signatures alone', async () => {
    const { generate, settle, roll } = world('keys: ksk+zsk');
    await generate();
    const [ksk, zsk] = (await settle()).at(-1)?.dnskeys ?? [];
    const [rolled] = succeed(await roll({ role: 'ksk' })).zones;
    const [next] = rolled?.made.map(({ id }) => id) ?? [];
    const steps = await settle();
    expect(new Set(steps.flatMap(({ signers }) => signers))).toEqual(new Set([zsk]));
    expect(steps.map(({ dnskeys, ds }) => [dnskeys, ds])).toEqual([
      [[ksk, zsk, next], [ksk]],
      [[ksk, zsk, next], [next]],
      [[zsk, next], [next]],
    ]);
  });

  it('to another algorithm and other roles signs with both first', async () => {
    const { generate, settle, roll, write, build, steps: taken } = world('keys: csk, algorithm: 13');
    await generate();
    const [old] = (await settle()).at(-1)?.dnskeys ?? [];
    taken.length = 0;
    write({ keys: 'keys: ksk+zsk, algorithm: 15' });
    const [rolled] = succeed(await roll({ zones: [], due: true })).zones;
    const [ksk, zsk] = rolled?.made.map(({ id }) => id) ?? [];
    expect(rolled?.made.map(({ role, algorithm }) => [role, algorithm])).toEqual([
      ['ksk', 15],
      ['zsk', 15],
    ]);
    // A change of mind waits for its turn.
    write({ keys: 'keys: csk, algorithm: 14' });
    await build();
    expect(succeed(await roll({ zones: [], due: true })).later).toEqual(['example.com.']);
    write({ keys: 'keys: ksk+zsk, algorithm: 15' });
    const steps = [...taken, ...(await settle())];
    expect(steps).toContainEqual({ dnskeys: [old], signers: [old, zsk].sort(), ds: [old] });
    const published = steps.findIndex(({ dnskeys }) => dnskeys.length > 1);
    expect(steps.slice(0, published).every(({ signers }) => signers.length === 2)).toBe(true);
    expect(steps.at(-1)).toEqual({ dnskeys: [ksk, zsk], signers: [zsk], ds: [ksk] });
  });

  it('to unsigned takes the DS away first, and to signed again brings it back', async () => {
    const { generate, settle, write, status, build } = world('keys: csk');
    await generate();
    const [key] = (await settle()).at(-1)?.dnskeys ?? [];
    write({ dnssec: 'false' });
    const steps = await settle();
    expect(steps).toEqual([
      { dnskeys: [key], signers: [key], ds: [key] },
      { dnskeys: [key], signers: [key], ds: [] },
      { dnskeys: [], signers: [], ds: [] },
    ]);
    expect((await status()).policy).toBeUndefined();
    write({ dnssec: 'default' });
    await build();
    // Resolvers know it unsigned, so the DS has to wait once more.
    expect(await status()).toMatchObject({ wanted: [], waits: [{ what: 'caches' }] });
    expect((await settle()).at(-1)).toEqual({ dnskeys: [key], signers: [key], ds: [key] });
  });
});

describe('keys roll', () => {
  it('is refused while one is under way, where nothing is signed, and for roles that the policy has not', async () => {
    const { generate, build, roll, write } = world('keys: csk');
    expect(await roll({ release: undefined as never, zones: ['example.com'] })).toMatchObject({ kind: 'failure' });
    await generate();
    await build();
    expect(await roll({ role: 'zsk' })).toMatchObject({ kind: 'failure', status: 'refused' });
    expect(await roll({ zones: [] })).toMatchObject({ kind: 'failure', status: 'usage' });
    expect(await roll({ due: true, role: 'csk' })).toMatchObject({ kind: 'failure', status: 'usage' });
    succeed(await roll());
    expect(await roll()).toMatchObject({ kind: 'failure', message: expect.stringContaining('still under way') });
    expect(succeed(await roll({ again: true })).zones).toHaveLength(1);
    write({ keys: 'keys: csk, algorithm: 15' });
    expect(succeed(await roll({ zones: [], due: true }))).toMatchObject({ zones: [], later: ['example.com.'] });
    write({ dnssec: 'false' });
    expect(await roll()).toMatchObject({ kind: 'failure', message: 'example.com. is not to be signed' });
  });

  it('replaces keys of another algorithm together', async () => {
    const { generate, build, roll, write } = world('keys: ksk+zsk');
    await generate();
    await build();
    write({ keys: 'keys: ksk+zsk, algorithm: 15' });
    expect(await roll({ role: 'zsk' })).toMatchObject({ kind: 'failure', fix: 'leave --role out' });
    const [rolled] = succeed(await roll()).zones;
    expect(rolled?.made.map(({ dnskey }) => readDnskey(dnskey).algorithm)).toEqual([15, 15]);
  });
});

describe('without a key store that lasts, as in CI', () => {
  it('is told by the release how far it is', async () => {
    const { generate, build, roll, status, pass, folder } = world('keys: ksk+zsk');
    await generate();
    const path = join(folder, '.zonewright/keys/example.com/keys.json');
    const committed = readFileSync(path);
    await build();
    writeFileSync(path, committed);
    const { wanted, waits, keys } = await status();
    expect([wanted, waits.map(({ what }) => what)]).toEqual([[], ['caches']]);
    expect(keys.map(({ state }) => state)).toEqual(['published', 'active']);
    expect(succeed(await roll({ zones: [], due: true })).zones).toEqual([]);
    pass(30 * DAY);
    expect(succeed(await roll({ zones: [], due: true })).zones).toHaveLength(1);
    // What was decided is in the store, and what builds did is not made up there.
    const decided = readZoneKeys(readFileSync(path, 'utf8'), apex, 'keys.json');
    expect(decided.keys.map(({ role, goal }) => [role, goal])).toEqual([
      ['ksk', 'use'],
      ['zsk', 'retire'],
      ['zsk', 'use'],
    ]);
    expect(decided.progress).toBeUndefined();
  });
});

describe('keys confirm', () => {
  it('takes ids and tags of keys that can have a DS', async () => {
    const { generate, build, confirm, status } = world('keys: ksk+zsk');
    await generate();
    await build();
    const [ksk, zsk] = (await status()).keys.map(({ key }) => key);
    for (const name of ['99-00001', 'ksk', '', String(zsk?.tag), '65536']) {
      expect(await confirm([name])).toMatchObject({
        kind: 'failure',
        status: 'usage',
        fix: expect.stringContaining(ksk?.id ?? ''),
      });
    }
    for (const name of [ksk?.id ?? '', String(ksk?.tag)]) {
      const { status: after } = succeed(await confirm([name]));
      expect(after.seen).toMatchObject({ keys: [ksk?.id], by: 'operator', ttl: DAY });
    }
    expect(succeed(await confirm([])).status.seen?.keys).toEqual([]);
  });
});
