import { type DomainName, isAtOrBelow, isWildcard, parentName } from '../../dns/name.ts';
import { CNAME } from '../../dns/types/cname.ts';
import { DNAME } from '../../dns/types/dname.ts';
import { NS } from '../../dns/types/ns.ts';
import { TLSA } from '../../dns/types/tlsa.ts';
import type { ZoneDifference } from '../amend/amend.ts';
import { entryAt } from '../amend/names.ts';
import type { Finding } from '../finding.ts';
import { compareFindings } from '../finding.ts';
import type { DeclaredRRset, Zone } from '../zone.ts';
import type { Estate } from './check.ts';
import { collect } from './collect.ts';
import { type CheckMemory, watch } from './memory.ts';
import { beginRound, type CheckOptions } from './run.ts';
import { amendShape, type ShapeDifference, shapeOf } from './shape.ts';
import { amendNsTargets, ownNsTargets } from './structure/ns-targets.ts';
import { targetsOf } from './targets.ts';
import { judgeWaivers, waiversOf } from './waivers.ts';

/** Of a zone one owner in so many is looked at again, or all of them; and so many cuts come or go at a time. */
const FEW = 4;

/** A memory that has noted more than so many things for each owner is mostly one of owners that are gone. */
const MANY_NOTES = 16;

/**
 * What `checkZone` finds in a zone without findings of its reader, if a memory saw the checks of the zone before. Only those
 * owners are looked at that can have something else to say; `undefined` where these are too many, or what changed reaches too
 * far. The day, the estate's answers to this zone and the settings must be what they were.
 */
export function recheckZone(
  zone: Zone,
  difference: ZoneDifference,
  estate: Estate,
  options: CheckOptions & { readonly memory: CheckMemory },
): Finding[] | undefined {
  const { today, memory } = options;
  const { before } = difference;
  const shape = shapeDifference(zone, difference);
  const concerned = concernedBy(zone, difference, shape, memory);
  if (concerned === undefined) return undefined;
  for (const { type } of difference.come) memory.types.add(type);
  const found: { owner: DomainName; rrsets: readonly DeclaredRRset[]; at: number }[] = [];
  for (const owner of concerned) {
    const rrsets = zone.names.get(owner);
    // The apex is the first of the names wherever it stands.
    if (rrsets !== undefined) found.push({ owner, rrsets, at: owner === zone.apex ? -1 : (entryAt(rrsets) ?? 0) });
  }
  found.sort((a, b) => a.at - b.at);
  const waivers = waiversOf(zone.waivers, today);
  const collector = collect(zone.apex, zone.settings.checks, waivers, options.limit);
  const seen = watch(zone, amendShape(shapeOf(before), zone, shape), estate, memory);
  const targets = amendNsTargets(ownNsTargets(before), zone, difference);
  ownNsTargets.know(zone, targets);
  ownNsTargets.know(seen.zone, targets);
  const checkOwner = beginRound(seen, options, collector, seen);
  for (const { owner, rrsets } of found) checkOwner(owner, rrsets);
  judgeWaivers(zone, waivers, today, collector);
  return collector.findings().sort(compareFindings);
}

function shapeDifference(zone: Zone, { before, changed }: ZoneDifference): ShapeDifference {
  const isCut = ({ apex, names }: Zone, owner: DomainName): boolean =>
    owner !== apex && names.get(owner)?.some(({ type }) => type === NS.code) === true;
  const owners = [...changed];
  return {
    added: owners.filter((owner) => !before.names.has(owner)),
    removed: owners.filter((owner) => !zone.names.has(owner)),
    cut: owners.filter((owner) => isCut(zone, owner) && !isCut(before, owner)),
    healed: owners.filter((owner) => isCut(before, owner) && !isCut(zone, owner)),
  };
}

/** The owners that can have something else to say; `undefined` where it is not known, or they are many. */
function concernedBy(
  zone: Zone,
  { changed, gone, come }: ZoneDifference,
  { added, removed, cut, healed }: ShapeDifference,
  memory: CheckMemory,
): Set<DomainName> | undefined {
  const { apex, names } = zone;
  const types = new Set([...gone, ...come].map(({ type }) => type));
  if (memory.notes > MANY_NOTES * (names.size + 1000)) return undefined;
  if (types.has(DNAME.code) || (types.has(CNAME.code) && memory.types.has(TLSA.code))) return undefined;
  const concerned = new Set<DomainName>([...changed, ...memory.loud, ...memory.broad]);
  const moved = new Set(changed);
  for (const owner of [...added, ...removed])
    for (let name = parentName(owner); name !== undefined && name !== apex; name = parentName(name)) moved.add(name);
  // Who names a server of the zone, and who does not any more: what is said of its addresses hangs on that.
  for (const rrset of [...gone, ...come])
    if (rrset.type === NS.code) for (const target of targetsOf(rrset)) concerned.add(target);
  const cuts = [...cut, ...healed];
  if (cuts.length > FEW) return undefined;
  if (cuts.length > 0) {
    // What lies below a cut, and whoever asked about something there.
    const isBelow = (name: DomainName): boolean => cuts.some((each) => isAtOrBelow(name, each));
    for (const name of names.keys()) if (isBelow(name)) concerned.add(name);
    for (const name of memory.askers.keys()) if (isBelow(name)) moved.add(name);
  }
  for (const name of moved) {
    if (isWildcard(name)) return undefined;
    for (const owner of memory.askers.get(name) ?? []) concerned.add(owner);
    if (concerned.size * FEW > names.size) return undefined;
  }
  return concerned;
}
