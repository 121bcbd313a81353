import type { ExistingRelease } from '../../compile/release/place.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { type Alarm, alarmsOf, type KeyFault } from '../../dnssec/alarm.ts';
import type { ParentSight } from '../../dnssec/chain.ts';
import type { KeyId, ZoneKey } from '../../dnssec/key.ts';
import { advance } from '../../dnssec/rollover/advance.ts';
import { dueRolls, endOfRoll, isRolling, missingRoles } from '../../dnssec/rollover/decide.ts';
import { mergeKeys } from '../../dnssec/rollover/merge.ts';
import { type Wait, waiting } from '../../dnssec/rollover/waiting.ts';
import type { Sighting } from '../../dnssec/sight.ts';
import type { Progress, ZoneKeys } from '../../dnssec/zone-keys.ts';
import { keysOfRelease } from '../signing.ts';
import { type KeyState, stateOf } from './list.ts';
import type { ZonePolicy } from './open.ts';

/** A key and where it is on its way. Times are seconds since 1970. */
export interface KeyStatus {
  readonly key: ZoneKey;
  readonly state: KeyState;
  /** When it came into that state. */
  readonly since: number;
  /** Whether builds can sign with its private half; `undefined`: nobody has looked. */
  readonly half: PrivateHalf | undefined;
}

/** How a private half is; `sealed`: whole, but encrypted, and there was no identity to try it with. */
export type PrivateHalf = 'good' | 'sealed' | 'unusable';

/** Something that has to happen before the keys of a zone are as they are wanted. */
export type StatusWait = Omit<Wait, 'what'> & {
  /** `keys`: keys have to be made first. */
  readonly what: Wait['what'] | 'keys';
};

/** How things stand with the keys of a zone. Times are seconds since 1970. */
export interface ZoneStatus {
  readonly zone: DomainName;
  /** The policy by which it is signed; `undefined`: it is not to be signed. */
  readonly policy: string | undefined;
  readonly keys: readonly KeyStatus[];
  /** The keys of which the parent is to have a DS now; `undefined` where the zone was never signed. */
  readonly wanted: readonly KeyId[] | undefined;
  /** The DS that the parent was last seen to have; `undefined` where nobody has looked. */
  readonly seen: ParentSight | undefined;
  readonly waits: readonly StatusWait[];
  readonly alarms: readonly Alarm[];
  /** When the first signature of the release expires; `undefined` where that is not known. */
  readonly expires: number | undefined;
  /** When a build goes on with a roll-over; `undefined` where none is under way, or it waits for somebody. */
  readonly nextStep: number | undefined;
  /** When a build has something to do for the first time; `undefined` where that hangs on somebody, or is not known. */
  readonly nextBuild: number | undefined;
}

/** What a status is told from. */
export interface StatusFacts {
  /** Seconds since 1970. */
  readonly now: number;
  readonly signedBy: ZonePolicy;
  /** The release that is served. */
  readonly release: ExistingRelease | undefined;
  /** What stands at the parent, where it was just asked. */
  readonly sighting?: Sighting | undefined;
  /** What was found out about the private halves. */
  readonly halves?: ReadonlyMap<KeyId, PrivateHalf> | undefined;
  /** What is wrong with the keys in the store. */
  readonly keyFaults?: readonly KeyFault[] | undefined;
}

/** The keys of a zone with what builds have done with them, as the store and the release tell. */
export function knownKeys(stored: ZoneKeys, { now, signedBy, release }: StatusFacts): ZoneKeys {
  return mergeKeys(stored, keysOfRelease(release, stored.zone), now, signedBy.policy.propagation);
}

