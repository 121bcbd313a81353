import { DnsSyntaxError } from '../../dns/fault.ts';
import type { MasterLines } from '../../dns/master/lines.ts';
import { labelCount } from '../../dns/name.ts';
import { newOctetBuffer } from '../../dns/octet-buffer.ts';
import type { Rdata } from '../../dns/octets.ts';
import { rdataFromText } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import type { SignInputs, SigningKey } from './inputs.ts';
import type { KeptSignatures } from './kept.ts';
import { isSigned, type Node } from './nodes.ts';
import type { PreviousFile } from './previous-file.ts';
import { type ShapeOf, TIME_LENGTH, timeText } from './signature-text.ts';
import { signersOf } from './to-sign.ts';
import type { Trust } from './trust.ts';

/** What passes from the zone file before into the next one as it is. */
export interface Passage {
  /**
   * Lets the lines of an owner pass, if they are what would be written now: its RRsets to the letter, each with one
   * signature of each key that signs it, none of them due. False where anything is different.
   */
  pass(node: Node, first: string): boolean;
  /** The signatures of an owner whose lines did not pass; `undefined` where it had none. */
  signaturesOf(node: Node, first: string): KeptSignatures | undefined;
  /** What has passed since it was last taken. */
  take(): Uint8Array | undefined;
  /** All that has passed. Times are seconds since 1970. */
  passed(): { readonly records: number; readonly maxTtl: number; readonly expires: number; readonly kept: number };
}

/** From this length on a call into native code costs less than the loop. */
const LONG = 100;

/** A passage from one file, whose lines are written like `lines`. Owners come in their order. */
export function newPassage(
  inputs: SignInputs,
  lines: MasterLines,
  defaultTtl: number,
  previous: PreviousFile,
  shapeOf: ShapeOf,
  trusts: Trust,
): Passage {
  const { octets, has } = previous;
  const { now, lifetime, refresh } = inputs.times;
  // Times as they are printed can be compared before 2106 only, and other TTLs are left out of other lines.
  const isComparable = now + lifetime < 0xffffffff && previous.defaultTtl === defaultTtl;
  const begun = Buffer.from(timeText(now), 'latin1');
  const due = Buffer.from(timeText(now + refresh), 'latin1');
  let from = 0;
  let to = 0;
  /** Where the earliest expiration of a signature stands that has passed. */
  let earliest: number | undefined;
  const tally = { records: 0, maxTtl: 0, kept: 0 };
  /** Of the owner that is being looked at. */
  let own = { records: 0, maxTtl: 0, kept: 0, earliest: undefined as number | undefined };
  /** What lines would be written like. */
  const wanted = newOctetBuffer(1 << 12);

  const hasWanted = (at: number): boolean => {
    const { length, octets: text } = wanted;
    if (at + length > octets.length) return false;
    if (length >= LONG) return octets.compare(text, 0, length, at, at + length) === 0;
    for (let i = 0; i < length; i++) if (octets[at + i] !== text[i]) return false;
    return true;
  };
  const earlierOf = (one: number | undefined, other: number | undefined): number | undefined => {
    if (one === undefined || other === undefined) return one ?? other;
    return isLater(octets, one, octets, other) ? other : one;
  };
  /** Where the signatures of an RRset end that begin at a position; `undefined` where they are not as they must be. */
  const signaturesEnd = (rrset: RRset, first: string, labels: number, start: number): number | undefined => {
    wanted.length = 0;
    lines.putPrefix(wanted, RRSIG.code, rrset.ttl, first);
    let missing = signersOf(rrset, inputs);
    let at = start;
    while (missing.length > 0) {
      if (!hasWanted(at)) return undefined;
      const data = at + wanted.length;
      const isBy = (each: SigningKey): boolean => {
        const { front, back } = shapeOf(rrset, labels, each).text;
        return has(front, data) && has(back, data + front.length + 2 * TIME_LENGTH + 1);
      };
      const key = missing.find(isBy);
      if (key === undefined) return undefined;
      const expiration = data + shapeOf(rrset, labels, key).text.front.length;
      const inception = expiration + TIME_LENGTH + 1;
      if (!isLater(octets, expiration, due, 0) || isLater(octets, inception, begun, 0)) return undefined;
      const end = previous.nextLine(data);
      const rrsig = (): Rdata | undefined => rrsigFromText(previous.text(data, end - 1), inputs.apex);
      if (!trusts(key, rrset, rrsig)) return undefined;
      own.earliest = earlierOf(own.earliest, expiration);
      own.kept++;
      missing = missing.length === 1 ? [] : missing.filter((each) => each !== key);
      at = end;
    }
    return at;
  };
  /** Where the lines of an owner end that begin at a position; `undefined` where they are not as they must be. */
  const linesEnd = ({ owner, authority, rrsets }: Node, first: string, start: number): number | undefined => {
    const labels = labelCount(owner);
    let at = start;
    for (const rrset of rrsets) {
      wanted.length = 0;
      lines.put(wanted, rrset, first);
      if (!hasWanted(at)) return undefined;
      at += wanted.length;
      own.records += rrset.rdatas.length;
      own.maxTtl = Math.max(own.maxTtl, rrset.ttl);
      if (!isSigned(authority, rrset.type)) continue;
      const end = signaturesEnd(rrset, first, labels, at);
      if (end === undefined) return undefined;
      at = end;
    }
    return has(first, at) ? undefined : at;
  };

  return {
    pass(node, first) {
      const start = isComparable ? previous.seek(node.owner, first) : undefined;
      if (start === undefined) return false;
      own = { records: 0, maxTtl: 0, kept: 0, earliest: undefined };
      const end = linesEnd(node, first, start);
      if (end === undefined) return false;
      // Something that was taken out of the file is between what has passed and this.
      if (to !== start && to !== from) return false;
      if (to !== start) from = start;
      to = end;
      previous.goOn(end);
      tally.records += own.records + own.kept;
      tally.kept += own.kept;
      tally.maxTtl = Math.max(tally.maxTtl, own.maxTtl);
      earliest = earlierOf(earliest, own.earliest);
      return true;
    },
    signaturesOf({ owner }, first) {
      const start = previous.seek(owner, first);
      if (start === undefined) return undefined;
      const end = previous.endOf(start, first);
      previous.goOn(end);
      return previous.signaturesIn(start, end);
    },
    take() {
      const passed = octets.subarray(from, to);
      from = to;
      return passed.length === 0 ? undefined : passed;
    },
    passed() {
      const expires = earliest === undefined ? undefined : previous.text(earliest, earliest + TIME_LENGTH);
      return { ...tally, expires: expires === undefined ? Number.POSITIVE_INFINITY : secondsOf(expires) };
    },
  };
}

/** Whether the time that is printed at one place is later than that at another one. */
function isLater(octets: Uint8Array, at: number, than: Uint8Array, from: number): boolean {
  for (let i = 0; i < TIME_LENGTH; i++) {
    const difference = (octets[at + i] as number) - (than[from + i] as number);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** The rdata of an RRSIG; `undefined` where the text is damaged. */
function rrsigFromText(text: string, apex: SignInputs['apex']): Rdata | undefined {
  try {
    return rdataFromText(RRSIG.code, text, apex);
  } catch (error) {
    if (error instanceof DnsSyntaxError) return undefined;
    throw error;
  }
}

/** The seconds since 1970 of `YYYYMMDDHHmmSS`. */
function secondsOf(time: string): number {
  return Date.parse(time.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z')) / 1000;
}
