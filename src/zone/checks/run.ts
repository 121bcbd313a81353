import type { DomainName } from '../../dns/name.ts';
import type { Finding } from '../finding.ts';
import { compareFindings } from '../finding.ts';
import type { Place } from '../source.ts';
import { placeOf } from '../source.ts';
import type { DeclaredRRset, Zone } from '../zone.ts';
import { findRRset } from '../zone.ts';
import type { Check, Estate, Look, ZoneContent } from './check.ts';
import type { Collector } from './collect.ts';
import { collect } from './collect.ts';
import { dispatchFor } from './dispatch.ts';
import { checks, checksById } from './list.ts';
import { type CheckMemory, type Watched, watch } from './memory.ts';
import { ownerSpan, typeSpan, valueSpan } from './place.ts';
import { isOn } from './severity.ts';
import { shapeOf } from './shape.ts';
import { ownNsTargets } from './structure/ns-targets.ts';
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
  /** Sees what the checks of each owner hang on, for `recheckZone`. */
  readonly memory?: CheckMemory;
}

/**
 * Runs every check that is on for a zone, in one pass over its RRsets, and gives what they found, sorted. Waived findings
 * are among them and say so; waivers that are expired, unknown or of no use are findings themselves. The configuration's
 * severities stand before the checks' own. Pure but for the memory; the time grows with the zone and hardly with the number
 * of checks.
 */
export function checkZone(zone: Zone, estate: Estate, options: CheckOptions): Finding[] {
  const steps = checkZoneInSteps(zone, estate, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Owners between two steps: some milliseconds. */
const STEP = 512;

/** The same little by little: between two steps something else can be done. */
export function* checkZoneInSteps(
  zone: Zone,
  estate: Estate,
  options: CheckOptions,
): Generator<undefined, Finding[], undefined> {
  const { reading = [], memory } = options;
  const waivers = waiversOf(zone.waivers, options.today);
  const collector = collect(zone.apex, zone.settings.checks, waivers, options.limit);
  for (const finding of reading) {
    const check = checksById.get(finding.rule);
    if (check === undefined || isOn(check, zone.settings.checks)) collector.take(check, finding);
  }
  const shape = shapeOf(zone);
  let checkOwner: OwnerRound;
  if (memory === undefined) checkOwner = beginRound({ zone, shape, estate }, options, collector);
  else {
    for (const rrsets of zone.names.values()) for (const { type } of rrsets) memory.types.add(type);
    const seen = watch(zone, shape, estate, memory);
    ownNsTargets.know(seen.zone, ownNsTargets(zone));
    checkOwner = beginRound(seen, options, collector, seen);
  }
  let left = STEP;
  for (const [owner, rrsets] of zone.names) {
    checkOwner(owner, rrsets);
    if (--left > 0) continue;
    yield;
    left = STEP;
  }
  judgeWaivers(zone, waivers, options.today, collector);
  return collector.findings().sort(compareFindings);
}

/** Lets the checks look at one owner. */
export type OwnerRound = (owner: DomainName, rrsets: readonly DeclaredRRset[]) => void;

/** Lets every check that is on look at a zone as a whole; what is given lets them look at one of its owners after another. */
export function beginRound(
  { zone, shape, estate }: Pick<Look, 'zone' | 'shape' | 'estate'>,
  { today }: Pick<CheckOptions, 'today'>,
  collector: Collector,
  seen?: Watched,
): OwnerRound {
  const dispatch = dispatchFor(zone.settings.checks);
  // Which check is speaking is kept here, so that neither checks nor records need a closure of their own.
  let speaker = checks[0] as Check;
  const look: Look = {
    zone,
    shape,
    estate,
    today,
    at(rrset, value, said) {
      const place = (): Place => placeOf(value === undefined ? typeSpan(rrset) : valueSpan(rrset, value));
      collector.say(speaker, said, { place, owner: rrset.owner, type: rrset.type });
      seen?.say();
    },
    atOwner(rrset, said) {
      collector.say(speaker, said, { place: () => placeOf(ownerSpan(rrset)), owner: rrset.owner });
      seen?.say();
    },
    atSpan(span, said, about) {
      collector.say(speaker, said, { place: () => placeOf(span), ...about });
      seen?.say();
    },
  };
  for (const task of dispatch.zone) {
    speaker = task.check;
    task.run(look);
  }
  const { byType, everyType, owner: ownerTasks } = dispatch;
  return (owner, rrsets) => {
    seen?.look(owner);
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
  };
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
