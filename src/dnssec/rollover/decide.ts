import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import type { Version } from '../chain.ts';
import { type KeyRole, signsZone, type ZoneKey } from '../key.ts';
import type { ZoneKeys } from '../zone-keys.ts';
import { forget } from './gate.ts';

/** The roles of the keys that a policy asks for. */
export function rolesOf({ keys }: Pick<DnssecPolicy, 'keys'>): readonly KeyRole[] {
  return keys === 'csk' ? ['csk'] : ['ksk', 'zsk'];
}

/** The roles for which a zone has no key in use of the algorithm that the policy asks for. */
export function missingRoles(keys: readonly ZoneKey[], policy: Pick<DnssecPolicy, 'keys' | 'algorithm'>): KeyRole[] {
  return rolesOf(policy).filter(
    (role) => !keys.some((key) => key.goal === 'use' && key.role === role && key.algorithm === policy.algorithm),
  );
}

/** Begins a roll-over: the new keys are used, and those go that do the same. */
export function startRoll(zoneKeys: ZoneKeys, added: readonly ZoneKey[]): ZoneKeys {
  const replaced = replacedBy(
    added.map(({ role }) => role),
    zoneKeys.keys,
  );
  const kept = zoneKeys.keys.map((key): ZoneKey => (replaced.has(key.role) ? { ...key, goal: 'retire' } : key));
  return { ...zoneKeys, keys: [...kept, ...added] };
}

function replacedBy(roles: readonly KeyRole[], keys: readonly ZoneKey[]): Set<KeyRole> {
  if (roles.includes('csk')) return new Set<KeyRole>(['csk', 'ksk', 'zsk']);
  const replaced = new Set<KeyRole>(roles);
  const used = keys.filter(({ goal }) => goal === 'use');
  const has = (role: KeyRole): boolean => roles.includes(role) || used.some((key) => key.role === role);
  if (has('ksk') && has('zsk')) replaced.add('csk');
  return replaced;
}

/** Whether a resolver may still know a key that is to go, or the parent have its DS. `now` is in seconds since 1970. */
export function isRolling(zoneKeys: ZoneKeys, role: KeyRole, now: number): boolean {
  return versionsLeaving(zoneKeys, now, role).length > 0;
}

/**
 * When the roll-over that is under way is over, seconds since 1970; `undefined` where none is, or where it still has steps to
 * take.
 */
export function endOfRoll(zoneKeys: ZoneKeys, now: number): number | undefined {
  const ends = versionsLeaving(zoneKeys, now).map(({ until }) => until ?? Infinity);
  const last = Math.max(0, ...ends);
  return last === 0 || last === Infinity ? undefined : last;
}

/** What resolvers may still know of keys that are to go. */
function versionsLeaving({ keys, progress }: ZoneKeys, now: number, role?: KeyRole): Version[] {
  if (progress === undefined) return [];
  const leaving = keys.filter((key) => key.goal === 'retire' && (role === undefined || key.role === role));
  const { ds, dnskey, signatures } = forget(progress.chain, now);
  return [...ds, ...dnskey, ...signatures].filter((version) => leaving.some(({ id }) => version.keys.includes(id)));
}

/**
 * The roles whose keys have been used for as long as the policy says, early enough that a new key is known everywhere when
 * the time is over. Not where a roll-over of that role is under way. `now` is in seconds since 1970.
 */
export function dueRolls(zoneKeys: ZoneKeys, policy: DnssecPolicy, now: number): KeyRole[] {
  return rolesOf(policy).filter((role) => rollTimes(zoneKeys, policy, role, now).some((time) => time <= now));
}

/** When {@link dueRolls} has something for the first time if nothing else happens, seconds since 1970. */
export function nextRoll(zoneKeys: ZoneKeys, policy: DnssecPolicy, now: number): number | undefined {
  const times = rolesOf(policy).flatMap((role) => rollTimes(zoneKeys, policy, role, now));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** When each key of a role that is used has to begin to go. */
function rollTimes(zoneKeys: ZoneKeys, policy: DnssecPolicy, role: KeyRole, now: number): number[] {
  if (isRolling(zoneKeys, role, now)) return [];
  const period = policy.rollover[role];
  const lead = policy.dnskeyTtl + 2 * policy.propagation;
  const used = zoneKeys.keys.filter((key) => key.goal === 'use' && key.role === role);
  return used.flatMap((key) => {
    const times = zoneKeys.progress?.times.get(key.id);
    const since = signsZone(key) ? times?.active : times?.published;
    const periodEnd = since === undefined || period === undefined ? Infinity : since + period;
    // A key that has a successor goes by itself.
    const end = key.until === undefined || successorOf(key, zoneKeys.keys) !== undefined ? Infinity : key.until;
    const first = Math.min(periodEnd, end);
    return first < Infinity ? [first - lead] : [];
  });
}

/** The keys of a zone, where those are to go whose time is over and that have a successor. */
export function withoutEnded(keys: readonly ZoneKey[], now: number): readonly ZoneKey[] {
  const isOver = (key: ZoneKey): boolean =>
    key.goal === 'use' && key.until !== undefined && key.until <= now && successorOf(key, keys) !== undefined;
  return keys.some(isOver) ? keys.map((key) => (isOver(key) ? { ...key, goal: 'retire' } : key)) : keys;
}

/** Another key in use that does the same and for longer. */
function successorOf(
  { id, role, algorithm, until = Infinity }: ZoneKey,
  keys: readonly ZoneKey[],
): ZoneKey | undefined {
  return keys.find(
    (key) =>
      key.id !== id &&
      key.goal === 'use' &&
      key.role === role &&
      key.algorithm === algorithm &&
      (key.until ?? Infinity) > until,
  );
}
