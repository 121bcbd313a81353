import type { DomainName } from '../../name.ts';
import { displayName, firstLabel, parentName } from '../../name.ts';
import type { Rdata } from '../../octets.ts';
import { readU16 } from '../../octets.ts';
import { DS } from '../../types/ds.ts';
import { NSEC3 } from '../../types/nsec3.ts';
import { NSEC3PARAM } from '../../types/nsec3param.ts';
import { RRSIG } from '../../types/rrsig.ts';
import { MOST_ITERATIONS, nsec3Hash, nsec3Label } from '../nsec3.ts';
import { bitmapFault } from './bitmap.ts';
import type { ZoneFault } from './fault.ts';
import type { SignedZone } from './signed-zone.ts';
import { rrsetAt, typesAt } from './signed-zone.ts';

/**
 * What is wrong with the NSEC3 that the NSEC3PARAM of a zone speaks of (RFC 5155 section 7.1): gaps, wrong next hashes, wrong
 * types, NSEC3 of no name. Nothing is said where there is no NSEC3PARAM, or one with more iterations than are followed.
 */
export function nsec3ChainFaults(zone: SignedZone): ZoneFault[] {
  const params = rrsetAt(zone, zone.apex, NSEC3PARAM.code);
  const param = params?.rdatas.find((rdata) => rdata.charCodeAt(0) === 1);
  // So many iterations that no resolver follows them are no reason to spend hours here either.
  if (param === undefined || readU16(param, 2) > MOST_ITERATIONS) return [];
  const links = linksOf(zone, param);
  return [...orderFaults(links), ...nameFaults(zone, links, param)];
}

/** One NSEC3 of the chain. */
interface Link {
  readonly owner: DomainName;
  readonly index: number;
  readonly rdata: Rdata;
  /** The hash of the next name, in the spelling of owners. */
  readonly next: string;
  readonly bitmapAt: number;
}

/** The links of the chain by the hash in their owner. */
function linksOf(zone: SignedZone, param: Rdata): Map<string, Link> {
  const links = new Map<string, Link>();
  for (const owner of zone.names.keys()) {
    for (const [index, rdata] of rrsetAt(zone, owner, NSEC3.code)?.rdatas.entries() ?? []) {
      const nextAt = 5 + rdata.charCodeAt(4);
      if (rdata[0] !== param[0] || rdata.slice(2, nextAt) !== param.slice(2)) continue;
      const bitmapAt = nextAt + 1 + rdata.charCodeAt(nextAt);
      const next = nsec3Label(rdata.slice(nextAt + 1, bitmapAt));
      links.set(firstLabel(owner), { owner, index, rdata, next, bitmapAt });
    }
  }
  return links;
}

function faultOf({ owner, index }: Link, message: string): ZoneFault {
  return { owner, type: NSEC3.code, index, message };
}

/** The digits of base32hex sort like the numbers that they stand for, so the texts do too. */
function orderFaults(links: ReadonlyMap<string, Link>): ZoneFault[] {
  const hashes = [...links.keys()].sort();
  return hashes.flatMap((hash, at) => {
    const next = hashes[(at + 1) % hashes.length] as string;
    const link = links.get(hash) as Link;
    return link.next === next ? [] : [faultOf(link, `the NSEC3 ${hash} goes on with ${link.next} instead of ${next}`)];
  });
}

function nameFaults(zone: SignedZone, links: ReadonlyMap<string, Link>, param: Rdata): ZoneFault[] {
  const faults: ZoneFault[] = [];
  const left = new Map(links);
  for (const [name, required] of namesToProve(zone, links, param)) {
    const hash = hashOf(name, param);
    const link = links.get(hash);
    left.delete(hash);
    if (link === undefined) {
      const message = `${displayName(name)} has no NSEC3 (${hash})`;
      if (required) faults.push({ owner: name, type: undefined, index: undefined, message });
      continue;
    }
    const fault = bitmapFault(link.rdata, link.bitmapAt, typesAt(zone, name));
    if (fault !== undefined) faults.push(faultOf(link, `the NSEC3 ${hash} of ${displayName(name)} ${fault}`));
  }
  for (const [hash, link] of left) faults.push(faultOf(link, `the NSEC3 ${hash} is of no name of the zone`));
  return faults;
}

/**
 * The names that need an NSEC3, empty non-terminals among them, and whether they must have one: with opt-out a delegation
 * without DS may go without, and with it the empty non-terminals that only such ones lie below.
 */
function namesToProve(zone: SignedZone, links: ReadonlyMap<string, Link>, param: Rdata): Map<DomainName, boolean> {
  const { apex, cuts } = zone;
  const optOut = [...links.values()].some(({ rdata }) => (rdata.charCodeAt(1) & 1) !== 0);
  const names = new Map<DomainName, boolean>();
  for (const [owner, rrsets] of zone.names) {
    if (cuts.cutAbove(owner) !== undefined || cuts.dnameAbove(owner) !== undefined) continue;
    if (rrsets.every(({ type }) => type === NSEC3.code || type === RRSIG.code)) continue;
    const insecure = cuts.cutAtOrAbove(owner) === owner && !rrsets.some(({ type }) => type === DS.code);
    const required = !(optOut && insecure) || links.has(hashOf(owner, param));
    for (let name: DomainName | undefined = owner; name !== undefined; name = parentName(name)) {
      names.set(name, (names.get(name) ?? false) || required);
      if (name === apex) break;
    }
  }
  return names;
}

/** The hash of a name, in the spelling of owners. */
function hashOf(name: DomainName, param: Rdata): string {
  return nsec3Label(nsec3Hash(name, readU16(param, 2), param.slice(5)));
}
