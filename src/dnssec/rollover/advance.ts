import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import type { Chain, ParentSight, Version, WantedDs } from '../chain.ts';
import type { KeyId, ZoneKey } from '../key.ts';
import { signsZone } from '../key.ts';
import type { KeyTimes, Progress, ZoneKeys } from '../zone-keys.ts';
import { current, forget, indexOf, isSafe, type Known, type Part, sameKeys } from './gate.ts';
import { isAllowed, movesTo, targetOf } from './moves.ts';

/** The times of a policy that a roll-over waits for. */
export type RolloverPolicy = Pick<DnssecPolicy, 'dnskeyTtl' | 'propagation' | 'parent'>;

/** What a roll-over has to know of the zone. */
export interface ZoneFacts {
  /** Whether the zone is to be signed. */
  readonly secure: boolean;
  /** The longest TTL of the zone, seconds. */
  readonly maxTtl: number;
}

/**
 * The keys of a zone as a release that is made now leaves them: takes every step towards what is wanted that no resolver
 * can notice, whatever it has cached. Steps that are not safe yet, and those of the parent, are waited for. Where the clock
 * is behind what was recorded, nothing is done. Times are seconds since 1970.
 */
export function advance(zoneKeys: ZoneKeys, policy: RolloverPolicy, now: number, facts: ZoneFacts): ZoneKeys {
  const before = zoneKeys.progress ?? beginning(zoneKeys, policy, now, facts);
  if (now < before.signed) return zoneKeys;
  const { keys } = zoneKeys;
  const index = indexOf(keys);
  const target = targetOf(keys, facts.secure);
  let known = settled(seen(withTtls(before.chain, policy, facts), zoneKeys.parent, policy), before, zoneKeys, policy);
  known = { ...known, chain: forget(known.chain, now) };
  for (;;) {
    const asked = known.wanted.at(-1) as WantedDs;
    if (!sameKeys(asked.keys, target.ds) && isSafe(known, 'ds', target.ds, index)) {
      known = { ...known, wanted: [...known.wanted, { keys: target.ds, since: now }] };
    }
    const move = movesTo(known.chain, target, keys).find((each) => isAllowed(known, each, keys));
    if (move === undefined) break;
    const ttl = move.part === 'dnskey' && move.keys.length > 0 ? policy.dnskeyTtl : facts.maxTtl;
    const version: Version = { keys: move.keys, since: now, until: undefined, ttl };
    const versions = replaced(known.chain[move.part], version, now + policy.propagation);
    known = { ...known, chain: { ...known.chain, [move.part]: versions } };
  }
  const ids = keys.map(({ id }) => id);
  return { ...zoneKeys, progress: { ...before, ...known, times: timesOf(before.times, known.chain, ids, now) } };
}

/**
 * Once the parent has what it was asked for last it comes to have nothing else. What it was asked for before it may have had
 * for a while without anybody looking, so resolvers may have that still.
 */
function settled(chain: Chain, { wanted }: Known, { parent }: ZoneKeys, policy: RolloverPolicy): Known {
  const last = wanted.at(-1) as WantedDs;
  if (parent === undefined || parent.at <= last.since || !sameKeys(parent.keys, last.keys)) return { chain, wanted };
  // What it was asked for a moment before may be on its way.
  const isEarly = parent.by === 'query' && parent.at < last.since + policy.parent.propagation;
  if (wanted.length > 1 && isEarly) return { chain, wanted };
  const ttl = Math.max(parent.ttl, policy.parent.dsTtl);
  const everywhere = parent.by === 'operator' ? parent.at + policy.parent.propagation : parent.at;
  const unseen = wanted
    .slice(0, -1)
    .filter(({ keys }) => !chain.ds.some((version) => sameKeys(version.keys, keys)))
    .map(({ keys, since }): Version => ({ keys, since, until: everywhere + ttl, ttl }));
  return { chain: { ...chain, ds: [...unseen, ...chain.ds] }, wanted: [last] };
}

/**
 * A zone of which nobody knows that it was ever signed: everywhere is known that it has no DS, no keys and no signatures.
 * Where its parent has a DS all the same, what was done with the keys got lost: any key of that time may have been published
 * alone, and may have signed alone.
 */
