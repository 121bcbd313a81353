import type { DomainName } from '../../dns/name.ts';
import { isAtOrBelow, parentName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import { A } from '../../dns/types/a.ts';
import { AAAA } from '../../dns/types/aaaa.ts';
import { NS } from '../../dns/types/ns.ts';
import type { Look } from './check.ts';
import { oncePer } from './once.ts';

/** What the repository knows about a name that one of its zones answers for. */
export interface Known {
  /** The zone that answers. */
  readonly apex: DomainName;
  /** Its RRsets at the name, or at the wildcard that stands for it. */
  readonly rrsets: readonly RRset[];
  /**
   * Whether there is an answer. A name can be answered without RRsets: it has names below it, or an `ALIAS` or `REDIRECT`
   * whose addresses are not known before the zone is compiled.
   */
  readonly exists: boolean;
}

/** How many names are remembered for a zone: enough for name servers and mail hosts, which are asked about again and again. */
const REMEMBERED = 4096;

const rememberedFor = oncePer((_look: Look) => new Map<DomainName, Known | undefined>());

/**
 * What the repository knows about a name; `undefined` where no zone of it answers: the name belongs to somebody else, or
 * is delegated to somebody else.
 */
export function knownAbout(look: Look, name: DomainName): Known | undefined {
  const remembered = rememberedFor(look);
  const before = remembered.get(name);
  if (before !== undefined || remembered.has(name)) return before;
  if (remembered.size >= REMEMBERED) remembered.clear();
  const found = findOut(look, name);
  remembered.set(name, found);
  return found;
}

function findOut(look: Look, name: DomainName): Known | undefined {
  const { zone, shape, estate } = look;
  const apex = estate.zoneFor(name) ?? (isAtOrBelow(name, zone.apex) ? zone.apex : undefined);
  if (apex === undefined) return undefined;
  if (apex === zone.apex) {
    if (shape.cutAtOrAbove(name) !== undefined) return undefined;
    const rrsets = zone.names.get(name);
    if (rrsets !== undefined) return { apex, rrsets, exists: true };
    if (shape.exists(name)) return { apex, rrsets: [], exists: true };
    const wildcard = shape.wildcardFor(name);
    return {
      apex,
      rrsets: wildcard === undefined ? [] : (zone.names.get(wildcard) ?? []),
      exists: wildcard !== undefined,
    };
  }
  for (let above: DomainName | undefined = name; above !== undefined && above !== apex; above = parentName(above)) {
    if (estate.rrsetsAt(apex, above).some((rrset) => rrset.type === NS.code)) return undefined;
  }
  const rrsets = estate.rrsetsAt(apex, name);
  return { apex, rrsets, exists: rrsets.length > 0 || estate.answers(apex, name) };
}

/** The RRset of a type among those of one owner. */
export function ofType(rrsets: readonly RRset[], type: number): RRset | undefined {
  for (const rrset of rrsets) if (rrset.type === type) return rrset;
  return undefined;
}

/** Whether RRsets of one owner hold an address. */
export function hasAddress(rrsets: readonly RRset[]): boolean {
  for (const rrset of rrsets) if (rrset.type === A.code || rrset.type === AAAA.code) return true;
  return false;
}
