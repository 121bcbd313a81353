import { algorithmText } from '../../dns/dnssec/ds.ts';
import { displayName } from '../../dns/name.ts';
import { printTime } from '../../dns/timestamp.ts';
import type { StatusWait, ZoneStatus } from '../../pipeline/keys/zone-status.ts';
import type { Paint } from '../../pipeline/report/text.ts';

/** How things stand with the keys of a zone, in lines. `now` is in seconds since 1970. */
export function statusLines(status: ZoneStatus, now: number, paint: Paint): string {
  const { zone, policy, keys, wanted, seen, waits, alarms, expires, nextBuild } = status;
  const lines = [`${displayName(zone)} (${policy === undefined ? 'not to be signed' : `policy ${policy}`})`];
  for (const { key, state, since } of keys) {
    const leaving = key.goal === 'retire' && state !== 'removed' ? ', leaving' : '';
    lines.push(`  ${key.role} ${key.id} ${algorithmText(key.algorithm)}: ${state} since ${printTime(since)}${leaving}`);
  }
  if (wanted !== undefined) lines.push(`  DS that the parent is to have: ${listOf(wanted)}`);
  if (seen !== undefined) {
    const how = { query: 'its servers said so', operator: 'said by hand', release: 'in the same repository' }[seen.by];
    lines.push(`  DS that it was seen to have: ${listOf(seen.keys)}, at ${printTime(seen.at)}, ${how}`);
  }
  if (expires !== undefined) lines.push(`  signatures are valid until ${printTime(expires)}`);
  lines.push(...waitLines(waits));
  for (const { severity, message, fix } of alarms) {
    const colour = severity === 'error' ? paint.red : paint.yellow;
    lines.push(`  ${colour(severity)}: ${message}`, `    ${paint.dim('fix:')} ${fix}`);
  }
  if (nextBuild !== undefined) {
    lines.push(`  a build has something to do ${nextBuild <= now ? 'now' : `at ${printTime(nextBuild)}`}`);
  }
  return `${lines.join('\n')}\n`;
}

/** What is waited for, until when, and what to do. */
export function waitLines(waits: readonly StatusWait[]): string[] {
  return waits.flatMap(({ until, why, todo }) => [
    `  waits${until === undefined ? '' : ` until ${printTime(until)}`}: ${why}`,
    ...(todo === undefined ? [] : [`    to do: ${todo}`]),
  ]);
}

function listOf(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : ids.join(', ');
}
