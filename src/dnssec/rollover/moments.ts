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

/** From when until when something holds that nothing but the clock changes, seconds since 1970; `null`: without end. */
export interface Span {
  readonly from: number;
  readonly until: number | null;
}

/** From now until the first of some moments that is still to come. */
export function untilNext(moments: readonly number[], now: number): Span {
  const ahead = moments.filter((moment) => moment > now);
  return { from: now, until: ahead.length === 0 ? null : Math.min(...ahead) };
}

/** Whether it is within a span. */
export function isWithin({ from, until }: Span, now: number): boolean {
  return from <= now && (until === null || now < until);
}
