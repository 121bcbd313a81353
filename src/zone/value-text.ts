import { type DomainName, isAtOrBelow, parseName, ROOT, relativeName } from '../dns/name.ts';
import { octets, type Rdata, toText } from '../dns/octets.ts';
import { rdataNames, rdataToText, typeOf } from '../dns/rdata.ts';
import type { RRset } from '../dns/rrset.ts';
import { formOf } from './document/form.ts';
import { textRdata } from './document/text.ts';

const RRSIG = 46;

/** The TTL that an RRset must state in a document whose default this is. Signatures have the TTL of what they cover. */
export function ownTtl({ type, ttl }: RRset, defaultTtl: number): number | undefined {
  return ttl === defaultTtl || type === RRSIG ? undefined : ttl;
}

/** An owner as the key of its records: relative, but where that would look like the zone's name given twice. */
export function keyText(owner: DomainName, apex: DomainName): string {
  const relative = relativeName(owner, apex);
  if (
    apex === ROOT ||
    relative === '@' ||
    relative.charCodeAt(relative.length - 1) !== apex.charCodeAt(apex.length - 2)
  )
    return relative;
  return isAtOrBelow(parseName(`${relative}.`), apex) ? owner : relative;
}

/** What a type's values need to be written. */
interface Writing {
  /** Whether they are texts that stand there as they are. */
  readonly text: boolean;
  /** Whether there are names in them. */
  readonly names: boolean;
}

const writings = new Map<number, Writing>();

function writingOf(type: number): Writing {
  let known = writings.get(type);
  if (known === undefined) {
    const stated = typeOf(type);
    const text = stated !== undefined && formOf(stated.name)?.text === true;
    const names =
      stated !== undefined &&
      (stated.whole !== undefined ||
        stated.fields.some(({ kind }) => kind.isName === true || kind.names !== undefined));
    known = { text, names };
    if (writings.size < 1000) writings.set(type, known);
  }
  return known;
}

/** One value as a person would write it in the zone's document. */
export function valueText(type: number, rdata: Rdata, apex: DomainName): string {
  const { text, names } = writingOf(type);
  if (text) return plainText(rdata) ?? rdataToText(type, rdata);
  return names && isShort(type, rdata, apex) ? rdataToText(type, rdata, apex) : rdataToText(type, rdata);
}

/**
 * Whether all names of a value can be relative. One with a dot inside could be taken for a name somewhere else, and so
 * could one that is the zone's own name; so only other single labels are.
 */
function isShort(type: number, rdata: Rdata, apex: DomainName): boolean {
  return rdataNames(type, rdata).every((name) => {
    const relative = relativeName(name, apex);
    return !relative.slice(0, -1).includes('.') && `${relative}.` !== apex;
  });
}

/**
 * The text that reads as these very character strings: valid UTF-8 in as few strings as hold it, without control
 * characters, not beginning with a quote, and without white space at its ends. `undefined` where there is none.
 */
function plainText(rdata: Rdata): string | undefined {
  // One string of printable ASCII is what texts nearly always are.
  if (rdata.charCodeAt(0) === rdata.length - 1 && isPlainAscii(rdata)) return rdata.slice(1);
  let text = '';
  for (let at = 0; at < rdata.length; at += 1 + rdata.charCodeAt(at)) {
    text += rdata.slice(at + 1, at + 1 + rdata.charCodeAt(at));
  }
  const plain = toText(octets(text));
  if (plain === undefined || plain === '' || /^["\s]|\s$|[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]/u.test(plain))
    return undefined;
  return textRdata(plain) === rdata ? plain : undefined;
}

function isPlainAscii(rdata: Rdata): boolean {
  const first = rdata.charCodeAt(1);
  const last = rdata.charCodeAt(rdata.length - 1);
  if (rdata.length === 1 || first === 0x22 || first === 0x20 || last === 0x20) return false;
  for (let i = 1; i < rdata.length; i++) {
    const c = rdata.charCodeAt(i);
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}
