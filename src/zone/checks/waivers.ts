import type { DomainName } from '../../dns/name.ts';
import type { Place } from '../source.ts';
import { placeOf } from '../source.ts';
import type { Waiver, Zone } from '../zone.ts';
import type { Check } from './check.ts';
import type { Collector } from './collect.ts';
import { checksById } from './list.ts';
import { isOn } from './severity.ts';
import { waiverExpired } from './waivers/waiver-expired.ts';
import { waiverUnused } from './waivers/waiver-unused.ts';

/** The waivers of one zone, as findings meet them. */
export interface Waivers {
  /** The reason for which a finding about this owner is waived, remembered as needed; `undefined` where it is not. */
  reasonFor(check: Check, owner: DomainName | undefined): string | undefined;
  /** Whether a waiver has met a finding. */
  isUsed(waiver: Waiver): boolean;
}

/** The waivers that hold on a day (`YYYY-MM-DD`). */
export function waiversOf(waivers: readonly Waiver[], today: string): Waivers {
  const holding = new Map<string, Waiver[]>();
  const used = new Set<Waiver>();
  for (const waiver of waivers) {
    if (isExpired(waiver, today)) continue;
    const others = holding.get(waiver.rule);
    if (others === undefined) holding.set(waiver.rule, [waiver]);
    else others.push(waiver);
  }
  return {
    reasonFor(check, owner) {
      const candidates = check.hard === true ? undefined : holding.get(check.id);
      const waiver =
        candidates?.find((each) => !each.zoneWide && each.owner === owner) ?? candidates?.find((each) => each.zoneWide);
      if (waiver === undefined) return undefined;
      used.add(waiver);
      return waiver.reason;
    },
    isUsed: (waiver) => used.has(waiver),
  };
}

/** Says what is wrong with the waivers themselves, once all findings of the zone have met them. */
export function judgeWaivers(zone: Zone, waivers: Waivers, today: string, collector: Collector): void {
  const { checks } = zone.settings;
  for (const waiver of zone.waivers) {
    const owner = waiver.zoneWide ? undefined : waiver.owner;
    const place = (): Place => placeOf(waiver.span);
    const rule = `"${waiver.rule}"`;
    if (isExpired(waiver, today)) {
      if (!isOn(waiverExpired, checks)) continue;
      const message = `the waiver of ${rule} has not counted since ${waiver.until} (${waiver.reason})`;
      collector.say(waiverExpired, { message }, { place, owner });
    } else if (isOn(waiverUnused, checks) && !waivers.isUsed(waiver) && !isOfChanges(waiver)) {
      collector.say(waiverUnused, { message: `${rule} is waived, but nothing of it is found` }, { place, owner });
    }
  }
}

/** Whether a waiver is about a release rule: whether that finds something is only known when a release is compared. */
function isOfChanges(waiver: Waiver): boolean {
  return checksById.get(waiver.rule)?.change !== undefined;
}

/** A waiver holds through its last day. */
function isExpired(waiver: Waiver, today: string): boolean {
  return waiver.until !== undefined && waiver.until < today;
}
