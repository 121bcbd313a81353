import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { octets } from '../../src/dns/octets.ts';
import { type AlarmFacts, alarmsOf } from '../../src/dnssec/alarm.ts';
import type { ParentSight } from '../../src/dnssec/chain.ts';
import { type KeyId, keyId, type ZoneKey } from '../../src/dnssec/key.ts';
import type { Progress, ZoneKeys } from '../../src/dnssec/zone-keys.ts';

const HOUR = 3600;
const DAY = 86400;
const now = 1_800_000_000;
const zone = parseName('example.com.');
const [one, two, other] = [keyId(13, 1), keyId(13, 2), keyId(15, 3)];
const signatures = { lifetime: 14 * DAY, jitter: 12 * HOUR, refresh: 5 * DAY, inception: HOUR };

function key(id: KeyId, created = now - 100 * DAY): ZoneKey {
  const algorithm = id.startsWith('13') ? 13 : 15;
  return { id, zone, role: 'csk', algorithm, tag: Number(id.slice(3)), dnskey: octets(''), created, goal: 'use' };
}

function progress(published: readonly KeyId[], signed = now - HOUR): Progress {
  const version = { since: now - 50 * DAY, until: undefined, ttl: HOUR };
  const keys = { ...version, keys: published };
  const chain = { ds: [{ ...version, keys: [] }], dnskey: [{ ...version, keys: [other] }, keys], signatures: [keys] };
  return { chain, wanted: [{ keys: [], since: now - HOUR }], times: new Map(), signed, serial: 1 };
}

function sight(keys: readonly KeyId[], at = now - HOUR): ParentSight {
  return { keys, at, ttl: DAY, by: 'query' };
}

function alarms(facts: Partial<Omit<AlarmFacts, 'zoneKeys'>>, keys: Partial<ZoneKeys> = {}) {
  const zoneKeys = { zone, keys: [key(one)], parent: undefined, progress: progress([one]), ...keys };
  return alarmsOf({ now, policy: { signatures }, expires: now + 9 * DAY, ...facts, zoneKeys });
}

const brief = (facts: Partial<Omit<AlarmFacts, 'zoneKeys'>>, keys: Partial<ZoneKeys> = {}) =>
  alarms(facts, keys).map(({ reason, severity }) => `${severity} ${reason}`);

describe('alarms about signatures', () => {
  it.each([
    ['fresh', 14 * DAY, []],
    ['due since a moment', 5 * DAY - 1, []],
    ['due since less than a day', 4 * DAY + 1, []],
    ['due since a day', 4 * DAY, ['warning overdue']],
    ['close to two days of the end', 2 * DAY + 1, ['warning overdue']],
    ['within two days of the end', 2 * DAY, ['error expiring']],
    ['at the last second', 1, ['error expiring']],
    ['at the end', 0, ['error expired']],
    ['long gone', -30 * DAY, ['error expired']],
  ])('%s', (_, left, expected) => {
    expect(brief({ expires: now + left })).toEqual(expected);
  });

  it.each([
    [49 * 60, []],
    [48 * 60, ['warning overdue']],
    [30 * 60, ['error expiring']],
  ])('come later where signatures are renewed late: %i seconds before the end', (left, expected) => {
    const policy = { signatures: { ...signatures, refresh: HOUR } };
    expect(brief({ policy, expires: now + left })).toEqual(expected);
  });

  it('say when and what to do', () => {
    expect(alarms({ expires: now + 3 * DAY + 5 })).toEqual([
      {
        reason: 'overdue',
        severity: 'warning',
        message:
          'signatures of example.com. should have been renewed 1 day ago, and expire at 2027-01-18T08:00:05Z, in 3 days',
        fix: 'run "zonewright build" and roll the release out, and see why that was not done on schedule',
      },
    ]);
    expect(alarms({ expires: now + HOUR })[0]?.message).toContain('in 1 hour');
  });

  it('are none for a zone that is not signed', () => {
    expect(brief({ expires: undefined }, { progress: undefined })).toEqual([]);
  });
});

