import { DnsSyntaxError, quoted } from '../fault.ts';
import { u32 } from '../octets.ts';
import type { FieldKind } from '../rrtype.ts';
import { fixedEnd, wordKind } from './structure.ts';

/** An IPv4 address: four octets (RFC 1035 section 3.4.1). */
export const ipv4: FieldKind = wordKind({
  read: (text) => parseIpv4(text),
  print: (from, at) => printIpv4(from, at),
  end: (_from, at, limit) => fixedEnd(at, 4, limit),
  schema: { type: 'string', format: 'ipv4' },
});

/** An IPv6 address: sixteen octets (RFC 3596 section 2.2), printed as RFC 5952 says. */
export const ipv6: FieldKind = wordKind({
  read: (text) => parseIpv6(text),
  print: (from, at) => printIpv6(from, at),
  end: (_from, at, limit) => fixedEnd(at, 16, limit),
  schema: { type: 'string', format: 'ipv6' },
});

/** The four octets of a dotted quad: decimal, no leading zeros, no short forms. Throws for anything else. */
export function parseIpv4(text: string): string {
  const found = readIpv4(text);
  if (found !== undefined) return found;
  throw new DnsSyntaxError(
    `${quoted(text)} is not an IPv4 address`,
    text.includes('/')
      ? 'write an address without a prefix length'
      : 'write four numbers from 0 to 255, such as 192.0.2.1',
    'ipv4-syntax',
  );
}

function readIpv4(text: string): string | undefined {
  let quad = 0;
  let count = 0;
  let value = -1;
  let digits = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : 46;
    if (c === 46) {
      if (digits === 0 || value > 255 || count === 4) return undefined;
      quad = (quad << 8) | value;
      count++;
      value = -1;
      digits = 0;
    } else if (c >= 48 && c <= 57) {
      if (value === 0 || digits === 3) return undefined;
      value = (value < 0 ? 0 : value) * 10 + c - 48;
      digits++;
    } else {
      return undefined;
    }
  }
  return count === 4 ? u32(quad) : undefined;
}

/** The dotted quad of four octets. */
export function printIpv4(from: string, at: number): string {
  return `${from.charCodeAt(at)}.${from.charCodeAt(at + 1)}.${from.charCodeAt(at + 2)}.${from.charCodeAt(at + 3)}`;
}

/** The sixteen octets of an IPv6 address in any form of RFC 4291 section 2.2. Throws for anything else. */
export function parseIpv6(text: string): string {
  const found = readIpv6(text);
  if (found !== undefined) return found;
  throw new DnsSyntaxError(
    `${quoted(text)} is not an IPv6 address`,
    text.includes('/')
      ? 'write an address without a prefix length'
      : text.includes('%')
        ? 'write the address without a zone index'
        : 'write groups of hexadecimal digits, such as 2001:db8::1',
    'ipv6-syntax',
  );
}

/** Where an IPv6 address is put together. */
const sixteen = Buffer.alloc(16);

function readIpv6(text: string): string | undefined {
  const length = text.length;
  if (length < 2 || length > 45) return undefined;
  let size = 0;
  let gap = -1;
  let i = 0;
  if (text.charCodeAt(0) === 58) {
    if (text.charCodeAt(1) !== 58) return undefined;
    gap = 0;
    i = 2;
  }
  while (i < length) {
    const start = i;
    let value = 0;
    let c = 0;
    for (; i < length; i++) {
      c = text.charCodeAt(i);
      const digit = c >= 48 && c <= 57 ? c - 48 : (c | 32) >= 97 && (c | 32) <= 102 ? (c | 32) - 87 : -1;
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (i < length && c === 46) {
      const quad = readIpv4(text.slice(start));
      if (quad === undefined || size > 12) return undefined;
      size += sixteen.write(quad, size, 'latin1');
      break;
    }
    if (i === start || i - start > 4 || size > 14) return undefined;
    sixteen[size++] = value >>> 8;
    sixteen[size++] = value & 255;
    if (i === length) break;
    if (c !== 58) return undefined;
    i++;
    if (i === length) return undefined;
    if (text.charCodeAt(i) === 58) {
      if (gap >= 0) return undefined;
      gap = size;
      i++;
    }
  }
  if (gap < 0) return size === 16 ? sixteen.toString('latin1') : undefined;
  if (size > 14) return undefined;
  sixteen.copyWithin(gap + 16 - size, gap, size);
  sixteen.fill(0, gap, gap + 16 - size);
  return sixteen.toString('latin1');
}

/**
 * The canonical text of sixteen octets (RFC 5952): lower case, the longest run of zero groups as `::`, addresses with an
 * IPv4 address in them (`::ffff:192.0.2.1`) in mixed notation, as `inet_ntop` and the name servers print them.
 */
export function printIpv6(from: string, at: number): string {
  let runStart = 8;
  let runEnd = 8;
  for (let g = 0; g < 8; g++) {
    const start = g;
    while (g < 8 && group(from, at, g) === 0) g++;
    if (g - start >= 2 && g - start > runEnd - runStart) {
      runStart = start;
      runEnd = g;
    }
  }
  const mixed = runStart === 0 && (runEnd === 6 || (runEnd === 5 && group(from, at, 5) === 0xffff));
  let text = '';
  for (let g = 0; g < (mixed ? 6 : 8); g++) {
    if (g === runStart) {
      text += '::';
      g = runEnd - 1;
    } else {
      if (g > 0 && g !== runEnd) text += ':';
      text += group(from, at, g).toString(16);
    }
  }
  if (!mixed) return text;
  return `${text}${runEnd === 6 ? '' : ':'}${printIpv4(from, at + 12)}`;
}

function group(from: string, at: number, index: number): number {
  return (from.charCodeAt(at + 2 * index) << 8) | from.charCodeAt(at + 2 * index + 1);
}
