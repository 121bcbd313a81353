import { DnsSyntaxError } from '../fault.ts';
import type { Rdata } from '../octets.ts';
import { readU16, readU32 } from '../octets.ts';
import { typeName } from '../rdata.ts';
import { MAX_TTL, parseSeconds } from '../ttl.ts';
import type { Run } from './run.ts';
import { note } from './run.ts';

const SOA = 6;
const SIG = 24;
const RRSIG = 46;

/** The TTL that the text is; -1 where it is none. A TTL over 2^31 - 1 is taken as 0 (RFC 2181 section 8). */
export function ttlOf(run: Run, text: string): number {
  const c = text.charCodeAt(0);
  if (c < 48 || c > 57) return -1;
  const seconds = parseSeconds(text);
  return seconds === undefined ? -1 : limitedTtl(run, seconds);
}

function limitedTtl(run: Run, seconds: number): number {
  const { entry } = run.scope;
  if (seconds <= MAX_TTL) return seconds;
  const message = `the TTL ${seconds} is over ${MAX_TTL}`;
  const fix = 'use at most 2147483647 seconds';
  if (seconds > 0xffffffff) {
    entry.tokens.next++;
    throw new DnsSyntaxError(message, fix, 'ttl-range');
  }
  note(
    run,
    'warning',
    'ttl-range',
    `${message} and counts as 0`,
    fix,
    entry.starts[entry.tokens.next] ?? entry.entryAt,
  );
  return 0;
}

/** The TTL of a record: its own, else that of `$TTL`, else the last one; the SOA's minimum for a SOA without any. */
export function recordTtl(run: Run, explicit: number, type: number, rdata: Rdata): number {
  if (explicit >= 0) return explicit;
  if (run.defaultTtl >= 0) {
    run.ttl = run.defaultTtl;
  } else if (run.ttl < 0 && type === SOA) {
    run.ttl = limitedTtl(run, readU32(rdata, rdata.length - 4));
    run.defaultTtl = run.ttl;
    const fix = 'write a $TTL before the first record';
    note(run, 'warning', 'no-ttl', 'there is no TTL: the minimum of the SOA is taken', fix, run.scope.entry.entryAt);
  } else if (run.ttl < 0) {
    noTtl(run);
  } else if (!run.inheritedTtlReported) {
    run.inheritedTtlReported = true;
    const fix = 'write a $TTL before the first record';
    note(run, 'warning', 'inherited-ttl', 'there is no $TTL: the last TTL is taken', fix, run.scope.entry.entryAt);
  }
  return run.ttl;
}

/** Reports that no TTL is known, once. */
export function noTtl(run: Run): void {
  // One error is enough: what follows is read as if there were a TTL.
  run.ttl = 0;
  run.defaultTtl = 0;
  note(
    run,
    'error',
    'no-ttl',
    'the record has no TTL',
    'write a $TTL before the first record',
    run.scope.entry.entryAt,
  );
}

/** Up to how many RRsets of an owner are looked through one by one. */
const FEW = 32;

/**
 * The TTL that counts in an RRset (RFC 2181 section 5.2): that of the first record since the owner's name came up, which
 * also becomes the TTL that later records inherit, as named has it.
 */
export function groupTtl(run: Run, ttl: number, type: number, rdata: Rdata): number {
  const kind = rrsetKind(type, rdata);
  const { groupKinds, groupTtls, groupMore, groupSize } = run;
  let first = -1;
  for (let i = 0; i < groupSize; i++) if (groupKinds[i] === kind) first = groupTtls[i] as number;
  if (groupSize === FEW) first = groupMore.get(kind) ?? first;
  if (first < 0) {
    if (groupSize < FEW) {
      groupKinds[groupSize] = kind;
      groupTtls[groupSize] = ttl;
      run.groupSize++;
    } else {
      groupMore.set(kind, ttl);
    }
    return ttl;
  }
  if (first !== ttl) {
    noteTtlMismatch(run, first, ttl, type);
    run.ttl = first;
  }
  return first;
}

/** Forgets the TTLs of the last owner: what follows begins anew. */
export function endGroup(run: Run): void {
  if (run.groupSize === FEW) run.groupMore.clear();
  run.groupSize = 0;
}

/** One number for each RRset of an owner: the type, and for signatures the type that is signed (RFC 2181 section 5.2). */
export function rrsetKind(type: number, rdata: Rdata): number {
  return type === RRSIG || type === SIG ? type * 65536 + readU16(rdata, 0) : type;
}

function noteTtlMismatch(run: Run, kept: number, given: number, type: number): void {
  const { entry } = run.scope;
  note(
    run,
    'warning',
    'ttl-mismatch',
    `the TTL ${given} differs from ${kept}, which the ${typeName(type)} records of this owner have; ${kept} is taken`,
    'give all records of one owner and type the same TTL',
    entry.starts[0] as number,
  );
}
