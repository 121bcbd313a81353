import { type Rdata, readU32 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { ZONEMD } from '../../dns/types/zonemd.ts';
import { type Start, zonemdRdata } from './apex.ts';
import type { SignInputs, SigningFault } from './inputs.ts';
import { keptSignature } from './kept.ts';
import { isSigned, type Node } from './nodes.ts';
import type { SigningPool } from './pool.ts';
import { newSignatureQueue, type SignatureQueue } from './queue.ts';
import { expirationOf, rrsigHead, timeNear } from './rrsig.ts';
import { signedNodes, signersOf } from './to-sign.ts';
import { zoneDigest } from './zonemd.ts';

/** A zone with its signatures. */
export interface SignedZone {
  readonly kind: 'signed';
  /** The whole zone in the order of the file. */
  readonly rrsets: readonly RRset[];
  /** When the first signature expires, seconds since 1970. */
  readonly expires: number;
  /** How many signatures were made, and how many are those of the zone before. */
  readonly signed: number;
  readonly kept: number;
}

/** A zone that cannot be signed, and why. */
export interface NotSigned {
  readonly kind: 'fault';
  readonly fault: SigningFault;
}

/**
 * Signs a zone (RFC 4035 section 2, RFC 5155 section 7.1). Signatures that are kept are those of RRsets which have not
 * changed, by keys that still sign, as long as they are not due.
 */
export async function signZone(inputs: SignInputs, pool: SigningPool): Promise<SignedZone | NotSigned> {
  const nodes = signedNodes(inputs);
  if ('kind' in nodes) return { kind: 'fault', fault: nodes };
  const keys = [...new Set([...inputs.dnskeySigners, ...inputs.zoneSigners])];
  const queue = newSignatureQueue(pool, keys, inputs.kept === undefined ? 2 * inputs.rrsets.length : 0);
  if ('kind' in queue) return { kind: 'fault', fault: queue };
  try {
    const work: Work = { inputs, queue, start: nodes.start, rrsets: [], expires: Number.POSITIVE_INFINITY, kept: 0 };
    const zonemd = await signNodes(work, nodes.nodes);
    if (zonemd !== undefined) {
      await queue.finish();
      await signZonemd(work, zonemd);
    }
    const fault = await queue.finish();
    if (fault !== undefined) return { kind: 'fault', fault };
    return { kind: 'signed', rrsets: work.rrsets, expires: work.expires, signed: queue.signed(), kept: work.kept };
  } finally {
    queue.end();
  }
}

interface Work {
  readonly inputs: SignInputs;
  readonly queue: SignatureQueue;
  readonly start: Start;
  readonly rrsets: RRset[];
  expires: number;
  kept: number;
}

/** Signs everything but the ZONEMD; gives its place, if there is to be one. */
async function signNodes(work: Work, nodes: Iterable<Node>): Promise<number | undefined> {
  const { inputs, queue, rrsets } = work;
  let zonemd: number | undefined;
  for (const { owner, authority, rrsets: ofOwner } of nodes) {
    for (const rrset of ofOwner) {
      rrsets.push(rrset);
      if (!isSigned(authority, rrset.type)) continue;
      if (inputs.zonemd && rrset.type === ZONEMD.code && owner === inputs.apex) zonemd = rrsets.length - 1;
      else rrsets.push(signaturesOf(work, rrset));
    }
    if (!queue.isFull()) continue;
    await queue.drain();
    inputs.signal?.throwIfAborted();
  }
  return zonemd;
}

/** Puts the digest into the ZONEMD at its place, and its signatures behind it. */
async function signZonemd(work: Work, at: number): Promise<void> {
  const { inputs, rrsets, start } = work;
  const rdata = zonemdRdata(start.serial, zoneDigest(inputs.apex, rrsets));
  const zonemd: RRset = { ...(rrsets[at] as RRset), rdatas: [rdata] };
  rrsets.splice(at, 1, zonemd, signaturesOf(work, zonemd));
}

/** The signatures of an RRset. Those that are made now are filled in when they are ready. */
function signaturesOf(work: Work, rrset: RRset): RRset {
  const { inputs, queue, start } = work;
  const { apex, times, kept } = inputs;
  const rdatas: Rdata[] = [];
  const expiration = expirationOf(rrset, start.serial, times);
  for (const key of signersOf(rrset, inputs)) {
    const old = kept === undefined ? undefined : keptSignature(kept, rrset, key, times);
    if (old !== undefined && queue.trusts(key, rrset, () => old)) {
      work.kept++;
      work.expires = Math.min(work.expires, timeNear(readU32(old, 8), times.now));
      rdatas.push(old);
      continue;
    }
    work.expires = Math.min(work.expires, expiration);
    const head = rrsigHead(rrset, key, apex, expiration, times.now - times.inception);
    rdatas.push(head);
    queue.add(key, rrset, head, rdatas, rdatas.length - 1);
  }
  return { owner: rrset.owner, type: RRSIG.code, ttl: rrset.ttl, rdatas };
}
