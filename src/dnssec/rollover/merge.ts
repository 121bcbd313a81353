import type { Chain, Version } from '../chain.ts';
import type { ZoneKey } from '../key.ts';
import { progressOf } from '../without-key.ts';
import type { Progress, ZoneKeys } from '../zone-keys.ts';
import { withoutEnded } from './decide.ts';
import { current, forget, type Part, sameKeys } from './gate.ts';

/** What the store knows, with what it has lost. */
export function withLost(stored: ZoneKeys, release: ZoneKeys | undefined, now: number): ZoneKeys {
  const lost = lostKeys(stored, release, now);
  return lost.length === 0 ? stored : { ...stored, keys: [...stored.keys, ...lost] };
}

/**
 * Keys that the store does not have and the release before is signed with, while resolvers may hold the zone for forged without
 * them: `keys.json` was lost, or is older than the release. They stay known, so that no release is made that breaks the chain.
 * Where the parent has no DS, and was not asked for one, nobody needs them.
 */
function lostKeys(stored: ZoneKeys, release: ZoneKeys | undefined, now: number): ZoneKey[] {
  const { progress } = release ?? {};
  if (release === undefined || progress === undefined || (stored.progress?.signed ?? 0) > progress.signed) return [];
  const known = forget(progress.chain, now);
  const sights = [stored.parent, release.parent].filter((sight) => sight !== undefined);
  const atParent = [...known.ds, ...progress.wanted, ...sights];
  if (atParent.every(({ keys }) => keys.length === 0)) return [];
  const needed = new Set([...atParent, ...known.dnskey, ...known.signatures].flatMap(({ keys }) => keys));
  const has = new Set([...stored.keys.map(({ id }) => id), ...(stored.dropped ?? [])]);
  const isUsed = stored.keys.some(({ goal }) => goal === 'use');
  return release.keys
    .filter(({ id }) => needed.has(id) && !has.has(id))
    .map((key): ZoneKey => (isUsed ? { ...key, goal: 'retire' } : key));
}

/**
 * What is known of a zone's keys where both the key store and the release before tell: decisions from the store, what builds
 * did from whichever was signed later. Keys that the store has lost are known all the same, and those whose time is over are to go. Where the store is ahead of the release, which was built elsewhere or never rolled
 * out, both states count as served until now. `propagation` is that of the policy, in seconds; `now` in seconds since 1970.
 */
export function mergeKeys(stored: ZoneKeys, release: ZoneKeys | undefined, now: number, propagation: number): ZoneKeys {
  const whole = withLost(stored, release, now);
  const store = { ...whole, keys: withoutEnded(whole.keys, now) };
  const ids = new Set(store.keys.map(({ id }) => id));
  const ours = store.progress;
  const theirs = release?.progress === undefined ? undefined : progressOf(release.progress, ids);
  const parent = (release?.parent?.at ?? 0) > (store.parent?.at ?? 0) ? release?.parent : store.parent;
  if (theirs === undefined || ours === undefined) return { ...store, parent, progress: ours ?? theirs };
  if (theirs.signed >= ours.signed) {
    return { ...store, parent, progress: { ...theirs, serial: later(ours, theirs) } };
  }
  const merged = (part: Part): readonly Version[] => {
    const [served, recorded] = [current(theirs.chain, part), current(ours.chain, part)];
    if (sameKeys(served.keys, recorded.keys) || part === 'ds') return ours.chain[part];
    const until = now + propagation + served.ttl;
    return [...ours.chain[part].slice(0, -1), { ...served, until }, { ...recorded, since: now }];
  };
  const chain: Chain = { ds: merged('ds'), dnskey: merged('dnskey'), signatures: merged('signatures') };
  const wanted = [...theirs.wanted, ...ours.wanted];
  return { ...store, parent, progress: { ...ours, chain, wanted, serial: later(ours, theirs) } };
}

function later(a: Progress, b: Progress): number {
  return ((a.serial - b.serial) | 0) > 0 ? a.serial : b.serial;
}
