import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow, labelsOf } from '../../../dns/name.ts';

const IPV4 = 'in-addr.arpa.' as DomainName;
const IPV6 = 'ip6.arpa.' as DomainName;

/** The roots of the two trees of reverse names (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export const reverseRoots: readonly DomainName[] = [IPV4, IPV6];

/** Whether a name lies in one of the trees that map addresses to names. */
export function isReverse(name: DomainName): boolean {
  return name.endsWith('.arpa.') && (isAtOrBelow(name, IPV4) || isAtOrBelow(name, IPV6));
}

/** The reverse name of an address given as its 4 or 16 octets. */
export function reverseName(address: string): DomainName {
  let name = '';
  if (address.length === 4) {
    for (let i = 3; i >= 0; i--) name += `${address.charCodeAt(i)}.`;
    return `${name}${IPV4}` as DomainName;
  }
  for (let i = 15; i >= 0; i--) {
    const octet = address.charCodeAt(i);
    name += `${(octet & 15).toString(16)}.${(octet >> 4).toString(16)}.`;
  }
  return `${name}${IPV6}` as DomainName;
}

/** The octets of the address that a name is the reverse name of; `undefined` for every other name. */
export function addressOfReverse(name: DomainName): string | undefined {
  if (name.endsWith(`.${IPV4}`)) {
    const numbers = name.slice(0, -IPV4.length - 1).split('.');
    if (numbers.length !== 4 || !numbers.every(isOctet)) return undefined;
    return String.fromCharCode(...numbers.reverse().map(Number));
  }
  if (!name.endsWith(`.${IPV6}`)) return undefined;
  const digits = name.slice(0, -IPV6.length - 1).split('.');
  if (digits.length !== 32 || !digits.every(isDigit)) return undefined;
  return Buffer.from(digits.reverse().join(''), 'hex').toString('latin1');
}

/**
 * What all addresses below a reverse name begin with: 4 or 16 octets long, the first `nibbles` half octets of which are those
 * of `start` (filled up with zero bits to whole octets). `undefined` for a name that is no stretch of addresses.
 */
export function prefixOfReverse(name: DomainName): { octets: number; nibbles: number; start: string } | undefined {
  const labels = labelsOf(name).slice(0, -2).reverse();
  if (isAtOrBelow(name, IPV4)) {
    if (labels.length > 4 || !labels.every(isOctet)) return undefined;
    return { octets: 4, nibbles: 2 * labels.length, start: String.fromCharCode(...labels.map(Number)) };
  }
  if (!isAtOrBelow(name, IPV6) || labels.length > 32 || !labels.every(isDigit)) return undefined;
  const digits = labels.length % 2 === 0 ? labels : [...labels, '0'];
  return { octets: 16, nibbles: labels.length, start: Buffer.from(digits.join(''), 'hex').toString('latin1') };
}

function isDigit(label: string): boolean {
  return /^[0-9a-f]$/.test(label);
}

/** A number from 0 to 255 without leading zeros. */
export function isOctet(text: string): boolean {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255;
}
