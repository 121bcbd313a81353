import { choice, flag, group, key, listOf, mapOf, whole } from '../document/setting.ts';
import { collectorSetting, monitoringSetting } from './observers.ts';
import {
  addressSetting,
  checkNodeName,
  degrees,
  hostSetting,
  labelSetting,
  nodeName,
  nodeNameSchema,
  pathSetting,
  prefixSetting,
  symbolSetting,
  userSetting,
} from './values.ts';

/** The kinds of name servers that a node can run. */
export const nameServerKinds = ['knot', 'bind', 'nsd', 'embedded'] as const;

/** The kinds of BGP daemons that a node can run; `simulated` only plays one, for the demo and for tests. */
export const bgpKinds = ['bird', 'frr', 'gobgp', 'exabgp', 'none', 'simulated'] as const;

const nodeKeys = {
  host: key(hostSetting, 'The host name or address that ssh connects to.', { examples: ['fra1.example.net'] }),
  transport: key(
    choice('ssh', 'local'),
    'How the node is reached: over ssh, or because it is this machine. Embedded name servers are local.',
    { default: 'ssh' },
  ),
  ssh: key(
    group({
      user: key(userSetting, 'The login on the node.', { default: 'zonewright' }),
      port: key(whole(1, 65535), 'The port of sshd.', { default: 22 }),
      identity: key(
        pathSetting,
        'The private key on the machine that deploys; unless given, those of ssh and its agent.',
      ),
    }),
    'How ssh connects.',
  ),
  root: key(pathSetting, 'The folder of the releases on the node.', { default: '/var/lib/zonewright' }),
  wrapper: key(pathSetting, 'Where zonewright-node is, on a node with the transport local.', {
    default: '/usr/local/lib/zonewright/zonewright-node',
  }),
  location: key(
    group({
      name: key(labelSetting, 'The place.'),
      lat: key(degrees(90), 'Degrees north.'),
      lon: key(degrees(180), 'Degrees east.'),
      datacenter: key(labelSetting, 'The data centre.'),
      provider: key(labelSetting, 'Who runs it.'),
      connectivity: key(labelSetting, 'How it is connected.'),
    }),
    'Where the node is.',
    { examples: [{ name: 'Frankfurt', lat: 50.11, lon: 8.68 }] },
  ),
  nameserver: key(
    group({
      kind: key(choice(...nameServerKinds), 'The program.'),
    }),
    'The name server.',
    { examples: [{ kind: 'knot' }] },
  ),
  bgp: key(
    group({
      kind: key(choice(...bgpKinds), 'The program.'),
      protocols: key(listOf(symbolSetting), 'BIRD: the protocols that are disabled and enabled.'),
      neighbors: key(listOf(symbolSetting), 'FRR and GoBGP: the neighbours to whom is announced.'),
      prefixes: key(listOf(prefixSetting), 'The prefixes that are announced and withdrawn.'),
      asn: key(whole(1, 4294967295), 'FRR: the number of the own autonomous system.'),
    }),
    'The BGP daemon that announces the anycast prefixes.',
    { examples: [{ kind: 'bird', protocols: ['anycast4', 'anycast6'] }] },
  ),
  probe: key(
    group({
      address: key(addressSetting, "An address of the node's own, at which its answers are checked."),
      port: key(whole(1, 65535), 'The port of its name server.', { default: 53 }),
    }),
    "Where the node's answers are checked; host and port 53 unless given.",
    { examples: [{ address: '198.51.100.11', port: 53 }] },
  ),
  web: key(flag, 'Whether it serves proxied and redirected names.', { default: false }),
};

/** A node as it is written. */
export const nodeSetting = group(nodeKeys);

/** The keys of `nodes.yaml`. */
export const inventoryKeys = {
  defaults: key(nodeSetting, 'What holds for every node that does not say otherwise.', {
    examples: [{ ssh: { user: 'zonewright', port: 22 }, root: '/var/lib/zonewright' }],
  }),
  groups: key(mapOf(listOf(nodeName), checkNodeName, nodeNameSchema), 'Nodes that belong together, by a name.', {
    examples: [{ canary: ['fra1'] }],
  }),
  nodes: key(mapOf(nodeSetting, checkNodeName, nodeNameSchema), 'The nodes by their names.'),
  collector: key(collectorSetting, 'The route collector, a BIRD that has a BGP session with every node.', {
    examples: [{ asn: 64512, router_id: '192.0.2.1' }],
  }),
  monitoring: key(monitoringSetting, 'What Prometheus is told of the nodes.', {
    examples: [{ zones: ['example.com'], exporters: { node: 9100 } }],
  }),
};
