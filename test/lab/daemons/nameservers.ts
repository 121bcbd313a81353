import { ANYCAST, type NodePlan } from '../plan.ts';

/** A daemon of a node: its configuration, how it is started in the foreground, and what it needs before that. */
export interface DaemonSetup {
  readonly file: string;
  readonly text: string;
  readonly argv: readonly string[];
  /** Folders that the service manager of the system would make, and to whom they belong. */
  readonly folders: readonly (readonly [path: string, owner: string])[];
  /** A command that ends well once the daemon is there. */
  readonly ready: readonly string[];
}

/** The name server of a node, set up as docs/nodes.md says. */
export function nameserverSetup(plan: NodePlan): DaemonSetup {
  return setups[plan.nameserver]([plan.address, ANYCAST.address, plan.address6, ANYCAST.address6]);
}

const setups = { knot, bind, nsd } satisfies Record<NodePlan['nameserver'], unknown>;

function knot(addresses: readonly string[]): DaemonSetup {
  return {
    file: '/etc/knot/knot.conf',
    text: `
server:
  rundir: "/run/knot"
  user: knot:knot
  listen: [${addresses.map((address) => `${address}@53`).join(', ')}]
  udp-workers: 1
  tcp-workers: 2
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: "/var/lib/knot"
template:
  - id: default
    storage: "/var/lib/zonewright/current"
    zonefile-sync: -1
    journal-content: none
include: "/var/lib/zonewright/current/nameservers/knot.conf"
`,
    argv: ['knotd'],
    folders: [['/run/knot', 'knot:knot']],
    ready: ['knotc', 'status'],
  };
}

function bind([v4, any4, v6, any6]: readonly string[]): DaemonSetup {
  return {
    file: '/etc/bind/named.conf',
    text: `
include "/etc/bind/rndc.key";
options {
  directory "/var/cache/bind";
  listen-on { ${v4}; ${any4}; };
  listen-on-v6 { ${v6}; ${any6}; };
  recursion no;
  notify no;
  dnssec-validation no;
  allow-transfer { none; };
};
include "/var/lib/zonewright/current/nameservers/named.conf";
`,
    argv: ['named', '-g', '-u', 'bind', '-n', '1'],
    folders: [['/run/named', 'bind:bind']],
    ready: ['rndc', 'status'],
  };
}

function nsd(addresses: readonly string[]): DaemonSetup {
  return {
    file: '/etc/nsd/nsd.conf',
    text: `
server:
${addresses.map((address) => `  ip-address: ${address}`).join('\n')}
  server-count: 1
  database: ""
  zonesdir: "/var/lib/nsd"
  verbosity: 1
remote-control:
  control-enable: yes
  control-interface: "/run/nsd/nsd.sock"
include: "/var/lib/zonewright/current/nameservers/nsd.conf"
`,
    argv: ['nsd', '-d', '-P', ''],
    folders: [['/run/nsd', 'nsd:nsd']],
    ready: ['nsd-control', 'status'],
  };
}
