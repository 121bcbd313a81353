import { parseIpv4, parseIpv6 } from '../../../dns/fields/address.ts';

/** What an address that is no host's public address is for. */
export type SpecialUse =
  | 'private'
  | 'loopback'
  | 'link-local'
  | 'multicast'
  | 'documentation'
  | 'IPv4-mapped'
  | 'unspecified'
  | 'reserved';

/**
 * The blocks that are not globally reachable: the IANA registries of special-purpose addresses (RFC 6890, RFC 8190), and
 * multicast. Blocks that those registries call globally reachable (anycast of AS112, AMT, NAT64) are not among them; where
 * one lies in a block that is, it stands before it with `undefined`.
 */
const blocks: readonly (readonly [block: string, use: SpecialUse | undefined])[] = [
  ['0.0.0.0/8', 'unspecified'],
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'private'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.9/32', undefined],
  ['192.0.0.10/32', undefined],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'documentation'],
  ['192.88.99.0/24', 'reserved'],
  ['192.168.0.0/16', 'private'],
  ['198.18.0.0/15', 'reserved'],
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['::ffff:0:0/96', 'IPv4-mapped'],
  ['64:ff9b:1::/48', 'private'],
  ['100::/64', 'reserved'],
  ['100:0:0:1::/64', 'reserved'],
  ['2001:1::1/128', undefined],
  ['2001:1::2/128', undefined],
  ['2001:1::3/128', undefined],
  ['2001:3::/32', undefined],
  ['2001:4:112::/48', undefined],
  ['2001:20::/28', undefined],
  ['2001:30::/28', undefined],
  ['2001::/32', undefined],
  ['2001::/23', 'reserved'],
  ['2001:db8::/32', 'documentation'],
  ['3fff::/20', 'documentation'],
  ['5f00::/16', 'private'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'private'],
  ['ff00::/8', 'multicast'],
];

interface Block {
  readonly octets: string;
  readonly bits: number;
  readonly use: SpecialUse | undefined;
}

function blocksOf(family: 'IPv4' | 'IPv6'): readonly (readonly Block[])[] {
  const byFirstOctet: Block[][] = Array.from({ length: 256 }, () => []);
  for (const [block, use] of blocks) {
    const [address, length] = block.split('/') as [string, string];
    if (address.includes(':') !== (family === 'IPv6')) continue;
    const octets = family === 'IPv6' ? parseIpv6(address) : parseIpv4(address);
    const bits = Number(length);
    const first = octets.charCodeAt(0);
    const last = bits >= 8 ? first : first | (0xff >> bits);
    for (let octet = first; octet <= last; octet++) byFirstOctet[octet]?.push({ octets, bits, use });
  }
  return byFirstOctet;
}

const ipv4Blocks = blocksOf('IPv4');
const ipv6Blocks = blocksOf('IPv6');

/** What an address (its 4 or 16 octets) is for that is not globally reachable; `undefined` for a public address. */
export function specialUseOf(address: string): SpecialUse | undefined {
  const candidates = (address.length === 4 ? ipv4Blocks : ipv6Blocks)[address.charCodeAt(0)] as readonly Block[];
  for (const block of candidates) if (lies(address, block)) return block.use;
  return undefined;
}

function lies(address: string, { octets, bits }: Block): boolean {
  let left = bits;
  for (let i = 0; left > 0; i++, left -= 8) {
    const different = address.charCodeAt(i) ^ octets.charCodeAt(i);
    if (left >= 8 ? different !== 0 : different >> (8 - left) !== 0) return false;
  }
  return true;
}
