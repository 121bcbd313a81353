import type { DomainName } from '../../../dns/name.ts';
import { parentName } from '../../../dns/name.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Look } from '../check.ts';
import { ofType } from '../known.ts';

/** How the zone above, where the repository has it, hands this zone on. */
export interface Delegation {
  readonly parent: DomainName;
  /** What the parent has at this zone's apex. */
  readonly rrsets: readonly RRset[];
  /** The NS among them; `undefined` where the parent does not delegate. */
  readonly ns: RRset | undefined;
}

/**
 * The delegation of the zone that is looked at; `undefined` where the repository has no zone above it, or where one that it
 * does not have lies between the two (the parent delegates, or redirects, a name between them).
 */
export function delegationOf(look: Look): Delegation | undefined {
  const { zone, estate } = look;
  const { apex } = zone;
  const parent = estate.parentOf(apex);
  if (parent === undefined) return undefined;
  for (let between = parentName(apex); between !== undefined && between !== parent; between = parentName(between)) {
    const rrsets = estate.rrsetsAt(parent, between);
    if (rrsets.some(({ type }) => type === NS.code || type === DNAME.code)) return undefined;
  }
  const rrsets = estate.rrsetsAt(parent, apex);
  return { parent, rrsets, ns: ofType(rrsets, NS.code) };
}
