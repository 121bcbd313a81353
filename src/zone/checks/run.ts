import type { DomainName } from '../../dns/name.ts';
import type { Finding } from '../finding.ts';
import { compareFindings } from '../finding.ts';
import type { Place } from '../source.ts';
import { placeOf } from '../source.ts';
import type { Zone } from '../zone.ts';
import { findRRset } from '../zone.ts';
import type { Check, Estate, Look, ZoneContent } from './check.ts';
import type { Collector } from './collect.ts';
import { collect } from './collect.ts';
import type { Dispatch } from './dispatch.ts';
import { dispatchFor } from './dispatch.ts';
import { checks, checksById } from './list.ts';
import { ownerSpan, typeSpan, valueSpan } from './place.ts';
import { isOn } from './severity.ts';
import { shapeOf } from './shape.ts';
import { judgeWaivers, waiversOf } from './waivers.ts';

/** What a run of the checks needs beside the zone. */
export interface CheckOptions {
  /** The day, `YYYY-MM-DD`, against which waivers and dates are held. */
  readonly today: string;
  /**
   * What the reader found in this zone's documents. It comes back among the findings with severities and waivers applied,
   * and a waiver that only the reader's findings need counts as used.
   */
  readonly reading?: readonly Finding[];
  /** How many findings of one rule and severity are told; 200 by default. Repairing wants all of them. */
  readonly limit?: number;
}

/**
 * Runs every check that is on for a zone, in one pass over its RRsets, and gives what they found, sorted. Waived findings
 * are among them and say so; waivers that are expired, unknown or of no use are findings themselves. The configuration's
 * severities stand before the checks' own. Pure; the time grows with the zone and hardly with the number of checks.
 */
export function checkZone(zone: Zone, estate: Estate, options: CheckOptions): Finding[] {
  const { today, reading = [], limit } = options;
  const waivers = waiversOf(zone.waivers, today);
  const collector = collect(zone.apex, zone.settings.checks, waivers, limit);
  for (const finding of reading) {
    const check = checksById.get(finding.rule);
    if (check === undefined || isOn(check, zone.settings.checks)) collector.take(check, finding);
  }
  runChecks(zone, estate, today, dispatchFor(zone.settings.checks), collector);
  judgeWaivers(zone, waivers, today, collector);
  return collector.findings().sort(compareFindings);
}

function runChecks(zone: Zone, estate: Estate, today: string, dispatch: Dispatch, collector: Collector): void {
  // Which check is speaking is kept here, so that neither checks nor records need a closure of their own.
  let speaker = checks[0] as Check;
  const look: Look = {
    zone,
    shape: shapeOf(zone),
    estate,
    today,
    at(rrset, value, said) {
      const place = (): Place => placeOf(value === undefined ? typeSpan(rrset) : valueSpan(rrset, value));
      collector.say(speaker, said, { place, owner: rrset.owner, type: rrset.type });
    },
    atOwner(rrset, said) {
      collector.say(speaker, said, { place: () => placeOf(ownerSpan(rrset)), owner: rrset.owner });
    },
    atSpan(span, said, about) {
      collector.say(speaker, said, { place: () => placeOf(span), ...about });
    },
  };
  for (const task of dispatch.zone) {
    speaker = task.check;
    task.run(look);
  }
  const { byType, everyType, owner: ownerTasks } = dispatch;
  for (const [owner, rrsets] of zone.names) {
    for (const task of ownerTasks) {
      speaker = task.check;
      task.run(owner, rrsets, look);
    }
    for (const rrset of rrsets) {
      for (const task of byType.get(rrset.type) ?? everyType) {
        speaker = task.check;
        task.run(rrset, look);
      }
    }
  }
}

/** What a run of the release rules needs beside the two states of a zone. */
export interface ChangeOptions {
  /** The zone as its document declares it now, whose settings and waivers count; `undefined` where the zone goes away. */
  readonly zone: Zone | undefined;
  /** The path of the zone's document, which is the place of what is about no record that is still there. */
  readonly file: string;
  /** The day, `YYYY-MM-DD`. */
  readonly today: string;
}

/**
 * Runs the release rules over what a zone's last release served and what the next one will, and gives what they found,
 * sorted. `existing` is `undefined` for a new zone, `desired` for one that goes away.
 */
export function checkChange(
  existing: ZoneContent | undefined,
  desired: ZoneContent | undefined,
  options: ChangeOptions,
): Finding[] {
  const apex = (desired ?? existing)?.apex;
  if (apex === undefined) return [];
  const { zone, file, today } = options;
  const settings = zone?.settings.checks ?? new Map();
  const collector = collect(apex, settings, waiversOf(zone?.waivers ?? [], today));
  for (const check of checks) {
    if (check.change === undefined || !isOn(check, settings)) continue;
    check.change(existing, desired, ({ owner, type, ...said }) => {
      collector.say(check, said, { place: () => changePlace(zone, file, owner, type), owner, type });
    });
  }
  return collector.findings().sort(compareFindings);
}

function changePlace(
  zone: Zone | undefined,
  file: string,
  owner: DomainName | undefined,
  type: number | undefined,
): Place {
  if (zone !== undefined && owner !== undefined) {
    const rrset = type === undefined ? zone.names.get(owner)?.[0] : findRRset(zone, owner, type);
    if (rrset !== undefined) return placeOf(type === undefined ? ownerSpan(rrset) : typeSpan(rrset));
  }
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}
