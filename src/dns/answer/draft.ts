import type { DomainName } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { readU16 } from '../octets.ts';
import type { RRset } from '../rrset.ts';
import { TYPE } from './served-zone.ts';

/** The sections of an answer while it is put together. */
export interface Draft {
  readonly dnssecOk: boolean;
  readonly answers: RRset[];
  readonly authorities: RRset[];
  readonly additionals: RRset[];
}

/**
 * Puts an RRset into a section, under another owner where a wildcard stands for it, and behind it its signatures when they
 * are wanted (RFC 4035 section 3.1.1). `node` is everything at the owner, its signatures in RRsets of any grouping.
 * Every RRset that is answered with goes through here.
 */
export function put(draft: Draft, section: RRset[], rrset: RRset, node: readonly RRset[], owner?: DomainName): void {
  section.push(owner === undefined ? rrset : { ...rrset, owner });
  if (!draft.dnssecOk || rrset.type === TYPE.RRSIG) return;
  const rdatas: Rdata[] = [];
  for (const { type, rdatas: signatures } of node) {
    if (type === TYPE.RRSIG) rdatas.push(...signatures.filter((rdata) => readU16(rdata, 0) === rrset.type));
  }
  // A signature has the TTL of what it signs (RFC 4034 section 3).
  if (rdatas.length > 0) section.push({ owner: owner ?? rrset.owner, type: TYPE.RRSIG, ttl: rrset.ttl, rdatas });
}
