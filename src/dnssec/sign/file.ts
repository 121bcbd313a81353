import { type MasterLines, newMasterLines } from '../../dns/master/lines.ts';
import { masterHead, ownerColumn, type ZoneHead } from '../../dns/master/writer.ts';
import { labelCount } from '../../dns/name.ts';
import { putText, putU8 } from '../../dns/octet-buffer.ts';
import { type Rdata, readU32 } from '../../dns/octets.ts';
import { rdataToText } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import type { Start } from './apex.ts';
import { type FileQueue, newFileQueue, type Wanted } from './file-queue.ts';
import type { SignInputs, SigningKey } from './inputs.ts';
import { type KeptSignatures, keptSignature } from './kept.ts';
import { isSigned, type Node } from './nodes.ts';
import { newPassage, type Passage } from './passage.ts';
import type { SigningPool } from './pool.ts';
import { openPreviousFile } from './previous-file.ts';
import { expirationOf, timeNear } from './rrsig.ts';
import type { NotSigned } from './sign.ts';
import { headOf, newShapes, putHeadText, type ShapeOf } from './signature-text.ts';
import { signedNodes, signersOf } from './to-sign.ts';
import { newTrust, type Trust } from './trust.ts';

/** A zone file that is to be written signed. */
export interface FileToSign extends ZoneHead {
  /** The zone file of the release before, for its signatures. */
  readonly previous: Buffer | undefined;
  /** Takes the file, piece by piece. A piece is good only until it returns. */
  readonly write: (octets: Uint8Array) => void;
}

/** What a zone file that was signed is like. */
export interface SignedFile {
  readonly kind: 'signed';
  readonly records: number;
  /** The longest TTL, seconds. */
  readonly maxTtl: number;
  /** When the first signature expires, seconds since 1970. */
  readonly expires: number;
  /** How many signatures were made, and how many are those of the zone before. */
  readonly signed: number;
  readonly kept: number;
}

/**
 * Signs a zone like `signZone` and writes its file at the same time: threads sign and print signatures, and what is as it was
 * in the file before is taken from there, octet by octet. For zones without ZONEMD, which needs the signatures as data.
 */
export async function signZoneFile(
  inputs: SignInputs,
  file: FileToSign,
  pool: SigningPool,
): Promise<SignedFile | NotSigned> {
  const nodes = signedNodes(inputs);
  return 'kind' in nodes ? { kind: 'fault', fault: nodes } : writeSigned(inputs, nodes, file, pool);
}

/** Writes the lines of names of a zone, all or some of them in their order, with signatures; see {@link signZoneFile}. */
export async function writeSigned(
  inputs: SignInputs,
  nodes: { readonly start: Start; readonly nodes: Iterable<Node> },
  file: FileToSign,
  pool: SigningPool,
): Promise<SignedFile | NotSigned> {
  const { apex } = inputs;
  const keys = [...new Set([...inputs.dnskeySigners, ...inputs.zoneSigners])];
  const previous = file.previous === undefined ? undefined : openPreviousFile(file.previous, apex);
  const expected = previous === undefined ? 2 * inputs.rrsets.length : 0;
  const queue = newFileQueue(pool, keys, expected, file.write);
  if ('kind' in queue) return { kind: 'fault', fault: queue };
  const { now, inception } = inputs.times;
  const shapeOf = newShapes(apex, now - inception);
  const trusts = newTrust();
  const lines = newMasterLines(file);
  const work: Work = {
    inputs,
    queue,
    lines,
    start: nodes.start,
    shapeOf,
    trusts,
    tally: { records: 0, maxTtl: 0, expires: Number.POSITIVE_INFINITY, kept: 0 },
  };
  const passage =
    previous === undefined ? undefined : newPassage(inputs, lines, file.defaultTtl, previous, shapeOf, trusts);
  try {
    putText(queue.text, masterHead(file));
    for (const node of nodes.nodes) {
      const first = ownerColumn(node.owner, apex);
      if (passage?.pass(node, first) === true) continue;
      if (passage !== undefined) handOver(passage, queue);
      signNode(work, node, first, passage?.signaturesOf(node, first));
      queue.settle();
      if (!queue.isFull()) continue;
      await queue.drain();
      inputs.signal?.throwIfAborted();
    }
    if (passage !== undefined) handOver(passage, queue);
    const fault = await queue.finish();
    if (fault !== undefined) return { kind: 'fault', fault };
    const { records, maxTtl, expires, kept } = work.tally;
    const passed = passage?.passed();
    return {
      kind: 'signed',
      records: records + (passed?.records ?? 0),
      maxTtl: Math.max(maxTtl, passed?.maxTtl ?? 0),
      expires: Math.min(expires, passed?.expires ?? Number.POSITIVE_INFINITY),
      signed: queue.signed(),
      kept: kept + (passed?.kept ?? 0),
    };
  } finally {
    queue.end();
  }
}

