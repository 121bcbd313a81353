import { printTime } from '../../dns/timestamp.ts';
import type { ParentSight } from '../../dnssec/chain.ts';
import type { Confirmed } from './confirm.ts';
import type { Rolled } from './roll.ts';
import type { Asked, KeysStatus } from './status.ts';
import type { KeyStatus, ZoneStatus } from './zone-status.ts';

/** How things stand with keys, as one JSON document (`schemas/keys-status.schema.json`). */
export function statusJson({ store, zones }: KeysStatus): string {
  return print(
    store,
    zones.map(({ asked, ...status }) => ({ ...statusData(status), ...(asked !== undefined && askedData(asked)) })),
  );
}

/** What `keys roll` did, as one JSON document (`schemas/keys-status.schema.json`). */
export function rolledJson({ store, zones, later }: Rolled): string {
  const begun = zones.map(({ made, leaving, status }) => ({
    ...statusData(status),
    made: made.map(({ id }) => id),
    leaving: leaving.map(({ id }) => id),
  }));
  return print(store, begun, { later });
}

/** What `keys confirm` recorded, as one JSON document (`schemas/keys-status.schema.json`). */
export function confirmedJson({ store, status }: Confirmed): string {
  return print(store, [statusData(status)]);
}

function statusData({ zone, policy, keys, wanted, seen, waits, alarms, expires, nextBuild }: ZoneStatus): object {
  return {
    zone,
    policy: policy ?? null,
    keys: keys.map(keyData),
    ds: { wanted: wanted ?? null, seen: seen === undefined ? null : sightData(seen) },
    waits: waits.map(({ what, until, why, todo }) => ({ what, until: timeOrNull(until), why, todo: todo ?? null })),
    alarms: alarms.map(({ severity, reason, message, fix }) => ({ severity, reason, message, fix })),
    signatures_expire: timeOrNull(expires),
    next_build: timeOrNull(nextBuild),
  };
}

function keyData({ key, state, since, half }: KeyStatus): object {
  const { id, role, algorithm, tag, goal, created } = key;
  const times = { since: printTime(since), goal, created: printTime(created) };
  return { id, role, algorithm, key_tag: tag, state, ...times, private_half: half ?? null };
}

function sightData({ keys, at, ttl, by }: ParentSight): object {
  return { keys, at: printTime(at), ttl, by };
}

function askedData(asked: Asked): object {
  if (asked.kind === 'recorded') return { asked: { recorded: true } };
  return { asked: { recorded: false, message: asked.message, fix: asked.fix } };
}

function timeOrNull(seconds: number | undefined): string | null {
  return seconds === undefined ? null : printTime(seconds);
}

function print(store: string, zones: readonly object[], more: object = {}): string {
  return `${JSON.stringify({ format_version: '1.0', store, zones, ...more }, null, 2)}\n`;
}
