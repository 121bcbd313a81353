/**
 * Octets that are put one behind the other. Whoever makes much of small pieces puts them here: a text built with `+` is a
 * tree of its pieces, whose making and flattening takes several times as long.
 */
export interface OctetBuffer {
  /** What is behind `length` means nothing. */
  octets: Buffer;
  length: number;
}

/** An empty one with room for so many octets; it grows. */
export function newOctetBuffer(room: number): OctetBuffer {
  // Memory of its own, which can be given away to a thread.
  return { octets: Buffer.allocUnsafeSlow(room), length: 0 };
}

/**
 * The octets that were put, in memory that is given away; the buffer is empty then and goes on in other memory, which can be
 * given: memory that was used before costs less than that which the system has yet to clear.
 */
export function takeOctets(from: OctetBuffer, room: Buffer = Buffer.allocUnsafeSlow(from.octets.length)): Buffer {
  const taken = from.octets.subarray(0, from.length);
  from.octets = room;
  from.length = 0;
  return taken;
}

/** From these lengths on a call into native code costs less than the loop: of a text, and of octets. */
const LONG = { text: 80, octets: 12 };

/** Puts a text whose characters are octets. */
export function putText(to: OctetBuffer, text: string): void {
  const { length } = text;
  makeRoom(to, length);
  const { octets, length: at } = to;
  if (length < LONG.text) for (let i = 0; i < length; i++) octets[at + i] = text.charCodeAt(i);
  else octets.write(text, at, 'latin1');
  to.length = at + length;
}

/** Puts octets. */
export function putOctets(to: OctetBuffer, more: Uint8Array): void {
  const { length } = more;
  makeRoom(to, length);
  const { octets, length: at } = to;
  if (length < LONG.octets) for (let i = 0; i < length; i++) octets[at + i] = more[i] as number;
  else octets.set(more, at);
  to.length = at + length;
}

/** Puts one octet. */
export function putU8(to: OctetBuffer, value: number): void {
  makeRoom(to, 1);
  to.octets[to.length++] = value;
}

/** Puts two octets, most significant first. */
export function putU16(to: OctetBuffer, value: number): void {
  makeRoom(to, 2);
  const { octets, length: at } = to;
  octets[at] = value >>> 8;
  octets[at + 1] = value;
  to.length = at + 2;
}

/** Puts four octets, most significant first. */
export function putU32(to: OctetBuffer, value: number): void {
  makeRoom(to, 4);
  const { octets, length: at } = to;
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
  to.length = at + 4;
}

/** Puts so many octets that are still to be filled in; gives where they begin. */
export function putRoom(to: OctetBuffer, length: number): number {
  makeRoom(to, length);
  const at = to.length;
  to.length = at + length;
  return at;
}

function makeRoom(to: OctetBuffer, count: number): void {
  const needed = to.length + count;
  if (needed <= to.octets.length) return;
  const larger = Buffer.allocUnsafeSlow(2 * needed);
  larger.set(to.octets.subarray(0, to.length));
  to.octets = larger;
}
