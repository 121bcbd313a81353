import type { BindTimes } from './bind/private-file.ts';
import type { Chain, Version } from './chain.ts';
import { isEntry, type KeyId, signsZone, type ZoneKey } from './key.ts';
import type { KeyTimes, Progress, ZoneKeys } from './zone-keys.ts';

/** A key of a zone that another program signs now, and when that was told to do what with it. */
export interface RunningKey {
  readonly key: ZoneKey;
  readonly times: BindTimes;
}

/** Nothing is known of the TTLs of the zone and its DS, so it is assumed that resolvers keep everything for a day, seconds. */
const TTL = 86400;
/** What is replaced is served nowhere after so long, seconds. */
const PROPAGATION = 3600;
/** Of what is older than this no resolver has what was before, seconds. */
const FORGOTTEN = TTL + PROPAGATION;

/** When a key was or is to be in use, seconds since 1970; `Infinity`: never. */
interface Span {
  readonly key: ZoneKey;
  readonly publish: number;
  readonly activate: number;
  readonly inactive: number;
  readonly remove: number;
}

/**
 * The keys of a zone that is taken over while it is served: those that run count as published and signing since the times
 * that their files say, or for long where they say nothing, so that the next build goes on with them. Every published entry
 * key may have its DS at the parent. A key whose time is over is one that is to go. `now` is in seconds since 1970.
 */
export function takeOver(zoneKeys: ZoneKeys, running: readonly RunningKey[], now: number): ZoneKeys {
  const spans = running.map((each) => spanOf(each, now));
  const ids = new Set(spans.map(({ key }) => key.id));
  const chain = chainOf(spans, now);
  const ds = chain.ds.at(-1) as Version;
  const progress: Progress = {
    chain,
    wanted: [{ keys: ds.keys, since: ds.since }],
    times: new Map(spans.map((span) => [span.key.id, timesOf(span, now)])),
    signed: now,
    serial: 0,
  };
  const keys = [...zoneKeys.keys.filter(({ id }) => !ids.has(id)), ...spans.map(({ key }) => key)];
  return { ...zoneKeys, keys, progress };
}

/** The key of files, to be used until the time that they say, or to go where that is over. */
export function withGoal(key: ZoneKey, times: BindTimes, now: number): ZoneKey {
  const until = Math.min(times.inactive ?? Infinity, times.delete ?? Infinity);
  if (until <= now) return { ...key, goal: 'retire' };
  return { ...key, goal: 'use', ...(until < Infinity && { until }) };
}

/**
 * What keys lack that are said to be all those of a zone that is served, in words; `undefined` where resolvers can validate
 * with them: for each algorithm a published key that can have a DS, and one that signs.
 */
export function lackOf(zoneKeys: ZoneKeys): string | undefined {
  const { chain } = zoneKeys.progress as Progress;
  const of = (part: keyof Chain): ZoneKey[] =>
    zoneKeys.keys.filter(({ id }) => (chain[part].at(-1) as Version).keys.includes(id));
  const published = of('dnskey');
  if (published.length === 0) return 'none of the keys is published now';
  for (const { algorithm } of published) {
    if (!of('ds').some((key) => key.algorithm === algorithm))
      return `there is no key of algorithm ${algorithm} among them that signs the DNSKEY records`;
    if (!of('signatures').some((key) => key.algorithm === algorithm))
      return `there is no key of algorithm ${algorithm} among them that signs the other records now`;
  }
  return undefined;
}

function spanOf({ key, times }: RunningKey, now: number): Span {
  const publish = times.publish ?? times.activate ?? now - FORGOTTEN;
  const remove = times.delete ?? Infinity;
  // A key with a time to be published and none to sign is one that stands by.
  const activate = times.activate ?? (times.publish === undefined ? publish : Infinity);
  const inactive = Math.min(times.inactive ?? Infinity, remove);
  return { key: withGoal(key, times, now), publish, activate: Math.max(activate, publish), inactive, remove };
}

function chainOf(spans: readonly Span[], now: number): Chain {
  const publishedAt = (time: number): Span[] => spans.filter(({ publish, remove }) => publish <= time && remove > time);
  const idsOf = (list: readonly Span[]): KeyId[] => list.map(({ key }) => key.id);
  const published = publishedAt(now);
  const sinceOf = (list: readonly Span[], of: (span: Span) => number): number =>
    Math.max(0, ...list.flatMap((span) => of(span)).filter((time) => time <= now));
  const current = (list: readonly Span[], of: (span: Span) => number): Version => ({
    keys: idsOf(list),
    since: list.length === 0 ? now : sinceOf(list, of),
    until: undefined,
    ttl: TTL,
  });

  const changes = new Set(spans.flatMap(({ publish, remove }) => [publish, remove]));
  const dnskey: Version[] = [...changes]
    .filter((time) => time > now - FORGOTTEN && time <= now)
    .sort((a, b) => a - b)
    .flatMap((time) => {
      const before = publishedAt(time - 1);
      if (before.length === 0) return [];
      const since = Math.min(...before.map(({ publish }) => publish));
      return [{ keys: idsOf(before), since, until: time + FORGOTTEN, ttl: TTL }];
    });

  const signers = spans.filter(({ key }) => signsZone(key));
  const signing = signers.filter(({ activate, inactive }) => activate <= now && inactive > now);
  const isAlone = ({ key }: Span): boolean =>
    !signing.some((other) => other.key.id !== key.id && other.key.algorithm === key.algorithm);
  // Others replace signatures one by one: there may be records with those of one key alone, for as long as it is published.
  const signatures: Version[] = signers
    .filter((span) => span.activate <= now && !(signing.includes(span) && isAlone(span)))
    .map((span) => {
      const rest = signing.filter(({ key }) => key.algorithm !== span.key.algorithm);
      const until = Math.min(now, span.remove) + FORGOTTEN;
      return { keys: idsOf([span, ...rest]), since: span.activate, until, ttl: TTL };
    })
    .filter(({ until }) => until > now)
    .sort((a, b) => a.since - b.since);

  return {
    ds: [
      current(
        published.filter(({ key }) => isEntry(key)),
        ({ publish }) => publish,
      ),
    ],
    dnskey: [...dnskey, current(published, ({ publish }) => publish)],
    signatures: [...signatures, current(signing, ({ activate }) => activate)],
  };
}

function timesOf({ publish, activate, inactive, remove }: Span, now: number): KeyTimes {
  const known = {
    published: publish,
    ready: publish + FORGOTTEN,
    active: activate,
    retired: inactive,
    removed: remove,
  };
  return Object.fromEntries(Object.entries(known).filter(([, time]) => time <= now));
}
