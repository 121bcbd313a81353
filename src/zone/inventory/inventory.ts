import { isIP } from 'node:net';
import { complain, type Document } from '../document/document.ts';
import { findingsOf, newReport, reportProblems } from '../document/report.ts';
import { map, readGroup, type Values } from '../document/setting.ts';
import { closest } from '../document/suggest.ts';
import type { Finding } from '../finding.ts';
import type { SourceFile } from '../source.ts';
import type { YamlNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import { type bgpKinds, inventoryKeys, type nameServerKinds } from './keys.ts';
import { type CollectorSettings, type MonitoringSettings, monitoringOf } from './observers.ts';

/** What runs on a node and answers DNS. */
export interface NameServerSettings {
  readonly kind: (typeof nameServerKinds)[number];
}

/** What announces the node's prefixes. */
export interface BgpSettings {
  readonly kind: (typeof bgpKinds)[number];
  readonly protocols: readonly string[];
  readonly neighbors: readonly string[];
  readonly prefixes: readonly string[];
  readonly asn: number | undefined;
}

/** Where a node is; for people and maps. */
export interface NodeLocation {
  readonly name?: string;
  readonly lat?: number;
  readonly lon?: number;
  readonly datacenter?: string;
  readonly provider?: string;
  readonly connectivity?: string;
}

/** A node of the inventory, defaults filled in. No text in it begins with `-` or holds white space or control characters
 * but for those of `location`. */
export interface NodeEntry {
  readonly name: string;
  /** `undefined` only where it is not needed: the transport is `local`. */
  readonly host: string | undefined;
  readonly transport: 'ssh' | 'local';
  readonly ssh: { readonly user: string; readonly port: number; readonly identity: string | undefined };
  readonly root: string;
  readonly wrapper: string;
  readonly location: NodeLocation | undefined;
  /** `undefined`: the node is only named, nothing can be rolled out to it. */
  readonly nameserver: NameServerSettings | undefined;
  readonly bgp: BgpSettings;
  /** The address of its own that the inventory gives it under `probe`. */
  readonly address: string | undefined;
  /** Where its answers are checked; `undefined` where neither probe nor host is given. */
  readonly probe: { readonly host: string; readonly port: number } | undefined;
  /** The groups that it is in. */
  readonly groups: readonly string[];
  readonly web: boolean;
}

/** `nodes.yaml`. */
export interface NodesFile {
  /** In the order of the file. */
  readonly nodes: ReadonlyMap<string, NodeEntry>;
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** The route collector; `undefined` where there is none. */
  readonly collector: CollectorSettings | undefined;
  /** How the nodes are monitored; `undefined` where they are not. */
  readonly monitoring: MonitoringSettings | undefined;
}

type WrittenNode = NonNullable<Values<typeof inventoryKeys>['defaults']>;

/**
 * Reads `nodes.yaml`. What is wrong is left out after that was said, so there is always an inventory; without a file it is
 * empty.
 */
export function readNodes(source: SourceFile | undefined): { inventory: NodesFile; findings: Finding[] } {
  const empty: NodesFile = { nodes: new Map(), groups: new Map(), collector: undefined, monitoring: undefined };
  if (source === undefined) return { inventory: empty, findings: [] };
  const report = newReport();
  const { root, problems } = readYaml(source.text);
  reportProblems(report, source, problems);
  const document: Document = { source, apex: undefined, report };
  const isEmpty = root === undefined || (root.kind === 'scalar' && root.style === 'empty');
  const found = isEmpty ? undefined : map(root, document, 'nodes.yaml');
  if (found === undefined) return { inventory: empty, findings: findingsOf(report) };
  const read = readGroup(found, inventoryKeys, document, 'nodes.yaml', '');
  const nodes = read.nodes ?? new Map<string, WrittenNode>();
  const groups = read.groups ?? new Map<string, readonly string[]>();
  checkGroups(found, nodes, document);
  const known = new Map([...groups].map(([name, members]) => [name, members.filter((each) => nodes.has(each))]));
  const entries = new Map([...nodes].map(([name, node]) => [name, nodeEntry(name, node, read.defaults ?? {}, known)]));
  if (read.collector !== undefined) checkSessions(found, entries, document);
  return {
    inventory: {
      nodes: entries,
      groups: known,
      collector: read.collector,
      monitoring: read.monitoring === undefined ? undefined : monitoringOf(read.monitoring),
    },
    findings: findingsOf(report),
  };
}

function nodeEntry(
  name: string,
  node: WrittenNode,
  defaults: WrittenNode,
  groups: ReadonlyMap<string, readonly string[]>,
): NodeEntry {
  const host = node.host ?? defaults.host;
  const nameserver = { ...defaults.nameserver, ...node.nameserver };
  const bgp = { ...defaults.bgp, ...node.bgp };
  const probe = { ...defaults.probe, ...node.probe };
  const ssh = { ...defaults.ssh, ...node.ssh };
  const location = { ...defaults.location, ...node.location };
  const at = probe.address ?? host;
  return {
    name,
    host,
    transport: nameserver.kind === 'embedded' ? 'local' : (node.transport ?? defaults.transport ?? 'ssh'),
    ssh: { user: ssh.user ?? 'zonewright', port: ssh.port ?? 22, identity: ssh.identity },
    root: node.root ?? defaults.root ?? '/var/lib/zonewright',
    wrapper: node.wrapper ?? defaults.wrapper ?? '/usr/local/lib/zonewright/zonewright-node',
    location: Object.keys(location).length === 0 ? undefined : (location as NodeLocation),
    nameserver: nameserver.kind === undefined ? undefined : { kind: nameserver.kind },
    bgp: {
      kind: bgp.kind ?? 'none',
      protocols: bgp.protocols ?? [],
      neighbors: bgp.neighbors ?? [],
      prefixes: bgp.prefixes ?? [],
      asn: bgp.asn,
    },
    address: probe.address,
    probe: at === undefined ? undefined : { host: at, port: probe.port ?? 53 },
    groups: [...groups].filter(([, members]) => members.includes(name)).map(([group]) => group),
    web: node.web ?? defaults.web ?? false,
  };
}

/** Says which members of groups are no nodes. */
function checkGroups(root: YamlNode, nodes: ReadonlyMap<string, unknown>, document: Document): void {
  for (const { value } of entriesOf(entriesOf(root).find(({ key }) => key.text === 'groups')?.value)) {
    for (const member of value.kind === 'seq' ? value.items : [value]) {
      if (member.kind !== 'scalar' || nodes.has(member.text)) continue;
      const near = closest(member.text, nodes.keys());
      complain(
        document,
        'setting-value',
        member,
        `there is no node ${JSON.stringify(member.text)}`,
        near === undefined ? 'add it below "nodes:", or take it out of the group' : `write ${near} if that is meant`,
      );
    }
  }
}

/** Says which nodes announce something and have no address at which the collector could meet them. */
function checkSessions(root: YamlNode, nodes: ReadonlyMap<string, NodeEntry>, document: Document): void {
  for (const { key } of entriesOf(entriesOf(root).find((entry) => entry.key.text === 'nodes')?.value)) {
    const node = nodes.get(key.text);
    if (node === undefined || !announces(node) || sessionAddress(node) !== undefined) continue;
    complain(
      document,
      'setting-value',
      key,
      `the route collector has no address of ${key.text}`,
      'give the node an address under "probe:", or an address as its host',
    );
  }
}

/** The nodes that releases are rolled out to; the others are only named. */
export function servingNodes({ nodes }: NodesFile): NodeEntry[] {
  return [...nodes.values()].filter(({ nameserver }) => nameserver !== undefined);
}

/** Whether a BGP daemon runs on a node. */
export function announces({ bgp }: NodeEntry): boolean {
  return bgp.kind !== 'none' && bgp.kind !== 'simulated';
}

/** The address at which the route collector meets a node. */
export function sessionAddress({ address, host }: NodeEntry): string | undefined {
  return address ?? (host !== undefined && isIP(host) !== 0 ? host : undefined);
}

function entriesOf(node: YamlNode | undefined) {
  return node?.kind === 'map' ? node.entries : [];
}
