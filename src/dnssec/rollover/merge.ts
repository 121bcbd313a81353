import type { Chain, Version } from '../chain.ts';
import { progressOf } from '../without-key.ts';
import type { Progress, ZoneKeys } from '../zone-keys.ts';
import { withoutEnded } from './decide.ts';
import { current, type Part, sameKeys } from './gate.ts';

/**
 * What is known of a zone's keys where both the key store and the release before tell: decisions from the store, what builds
 * did from whichever was signed later. Keys whose time is over are to go. Where the store is ahead of the release, which was built elsewhere or never rolled
 * out, both states count as served until now. `propagation` is that of the policy, in seconds; `now` in seconds since 1970.
 */
export function mergeKeys(stored: ZoneKeys, release: ZoneKeys | undefined, now: number, propagation: number): ZoneKeys {
  const store = { ...stored, keys: withoutEnded(stored.keys, now) };
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
