import { printTime } from '../dns/timestamp.ts';
import type { Version } from './chain.ts';
import type { KeyId } from './key.ts';
import type { Progress, ZoneKeys } from './zone-keys.ts';

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

/** So many removed keys are remembered: releases forget them within weeks. */
const DROPPED = 50;

/** The keys of a zone as if a key had never been one of them, but that it was removed. */
export function withoutKey(zoneKeys: ZoneKeys, id: KeyId): ZoneKeys {
  const keys = zoneKeys.keys.filter((key) => key.id !== id);
  const ids = new Set(keys.map((key) => key.id));
  const { zone, parent, progress } = zoneKeys;
  return {
    zone,
    keys,
    parent: parent === undefined ? undefined : only(parent, ids),
    progress: progress === undefined ? undefined : progressOf(progress, ids),
    dropped: [...(zoneKeys.dropped ?? []).filter((each) => each !== id), id].slice(-DROPPED),
  };
}

/** What builds have done, as far as it is about these keys: a key that was removed by force holds nothing up any more. */
export function progressOf(progress: Progress, ids: ReadonlySet<KeyId>): Progress {
  const { chain, wanted, times } = progress;
  const of = (versions: readonly Version[]): Version[] => versions.map((version) => only(version, ids));
  return {
    ...progress,
    chain: { ds: of(chain.ds), dnskey: of(chain.dnskey), signatures: of(chain.signatures) },
    wanted: wanted.map((each) => only(each, ids)),
    times: new Map([...times].filter(([id]) => ids.has(id))),
  };
}

function only<T extends { readonly keys: readonly KeyId[] }>(each: T, ids: ReadonlySet<KeyId>): T {
  return { ...each, keys: each.keys.filter((id) => ids.has(id)) };
}
