import type { Version } from '../chain.ts';
import type { ZoneKeys } from '../zone-keys.ts';

/**
 * The times, in seconds since 1970, at which what is known of keys comes to mean something else though nobody does anything:
 * resolvers forget a version, or a key's time is over. Some may be past.
 */
export function momentsOf({ keys, progress }: ZoneKeys): number[] {
  const ends = (versions: readonly Version[] = []): number[] => versions.flatMap(({ until }) => until ?? []);
  const { ds, dnskey, signatures } = progress?.chain ?? {};
  const ofKeys = keys.flatMap(({ until }) => until ?? []);
  return [...ofKeys, ...ends(ds), ...ends(dnskey), ...ends(signatures), ...(progress ? [progress.signed] : [])];
}

/** The first of some moments that is still to come; infinity where none is. */
export function nextMoment(moments: readonly number[], now: number): number {
  return moments.reduce((least, moment) => (moment > now && moment < least ? moment : least), Number.POSITIVE_INFINITY);
}
