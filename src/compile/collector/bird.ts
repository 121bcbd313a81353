import { createHash } from 'node:crypto';
import { announces, type NodeEntry, type NodesFile, sessionAddress } from '../../zone/inventory/inventory.ts';
import type { CollectorSettings } from '../../zone/inventory/observers.ts';

const HEAD = `# The route collector of these nodes, for BIRD 2: what they announce and withdraw is logged with its time.
#   bird -c /var/lib/zonewright/current/collector/bird.conf
log syslog all;
timeformat log iso long ms;
timeformat protocol iso long ms;
timeformat route iso long ms;
debug protocols { states, routes };
`;

/**
 * `bird.conf` of the route collector: a session with every node on which a BGP daemon runs, in the order of their names. It
 * takes all routes and announces none.
 */
export function printCollector({ asn, routerId }: CollectorSettings, { nodes }: NodesFile): string {
  const template = `
router id ${routerId};

protocol device {
}

template bgp nodes {
	local as ${asn};
	multihop 255;
	ipv4 {
		add paths rx;
		import all;
		export none;
	};
	ipv6 {
		add paths rx;
		import all;
		export none;
	};
}
`;
  const sorted = [...nodes.values()].filter(announces).sort((a, b) => (a.name < b.name ? -1 : 1));
  return HEAD + template + sorted.map((node) => printSession(node, asn)).join('');
}

function printSession(node: NodeEntry, asn: number): string {
  const address = sessionAddress(node);
  if (address === undefined) return '';
  return `\nprotocol bgp '${symbolOf(node.name)}' from nodes {\n\tneighbor ${address} as ${node.bgp.asn ?? asn};\n}\n`;
}

/** BIRD's symbols are of at most 64 characters, and a keyword is none, however it is quoted. */
function symbolOf(name: string): string {
  const symbol = `node_${name}`;
  if (symbol.length <= 64) return symbol;
  return `${symbol.slice(0, 47)}_${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}
