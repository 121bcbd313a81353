import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import type { DomainName } from '../../dns/name.ts';
import { alarmMoments } from '../../dnssec/alarm.ts';
import { isWithin, momentsOf, type Span, untilNext } from '../../dnssec/rollover/moments.ts';
import type { ZoneKeys } from '../../dnssec/zone-keys.ts';
import type { ScheduledZone } from './schedule.ts';

/** The schedule of a zone as it was worked out, and for how long that holds. */
interface KnownZone extends Span {
  /** Everything that it hangs on but the time. */
  readonly key: string;
  readonly zone: ScheduledZone;
}

/** The schedules of zones that a process has worked out: those with nothing to complain about. */
export type KnownSchedules = Map<DomainName, KnownZone>;

/** A schedule that is known, as it is now; `undefined` where it has to be worked out. `now` is in milliseconds since 1970. */
export function recallSchedule(
  known: KnownSchedules | undefined,
  zone: DomainName,
  key: string,
  now: number,
): ScheduledZone | undefined {
  const found = known?.get(zone);
  if (found === undefined || found.key !== key || !isWithin(found, Math.floor(now / 1000))) return undefined;
  return { ...found.zone, steps: stepsFrom(found.zone.steps, now) };
}

const kinds = ['build', 'roll', 'ask-parent'] as const;

/** Steps that are not before now, the first one first. */
export function stepsFrom(steps: ScheduledZone['steps'], now: number): ScheduledZone['steps'] {
  const place = ({ what }: ScheduledZone['steps'][number]): number => kinds.indexOf(what);
  return steps
    .map((step) => ({ ...step, at: Math.max(step.at, now) }))
    .sort((a, b) => a.at - b.at || place(a) - place(b));
}

/** Notes a schedule that was worked out. `states`: what is known of its keys, before and after a build. */
export function noteSchedule(
  known: KnownSchedules,
  zone: ScheduledZone,
  key: string,
  now: number,
  { states, policy }: { readonly states: readonly ZoneKeys[]; readonly policy: DnssecPolicy },
): void {
  // What is said about faults counts the days.
  if (zone.alarms.length > 0 || zone.blocked !== undefined) {
    known.delete(zone.zone);
    return;
  }
  const expires = zone.expires === undefined ? undefined : zone.expires / 1000;
  const moments = states.flatMap((zoneKeys) => [
    ...momentsOf(zoneKeys),
    ...alarmMoments({ policy, expires, zoneKeys }),
    ...(zoneKeys.progress?.wanted ?? []).map(({ since }) => since + policy.parent.propagation),
  ]);
  known.set(zone.zone, { key, zone, ...untilNext(moments, Math.floor(now / 1000)) });
}
