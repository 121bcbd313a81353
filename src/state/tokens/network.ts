import { BlockList, isIP } from 'node:net';

/** Reads a network such as `192.0.2.0/24`, `2001:db8::/32` or one address; `undefined` where the text is none. */
export function parseNetwork(text: string): string | undefined {
  const [address, length, more] = text.split('/');
  const version = isIP(address ?? '');
  const bits = version === 4 ? 32 : 128;
  if (version === 0 || more !== undefined || address?.includes('%')) return undefined;
  if (length !== undefined && (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits)) return undefined;
  return `${address?.toLowerCase()}/${length ?? bits}`;
}

/** Whether an address is in one of the networks, all as {@link parseNetwork} gives them. IPv4 in IPv6 counts as IPv4. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const bare = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const version = isIP(bare);
  if (version === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [from, length] = network.split('/') as [string, string];
    list.addSubnet(from, Number(length), isIP(from) === 4 ? 'ipv4' : 'ipv6');
  }
  return list.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}