describe('alarms about the parent', () => {
  it('are none while every DS has its key', () => {
    expect(brief({}, { parent: sight([one]) })).toEqual([]);
    expect(brief({}, { parent: sight([]) })).toEqual([]);
  });

  it('tell of a DS whose key is not in the zone', () => {
    expect(brief({}, { parent: sight([one, two]) })).toEqual(['warning ds-without-key']);
    expect(brief({}, { parent: sight([two]) })).toEqual(['error ds-without-key']);
    expect(brief({}, { parent: sight([one, other]) })).toEqual(['error ds-without-key']);
    expect(brief({}, { parent: sight([one]), progress: undefined })).toEqual(['error ds-without-key']);
    expect(brief({}, { parent: sight([one]), progress: progress([]) })).toEqual(['error ds-without-key']);
  });

  it('take what was just seen for what is true', () => {
    const parent = sight([two]);
    expect(brief({ sighting: { kind: 'sight', sight: sight([one]) } }, { parent })).toEqual([]);
    const foreign = { kind: 'foreign', ds: [], message: 'a DS of somebody', fix: 'see' } as const;
    expect(alarms({ sighting: foreign }, { parent })).toEqual([
      { reason: 'foreign-ds', severity: 'error', message: 'a DS of somebody', fix: 'see' },
    ]);
  });

  it('come errors first', () => {
    const facts = {
      expires: now + 3 * DAY,
      sighting: { kind: 'foreign', ds: [], message: 'a DS', fix: 'see' },
    } as const;
    expect(brief(facts)).toEqual(['error foreign-ds', 'warning overdue']);
  });
});

describe('alarms about the clock', () => {
  it('tell of what will only have happened', () => {
    expect(brief({}, { progress: progress([one], now + HOUR) })).toEqual(['error clock']);
    expect(brief({}, { progress: progress([one], now + 60) })).toEqual([]);
    expect(brief({}, { keys: [key(one, now + DAY)] })).toEqual(['error clock']);
    expect(brief({}, { parent: sight([one], now + DAY) })).toEqual(['error clock']);
    expect(alarms({ now: 0, expires: now + 5 * DAY })[0]?.message).toBe(
      'the clock says 1970-01-01T00:00:00Z, but for example.com. the last release was signed at 2027-01-15T07:00:00Z',
    );
  });

  it('doubt a clock that says that nothing was signed for years', () => {
    expect(brief({ now: now + 3000 * DAY })).toEqual(['error expired', 'warning clock']);
  });

  it('know times beyond the calendar', () => {
    expect(alarms({}, { keys: [key(one, 1e300)] })[0]?.message).toContain('9999-12-31T23:59:59Z');
  });
});

describe('alarms about a parent that lets a roll-over wait', () => {
  const asked = (since: number) => ({ ...progress([one, two]), wanted: [{ keys: [two], since }] });
  const facts = { policy: { signatures }, expires: now + 9 * DAY, now };

  it('come a week after it was asked, and say since when', () => {
    const zoneKeys = { zone, keys: [key(one), key(two)], parent: sight([one]), progress: asked(now - 8 * DAY) };
    expect(alarmsOf({ ...facts, zoneKeys })).toMatchObject([
      {
        reason: 'parent-late',
        severity: 'warning',
        message: expect.stringContaining('for the DS of 13-00002 at 2027-01-07'),
      },
    ]);
    expect(alarmsOf({ ...facts, zoneKeys: { ...zoneKeys, progress: asked(now - 6 * DAY) } })).toEqual([]);
    expect(alarmsOf({ ...facts, zoneKeys: { ...zoneKeys, parent: sight([two]) } })).toEqual([]);
    expect(alarmsOf({ ...facts, zoneKeys: { ...zoneKeys, parent: undefined } })).toHaveLength(1);
  });
});