function beginning({ keys, parent }: ZoneKeys, policy: RolloverPolicy, now: number, { maxTtl }: ZoneFacts): Progress {
  const none = (ttl: number): Version[] => [{ keys: [], since: now, until: undefined, ttl }];
  const ds: Version[] = none(policy.parent.dsTtl);
  const chain: Chain = { ds, dnskey: none(maxTtl), signatures: none(maxTtl) };
  const start: Progress = { chain, wanted: [{ keys: [], since: now }], times: new Map(), signed: now, serial: 0 };
  if (parent === undefined || parent.keys.length === 0) return start;
  const lost = (which: (key: ZoneKey) => boolean, ttl: number): Version[] => {
    const all = keys.filter(which);
    const older = all.filter(({ created }) => created <= parent.at);
    const until = now + ttl + policy.propagation;
    const ids = (list: readonly ZoneKey[]): KeyId[] => list.map(({ id }) => id);
    return [
      { keys: ids(older.length === 0 ? all : older), since: parent.at, until, ttl },
      { keys: ids(all), since: now, until: undefined, ttl },
    ];
  };
  return {
    ...start,
    chain: {
      ds: [{ keys: parent.keys, since: parent.at, until: undefined, ttl: parent.ttl }],
      dnskey: lost(() => true, Math.max(policy.dnskeyTtl, maxTtl)),
      signatures: lost(signsZone, maxTtl),
    },
    wanted: [{ keys: parent.keys, since: parent.at }],
  };
}

/** TTLs that have grown hold for what is served now. */
function withTtls(chain: Chain, policy: RolloverPolicy, { maxTtl }: ZoneFacts): Chain {
  const raise = (versions: readonly Version[], ttl: number): readonly Version[] => {
    const last = versions.at(-1) as Version;
    return last.ttl >= ttl || last.keys.length === 0 ? versions : [...versions.slice(0, -1), { ...last, ttl }];
  };
  return { ...chain, dnskey: raise(chain.dnskey, policy.dnskeyTtl), signatures: raise(chain.signatures, maxTtl) };
}

/** The chain with what was last seen at the parent, where that is news. */
function seen(chain: Chain, sight: ParentSight | undefined, policy: RolloverPolicy): Chain {
  const now = current(chain, 'ds');
  if (sight === undefined || sight.at <= now.since) return chain;
  if (sameKeys(sight.keys, now.keys)) {
    const ttl = Math.max(now.ttl, sight.ttl);
    return { ...chain, ds: [...chain.ds.slice(0, -1), { ...now, ttl }] };
  }
  // Somebody who says so may have looked at one server only.
  const everywhere = sight.by === 'operator' ? sight.at + policy.parent.propagation : sight.at;
  const version: Version = { keys: sight.keys, since: sight.at, until: undefined, ttl: sight.ttl };
  return { ...chain, ds: replaced(chain.ds, version, everywhere) };
}

/** What is seen over and over is noted so often, in seconds: should all else get lost, it was not seen long ago. */
const NOTED_EVERY = 86400;

/**
 * Whether a sight of the parent says nothing new: it has what it was asked for last, which was seen before, and noted less
 * than a day ago. Whoever sees thousands of zones at once need not write that down for each of them.
 */
export function isOldNews({ parent, progress }: ZoneKeys, sight: ParentSight): boolean {
  if (parent === undefined || progress === undefined) return false;
  const { chain, wanted } = progress;
  const [asked, ...others] = wanted;
  return (
    parent.by === sight.by &&
    parent.ttl === sight.ttl &&
    sight.at >= parent.at &&
    sight.at - parent.at < NOTED_EVERY &&
    asked !== undefined &&
    others.length === 0 &&
    parent.at > asked.since &&
    [parent.keys, asked.keys, current(chain, 'ds').keys].every((keys) => sameKeys(keys, sight.keys))
  );
}

/** Versions behind which another was put: what was served until then is forgotten its TTL after no server has it. */
function replaced(versions: readonly Version[], next: Version, gone: number): Version[] {
  const last = versions.at(-1) as Version;
  return [...versions.slice(0, -1), { ...last, until: gone + last.ttl }, next];
}

/** When keys came into their states (RFC 7583 section 3.1). */
function timesOf(times: Progress['times'], chain: Chain, ids: readonly KeyId[], now: number): Map<KeyId, KeyTimes> {
  const result = new Map<KeyId, KeyTimes>();
  const has = (part: Part, id: KeyId): boolean => current(chain, part).keys.includes(id);
  for (const id of ids) {
    let own = times.get(id) ?? {};
    const note = (state: keyof KeyTimes, is: boolean): void => {
      if (is && own[state] === undefined) own = { ...own, [state]: now };
    };
    const isActive = has('signatures', id) || has('ds', id);
    note('published', has('dnskey', id));
    note(
      'ready',
      chain.dnskey.every((version) => version.keys.includes(id)),
    );
    note('active', isActive);
    note('retired', own.active !== undefined && !isActive);
    note('removed', own.published !== undefined && !has('dnskey', id));
    if (Object.keys(own).length > 0) result.set(id, own);
  }
  return result;
}
