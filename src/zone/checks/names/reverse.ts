import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';

/** The tree of the names of IPv4 addresses (RFC 1035 section 3.5). */
export const IPV4 = 'in-addr.arpa.' as DomainName;
/** The tree of the names of IPv6 addresses (RFC 3596 section 2.5). */
export const IPV6 = 'ip6.arpa.' as DomainName;

/** Whether a name lies in one of the trees that map addresses to names. */
export function isReverse(name: DomainName): boolean {
  return name.endsWith('.arpa.') && (isAtOrBelow(name, IPV4) || isAtOrBelow(name, IPV6));
}

/**
 * The reverse name of an address given as its 4 or 16 octets; of its first octets only, the name of the reverse zone for all
 * that begin with them.
 */
export function reverseName(address: string, octets: number = address.length): DomainName {
  let name = '';
  if (address.length === 4) {
    for (let i = octets - 1; i >= 0; i--) name += `${address.charCodeAt(i)}.`;
    return `${name}${IPV4}` as DomainName;
  }
  for (let i = octets - 1; i >= 0; i--) {
    const octet = address.charCodeAt(i);
    name += `${DIGITS[octet & 15]}.${DIGITS[octet >> 4]}.`;
  }
  return `${name}${IPV6}` as DomainName;
}

const DIGITS = '0123456789abcdef';

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

function isDigit(label: string): boolean {
  return /^[0-9a-f]$/.test(label);
}

/** A number from 0 to 255 without leading zeros. */
export function isOctet(text: string): boolean {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255;
}
