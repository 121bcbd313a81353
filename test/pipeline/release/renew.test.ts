import { describe, expect, it } from 'vitest';
import { parseName } from '../../../src/dns/name.ts';
import type { Made, WantedRelease } from '../../../src/pipeline/release/make.ts';
import { makeRelease } from '../../../src/pipeline/release/make.ts';
import { openReleaseStore } from '../../../src/pipeline/release/store.ts';
import { scratchFolder, scratchRepository } from '../../git/scratch-repository.ts';
import { freePort } from '../../setup/name-servers.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const zone = parseName('a.example.');

/** The releases of a server that signs one zone, whose clock is moved by hand. */
async function server() {
  const source = scratchRepository();
  const bare = scratchRepository('--bare').folder;
  let now = Math.floor(Date.now() / 1000) * 1000;
  const resolver = `127.0.0.1:${await freePort()}`;
  source.commit(Math.floor(now / 1000), {
    'zonewright.yaml': `dnssec:\n  policies:\n    two: { keys: ksk+zsk, rollover: { zsk: 30d }, parent: { resolvers: ["${resolver}"] } }\n`,
    'zones/a.example.yaml':
      'ttl: 1h\nsoa: { primary: ns1.example.net., contact: hostmaster@example.net }\ndnssec: two\n' +
      'records: { "@": { NS: [ns1.example.net., ns2.example.net.] } }\n',
  });
  source.git('push', '-q', '--force', bare, 'main');
  const store = openReleaseStore({
    repository: bare,
    branch: 'main',
    folder: scratchFolder(),
    now: () => now,
    version: '1.0.0',
  });
  return {
    store,
    make: (wanted: Partial<WantedRelease> = {}): Promise<Made> => makeRelease(store, { signed: [zone], ...wanted }),
    time: () => now,
    goTo(time: number): void {
      now = time;
    },
  };
}

describe('a release at a time at which something is due', () => {
  it('asks the parent, and goes on where it does not answer', async () => {
    const { make, time, goTo } = await server();
    const first = await make();
    expect([first.built.kind, first.renewed]).toEqual(['built', undefined]);
    goTo(time() + 3 * HOUR);
    const { schedule } = await make({ renews: true });
    expect(schedule?.first['ask-parent']).toBe(time());
    const { built, renewed } = await make({ renews: true });
    expect(built.kind).toBe('built');
    expect(renewed).toEqual({
      asked: [{ zone, doubt: expect.stringContaining('nothing listens at') }],
      rolled: [],
      faults: [],
    });
  });

  it('begins the roll-over of a key whose period is over, once', async () => {
    const { make, goTo, store } = await server();
    const { schedule } = await make();
    const due = schedule?.first.roll as number;
    goTo(due - HOUR);
    expect((await make({ renews: true })).renewed?.rolled).toEqual([]);
    goTo(due);
    // A commit does not wait for it.
    expect((await make()).renewed).toBeUndefined();
    const { renewed, built, schedule: after } = await make({ renews: true });
    const keys = store.keyData(zone);
    const made = keys.find(({ role, goal }) => role === 'zsk' && goal === 'use')?.id;
    expect([built.kind, renewed?.rolled]).toEqual(['built', [{ zone, made: [made] }]]);
    expect(keys).toHaveLength(3);
    expect(after?.first.roll ?? Infinity).toBeGreaterThan(due + DAY);
    expect((await make({ renews: true })).renewed?.rolled).toEqual([]);
  });
});
