import type { Message } from '../../dns/message/message.ts';
import { CLASS, RCODE, rcodeName } from '../../dns/message/message.ts';
import { type DomainName, isAtOrBelow, wireNameToDomain } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { readU16, readU32 } from '../../dns/octets.ts';
import { rdataNames } from '../../dns/rdata.ts';
import { CNAME } from '../../dns/types/cname.ts';
import { DNAME } from '../../dns/types/dname.ts';
import { DS } from '../../dns/types/ds.ts';
import { NS } from '../../dns/types/ns.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { ZoneServers } from './servers.ts';

/** What one server of the parent says about the DS of a zone. */
export type Said =
  | {
      readonly kind: 'ds';
      /** In canonical order; none: there is no DS. */
      readonly ds: readonly Rdata[];
      /** The TTL of the RRset, or of its absence, in seconds. */
      readonly ttl: number;
    }
  /** An answer that says nothing about the DS: why, as the rest of a sentence that begins with the server. */
  | { readonly kind: 'wrong'; readonly why: string; readonly fix: string };

/** Where the signer's name stands in an RRSIG (RFC 4034 section 3.1). */
const SIGNER = 18;

/**
 * Reads the answer of a server of `parent` to the question for the DS of `zone`. It counts only where the server is
 * authoritative and speaks for the parent: a server of the child alone would deny the DS (RFC 4035 section 3.1.4.1).
 */
export function readReply(message: Message, zone: DomainName, parent: DomainName): Said {
  const { rcode } = message;
  const answers = message.answers.filter((record) => record.class === CLASS.IN);
  const authorities = message.authorities.filter((record) => record.class === CLASS.IN);
  if (message.truncated) return wrong('gives no complete answer', "look into the server's log");
  const alias = answers.find(({ owner, type }) =>
    type === DNAME.code ? isAtOrBelow(zone, owner) : type === CNAME.code && owner === zone,
  );
  if (alias !== undefined) return wrong(`has an alias at ${alias.owner}`, 'remove the alias, or the zone');
  if (rcode === RCODE.NXDOMAIN) return wrong(`says that ${zone} does not exist`, `have ${parent} delegate the zone`);
  if (rcode !== RCODE.NOERROR) return wrong(`answers ${rcodeName(rcode)}`, `ask the operator of ${parent}`);
  if (!message.authoritative) {
    const refers = authorities.some(({ type, owner }) => type === NS.code && owner === zone);
    return refers
      ? wrong('sends on to the servers of the zone: it knows nothing of DNSSEC', `ask the operator of ${parent}`)
      : wrong(`is not authoritative for ${parent}`, `ask the operator of ${parent}`);
  }
  const found = answers.filter(({ type, owner }) => type === DS.code && owner === zone);
  if (found.length > 0) {
    const signer = answers
      .filter(({ type, owner, rdata }) => type === RRSIG.code && owner === zone && readU16(rdata, 0) === DS.code)
      .map(({ rdata }) => wireNameToDomain(rdata, SIGNER))
      .find((name) => name !== parent);
    if (signer !== undefined) return otherSide(signer, zone, parent);
    const ds = [...new Set(found.map(({ rdata }) => rdata))].sort();
    return { kind: 'ds', ds, ttl: Math.max(...found.map(({ ttl }) => ttl)) };
  }
  const soa = authorities.find(({ type }) => type === SOA.code);
  if (soa === undefined) return wrong('gives neither a DS nor the SOA that denies it', `ask the operator of ${parent}`);
  if (soa.owner !== parent) return otherSide(soa.owner, zone, parent);
  // RFC 2308 section 5: absence is kept for the lesser of the SOA's TTL and its last field.
  return { kind: 'ds', ds: [], ttl: Math.min(soa.ttl, readU32(soa.rdata, soa.rdata.length - 4)) };
}

/** The name servers of the parent that one of its servers names and that were not found before. */
export function unknownServers(message: Message, { zone, servers }: ZoneServers): DomainName[] {
  if (!message.authoritative) return [];
  const known = new Set(servers.map(({ name }) => name));
  const named = message.answers.filter(
    (record) => record.class === CLASS.IN && record.type === NS.code && record.owner === zone,
  );
  const names = new Set(named.flatMap(({ rdata }) => rdataNames(NS.code, rdata)));
  return [...names].filter((name) => !known.has(name));
}

function otherSide(speaksFor: DomainName, zone: DomainName, parent: DomainName): Said {
  const where = speaksFor === zone ? `${zone} itself` : speaksFor;
  return wrong(`answers for ${where}, not for ${parent}`, `ask the operator of ${parent}`);
}

function wrong(why: string, fix: string): Said {
  return { kind: 'wrong', why, fix };
}
