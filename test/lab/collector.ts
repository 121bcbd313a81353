import { readFileSync } from 'node:fs';
import { ownFiles } from './image.ts';
import { makeBridge } from './network.ts';
import { ANYCAST, COLLECTOR, NODES } from './plan.ts';
import { type Space, startSpace, until } from './space.ts';

/** A change that the collector has seen. */
export interface RouteEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly node: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly announced: boolean;
}

/** The route collector: peer and switch of all nodes. */
export interface Collector {
  readonly space: Space;
  /** All that it has seen so far, in order. */
  events(): RouteEvent[];
  /** The nodes from which it has the IPv4 prefix now. */
  announced(): string[];
  /** Shuts its sessions with a node, or lets them come back. */
  sessions(node: string, order: 'enable' | 'disable'): Promise<void>;
}

/** Starts the collector, which takes what every node announces and writes down when. */
export async function startCollector(logs: string): Promise<Collector> {
  const space = await startSpace(COLLECTOR.name, logs);
  await ownFiles(space);
  await makeBridge(space);
  await space.write('/etc/bird/bird.conf', configuration());
  await space.must(['sh', '-c', 'mkdir -p /run/bird; chown bird:bird /run/bird']);
  const bird = await space.start('bird', ['bird', '-f', '-u', 'bird', '-g', 'bird']);
  await until('the collector runs', async () => (await space.run(['birdc', 'show', 'status'])).status === 0);
  const events = () => readEvents(readFileSync(bird.log, 'utf8'));
  return {
    space,
    events,
    announced: () => [...announcedAfter(events())].sort(),
    async sessions(node, order) {
      for (const version of ['v4', 'v6']) await space.must(['birdc', order, `${node}_${version}`]);
    },
  };
}

/** The nodes that announce the IPv4 prefix when all these events have happened. */
export function announcedAfter(events: readonly RouteEvent[]): Set<string> {
  const nodes = new Set<string>();
  for (const { node, family, announced } of events) {
    if (family === 'ipv4') nodes[announced ? 'add' : 'delete'](node);
  }
  return nodes;
}

function configuration(): string {
  const peer = (name: string, local: string, remote: string, asn: number, family: string) => `
protocol bgp ${name} from node {
  local ${local} as ${COLLECTOR.asn};
  neighbor ${remote} as ${asn};
  ${family} { import where net = ${family === 'ipv4' ? ANYCAST.prefix : ANYCAST.prefix6}; export none; };
}`;
  return `
log stderr all;
timeformat log "%Y-%m-%dT%H:%M:%S.%6f";
router id ${COLLECTOR.address};
protocol device {}
protocol kernel kernel4 { ipv4 { export all; import none; }; merge paths on; }
protocol kernel kernel6 { ipv6 { export all; import none; }; merge paths on; }
template bgp node { passive on; debug { states, routes }; hold time 9; error wait time 1, 2; }
${NODES.map(
  ({ name, asn, address, address6 }) =>
    peer(`${name}_v4`, COLLECTOR.address, address, asn, 'ipv4') +
    peer(`${name}_v6`, COLLECTOR.address6, address6, asn, 'ipv6'),
).join('')}
`;
}

// 2026-01-02T03:04:05.678901 <TRACE> fra1_v4.ipv4 > added [best] 192.0.2.0/24 0L 4G unicast
const EVENT = /^(\S+) <TRACE> (\w+)_v[46]\.(ipv[46]) > (added|updated|removed) /gm;

function readEvents(log: string): RouteEvent[] {
  return [...log.matchAll(EVENT)].map(([, time = '', node = '', family, what]) => ({
    time: new Date(time).getTime(),
    node,
    family: family === 'ipv6' ? 'ipv6' : 'ipv4',
    announced: what !== 'removed',
  }));
}
