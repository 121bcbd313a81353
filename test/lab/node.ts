import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bgpSetup } from './daemons/bgp.ts';
import { type DaemonSetup, nameserverSetup } from './daemons/nameservers.ts';
import { ownFiles } from './image.ts';
import { addAnycast, plugIn } from './network.ts';
import type { NodePlan } from './plan.ts';
import { type Daemon, type Space, startSpace, until } from './space.ts';

/** A node of the lab that runs. */
export interface LabNode {
  readonly plan: NodePlan;
  readonly space: Space;
  /** The line of its host key, as it stands in `known_hosts` behind the host. */
  readonly hostKey: string;
  readonly sshd: Daemon;
  nameserver: Daemon;
  bgp: Daemon;
  /** Starts the name server again after its end. */
  restartNameserver(): Promise<void>;
  /** Starts the BGP daemon again after its end. */
  restartBgp(): Promise<void>;
  /** Takes another host key, as after an installation from scratch. */
  changeHostKey(): Promise<string>;
}

const TEMPLATES = fileURLToPath(new URL('../../templates/node/', import.meta.url));
const HOST_KEY = '/etc/ssh/lab_host_key';

const SSHD = `
ListenAddress 0.0.0.0
HostKey ${HOST_KEY}
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowUsers zonewright
`;

/** Sets a node up with what is shipped for nodes, and starts its daemons. */
export async function startNode(
  plan: NodePlan,
  collector: Space,
  logs: string,
  publicKey: string,
  disk?: string,
): Promise<LabNode> {
  const space = await startSpace(plan.name, logs);
  await ownFiles(space, disk);
  await plugIn(collector, space, plan.address, plan.address6);
  await addAnycast(space);
  for (const file of ['zonewright-node', 'sudoers', 'node.conf', 'nsd-control.conf', 'setup.sh']) {
    await space.write(join('/tmp/node', file), await readFile(join(TEMPLATES, file), 'utf8'));
  }
  await space.must(['sh', '-c', 'cd /tmp/node && sh setup.sh "$1"', 'setup', plan.nameserver], { input: publicKey });
  await space.write('/etc/ssh/lab_sshd_config', SSHD);
  const hostKey = await newHostKey(space);
  const begin = (label: string, setup: DaemonSetup) => () => startDaemon(space, label, setup);
  const startNameserver = begin(plan.nameserver, nameserverSetup(plan));
  const startBgp = begin(plan.bgp, bgpSetup(plan));
  const [sshd, nameserver, bgp] = await Promise.all([
    space.start('sshd', ['/usr/sbin/sshd', '-D', '-e', '-f', '/etc/ssh/lab_sshd_config']),
    startNameserver(),
    startBgp(),
  ]);
  const node: LabNode = {
    plan,
    space,
    hostKey,
    sshd,
    nameserver,
    bgp,
    async restartNameserver() {
      node.nameserver = await startNameserver();
    },
    async restartBgp() {
      node.bgp = await startBgp();
    },
    async changeHostKey() {
      const key = await newHostKey(space);
      node.sshd.signal('SIGHUP');
      return key;
    },
  };
  return node;
}

async function newHostKey(space: Space): Promise<string> {
  await space.must(['sh', '-c', 'rm -f "$1" "$1.pub"; ssh-keygen -q -t ed25519 -N "" -f "$1"', 'key', HOST_KEY]);
  const text = await readFile(space.outside(`${HOST_KEY}.pub`), 'utf8');
  return text.split(' ').slice(0, 2).join(' ');
}

async function startDaemon(space: Space, label: string, setup: DaemonSetup): Promise<Daemon> {
  for (const [folder, owner] of setup.folders) {
    await space.must(['sh', '-c', 'mkdir -p "$1"; chown "$2" "$1"', 'folder', folder, owner]);
  }
  await space.write(setup.file, setup.text);
  if (label === 'exabgp') {
    // As its service does.
    const pipes =
      'cd /run/exabgp; for p in in out; do [ -p exabgp.$p ] || mkfifo exabgp.$p; done; chown exabgp: exabgp.*';
    await space.must(['sh', '-c', pipes]);
  }
  const daemon = await space.start(label, setup.argv);
  await until(`${space.name}: ${label} is there`, async () => {
    if (!daemon.running()) throw new Error(`${space.name}: ${label} has ended: ${await readFile(daemon.log, 'utf8')}`);
    return (await space.run(['timeout', '2', ...setup.ready])).status === 0;
  });
  return daemon;
}
