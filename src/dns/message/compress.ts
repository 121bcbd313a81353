import type { DomainName } from '../name.ts';
import { domainToWire, lowerAscii } from '../name.ts';
import type { Octets, Rdata } from '../octets.ts';
import { u16 } from '../octets.ts';
import { typeOf } from '../rdata.ts';

/** A pointer has 14 bits for the offset (RFC 1035 section 4.1.4). */
const REACH = 0x4000;

/**
 * The names that a message holds so far and where they stand, for pointing back at them (RFC 1035 section 4.1.4).
 *
 * An owner may point at a name in any case, so it takes on the case of the question; a name in rdata only at one spelt the
 * same, so rdata arrives as the operator wrote it.
 */
export interface Offsets {
  /** By wire form in lower case. */
  readonly folded: Map<string, number>;
  /** By wire form as spelt; the same map as `folded` until a name with an upper-case letter is written. */
  spelt: Map<string, number>;
}

/** The offsets of an empty message. */
export function noOffsets(): Offsets {
  const folded = new Map<string, number>();
  return { folded, spelt: folded };
}

/** The octets of an owner that will stand at `at`, compressed. */
export function compressOwner(offsets: Offsets, owner: DomainName, at: number): string {
  return compressName(offsets, offsets.folded, domainToWire(owner), at);
}

/** The octets of a question's name that will stand at `at`. It is the first name, so there is nothing to point at. */
export function compressQuestion(offsets: Offsets, spelling: Octets, at: number): string {
  return compressSpelt(offsets, spelling, at);
}

/** The octets of rdata that will stand at `at`: names compressed for the types that allow it (RFC 3597 section 4). */
export function compressRdata(offsets: Offsets, code: number, rdata: Rdata, at: number): string {
  const type = typeOf(code);
  if (type?.compressed !== true) return rdata;
  let compressed = '';
  let from = 0;
  for (const field of type.fields) {
    const end = field.kind.end(rdata, from, rdata.length, 0);
    const part = rdata.slice(from, end);
    compressed += field.kind.isName === true ? compressSpelt(offsets, part, at + compressed.length) : part;
    from = end;
  }
  return compressed;
}

function compressSpelt(offsets: Offsets, wire: string, at: number): string {
  if (offsets.spelt === offsets.folded && lowerAscii(wire) !== wire) offsets.spelt = new Map(offsets.folded);
  return compressName(offsets, offsets.spelt, wire, at);
}

function compressName(offsets: Offsets, known: Map<string, number>, wire: string, at: number): string {
  let end = 0;
  let target: number | undefined;
  while (wire.charCodeAt(end) !== 0) {
    target = known.get(wire.slice(end));
    if (target !== undefined) break;
    end += 1 + wire.charCodeAt(end);
  }
  // What is pointed at may be spelt in another case; then the whole name is, and may not be pointed at from rdata.
  const asSpelt = target === undefined || offsets.spelt.get(wire.slice(end)) === target;
  for (let from = 0; from < end && at + from < REACH; from += 1 + wire.charCodeAt(from)) {
    const suffix = wire.slice(from);
    if (asSpelt && !offsets.spelt.has(suffix)) offsets.spelt.set(suffix, at + from);
    if (offsets.spelt === offsets.folded) continue;
    const lower = lowerAscii(suffix);
    if (!offsets.folded.has(lower)) offsets.folded.set(lower, at + from);
  }
  return target === undefined ? wire : wire.slice(0, end) + u16(0xc000 | target);
}
