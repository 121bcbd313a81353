import type { DnssecPolicy } from '../dns/dnssec/policy.ts';
import type { DomainName } from '../dns/name.ts';
import { printTime } from '../dns/timestamp.ts';
import type { ParentSight } from './chain.ts';
import type { KeyId, ZoneKey } from './key.ts';
import { sameKeys } from './rollover/gate.ts';
import type { Sighting } from './sight.ts';
import type { ZoneKeys } from './zone-keys.ts';

/** Something about a signed zone that somebody has to look after before resolvers stop to answer for it. */
export interface Alarm {
  readonly reason:
    | 'expired'
    | 'expiring'
    | 'overdue'
    | 'key-unusable'
    | 'foreign-ds'
    | 'ds-without-key'
    | 'parent-late'
    | 'clock';
  /** `error`: resolvers that validate take the zone for broken, or soon will, or may. */
  readonly severity: 'error' | 'warning';
  /** One sentence that names the zone. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix: string;
}

/** What alarms are told from. Times are seconds since 1970. */
export interface AlarmFacts {
  readonly now: number;
  readonly policy: Pick<DnssecPolicy, 'signatures'>;
  /** When the first signature of the release that is served expires; `undefined`: the zone is not signed. */
  readonly expires: number | undefined;
  readonly zoneKeys: ZoneKeys;
  /** What stands at the parent, where it was just asked for; else what was last recorded counts. */
  readonly sighting?: Sighting | undefined;
  /** What is wrong with the keys in the store, where somebody has looked. */
  readonly keyFaults?: readonly KeyFault[] | undefined;
}

/** Why builds cannot sign with a key, and what to do: a sentence each. */
export type KeyFault = Pick<Alarm, 'message' | 'fix'>;

const DAY = 86400;
/** Clocks of several machines differ by so much without anything being wrong, seconds. */
const CLOCK_SLACK = 300;
/** A zone that was not signed for so long is rarer than a clock that is wrong, seconds. */
const LONG = 366 * DAY;

/** What is wrong with a signed zone, errors first. */
export function alarmsOf(facts: AlarmFacts): Alarm[] {
  const { zoneKeys, sighting } = facts;
  const sight = sighting === undefined ? zoneKeys.parent : sighting.kind === 'sight' ? sighting.sight : undefined;
  const alarms = [...clockAlarms(facts), ...expiryAlarms(facts), ...keyAlarms(facts), ...lateAlarms(facts, sight)];
  if (sight !== undefined) alarms.push(...chainAlarms(zoneKeys, sight));
  if (sighting?.kind === 'foreign') {
    alarms.push({ reason: 'foreign-ds', severity: 'error', message: sighting.message, fix: sighting.fix });
  }
  return alarms.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}

/** When alarms begin that are not there yet, where nothing else happens: seconds since 1970. Some may be past. */
export function alarmMoments({
  policy,
  expires,
  zoneKeys: { progress },
}: Pick<AlarmFacts, 'policy' | 'expires' | 'zoneKeys'>): number[] {
  const { refresh } = policy.signatures;
  const left = [refresh - toleranceOf(policy), expiringSoon(policy), 0];
  const ofSignatures = expires === undefined ? [] : left.map((before) => expires - before);
  if (progress === undefined) return ofSignatures;
  const asked = progress.wanted.map(({ since }) => since + LATE);
  return [...ofSignatures, ...asked, progress.signed + LONG + 1];
}

/** How long before the end signatures that were not renewed are an error, seconds. */
function expiringSoon({ signatures: { refresh } }: AlarmFacts['policy']): number {
  return Math.min(2 * DAY, refresh / 2);
}

/**
 * A build renews what has less than `refresh` left, so signatures that are much closer to their end tell that no build has
 * come. It is a warning after a day (with a short `refresh`: a fifth of it), and an error two days (half of `refresh`)
 * before the end.
 */
function expiryAlarms({ now, policy, expires, zoneKeys: { zone } }: AlarmFacts): Alarm[] {
  if (expires === undefined) return [];
  const { refresh } = policy.signatures;
  const left = expires - now;
  const fix = `run "zonewright build" and roll the release out, and see why that was not done on schedule`;
  const signatures = `signatures of ${zone}`;
  if (left <= 0) {
    const message = `${signatures} have expired at ${printTime(expires)}: resolvers that validate do not answer for it`;
    return [{ reason: 'expired', severity: 'error', message, fix }];
  }
  const expire = `expire at ${printTime(expires)}, in ${spanText(left)}`;
  if (left <= expiringSoon(policy)) {
    return [{ reason: 'expiring', severity: 'error', message: `${signatures} ${expire}`, fix }];
  }
  if (left <= refresh - toleranceOf(policy)) {
    const message = `${signatures} should have been renewed ${spanText(refresh - left)} ago, and ${expire}`;
    return [{ reason: 'overdue', severity: 'warning', message, fix }];
  }
  return [];
}

/** How long after their time signatures may be renewed without an alarm, seconds. */
export function toleranceOf({ signatures: { refresh } }: AlarmFacts['policy']): number {
  return Math.min(DAY, refresh / 5);
}

/**
 * Something that has happened after now: one of the clocks is wrong, and so may be every time that is waited for. Or nothing
 * has happened for years: then what is signed now may begin in the future.
 */
function clockAlarms({ now, zoneKeys, sighting }: AlarmFacts): Alarm[] {
  const { zone, keys, parent, progress } = zoneKeys;
  const seen = sighting?.kind === 'sight' ? sighting.sight : parent;
  const happened: (readonly [string, number])[] = keys.map(({ id, created }) => [`the key ${id} was made`, created]);
  if (progress !== undefined) happened.push(['the last release was signed', progress.signed]);
  // What a release says about its own parent zone holds from the time on at which every server has it.
  if (seen !== undefined && seen.by !== 'release') happened.push(["the parent's DS was seen", seen.at]);
  const last = happened.reduce((latest, each) => (each[1] > latest[1] ? each : latest), ['', 0] as const);
  if (last[1] > now + CLOCK_SLACK) {
    return [
      {
        reason: 'clock',
        severity: 'error',
        message: `the clock says ${printTime(now)}, but for ${zone} ${last[0]} at ${printTime(last[1])}`,
        fix: 'set the clock; if it was wrong at that time and is right now, wait until then or remake what was made then',
      },
    ];
  }
  if (progress === undefined || now - progress.signed <= LONG) return [];
  return [
    {
      reason: 'clock',
      severity: 'warning',
      message: `the clock says ${printTime(now)}, ${spanText(now - progress.signed)} after ${zone} was last signed`,
      fix: 'see that the clock is right before a release is made: signatures that begin in the future are of no use',
    },
  ];
}

/** Builds come to know of such faults only when a signature is due, which may be days later, and too late for a backup. */
function keyAlarms({ zoneKeys: { zone }, keyFaults = [] }: AlarmFacts): Alarm[] {
  return keyFaults.map(({ message, fix }) => {
    return { reason: 'key-unusable', severity: 'error', message: `${zone} cannot be signed: ${message}`, fix };
  });
}

/** Whether builds sign with a key, or will. One that is to go signs for as long as resolvers may have it. */
export function isNeeded({ id, role, goal }: ZoneKey, { progress }: ZoneKeys): boolean {
  const times = progress?.times.get(id);
  if (goal === 'use') return true;
  if (times?.published === undefined || times.removed !== undefined) return false;
  return role !== 'zsk' || times.retired === undefined;
}

/** Parents need days at most; after so long something is wrong, seconds. */
const LATE = 7 * DAY;

/** The parent was asked for other DS long ago, and was not seen to have them: the roll-over waits, whatever builds do. */
function lateAlarms({ now, zoneKeys: { zone, progress } }: AlarmFacts, sight: ParentSight | undefined): Alarm[] {
  const asked = progress?.wanted.at(-1);
  if (progress === undefined || asked === undefined || now - asked.since < LATE) return [];
  const existing = sight ?? progress.chain.ds.at(-1);
  if (existing === undefined || sameKeys(existing.keys, asked.keys)) return [];
  const what = asked.keys.length === 0 ? 'to have no DS' : `for the DS of ${asked.keys.join(' and ')}`;
  return [
    {
      reason: 'parent-late',
      severity: 'warning',
      message: `the parent of ${zone} was asked ${what} at ${printTime(asked.since)}, ${spanText(now - asked.since)} ago, and was not seen to do it`,
      fix: `see at the registrar whether it got there ("zonewright ds" prints it), then run "zonewright keys status --ask-parent"; until then the keys stay as they are`,
    },
  ];
}

/** DS at the parent whose key is not in the zone as it was last released. */
function chainAlarms({ zone, progress }: ZoneKeys, sight: ParentSight): Alarm[] {
  const published = new Set(progress?.chain.dnskey.at(-1)?.keys);
  const missing = sight.keys.filter((id) => !published.has(id));
  return missing.map((id) => {
    // A zone without any key of an algorithm that has a DS is broken (RFC 4035 section 2.2).
    const covered = sight.keys.some((other) => published.has(other) && algorithmOf(other) === algorithmOf(id));
    return {
      reason: 'ds-without-key',
      severity: covered ? 'warning' : 'error',
      message: `the parent of ${zone} has a DS of the key ${id}, which is not in the last release`,
      fix: covered
        ? 'have that DS removed at the parent if no roll-over waits for its key'
        : whatToDo(zone, progress === undefined || published.size === 0),
    };
  });
}

function whatToDo(zone: DomainName, unsigned: boolean): string {
  return unsigned
    ? `have the DS removed at the parent at once, or sign ${zone} with that key: run "zonewright build"`
    : `have the DS removed at the parent, or bring the key back: resolvers that validate may not answer for ${zone}`;
}

function algorithmOf(id: KeyId): string {
  return id.slice(0, 2);
}

/** `3 days`, `5 hours`, `1 minute`: rounded down to the largest unit that there is one of. */
function spanText(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [DAY, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  const [unit, name] = units.find(([size]) => seconds >= size) ?? [1, 'second'];
  const count = Math.floor(seconds / unit);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
