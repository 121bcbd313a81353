import { ANYCAST, COLLECTOR, type NodePlan } from '../plan.ts';
import type { DaemonSetup } from './nameservers.ts';

/** The BGP daemon of a node, set up as docs/nodes.md says: it starts without announcing anything. */
export function bgpSetup(plan: NodePlan): DaemonSetup {
  return setups[plan.bgp](plan);
}

/** The settings of it in `nodes.yaml`. */
export function bgpSettings({ bgp }: NodePlan): string {
  if (bgp === 'bird') return '{ kind: bird, protocols: [anycast4, anycast6] }';
  return `{ kind: ${bgp}, prefixes: ["${ANYCAST.prefix}", "${ANYCAST.prefix6}"] }`;
}

const setups = { bird, frr, gobgp, exabgp } satisfies Record<NodePlan['bgp'], unknown>;

function bird({ asn, address }: NodePlan): DaemonSetup {
  return {
    file: '/etc/bird/bird.conf',
    text: `
log stderr all;
router id ${address};
protocol device {}
protocol static prefixes4 { ipv4; route ${ANYCAST.prefix} unreachable; }
protocol static prefixes6 { ipv6; route ${ANYCAST.prefix6} unreachable; }
template bgp anycast {
  disabled;
  local as ${asn};
  hold time 9;
  connect delay time 1; connect retry time 1; error wait time 1, 2;
}
protocol bgp anycast4 from anycast {
  neighbor ${COLLECTOR.address} as ${COLLECTOR.asn};
  ipv4 { import none; export where proto = "prefixes4"; next hop self; };
}
protocol bgp anycast6 from anycast {
  neighbor ${COLLECTOR.address6} as ${COLLECTOR.asn};
  ipv6 { import none; export where proto = "prefixes6"; next hop self; };
}
`,
    argv: ['bird', '-f', '-u', 'bird', '-g', 'bird'],
    folders: [['/run/bird', 'bird:bird']],
    ready: ['birdc', 'show', 'status'],
  };
}

function frr({ name, asn, address }: NodePlan): DaemonSetup {
  const [peer4, peer6] = [COLLECTOR.address, COLLECTOR.address6];
  return {
    file: '/etc/frr/frr.conf',
    text: `
hostname ${name}
log stdout
router bgp ${asn}
 bgp router-id ${address}
 no bgp network import-check
 no bgp ebgp-requires-policy
 timers bgp 3 9
 neighbor ${peer4} remote-as ${COLLECTOR.asn}
 neighbor ${peer4} timers connect 1
 neighbor ${peer6} remote-as ${COLLECTOR.asn}
 neighbor ${peer6} timers connect 1
 address-family ipv4 unicast
  no neighbor ${peer6} activate
 exit-address-family
 address-family ipv6 unicast
  neighbor ${peer6} activate
 exit-address-family
`,
    argv: ['/usr/lib/frr/bgpd', '-n', '-Z', '-f', '/etc/frr/frr.conf', '-A', '127.0.0.1'],
    folders: [
      ['/run/frr', 'frr:frr'],
      ['/var/tmp/frr', 'frr:frr'],
    ],
    ready: ['vtysh', '-c', 'show version'],
  };
}

function gobgp({ asn, address }: NodePlan): DaemonSetup {
  const neighbor = (peer: string, family: string) => `
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${peer}"
    peer-as = ${COLLECTOR.asn}
  [neighbors.timers.config]
    connect-retry = 1
    idle-hold-time-after-reset = 1
    hold-time = 9
    keepalive-interval = 3
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "${family}"
`;
  return {
    file: '/etc/gobgpd.conf',
    text: `
[global.config]
  as = ${asn}
  router-id = "${address}"
${neighbor(COLLECTOR.address, 'ipv4-unicast')}${neighbor(COLLECTOR.address6, 'ipv6-unicast')}`,
    argv: ['gobgpd', '-f', '/etc/gobgpd.conf'],
    folders: [],
    ready: ['gobgp', 'global'],
  };
}

function exabgp({ asn, address, address6 }: NodePlan): DaemonSetup {
  const neighbor = (peer: string, local: string, family: string) => `
neighbor ${peer} {
  router-id ${address};
  local-address ${local};
  local-as ${asn};
  peer-as ${COLLECTOR.asn};
  hold-time 9;
  family { ${family} unicast; }
}
`;
  return {
    file: '/etc/exabgp/exabgp.conf',
    text: neighbor(COLLECTOR.address, address, 'ipv4') + neighbor(COLLECTOR.address6, address6, 'ipv6'),
    argv: [
      ...['setpriv', '--reuid=exabgp', '--regid=exabgp', '--init-groups'],
      ...['env', 'exabgp_daemon_daemonize=false', 'exabgp', '/etc/exabgp/exabgp.conf'],
    ],
    folders: [['/run/exabgp', 'exabgp:exabgp']],
    ready: ['exabgpcli', 'version'],
  };
}
