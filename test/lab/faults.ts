import { appendFileSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT } from './image.ts';
import type { Lab } from './lab.ts';
import type { LabNode } from './node.ts';
import { DEPLOYER } from './plan.ts';

/** What goes wrong, until it is put right again. */
export interface Fault {
  heal(): Promise<void>;
}

/** Packets from the deployer are dropped: all of them, or those to one port. */
export async function dropPackets({ space }: LabNode, ports = ''): Promise<Fault> {
  const rule = ports === '' ? 'drop' : `tcp dport ${ports} drop`;
  const rules = [DEPLOYER.address, DEPLOYER.address6].map(
    (address) => `add rule inet lab input ${address.includes(':') ? 'ip6' : 'ip'} saddr ${address} ${rule}`,
  );
  const table = ['add table inet lab', 'add chain inet lab input { type filter hook input priority 0; }', ...rules];
  await space.must(['nft', '-f', '-'], { input: `${table.join('\n')}\n` });
  return { heal: async () => void (await space.must(['nft', 'delete', 'table', 'inet', 'lab'])) };
}

/** Connections to sshd are taken, and nothing is said on them. */
export async function hangSshd({ sshd }: LabNode): Promise<Fault> {
  sshd.signal('SIGSTOP');
  return { heal: async () => sshd.signal('SIGCONT') };
}

/** Another program stands where a node's program is. */
export async function replaceProgram({ space }: LabNode, program: string, script: string): Promise<Fault> {
  const path = `/tmp/${program.replaceAll('/', '_')}`;
  // The program itself stays within reach of the script.
  await space.must(['sh', '-c', 'cp -p "$1" "$2.real"', 'copy', program, path]);
  await space.write(path, `#!/bin/sh\nreal=${path}.real\n${script}\n`, 0o755);
  await space.must(['mount', '--bind', path, program]);
  return { heal: async () => void (await space.must(['umount', program])) };
}

/** A script for {@link replaceProgram}: orders to load are taken and not obeyed. */
export const DEAF_TO_LOADS = 'case $* in *reload* | *reconfig*) exit 0 ;; esac\nexec "$real" "$@"';

/** The disk for releases has only so many octets left. */
export async function fillDisk({ space }: LabNode, left: number): Promise<Fault> {
  const [free] = /\d+(?=\n?$)/.exec(await space.must(['df', '--output=avail', '-B1', ROOT])) ?? ['0'];
  await space.must(['fallocate', '-l', String(Number(free) - left), `${ROOT}/.ballast`]);
  return { heal: async () => void (await space.must(['rm', '-f', `${ROOT}/.ballast`])) };
}

/** BIND on a node has a zone of its own. */
export async function addZone({ space }: LabNode, zone: string): Promise<Fault> {
  const conf = '/etc/bind/named.conf';
  await space.must(['cp', '-p', conf, `${conf}.good`]);
  appendFileSync(space.outside(conf), `zone "${zone}" { type primary; file "/etc/bind/db.empty"; };\n`);
  return { heal: async () => void (await space.must(['mv', `${conf}.good`, conf])) };
}

/** The line to a node is slow: so much comes through, as `tc` writes it. */
export async function slowDown({ collector }: Lab, { plan }: LabNode, rate: string): Promise<Fault> {
  const port = ['dev', plan.name, 'root'];
  await collector.space.must(['tc', 'qdisc', 'add', ...port, 'tbf', 'rate', rate, 'burst', '16k', 'latency', '1s']);
  return { heal: async () => void (await collector.space.must(['tc', 'qdisc', 'del', ...port])) };
}

/** Kills the first process inside whose command line matches, as soon as there is one. Gives whether there was. */
export async function killInside({ space }: LabNode, command: RegExp, signal: AbortSignal): Promise<boolean> {
  const inside = namespaceOf(space.pid);
  while (!signal.aborted) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      if (!command.test(commandOf(pid)) || namespaceOf(pid) !== inside) continue;
      process.kill(Number(pid), 'SIGKILL');
      return true;
    }
    await pause(5);
  }
  return false;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function namespaceOf(pid: number | string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return '';
  }
}
