import { MOST_ITERATIONS, nsec3Hash, nsec3Label } from '../../../dns/dnssec/nsec3.ts';
import type { DomainName } from '../../../dns/name.ts';
import { displayName, firstLabel, parentName } from '../../../dns/name.ts';
import { readU16 } from '../../../dns/octets.ts';
import { DS } from '../../../dns/types/ds.ts';
import { NSEC3 } from '../../../dns/types/nsec3.ts';
import { NSEC3PARAM } from '../../../dns/types/nsec3param.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import type { DeclaredRRset } from '../../zone.ts';
import { findRRset } from '../../zone.ts';
import type { Check, Look } from '../check.ts';
import { ownerSpan } from '../place.ts';
import { bitmapFault, typesAt } from './bitmap.ts';
import { isPresigned } from './rrsig.ts';

/** An NSEC3 whose next hash is another than that of the next name. */
export const nsec3Chain: Check = {
  id: 'nsec3-chain',
  severity: 'error',
  standard: 'RFC 5155 section 7.1',
  reason: 'The NSEC3 prove what does not exist; a gap lets answers fail, a wrong one denies what is there.',
  repair: 'Sign the zone anew after the change, or let a DNSSEC policy sign it.',
  covers: ['K15'],
  zone(look) {
    if (!isPresigned(look)) return;
    const { zone } = look;
    const param = findRRset(zone, zone.apex, NSEC3PARAM.code)?.rdatas.find((rdata) => rdata.charCodeAt(0) === 1);
    // So many iterations that no resolver follows them are no reason to spend hours here either.
    if (param === undefined || readU16(param, 2) > MOST_ITERATIONS) return;
    const links = linksOf(look, param);
    judgeOrder(look, links);
    judgeNames(look, links, param);
  },
};

/** One NSEC3 of the chain that the NSEC3PARAM speaks of. */
interface Link {
  readonly rrset: DeclaredRRset;
  readonly index: number;
  readonly rdata: string;
  /** The hash of the next name, in the spelling of owners. */
  readonly next: string;
  readonly bitmapAt: number;
}

/** The links of the chain by the hash in their owner. */
function linksOf(look: Look, param: string): Map<string, Link> {
  const links = new Map<string, Link>();
  for (const owner of look.zone.names.keys()) {
    const rrset = findRRset(look.zone, owner, NSEC3.code);
    for (const [index, rdata] of rrset?.rdatas.entries() ?? []) {
      const nextAt = 5 + rdata.charCodeAt(4);
      if (rdata[0] !== param[0] || rdata.slice(2, nextAt) !== param.slice(2)) continue;
      const bitmapAt = nextAt + 1 + rdata.charCodeAt(nextAt);
      const next = nsec3Label(rdata.slice(nextAt + 1, bitmapAt));
      links.set(firstLabel(owner), { rrset: rrset as DeclaredRRset, index, rdata, next, bitmapAt });
    }
  }
  return links;
}

/** The digits of base32hex sort like the numbers that they stand for, so the texts do too. */
function judgeOrder(look: Look, links: ReadonlyMap<string, Link>): void {
  const hashes = [...links.keys()].sort();
  for (const [at, hash] of hashes.entries()) {
    const next = hashes[(at + 1) % hashes.length] as string;
    const link = links.get(hash) as Link;
    if (link.next === next) continue;
    look.at(link.rrset, link.index, { message: `the NSEC3 ${hash} goes on with ${link.next} instead of ${next}` });
  }
}

function judgeNames(look: Look, links: ReadonlyMap<string, Link>, param: string): void {
  const { zone } = look;
  const left = new Map(links);
  for (const [name, required] of namesToProve(look, links, param)) {
    const hash = hashOf(name, param);
    const link = links.get(hash);
    left.delete(hash);
    if (link === undefined) {
      const rrset = zone.names.get(name)?.[0];
      const span = rrset === undefined ? { source: zone.source, start: 0, end: 0 } : ownerSpan(rrset);
      if (required) look.atSpan(span, { message: `${displayName(name)} has no NSEC3 (${hash})` }, { owner: name });
      continue;
    }
    const fault = bitmapFault(link.rdata, link.bitmapAt, typesAt(look, name));
    if (fault !== undefined) {
      look.at(link.rrset, link.index, { message: `the NSEC3 ${hash} of ${displayName(name)} ${fault}` });
    }
  }
  for (const [hash, { rrset, index }] of left) {
    look.at(rrset, index, { message: `the NSEC3 ${hash} is of no name of the zone` });
  }
}

/**
 * The names that need an NSEC3, empty non-terminals among them, and whether they must have one: with opt-out a delegation
 * without DS may go without, and with it the empty non-terminals that only such ones lie below.
 */
function namesToProve(look: Look, links: ReadonlyMap<string, Link>, param: string): Map<DomainName, boolean> {
  const { zone, shape } = look;
  const optOut = [...links.values()].some(({ rdata }) => (rdata.charCodeAt(1) & 1) !== 0);
  const names = new Map<DomainName, boolean>();
  for (const [owner, rrsets] of zone.names) {
    if (shape.cutAbove(owner) !== undefined || shape.dnameAbove(owner) !== undefined) continue;
    if (rrsets.every(({ type }) => type === NSEC3.code || type === RRSIG.code)) continue;
    const insecure = shape.cutAtOrAbove(owner) === owner && !rrsets.some(({ type }) => type === DS.code);
    const required = !(optOut && insecure) || links.has(hashOf(owner, param));
    for (let name: DomainName | undefined = owner; name !== undefined; name = parentName(name)) {
      names.set(name, (names.get(name) ?? false) || required);
      if (name === zone.apex) break;
    }
  }
  return names;
}

/** The hash of a name, in the spelling of owners. */
function hashOf(name: DomainName, param: string): string {
  return nsec3Label(nsec3Hash(name, readU16(param, 2), param.slice(5)));
}
