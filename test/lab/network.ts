import { runTool } from '../setup/tools.ts';
import { ANYCAST, COLLECTOR } from './plan.ts';
import type { Space } from './space.ts';

/** Makes the collector the switch that all others are plugged into. */
export async function makeBridge(collector: Space): Promise<void> {
  await batch(collector, [
    'link add name br0 type bridge',
    'link set br0 up',
    `addr add ${COLLECTOR.address}/24 dev br0`,
    `addr add ${COLLECTOR.address6}/64 dev br0 nodad`,
  ]);
  await collector.must(['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
}

/** Plugs a machine into the switch; its way to the anycast prefixes goes through the collector. */
export async function plugIn(collector: Space, space: Space, address: string, address6: string): Promise<void> {
  await batch(collector, [
    `link add name ${space.name} type veth peer name eth0 netns ${space.pid}`,
    `link set ${space.name} master br0 up`,
  ]);
  await batch(space, [
    'link set eth0 up',
    `addr add ${address}/24 dev eth0`,
    `addr add ${address6}/64 dev eth0 nodad`,
    `route add default via ${COLLECTOR.address}`,
    `route add ::/0 via ${COLLECTOR.address6}`,
  ]);
}

/** Pulls the plug of a machine at the switch, or puts it in again. */
export async function setLink(collector: Space, name: string, state: 'down' | 'up'): Promise<void> {
  await batch(collector, [`link set ${name} ${state}`]);
}

/** Gives a node the anycast addresses. */
export async function addAnycast(space: Space): Promise<void> {
  await batch(space, [`addr add ${ANYCAST.address}/32 dev lo`, `addr add ${ANYCAST.address6}/128 dev lo nodad`]);
}

// Only the network is entered: what names a process then means one of the outside.
async function batch({ name, pid }: Space, lines: readonly string[]): Promise<void> {
  const input = `${lines.join('\n')}\n`;
  const { status, stderr } = await runTool('nsenter', ['-t', String(pid), '-n', 'ip', '-batch', '-'], { input });
  if (status !== 0) throw new Error(`the network of ${name}: ${stderr}`);
}
