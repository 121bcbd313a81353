import { isIP, isIPv4 } from 'node:net';
import { type DomainName, parentName, parseName } from '../../../dns/name.ts';

/** The name of an address below `in-addr.arpa` (RFC 1035 section 3.5) or `ip6.arpa` (RFC 3596 section 2.5). */
export function arpaName(address: string): DomainName {
  if (isIPv4(address)) return parseName(`${address.split('.').reverse().join('.')}.in-addr.arpa.`);
  const digits = hexDigits(address);
  return parseName(`${[...digits].reverse().join('.')}.ip6.arpa.`);
}

/** The address of a name that {@link arpaName} gives, IPv6 in full; `undefined` for all other names. */
export function addressOf(name: DomainName): string | undefined {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa\.$/.exec(name);
  if (v4 !== null) {
    const address = v4.slice(1).reverse().join('.');
    return isIPv4(address) ? address : undefined;
  }
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa\.$/.exec(name)?.[1];
  if (v6 === undefined) return undefined;
  return v6.replaceAll('.', '').split('').reverse().join('').match(/.{4}/g)?.join(':');
}

/** The names of zones that can hold a name below `arpa`, the closest first. */
export function zonesAbove(name: DomainName): DomainName[] {
  const zones: DomainName[] = [];
  for (let at: DomainName | undefined = name; at !== undefined && isReverse(at); at = parentName(at)) zones.push(at);
  return zones;
}

/** Whether a name is below `in-addr.arpa` or `ip6.arpa`. */
export function isReverse(name: DomainName): boolean {
  return name.endsWith('.in-addr.arpa.') || name.endsWith('.ip6.arpa.');
}

/** Addresses: one, or those with the same first bits. */
export interface Range {
  readonly family: 4 | 6;
  readonly bits: number;
  readonly first: bigint;
}

/** Reads an address or a range such as `192.0.2.0/24`; `undefined` where it is neither. */
export function readRange(text: string): Range | undefined {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0 || address.includes('%')) return undefined;
  const family = version === 4 ? 4 : 6;
  const size = family === 4 ? 32 : 128;
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > size)) return undefined;
  const bits = length === undefined ? size : Number(length);
  const rest = BigInt(size - bits);
  return { family, bits, first: (numberOf(address) >> rest) << rest };
}

/** Whether an address is in a range. */
export function inRange({ family, bits, first }: Range, address: string): boolean {
  if ((isIPv4(address) ? 4 : 6) !== family) return false;
  const rest = BigInt((family === 4 ? 32 : 128) - bits);
  return numberOf(address) >> rest === first >> rest;
}

/** All addresses of a range. Look at its size first. */
export function* addressesIn({ family, bits, first }: Range): Generator<string, void> {
  const count = 1n << BigInt((family === 4 ? 32 : 128) - bits);
  for (let i = 0n; i < count; i++) yield textOf(family, first + i);
}

function numberOf(address: string): bigint {
  if (isIPv4(address)) return BigInt(address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0));
  return BigInt(`0x${hexDigits(address)}`);
}

function textOf(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  return (value.toString(16).padStart(32, '0').match(/.{4}/g) ?? []).join(':');
}

/** The 32 digits of an IPv6 address. */
function hexDigits(address: string): string {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const hex = (high?: string, low?: string): string => (Number(high) * 256 + Number(low)).toString(16);
  const plain = dotted === null ? address : `${dotted[1]}${hex(dotted[2], dotted[3])}:${hex(dotted[4], dotted[5])}`;
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const filled =
    tail === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill('0'), ...after];
  return filled
    .map((group) => group.padStart(4, '0'))
    .join('')
    .toLowerCase();
}
