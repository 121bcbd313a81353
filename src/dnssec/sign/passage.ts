import { DnsSyntaxError } from '../../dns/fault.ts';
import { linePrefix, rrsetText, type ZoneHead } from '../../dns/master/writer.ts';
import { labelCount } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { rdataFromText } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import type { SignInputs } from './inputs.ts';
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

/** A passage from one file. Owners come in their order. */
export function newPassage(
  inputs: SignInputs,
  head: ZoneHead,
  previous: PreviousFile,
  shapeOf: ShapeOf,
  trusts: Trust,
): Passage {
  const { text } = previous;
  const { now, lifetime, refresh } = inputs.times;
  // Times as they are printed can be compared before 2106 only, and other TTLs are left out of other lines.
  const isComparable = now + lifetime < 0xffffffff && previous.defaultTtl === head.defaultTtl;
  const begun = timeText(now);
  const due = timeText(now + refresh);
  let from = 0;
  let to = 0;
  let expires: string | undefined;
  const tally = { records: 0, maxTtl: 0, kept: 0 };
  /** Of the owner that is being looked at. */
  let own = { records: 0, maxTtl: 0, kept: 0, expires: undefined as string | undefined };

  /** Where the signatures of an RRset end that begin at a position; `undefined` where they are not as they must be. */
  const signaturesEnd = (rrset: RRset, first: string, labels: number, start: number): number | undefined => {
    const prefix = linePrefix({ type: RRSIG.code, ttl: rrset.ttl }, first, head);
    let missing = signersOf(rrset, inputs);
    let at = start;
    while (missing.length > 0) {
      if (!text.startsWith(prefix, at)) return undefined;
      const data = at + prefix.length;
      const key = missing.find((each) => {
        const { front, back } = shapeOf(rrset, labels, each).text;
        const behind = data + front.length + 2 * TIME_LENGTH + 1;
        return text.startsWith(front, data) && text.startsWith(back, behind);
      });
      if (key === undefined) return undefined;
      const timesAt = data + shapeOf(rrset, labels, key).text.front.length;
      const expiration = text.slice(timesAt, timesAt + TIME_LENGTH);
      const inception = text.slice(timesAt + TIME_LENGTH + 1, timesAt + 2 * TIME_LENGTH + 1);
      if (expiration <= due || inception > begun) return undefined;
      const end = text.indexOf('\n', data);
      const rrsig = (): Rdata | undefined => rrsigFromText(text.slice(data, end), inputs.apex);
      if (!trusts(key, rrset, rrsig)) return undefined;
      if (own.expires === undefined || expiration < own.expires) own.expires = expiration;
      own.kept++;
      missing = missing.length === 1 ? [] : missing.filter((each) => each !== key);
      at = end + 1;
    }
    return at;
  };
  /** Where the lines of an owner end that begin at a position; `undefined` where they are not as they must be. */
  const linesEnd = ({ owner, authority, rrsets }: Node, first: string, start: number): number | undefined => {
    const labels = labelCount(owner);
    let at = start;
    for (const rrset of rrsets) {
      const lines = rrsetText(rrset, first, head);
      if (!text.startsWith(lines, at)) return undefined;
      at += lines.length;
      own.records += rrset.rdatas.length;
      own.maxTtl = Math.max(own.maxTtl, rrset.ttl);
      if (!isSigned(authority, rrset.type)) continue;
      const end = signaturesEnd(rrset, first, labels, at);
      if (end === undefined) return undefined;
      at = end;
    }
    return text.startsWith(first, at) ? undefined : at;
  };

  return {
    pass(node, first) {
      const start = isComparable ? previous.seek(node.owner, first) : undefined;
      if (start === undefined) return false;
      own = { records: 0, maxTtl: 0, kept: 0, expires: undefined };
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
      if (own.expires !== undefined && (expires === undefined || own.expires < expires)) expires = own.expires;
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
      const octets = previous.octets.subarray(from, to);
      from = to;
      return octets.length === 0 ? undefined : octets;
    },
    passed: () => ({ ...tally, expires: expires === undefined ? Number.POSITIVE_INFINITY : secondsOf(expires) }),
  };
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
