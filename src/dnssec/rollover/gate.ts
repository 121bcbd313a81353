import type { Chain, Version } from '../chain.ts';
import type { KeyId, ZoneKey } from '../key.ts';
import { isEntry, signsZone } from '../key.ts';
import type { Progress } from '../zone-keys.ts';

/** One part of the chain of trust. */
export type Part = keyof Chain;

/** What resolvers may know, and what the parent was asked for and may make known at any time. */
export type Known = Pick<Progress, 'chain' | 'wanted'>;

/** The keys of a zone by their ids. */
export type KeyIndex = ReadonlyMap<KeyId, ZoneKey>;

/** The keys by their ids. */
export function indexOf(keys: readonly ZoneKey[]): KeyIndex {
  return new Map(keys.map((key) => [key.id, key]));
}

/** The version of a part that is served now. */
export function current(chain: Chain, part: Part): Version {
  return chain[part].at(-1) as Version;
}

/** Whether two sets of keys are the same. */
export function sameKeys(a: readonly KeyId[], b: readonly KeyId[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

/** The chain without the versions that no resolver can have any more at a time. What is served now stays. */
export function forget(chain: Chain, now: number): Chain {
  const known = (versions: readonly Version[]): Version[] =>
    versions.filter(({ until }, i) => i === versions.length - 1 || until === undefined || until > now);
  return { ds: known(chain.ds), dnskey: known(chain.dnskey), signatures: known(chain.signatures) };
}

/**
 * Whether every resolver validates the zone, whichever versions it has cached and whatever the parent does of what it was
 * asked for, if a part is served with these keys, too.
 */
export function isSafe({ chain, wanted }: Known, part: Part, keys: readonly KeyId[], index: KeyIndex): boolean {
  const sets = (each: Part): (readonly KeyId[])[] => {
    const known = chain[each].map((version) => version.keys);
    if (each === 'ds') for (const { keys: asked } of wanted) known.push(asked);
    return each === part ? [...known, keys] : known;
  };
  return sets('ds').every((ds) =>
    sets('dnskey').every((dnskey) =>
      sets('signatures').every((signatures) => validates(ds, dnskey, signatures, index)),
    ),
  );
}

/**
 * Whether a resolver validates with what it has cached, in the strictest reading: the DNSKEY RRset is signed by a key with a
 * DS for each algorithm of the DS RRset, and the zone for each algorithm of the DNSKEY RRset (RFC 4035 section 2.2).
 * Without DS the zone is insecure, which is fine.
 */
export function validates(
  ds: readonly KeyId[],
  dnskey: readonly KeyId[],
  signatures: readonly KeyId[],
  index: KeyIndex,
): boolean {
  if (ds.length === 0) return true;
  const published = known(dnskey, index);
  const trusted = published.filter((key) => isEntry(key) && ds.includes(key.id));
  const signing = published.filter((key) => signsZone(key) && signatures.includes(key.id));
  return (
    algorithmsOf(known(ds, index)).every((algorithm) => trusted.some((key) => key.algorithm === algorithm)) &&
    trusted.length > 0 &&
    algorithmsOf(published).every((algorithm) => signing.some((key) => key.algorithm === algorithm))
  );
}

function known(ids: readonly KeyId[], index: KeyIndex): ZoneKey[] {
  return ids.flatMap((id) => index.get(id) ?? []);
}

function algorithmsOf(keys: readonly ZoneKey[]): number[] {
  return [...new Set(keys.map(({ algorithm }) => algorithm))];
}

/** The first time at which a step would be safe if nothing else happened: `now`, or when versions are forgotten. */
export function safeFrom(known: Known, now: number, isAllowed: (known: Known) => boolean): number | undefined {
  const { chain } = known;
  const ends = [chain.ds, chain.dnskey, chain.signatures].flat().flatMap(({ until }) => until ?? []);
  for (const time of [now, ...ends.filter((end) => end > now).sort((a, b) => a - b)]) {
    if (isAllowed({ ...known, chain: forget(chain, time) })) return time;
  }
  return undefined;
}
