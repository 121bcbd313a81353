/** A node of the lab: which daemons it runs and where it is found. */
export interface NodePlan {
  readonly name: string;
  readonly asn: number;
  readonly address: string;
  readonly address6: string;
  readonly nameserver: 'knot' | 'bind' | 'nsd';
  readonly bgp: 'bird' | 'frr' | 'gobgp' | 'exabgp';
}

/** The four nodes, one for each pair of daemons. */
export const NODES: readonly NodePlan[] = [
  node('fra1', 1, 'knot', 'bird'),
  node('ams1', 2, 'bind', 'frr'),
  node('lon1', 3, 'nsd', 'gobgp'),
  node('par1', 4, 'knot', 'exabgp'),
];

/** The route collector: the peer of every node, and the way from the deployer to the anycast address. */
export const COLLECTOR = { name: 'collector', asn: 65000, address: '198.51.100.1', address6: '2001:db8:51::1' };

/** Where `zonewright deploy` runs. */
export const DEPLOYER = { name: 'deployer', address: '198.51.100.2', address6: '2001:db8:51::2' };

/** What every node announces, and the address in it that answers (RFC 5737, RFC 3849: for documentation). */
export const ANYCAST = {
  prefix: '192.0.2.0/24',
  address: '192.0.2.53',
  prefix6: '2001:db8:53::/48',
  address6: '2001:db8:53::53',
};

function node(name: string, number: number, nameserver: NodePlan['nameserver'], bgp: NodePlan['bgp']): NodePlan {
  const [address, address6] = [`198.51.100.${10 + number}`, `2001:db8:51::${10 + number}`];
  return { name, asn: 65000 + number, address, address6, nameserver, bgp };
}
