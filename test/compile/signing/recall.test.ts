import { beforeAll, describe, expect, it } from 'vitest';
import type { ZoneToSign } from '../../../src/compile/signing/desk.ts';
import type { KeySource } from '../../../src/compile/signing/judge.ts';
import { openSigningDesk } from '../../../src/compile/signing/open-desk.ts';
import { openSettledZones } from '../../../src/compile/signing/settled.ts';
import { parseName } from '../../../src/dns/name.ts';
import { generateKeyPairs } from '../../../src/dnssec/generate.ts';
import type { ZoneKeys } from '../../../src/dnssec/zone-keys.ts';
import { usualPolicy } from '../../../src/zone/document/policy.ts';

const NOW = 1_800_000_000;
const apex = parseName('example.com.');
const zone: ZoneToSign = { apex, signedBy: 'default', isPresigned: false };
let keys: ZoneKeys;

beforeAll(async () => {
  const pairs = await generateKeyPairs({ zone: apex, algorithm: 13, rsaBits: 0, now: NOW - 100 }, ['csk'], []);
  keys = { zone: apex, keys: pairs.map(({ key }) => key), parent: undefined, progress: undefined };
});

/** A desk that remembers, and how often the keys of the zone were read at it. */
function newDesk(
  settled = openSettledZones(undefined),
  { now = NOW, mark = 'as they were', policy = usualPolicy } = {},
) {
  const read = { times: 0 };
  const source: KeySource = {
    zones: () => [apex],
    mark: () => mark,
    read() {
      read.times++;
      return keys;
    },
    privateKey: () => Promise.reject(new Error('nothing is signed')),
    write: () => Promise.resolve(),
  };
  const desk = openSigningDesk({
    keys: source,
    zones: new Map([[apex, undefined]]),
    policies: new Map([['default', policy]]),
    signedBy: () => 'default',
    prefetch: () => Promise.resolve(),
    now,
    record: false,
    settled,
  });
  return { desk, read, settled };
}

describe('how a zone is signed', () => {
  it('is known for the next release without its keys being read', () => {
    const before = newDesk();
    expect(before.desk.recall(zone)).toBeUndefined();
    const prepared = before.desk.prepare(zone);
    const { desk, read } = newDesk(before.settled);
    expect(desk.recall(zone)).toEqual(prepared);
    expect(read.times).toBe(0);
  });

  it.each([
    ['its keys are others', { mark: 'otherwise' }, zone],
    ['its policy says something else', { policy: { ...usualPolicy, denial: 'nsec3' as const } }, zone],
    ['the clock runs backwards', { now: NOW - 1 }, zone],
    // The moment at which resolvers have forgotten the zone without signatures.
    ['the next step of a roll-over is safe', { now: NOW + 30 * 86400 }, zone],
    ['no policy signs it', {}, { ...zone, signedBy: undefined }],
    ['somebody else signs it', {}, { ...zone, isPresigned: true }],
  ])('has to be found out where %s', (_, now, asked) => {
    const before = newDesk();
    before.desk.prepare(zone);
    expect(newDesk(before.settled, now).desk.recall(asked)).toBeUndefined();
  });
});
