import { DnsSyntaxError } from '../../dns/fault.ts';
import { lastUpTo } from '../../dns/master/order.ts';
import { masterHead, ownerColumn, type ZoneHead } from '../../dns/master/writer.ts';
import { canonicalKey, type DomainName, isBelow, parseName } from '../../dns/name.ts';

/** Where in a signed zone file the lines of each owner are, and what has to be known of them. */
export interface FileIndex extends ZoneHead {
  /** In the order of the file: the apex, then the others in canonical order. */
  readonly owners: readonly DomainName[];
  /** How many octets the lines of each owner have; those of the first begin behind the head of the file. */
  readonly lengths: Uint32Array;
  readonly records: Uint32Array;
  /** The longest TTL, seconds. */
  readonly maxTtls: Uint32Array;
  /** When the first signature expires, seconds since 1970; infinite where there is none. */
  readonly expires: Float64Array;
  /** Whether it has an NSEC, an NSEC3, or neither. */
  readonly denials: Uint8Array;
  /** When the signature begins that begins last, seconds since 1970. */
  readonly begins: number;
}

/** What {@link FileIndex.denials} says. */
export const DENIAL = { none: 0, nsec: 1, nsec3: 2 } as const;

/** The owners below a name, in their order: they come right behind it. */
export function* ownersBelow({ owners }: FileIndex, name: DomainName): Generator<DomainName, void> {
  const from = lastUpTo(owners.length, (i) => owners[i] as DomainName, canonicalKey(name)) + 1;
  for (let i = from; i < owners.length && isBelow(owners[i] as DomainName, name); i++) yield owners[i] as DomainName;
}

const BLANK = 32;
const NINE = 57;

/** The index of a zone file; `undefined` where it is none that was written here. */
export function indexFile(file: Uint8Array, apex: DomainName): FileIndex | undefined {
  const text = Buffer.from(file.buffer, file.byteOffset, file.length).toString('latin1');
  const defaultTtl = Number(/\n\$TTL (\d+)\n/.exec(text.slice(0, 1024))?.[1]);
  const head = masterHead({ apex, defaultTtl });
  if (!text.startsWith(head) || !text.endsWith('\n')) return undefined;
  const owners: DomainName[] = [];
  const lengths: number[] = [];
  const records: number[] = [];
  const maxTtls: number[] = [];
  const expires: number[] = [];
  const denials: number[] = [];
  let begins = 0;
  for (let at = head.length; at < text.length; ) {
    const from = at;
    const space = text.indexOf(' ', at);
    const owner = nameOf(text.slice(at, space), apex);
    if (space < 0 || owner === undefined) return undefined;
    const first = ownerColumn(owner, apex);
    if (!text.startsWith(first, at)) return undefined;
    const own = { records: 0, maxTtl: 0, expires: Number.POSITIVE_INFINITY, denial: DENIAL.none as number };
    while (at < text.length && text.startsWith(first, at)) {
      let type = at + first.length;
      let ttl = defaultTtl;
      while (text.charCodeAt(type) === BLANK) type++;
      if (text.charCodeAt(type) <= NINE) {
        const end = text.indexOf(' ', type);
        ttl = Number(text.slice(type, end));
        type = end;
        while (text.charCodeAt(type) === BLANK) type++;
      }
      own.records++;
      own.maxTtl = Math.max(own.maxTtl, ttl);
      if (text.startsWith('RRSIG ', type)) {
        const [expiration, inception] = timesAt(text, type);
        own.expires = Math.min(own.expires, expiration);
        begins = Math.max(begins, inception);
      } else if (text.startsWith('NSEC ', type)) own.denial = DENIAL.nsec;
      else if (text.startsWith('NSEC3 ', type)) own.denial = DENIAL.nsec3;
      at = text.indexOf('\n', at) + 1;
      while (text.charCodeAt(at) === BLANK) at = text.indexOf('\n', at) + 1;
    }
    owners.push(owner);
    lengths.push(at - from);
    records.push(own.records);
    maxTtls.push(own.maxTtl);
    expires.push(own.expires);
    denials.push(own.denial);
  }
  return {
    apex,
    defaultTtl,
    owners,
    lengths: Uint32Array.from(lengths),
    records: Uint32Array.from(records),
    maxTtls: Uint32Array.from(maxTtls),
    expires: Float64Array.from(expires),
    denials: Uint8Array.from(denials),
    begins,
  };
}

function nameOf(text: string, apex: DomainName): DomainName | undefined {
  try {
    return parseName(text, apex);
  } catch (error) {
    if (error instanceof DnsSyntaxError) return undefined;
    throw error;
  }
}

const known = new Map<string, number>();

/** Expiration and inception of the signature whose type stands at a position, seconds since 1970. */
function timesAt(text: string, type: number): [number, number] {
  let at = text.indexOf(' ', type);
  while (text.charCodeAt(at) === BLANK) at++;
  // Type, algorithm, labels and TTL stand before the times (RFC 4034 section 3.2).
  for (let words = 0; words < 4; words++) at = text.indexOf(' ', at) + 1;
  return [secondsOf(text.slice(at, at + 14)), secondsOf(text.slice(at + 15, at + 29))];
}

/** The seconds since 1970 of `YYYYMMDDHHmmSS`. A file has few different ones of them, or many in few days. */
function secondsOf(time: string): number {
  const day = time.slice(0, 8);
  let begin = known.get(day);
  if (begin === undefined) {
    begin = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`) / 1000;
    if (known.size > 1000) known.clear();
    known.set(day, begin);
  }
  return begin + Number(time.slice(8, 10)) * 3600 + Number(time.slice(10, 12)) * 60 + Number(time.slice(12));
}
