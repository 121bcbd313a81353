import { signatureTime } from '../../dns/fields/time.ts';
import { type DomainName, isWildcard } from '../../dns/name.ts';
import { type OctetBuffer, putOctets, putRoom, putU32 } from '../../dns/octet-buffer.ts';
import { octets, type Rdata, toBuffer, u32 } from '../../dns/octets.ts';
import { rdataToText } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import type { SigningKey } from './inputs.ts';
import { rrsigHead, wireTime } from './rrsig.ts';

/** A beginning and an end between which the two times of a signature stand. */
interface Around {
  readonly front: string;
  readonly back: string;
}

/** What the signatures by one key of RRsets with one type, TTL and number of labels have in common. */
export interface SignatureShape {
  /** The rdata without the signature. */
  readonly wire: Around;
  /** The rdata as it is printed, without the signature, behind which it stands. */
  readonly text: Around;
  /** What stands around the expiration of a signature that is made now, as octets. */
  readonly now: { readonly wire: AroundOctets; readonly text: AroundOctets };
}

interface AroundOctets {
  readonly front: Uint8Array;
  readonly back: Uint8Array;
}

/** Gives the shape of the signatures of an RRset by a key. A zone has few of them, so each is made once. */
export type ShapeOf = (rrset: RRset, labels: number, key: SigningKey) => SignatureShape;

/** Shapes for one zone. `labels` are those of the owner; signatures that are made now begin at `inception`. */
export function newShapes(apex: DomainName, inception: number): ShapeOf {
  const known = new Map<SigningKey, Map<number, Map<number, SignatureShape>>>();
  // Most RRsets that follow each other are signed by the same key and have the same TTL.
  let lastKey: SigningKey | undefined;
  let lastTtl = -1;
  let ofTtl = new Map<number, SignatureShape>();
  return (rrset, labels, key) => {
    const { owner, type, ttl } = rrset;
    if (key !== lastKey || ttl !== lastTtl) {
      ofTtl = inMap(inMap(known, key), ttl);
      lastKey = key;
      lastTtl = ttl;
    }
    const place = (type * 128 + labels) * 2 + (isWildcard(owner) ? 1 : 0);
    let shape = ofTtl.get(place);
    if (shape === undefined) {
      shape = shapeOf(rrsigHead(rrset, key, apex, 0, 0), apex, inception);
      ofTtl.set(place, shape);
    }
    return shape;
  };
}

/** The map under a key of a map of maps. */
function inMap<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

/** Type, algorithm, labels and TTL come before the times (RFC 4034 section 3.1), key tag and signer behind them. */
function shapeOf(head: Rdata, apex: DomainName, inception: number): SignatureShape {
  const words = rdataToText(RRSIG.code, octets(`${head}\0\0\0`), apex).split(' ');
  const wire = { front: head.slice(0, 8), back: head.slice(16) };
  const text = { front: `${words.slice(0, 4).join(' ')} `, back: ` ${words.slice(6, -1).join(' ')} ` };
  const around = (front: string, back: string): AroundOctets => ({
    front: toBuffer(octets(front)),
    back: toBuffer(octets(back)),
  });
  const now = {
    wire: around(wire.front, u32(wireTime(inception)) + wire.back),
    text: around(text.front, ` ${timeText(inception)}${text.back}`),
  };
  return { wire, text, now };
}

/** How many characters a time has. */
export const TIME_LENGTH = 14;

/** A time of a signature as it is printed. Of two times before 2106 the later is the greater text. */
export function timeText(seconds: number): string {
  return signatureTime.print(u32(wireTime(seconds)), 0, 4, 0);
}

/** The rdata of a signature without the signature, in wire form. */
export function headOf({ wire }: SignatureShape, expiration: number, inception: number): Rdata {
  return octets(wire.front + u32(wireTime(expiration)) + u32(wireTime(inception)) + wire.back);
}

/** Puts the rdata of a signature that is made now without the signature, in wire form. */
export function putHead(to: OctetBuffer, { now }: SignatureShape, expiration: number): void {
  putOctets(to, now.wire.front);
  putU32(to, wireTime(expiration));
  putOctets(to, now.wire.back);
}

/** Puts the same as it is printed. */
export function putHeadText(to: OctetBuffer, { now }: SignatureShape, expiration: number): void {
  putOctets(to, now.text.front);
  putTime(to, expiration);
  putOctets(to, now.text.back);
}

const DAY = 86400;
const ZERO = 48;

/** Days as they are printed: the signatures of a zone begin and end on few. */
const days = new Map<number, Uint8Array>();
const MOST_DAYS = 1000;

/** Puts what {@link timeText} gives. */
function putTime(to: OctetBuffer, seconds: number): void {
  const time = wireTime(seconds);
  const day = Math.floor(time / DAY);
  let date = days.get(day);
  if (date === undefined) {
    if (days.size >= MOST_DAYS) days.clear();
    date = Buffer.from(timeText(day * DAY).slice(0, 8), 'latin1');
    days.set(day, date);
  }
  putOctets(to, date);
  const rest = (time - day * DAY) | 0;
  const minutes = (rest / 60) | 0;
  const hours = (minutes / 60) | 0;
  const at = putRoom(to, TIME_LENGTH - date.length);
  const { octets } = to;
  twoDigits(octets, at, hours);
  twoDigits(octets, at + 2, minutes - hours * 60);
  twoDigits(octets, at + 4, rest - minutes * 60);
}

function twoDigits(octets: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0;
  octets[at] = ZERO + tens;
  octets[at + 1] = ZERO + value - 10 * tens;
}
