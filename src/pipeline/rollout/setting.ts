import { setMaxListeners } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Transport } from '../../deploy/node/transport.ts';
import type { Connections } from '../../deploy/transport/connections.ts';
import { openTransport } from '../../deploy/transport/open.ts';
import { readBlobSync } from '../../git/blobs.ts';
import { openRepository, type Repository, resolveCommit } from '../../git/repository.ts';
import { listTree } from '../../git/tree.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import { type NodeEntry, type NodesFile, servingNodes } from '../../zone/inventory/inventory.ts';
import type { RolloutPolicy } from '../../zone/inventory/rollout-policy.ts';
import type { Thresholds } from '../../zone/settings.ts';
import { type Failure, failure } from '../failure.ts';
import { replaceFile } from '../replace-file.ts';
import { openSettings, stateFolderOf, type Workspace } from '../workspace.ts';

/** The nodes of a project and how releases get there. */
export interface NodesSetting {
  readonly kind: 'nodes';
  readonly inventory: NodesFile;
  readonly policy: RolloutPolicy;
  /** What a release may change without being asked twice. */
  readonly thresholds: Thresholds;
  /** The file of host keys. */
  readonly knownHosts: string;
  /** Opens the way to a node. */
  readonly connect: (node: NodeEntry, signal: AbortSignal) => Transport;
}

/** What is wrong with the inventory. */
export interface BadInventory {
  readonly kind: 'refused';
  readonly report: { readonly findings: readonly Finding[]; readonly zones: number };
}

/**
 * Reads `nodes.yaml` and `deploy:` of a state of the repository; the working folder where no revision is named. Connections to
 * nodes are borrowed where they are kept.
 */
export async function readNodesSetting(
  workspace: Workspace,
  at?: string,
  connections?: Connections,
): Promise<NodesSetting | BadInventory | Failure> {
  const { project, close } = await openSettings(workspace, at);
  try {
    const about = project.findings.filter(
      ({ rule, place }) =>
        rule !== 'monitored-zone-missing' && (place.file === 'nodes.yaml' || place.file === 'zonewright.yaml'),
    );
    if (about.some(stops)) return { kind: 'refused', report: { findings: about, zones: 0 } };
    const inventory = project.nodes;
    if (servingNodes(inventory).length === 0) {
      return failure('usage', 'there are no nodes to roll out to', 'add them to nodes.yaml; docs/deploy.md shows how');
    }
    const policy = project.config.rollout;
    const { connect, command, transfer } = policy.timeouts;
    const knownHosts = await knownHostsFile(workspace, at ?? workspace.revision, policy.knownHosts);
    const options = { connectMs: connect * 1000, commandMs: command * 1000, transferMs: transfer * 1000, knownHosts };
    const pinned = existsSync(knownHosts) ? readFileSync(knownHosts, 'utf8') : '';
    return {
      kind: 'nodes',
      inventory,
      policy,
      thresholds: project.config.thresholds,
      knownHosts,
      connect(node, signal) {
        // All that is asked of any node listens to it.
        setMaxListeners(0, signal);
        return connections?.lend(node, { ...options, signal }, pinned) ?? openTransport(node, { ...options, signal });
      },
    };
  } finally {
    close();
  }
}

/** The nodes that were named, of nodes and groups; all that releases are rolled out to where none was. */
export function namedNodes(inventory: NodesFile, names: readonly string[] | undefined): NodeEntry[] | Failure {
  if (names === undefined || names.length === 0) return servingNodes(inventory);
  const chosen = new Set<string>();
  for (const name of names) {
    const members = inventory.nodes.has(name) ? [name] : inventory.groups.get(name);
    if (members === undefined) {
      return failure(
        'usage',
        `there is no node or group ${JSON.stringify(name)}`,
        `name one of nodes.yaml: ${[...inventory.nodes.keys()].slice(0, 10).join(', ')}`,
      );
    }
    for (const member of members) chosen.add(member);
  }
  return [...inventory.nodes.values()].filter(({ name }) => chosen.has(name));
}

/** Who is at it, for people: `paula@workstation`. */
export function whoami(): string {
  let user: string;
  try {
    user = userInfo().username;
  } catch {
    user = String(process.getuid?.() ?? 'somebody');
  }
  return `${user}@${hostname()}`.replace(/[\x00-\x1f\x7f-\x9f]/g, '?').slice(0, 200);
}

/** Where a project keeps what belongs to rolling out. */
export function deployFolder(workspace: Workspace): string {
  return join(stateFolderOf(workspace), 'deploy');
}

/** The file of host keys: in the working folder, or as a commit has it, written down for ssh to read. */
async function knownHostsFile(workspace: Workspace, at: string | undefined, path: string): Promise<string> {
  if (at === undefined || isAbsolute(path)) return resolve(workspace.folder, path);
  const file = join(deployFolder(workspace), 'known_hosts');
  const repository = await openRepository(workspace.folder);
  const commit = repository && (await resolveCommit(repository, at));
  const entry = repository && commit && (await listTree(repository, commit, [path]))[0];
  const octets = entry?.kind === 'file' ? readBlobSync(repository as Repository, entry.blob, KNOWN_HOSTS) : undefined;
  mkdirSync(dirname(file), { recursive: true });
  // Without the file no host is known, and none is trusted.
  replaceFile(file, [Buffer.from(octets ?? '').toString('utf8')]);
  return file;
}

/** Longest file of host keys, in octets. */
const KNOWN_HOSTS = 4 * 1024 * 1024;
