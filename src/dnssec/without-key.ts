import type { Version } from './chain.ts';
import type { KeyId } from './key.ts';
import { printTime } from './store/time.ts';
import type { ZoneKeys } from './zone-keys.ts';

/**
 * Why a zone would break without a key, each reason in words that go on after "the key"; none where no resolver can need it.
 * `now` is in seconds since 1970.
 */
export function needsOf({ parent, progress }: ZoneKeys, id: KeyId, now: number): string[] {
  if (progress === undefined) return [];
  const { chain, wanted } = progress;
  const ends = (versions: readonly Version[]): (number | undefined)[] =>
    versions
      .filter(({ keys, until }) => keys.includes(id) && (until === undefined || until > now))
      .map(({ until }) => until);
  const needs: string[] = [];
  const ds = ends(chain.ds);
  const isAsked = wanted.some(({ keys }) => keys.includes(id)) || parent?.keys.includes(id) === true;
  if (isAsked || ds.includes(undefined)) needs.push('has a DS at the parent, or may have one');
  else if (ds.length > 0) needs.push(`has a DS in caches until ${lastOf(ds)}`);
  for (const [versions, what] of [
    [chain.dnskey, 'is among the DNSKEY records'],
    [chain.signatures, 'has signed records'],
  ] as const) {
    const found = ends(versions);
    if (found.includes(undefined)) needs.push(`${what} of the zone`);
    else if (found.length > 0) needs.push(`${what} that caches have until ${lastOf(found)}`);
  }
  return needs;
}

function lastOf(ends: readonly (number | undefined)[]): string {
  return printTime(Math.max(...ends.map((end) => end ?? 0)));
}

/** The keys of a zone as if a key had never been one of them. */
export function withoutKey({ zone, keys, parent, progress }: ZoneKeys, id: KeyId): ZoneKeys {
  const rest = <T extends { readonly keys: readonly KeyId[] }>(each: T): T => ({
    ...each,
    keys: each.keys.filter((other) => other !== id),
  });
  return {
    zone,
    keys: keys.filter((key) => key.id !== id),
    parent: parent === undefined ? undefined : rest(parent),
    progress:
      progress === undefined
        ? undefined
        : {
            ...progress,
            chain: {
              ds: progress.chain.ds.map(rest),
              dnskey: progress.chain.dnskey.map(rest),
              signatures: progress.chain.signatures.map(rest),
            },
            wanted: progress.wanted.map(rest),
            times: new Map([...progress.times].filter(([other]) => other !== id)),
          },
  };
}
