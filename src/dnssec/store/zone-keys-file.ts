import { keyTag, readDnskey } from '../../dns/dnssec/dnskey.ts';
import type { DomainName } from '../../dns/name.ts';
import { type Rdata, toBuffer } from '../../dns/octets.ts';
import { printTime, readTime } from '../../dns/timestamp.ts';
import { isPublicKey, isSigningAlgorithm } from '../algorithm.ts';
import type { Chain, ParentSight, Version, WantedDs } from '../chain.ts';
import { flagsOf, type KeyId, keyId, type ZoneKey } from '../key.ts';
import type { KeyTimes, Progress, ZoneKeys } from '../zone-keys.ts';
import { KeyStoreError } from './error.ts';

const FORMAT = '1.0';

/** More keys than a zone has even in the middle of a roll-over of everything. */
const MAX_KEYS = 100;
/** More versions than can be cached at a time: every combination of them is looked at. */
const MAX_VERSIONS = 64;

const timeNames = ['published', 'ready', 'active', 'retired', 'removed'] as const satisfies readonly (keyof KeyTimes)[];

/** The keys of a zone as they stand in `keys.json`: nothing in it is secret. */
export function printZoneKeys({ zone, keys, parent, progress, dropped = [] }: ZoneKeys): string {
  const document = {
    format_version: FORMAT,
    zone,
    keys: keys.map((key) => ({
      id: key.id,
      role: key.role,
      algorithm: key.algorithm,
      tag: key.tag,
      dnskey: toBuffer(key.dnskey).toString('base64'),
      created: printTime(key.created),
      goal: key.goal,
      ...(key.until !== undefined && { until: printTime(key.until) }),
    })),
    parent: parent === undefined ? null : { ...parent, at: printTime(parent.at) },
    progress:
      progress === undefined
        ? null
        : {
            chain: {
              ds: progress.chain.ds.map(versionData),
              dnskey: progress.chain.dnskey.map(versionData),
              signatures: progress.chain.signatures.map(versionData),
            },
            wanted: progress.wanted.map(({ keys, since }) => ({ keys, since: printTime(since) })),
            times: Object.fromEntries([...progress.times].map(([id, times]) => [id, timesData(times)])),
            signed: printTime(progress.signed),
            serial: progress.serial,
          },
    ...(dropped.length > 0 && { dropped }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function versionData({ keys, since, until, ttl }: Version): object {
  return { keys, since: printTime(since), until: until === undefined ? null : printTime(until), ttl };
}

function timesData(times: KeyTimes): object {
  return Object.fromEntries(
    timeNames.flatMap((name) => {
      const time = times[name];
      return time === undefined ? [] : [[name, printTime(time)]];
    }),
  );
}

/**
 * Reads what {@link printZoneKeys} writes. Everything is checked, also that each DNSKEY is what its entry says. `where` names
 * the file in messages.
 *
 * @throws KeyStoreError for anything else, and for the keys of another zone.
 */
export function readZoneKeys(text: string, zone: DomainName, where: string): ZoneKeys {
  try {
    return readDocument(text, zone, where);
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    throw new KeyStoreError(
      'refused',
      `${where} is damaged: ${error.message}`,
      'bring the file back as it was, from the repository or a backup; it is not written by hand',
    );
  }
}

function readDocument(text: string, zone: DomainName, where: string): ZoneKeys {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Damage('it is cut off or no JSON');
  }
  const top = object(data, 'the file');
  const { format_version: format } = top;
  if (typeof format === 'string' && /^\d{1,4}\.\d{1,4}$/.test(format) && format !== FORMAT) {
    throw new KeyStoreError(
      'refused',
      `${where} has format ${format}, and this version of zonewright knows ${FORMAT}`,
      'use the version of zonewright that wrote it, or a later one',
    );
  }
  const { dropped, ...rest } = top;
  only(rest, ['format_version', 'zone', 'keys', 'parent', 'progress'], 'the file');
  if (format !== FORMAT) throw new Damage('format_version is missing');
  if (top.zone !== zone) throw new Damage(`it is not about the zone ${zone}`);
  const keys = list(top.keys, 'keys', MAX_KEYS).map((key, at) => readKey(key, zone, `keys[${at}]`));
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Damage('a key is there twice');
  return {
    zone,
    keys,
    ...(dropped !== undefined && { dropped: keyIds(dropped, 'dropped') }),
    parent: top.parent === null ? undefined : readSight(top.parent),
    progress: top.progress === null ? undefined : readProgress(top.progress),
  };
}

function readKey(data: unknown, zone: DomainName, what: string): ZoneKey {
  const { until, ...rest } = object(data, what);
  const { id, role, algorithm, tag, dnskey, created, goal } = only(
    rest,
    ['id', 'role', 'algorithm', 'tag', 'dnskey', 'created', 'goal'],
    what,
  );
  const rdata = octetsOf(dnskey, `${what}.dnskey`);
  const fields = readDnskey(rdata);
  if (role !== 'csk' && role !== 'ksk' && role !== 'zsk') throw new Damage(`${what}.role is not csk, ksk or zsk`);
  if (goal !== 'use' && goal !== 'retire') throw new Damage(`${what}.goal is not use or retire`);
  if (!isSigningAlgorithm(fields.algorithm) || !isPublicKey(fields.algorithm, fields.key) || fields.protocol !== 3)
    throw new Damage(`${what}.dnskey is no DNSKEY of a known algorithm`);
  const is = { id: keyId(fields.algorithm, keyTag(rdata)), algorithm: fields.algorithm, tag: keyTag(rdata) };
  if (fields.flags !== flagsOf(role) || id !== is.id || algorithm !== is.algorithm || tag !== is.tag)
    throw new Damage(`${what} has another id, algorithm, tag or role than its DNSKEY`);
  const end = until === undefined ? undefined : time(until, `${what}.until`);
  const known = { ...is, zone, role, dnskey: rdata, created: time(created, `${what}.created`), goal } as const;
  return end === undefined ? known : { ...known, until: end };
}

function readSight(data: unknown): ParentSight {
  const { keys, at, ttl, by } = only(object(data, 'parent'), ['keys', 'at', 'ttl', 'by'], 'parent');
  if (by !== 'query' && by !== 'operator' && by !== 'release') throw new Damage('parent.by is no known source');
  return {
    keys: keyIds(keys, 'parent.keys'),
    at: time(at, 'parent.at'),
    ttl: whole(ttl, 'parent.ttl'),
    by: by as ParentSight['by'],
  };
}

function readProgress(data: unknown): Progress {
  const read = only(object(data, 'progress'), ['chain', 'wanted', 'times', 'signed', 'serial'], 'progress');
  const { ds, dnskey, signatures } = only(
    object(read.chain, 'progress.chain'),
    ['ds', 'dnskey', 'signatures'],
    'progress.chain',
  );
  const chain: Chain = {
    ds: versions(ds, 'progress.chain.ds'),
    dnskey: versions(dnskey, 'progress.chain.dnskey'),
    signatures: versions(signatures, 'progress.chain.signatures'),
  };
  const times = new Map(
    Object.entries(object(read.times, 'progress.times')).map(([id, each]) => {
      const what = `progress.times of ${JSON.stringify(id.slice(0, 20))}`;
      return [asKeyId(id, 'a key of progress.times'), readTimes(each, what)] as const;
    }),
  );
  const wanted: WantedDs[] = list(read.wanted, 'progress.wanted', MAX_VERSIONS).map((each, index) => {
    const at = `progress.wanted[${index}]`;
    const { keys, since } = only(object(each, at), ['keys', 'since'], at);
    return { keys: keyIds(keys, `${at}.keys`), since: time(since, `${at}.since`) };
  });
  if (wanted.length === 0) throw new Damage('progress.wanted is empty');
  if (times.size > 10 * MAX_KEYS) throw new Damage('progress.times has too many keys');
  return {
    chain,
    wanted,
    times,
    signed: time(read.signed, 'progress.signed'),
    serial: whole(read.serial, 'progress.serial'),
  };
}

function readTimes(data: unknown, what: string): KeyTimes {
  const read = object(data, what);
  for (const name of Object.keys(read)) {
    if (!(timeNames as readonly string[]).includes(name)) throw new Damage(`${what} has an unknown entry`);
  }
  return Object.fromEntries(
    timeNames.flatMap((name) => (Object.hasOwn(read, name) ? [[name, time(read[name], `${what}.${name}`)]] : [])),
  );
}

function versions(data: unknown, what: string): Version[] {
  return list(data, what, MAX_VERSIONS).map((each, index) => {
    const at = `${what}[${index}]`;
    const { keys, since, until, ttl } = only(object(each, at), ['keys', 'since', 'until', 'ttl'], at);
    return {
      keys: keyIds(keys, `${at}.keys`),
      since: time(since, `${at}.since`),
      until: until === null ? undefined : time(until, `${at}.until`),
      ttl: whole(ttl, `${at}.ttl`),
    };
  });
}

/** What is wrong with a file, in words. */
class Damage extends Error {}

function object(data: unknown, what: string): { readonly [name: string]: unknown } {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as { [name: string]: unknown };
  throw new Damage(`${what} is no object`);
}

/** The object, if it has these entries and no others. */
function only<const N extends string>(
  from: { readonly [name: string]: unknown },
  names: readonly N[],
  what: string,
): { readonly [P in N]: unknown } {
  const missing = names.find((name) => !Object.hasOwn(from, name));
  if (missing !== undefined) throw new Damage(`${what} has no ${missing}`);
  if (Object.keys(from).length > names.length) throw new Damage(`${what} has an unknown entry`);
  return from as { readonly [P in N]: unknown };
}

function list(data: unknown, what: string, most: number): readonly unknown[] {
  if (!Array.isArray(data)) throw new Damage(`${what} is no list`);
  if (data.length > most) throw new Damage(`${what} has more than ${most} entries`);
  return data;
}

function time(data: unknown, what: string): number {
  const seconds = typeof data === 'string' ? readTime(data) : undefined;
  if (seconds === undefined) throw new Damage(`${what} is no time such as 2026-01-31T12:00:00Z`);
  return seconds;
}

function whole(data: unknown, what: string): number {
  if (Number.isInteger(data) && (data as number) >= 0 && (data as number) <= 0xffffffff) return data as number;
  throw new Damage(`${what} is no whole number of 32 bits`);
}

function keyIds(data: unknown, what: string): KeyId[] {
  return list(data, what, MAX_KEYS).map((id) => asKeyId(id, what));
}

function asKeyId(data: unknown, what: string): KeyId {
  const [, algorithm, tag] = (typeof data === 'string' && /^(\d{2})-(\d{5})$/.exec(data)) || [];
  if (algorithm !== undefined && isSigningAlgorithm(Number(algorithm)) && Number(tag) <= 0xffff) return data as KeyId;
  throw new Damage(`${what} is no id of a key such as 13-02345`);
}

function octetsOf(data: unknown, what: string): Rdata {
  const text = typeof data === 'string' ? data : '';
  const octets = Buffer.from(text, 'base64');
  if (octets.length >= 5 && octets.length <= 2048 && octets.toString('base64') === text)
    return octets.toString('latin1') as Rdata;
  throw new Damage(`${what} is no base64`);
}