interface Work {
  readonly inputs: SignInputs;
  readonly queue: FileQueue;
  readonly lines: MasterLines;
  readonly start: Start;
  readonly shapeOf: ShapeOf;
  readonly trusts: Trust;
  readonly tally: { records: number; maxTtl: number; expires: number; kept: number };
}

function handOver(passage: Passage, queue: FileQueue): void {
  const octets = passage.take();
  if (octets !== undefined) queue.octets(octets);
}

function signNode(
  work: Work,
  { owner, authority, rrsets }: Node,
  first: string,
  kept: KeptSignatures | undefined,
): void {
  const { inputs, queue, lines, tally } = work;
  const labels = labelCount(owner);
  for (const rrset of rrsets) {
    lines.put(queue.text, rrset, first);
    tally.records += rrset.rdatas.length;
    tally.maxTtl = Math.max(tally.maxTtl, rrset.ttl);
    if (!isSigned(authority, rrset.type)) continue;
    const signers = signersOf(rrset, inputs);
    if (kept === undefined && signers.length === 1) {
      putSignature(work, wantedOf(work, rrset, labels, signers[0] as SigningKey), first);
      continue;
    }
    const signatures = signers.map((key) => {
      const old = kept === undefined ? undefined : oldSignature(work, rrset, key, kept);
      const wanted = old === undefined ? wantedOf(work, rrset, labels, key) : undefined;
      return { wanted, rdata: wanted === undefined ? (old as Rdata) : headOfWanted(wanted) };
    });
    // The order of signatures follows from what stands in front of them: no two keys have algorithm and tag in common.
    signatures.sort((a, b) => (a.rdata < b.rdata ? -1 : 1));
    for (const { wanted, rdata } of signatures) {
      if (wanted === undefined) putOld(work, rrset, rdata, first);
      else putSignature(work, wanted, first);
    }
  }
}

/** A signature that an RRset had, if it can be used on. */
function oldSignature(
  { inputs, trusts, tally }: Work,
  rrset: RRset,
  key: SigningKey,
  kept: KeptSignatures,
): Rdata | undefined {
  const { times } = inputs;
  const old = keptSignature(kept, rrset, key, times);
  if (old === undefined || !trusts(key, rrset, () => old)) return undefined;
  tally.kept++;
  tally.expires = Math.min(tally.expires, timeNear(readU32(old, 8), times.now));
  return old;
}

function wantedOf({ inputs, start, shapeOf, tally }: Work, rrset: RRset, labels: number, key: SigningKey): Wanted {
  const { times } = inputs;
  const expiration = expirationOf(rrset, start.serial, times);
  tally.expires = Math.min(tally.expires, expiration);
  return { key, rrset, shape: shapeOf(rrset, labels, key), expiration, inception: times.now - times.inception };
}

function headOfWanted({ shape, expiration, inception }: Wanted): Rdata {
  return headOf(shape, expiration, inception);
}

const NEWLINE = 10;

function putSignature({ queue, lines, tally }: Work, wanted: Wanted, first: string): void {
  const { rrset, shape, expiration } = wanted;
  const { text } = queue;
  lines.putPrefix(text, RRSIG.code, rrset.ttl, first);
  putHeadText(text, shape, expiration);
  queue.sign(wanted);
  putU8(text, NEWLINE);
  tally.records++;
}

function putOld({ inputs, queue, lines, tally }: Work, { ttl }: RRset, rdata: Rdata, first: string): void {
  lines.putPrefix(queue.text, RRSIG.code, ttl, first);
  putText(queue.text, rdataToText(RRSIG.code, rdata, inputs.apex));
  putU8(queue.text, NEWLINE);
  tally.records++;
}