/** How things stand with the keys that {@link knownKeys} has given. */
export function zoneStatus(known: ZoneKeys, facts: StatusFacts): ZoneStatus {
  const { now, signedBy, release, sighting, halves, keyFaults } = facts;
  const { policy, name } = signedBy;
  const { zone, progress } = known;
  const expiry = release?.manifest.zones.get(zone)?.zone.signaturesExpire ?? null;
  const expires = expiry === null ? undefined : Date.parse(expiry) / 1000;
  const secure = name !== undefined;
  // Where keys cannot be read nobody knows which are lacking.
  const isUnreadable = known.keys.length === 0 && (keyFaults ?? []).length > 0;
  const lack = secure && !isUnreadable ? lackOf(known, signedBy, now) : undefined;
  const standing = asBuilt(known, policy, now, secure);
  const waits = known.keys.length === 0 ? [] : waiting(standing, now, { secure }).map(asPossible);
  const renewal = expires === undefined ? undefined : Math.max(now, expires - policy.signatures.refresh);
  const steps = waits.map(({ what, until }) => (what === 'build' ? now : what === 'parent' ? undefined : until));
  const first = (times: readonly (number | undefined)[]): number | undefined =>
    times.reduce((least, time) => (time === undefined || (least ?? time) < time ? least : time), undefined);
  return {
    zone,
    policy: name,
    keys: known.keys.map((key) => ({ ...keyStatus(key, known), half: halves?.get(key.id) })),
    wanted: progress?.wanted.at(-1)?.keys,
    seen: known.parent,
    waits: lack === undefined ? waits : [lack, ...waits],
    alarms: alarmsOf({ now, policy, expires, zoneKeys: known, sighting, keyFaults }),
    expires,
    nextStep: first(steps),
    nextBuild: first([...steps, renewal]),
  };

  /** A build that would change nothing is not what is waited for, but that the parent is seen once more. */
  function asPossible(wait: Wait): Wait {
    const asked = progress?.wanted.at(-1);
    if (wait.what !== 'build' || standing === known || asked === undefined) return wait;
    const until = Math.max(now, asked.since + policy.parent.propagation);
    const why = `the DS of ${displayName(zone)} were seen so early that the parent may yet change them`;
    return { what: 'parent', until, why, todo: 'ask the parent once more then' };
  }
}

/**
 * How a build would leave the keys, where it would change nothing of what is served: it takes in what was seen at the parent,
 * and leaves out what resolvers have forgotten. Otherwise as they are, so that the build is waited for.
 */
function asBuilt(known: ZoneKeys, policy: ZonePolicy['policy'], now: number, secure: boolean): ZoneKeys {
  const { progress } = known;
  if (progress === undefined) return known;
  const maxTtl = progress.chain.signatures.at(-1)?.ttl ?? 0;
  const after = advance(known, policy, now, { secure, maxTtl });
  const served = ({ chain, wanted }: Progress): string =>
    JSON.stringify([chain.dnskey, chain.signatures, wanted].map((versions) => versions.at(-1)?.keys));
  return after.progress !== undefined && served(after.progress) === served(progress) ? after : known;
}

function keyStatus(key: ZoneKey, known: ZoneKeys): Omit<KeyStatus, 'half'> {
  const state = stateOf(key, known);
  const since = state === 'generated' ? undefined : known.progress?.times.get(key.id)?.[state];
  return { key, state, since: since ?? key.created };
}

/** Keys that have to be made, because there are none, their time is over, or the policy asks for others. */
function lackOf(known: ZoneKeys, { policy }: ZonePolicy, now: number): StatusWait | undefined {
  const name = displayName(known.zone);
  const lack = (why: string, todo: string): StatusWait => ({ what: 'keys', until: undefined, why, todo });
  if (known.keys.length === 0) return lack(`${name} has no key`, `run "zonewright keys generate ${name}"`);
  const roll = `run "zonewright keys roll ${name} --due"`;
  const missing = missingRoles(known.keys, policy);
  if (missing.length > 0) {
    const isRollingNow = (['csk', 'ksk', 'zsk'] as const).some((role) => isRolling(known, role, now));
    const when = isRollingNow ? ', when the roll-over that is under way is over' : '';
    const wait = lack(`the policy of ${name} asks for another ${missing.join(' and ')}`, `${roll}${when}`);
    return { ...wait, until: endOfRoll(known, now) };
  }
  const due = dueRolls(known, policy, now);
  if (due.length > 0) return lack(`the ${due.join(' and the ')} of ${name} is to be replaced by now`, roll);
  return undefined;
}
