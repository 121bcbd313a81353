import type { ResourceRecord } from '../../message/message.ts';
import { CLASS } from '../../message/message.ts';
import type { Rdata } from '../../octets.ts';
import { readU16 } from '../../octets.ts';
import type { RRset } from '../../rrset.ts';
import { RRSIG } from '../../types/rrsig.ts';

/** An RRset and the RRSIG that cover it. */
export interface SignedRRset {
  readonly rrset: RRset;
  readonly signatures: readonly Rdata[];
}

interface Growing {
  readonly rrset: RRset & { readonly rdatas: Rdata[] };
  readonly signatures: Rdata[];
  readonly seen: Set<Rdata>;
}

/** Gathers the records of a section, each with its signatures; records that are there twice count once. */
export function signedRRsets(records: readonly ResourceRecord[]): SignedRRset[] {
  const gathered = new Map<string, Growing>();
  for (const { owner, type, class: recordClass, ttl, rdata } of records) {
    if (recordClass !== CLASS.IN || type === RRSIG.code) continue;
    const key = `${type} ${owner}`;
    const known = gathered.get(key);
    if (known === undefined) {
      const rrset = { owner, type, ttl, rdatas: [rdata] };
      gathered.set(key, { rrset, signatures: [], seen: new Set([rdata]) });
    } else if (!known.seen.has(rdata)) {
      known.seen.add(rdata);
      known.rrset.rdatas.push(rdata);
    }
  }
  for (const { owner, type, class: recordClass, rdata } of records) {
    if (recordClass !== CLASS.IN || type !== RRSIG.code) continue;
    gathered.get(`${readU16(rdata, 0)} ${owner}`)?.signatures.push(rdata);
  }
  return [...gathered.values()];
}

/** The RRset of a type with its signatures among all RRsets of its owner. */
export function signedRRset(node: readonly RRset[], type: number): SignedRRset | undefined {
  const rrset = node.find((each) => each.type === type);
  return rrset === undefined ? undefined : { rrset, signatures: signaturesOf(node, type) };
}

/** The RRSIG that cover a type among the RRsets of an owner, in whatever RRsets they stand. */
export function signaturesOf(node: readonly RRset[], type: number): Rdata[] {
  const found: Rdata[] = [];
  for (const { type: code, rdatas } of node) {
    if (code === RRSIG.code) found.push(...rdatas.filter((rdata) => readU16(rdata, 0) === type));
  }
  return found;
}
