import { substitute } from '../dname.ts';
import { QTYPE, RCODE } from '../message/message.ts';
import type { DomainName } from '../name.ts';
import { domainToWire, parentName, wireNameToDomain } from '../name.ts';
import type { Rdata } from '../octets.ts';
import type { RRset } from '../rrset.ts';
import { denyName, denyType, denyWildcardType, proveExpansion, proveLack } from './denial.ts';
import type { Draft } from './draft.ts';
import { put } from './draft.ts';
import type { Lookup } from './lookup.ts';
import { lookup } from './lookup.ts';
import type { ServedZone, ZoneSet } from './served-zone.ts';
import { rrsetOf, TYPE, zoneOf } from './served-zone.ts';
import { addAddresses, addGlue } from './targets.ts';

/** What zones say to a question. */
export interface Answer {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: readonly RRset[];
  readonly authorities: readonly RRset[];
  readonly additionals: readonly RRset[];
  /** How many RRsets of the additional section are glue that the message must not be without (RFC 9471). */
  readonly requiredAdditionals: number;
}

/** Names that one answer follows aliases to, as a bound on its size and cost. */
const MAX_ALIASES = 16;

/**
 * Answers a question of class IN from the zones (RFC 1034 section 4.3.2, RFC 2308, RFC 4592, RFC 6672).
 *
 * CNAME and DNAME are followed through all zones held, until a name is reached for the second time or the bound is hit:
 * then the answer is the chain so far. The response code is that of the last name (RFC 6604). REFUSED where no zone is held
 * for the name. With `dnssecOk`, the signatures, DS and proofs that the zones hold are added (RFC 4035 section 3.1, RFC 5155
 * section 7.2).
 */
export function answer(zones: ZoneSet, name: DomainName, type: number, dnssecOk = false): Answer {
  const draft: Draft = { dnssecOk, answers: [], authorities: [], additionals: [] };
  const seen = new Set<DomainName>();
  let at = name;
  for (;;) {
    const zone = zoneFor(zones, at, type);
    if (zone === undefined) return finish(draft, seen.size === 0 ? RCODE.REFUSED : RCODE.NOERROR, seen.size > 0);
    seen.add(at);
    const found = lookup(zone, at, type === TYPE.DS);
    if (found.kind === 'cut') return refer(draft, zone, found.ns, found.rrsets, seen.size > 1);
    if (found.kind === 'missing') {
      denyName(draft, zone, at, found.closestEncloser);
      return finish(draft, RCODE.NXDOMAIN, true);
    }
    let alias: DomainName | undefined;
    if (found.kind === 'dname') {
      if (!draft.answers.includes(found.dname)) put(draft, draft.answers, found.dname, found.rrsets);
      alias = substitute(at, found.dname);
      if (alias === undefined) return finish(draft, RCODE.YXDOMAIN, true);
      draft.answers.push(cnameTo(alias, at, found.dname.ttl));
      if (type === TYPE.CNAME || type === QTYPE.ANY) return finish(draft, RCODE.NOERROR, true);
    } else {
      if (putMatching(draft, found, type, at)) {
        if (found.kind === 'wildcard') proveExpansion(draft, zone, at, found.owner);
        addAddresses(zones, draft);
        return finish(draft, RCODE.NOERROR, true);
      }
      // Signatures stand beside a CNAME and are asked of the alias itself (RFC 4035 section 2.5).
      const cname = type === TYPE.RRSIG ? undefined : rrsetOf(found.rrsets, TYPE.CNAME);
      if (cname === undefined) {
        if (found.kind === 'wildcard') denyWildcardType(draft, zone, at, found.owner);
        else denyType(draft, zone, at);
        return finish(draft, RCODE.NOERROR, true);
      }
      put(draft, draft.answers, cname, found.rrsets, found.kind === 'wildcard' ? at : undefined);
      if (found.kind === 'wildcard') proveExpansion(draft, zone, at, found.owner);
      alias = wireNameToDomain(cname.rdatas[0] as Rdata, 0);
    }
    if (seen.has(alias) || seen.size > MAX_ALIASES) return finish(draft, RCODE.NOERROR, true);
    at = alias;
  }
}

/** The zone that answers: for DS the one above, where it is held, as the DS of a zone is its parent's (RFC 4035 section 3.1.4.1). */
function zoneFor(zones: ZoneSet, name: DomainName, type: number): ServedZone | undefined {
  const zone = zoneOf(zones, name);
  if (type !== TYPE.DS || zone?.apex !== name) return zone;
  const above = parentName(name);
  return (above === undefined ? undefined : zoneOf(zones, above)) ?? zone;
}

/** Puts the RRsets of the type, or all for ANY, into the answer section; whether there were any. */
function putMatching(
  draft: Draft,
  found: Lookup & { kind: 'node' | 'wildcard' },
  type: number,
  name: DomainName,
): boolean {
  const owner = found.kind === 'wildcard' ? name : undefined;
  let any = false;
  for (const rrset of found.rrsets) {
    if (rrset.type !== type && type !== QTYPE.ANY) continue;
    any = true;
    // To ANY the signatures come as one RRset of their own.
    put(draft, draft.answers, rrset, type === QTYPE.ANY ? [] : found.rrsets, owner);
  }
  return any;
}

function refer(draft: Draft, zone: ServedZone, ns: RRset, node: readonly RRset[], authoritative: boolean): Answer {
  put(draft, draft.authorities, ns, []);
  if (draft.dnssecOk && zone.signed) {
    const ds = rrsetOf(node, TYPE.DS);
    if (ds === undefined) proveLack(draft, zone, ns.owner);
    else put(draft, draft.authorities, ds, node);
  }
  const requiredAdditionals = addGlue(zone, ns, draft);
  return { ...finish(draft, RCODE.NOERROR, authoritative), requiredAdditionals };
}

function cnameTo(target: DomainName, owner: DomainName, ttl: number): RRset {
  return { owner, type: TYPE.CNAME, ttl, rdatas: [domainToWire(target)] };
}

function finish(draft: Draft, rcode: number, authoritative: boolean): Answer {
  const { answers, authorities, additionals } = draft;
  return { rcode, authoritative, answers, authorities, additionals, requiredAdditionals: 0 };
}
