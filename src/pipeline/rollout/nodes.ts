import { join } from 'node:path';
import { changeMode } from '../../deploy/change-mode.ts';
import { type Drift, servedDrift, stateDrift } from '../../deploy/drift.ts';
import { NodeError } from '../../deploy/node/node-error.ts';
import type { NodeMode } from '../../deploy/node/protocol.ts';
import type { Transport } from '../../deploy/node/transport.ts';
import { inParallel } from '../../deploy/pool.ts';
import { deploymentFiles } from '../../deploy/records/files.ts';
import type { DeploymentStore } from '../../deploy/records/record.ts';
import { ASKED_AT_A_TIME, openFleet } from '../../deploy/rollout/fleet.ts';
import { newGuard } from '../../deploy/rollout/guard.ts';
import { askBgp, askNode, machineFor } from '../../deploy/rollout/machine.ts';
import type { NodeEntry, NodesFile } from '../../zone/inventory/inventory.ts';
import { type Failure, failure, orFailure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { openArchive } from './archive.ts';
import type { RolloutMemory } from './memory.ts';
import { releaseFinder } from './roll-out.ts';
import { type BadInventory, deployFolder, type NodesSetting, namedNodes, readNodesSetting, whoami } from './setting.ts';
import { type TakeAlone, withdrawingAlone } from './turn.ts';

/** How a node is. */
export interface NodeStatus {
  readonly node: string;
  readonly location?: string;
  readonly nameserver: string;
  readonly groups: readonly string[];
  /** Why it cannot be asked; all that follows is missing then. */
  readonly fault?: string;
  readonly fix?: string;
  readonly mode?: NodeMode;
  readonly current?: string | null;
  readonly verified?: boolean;
  readonly announced?: string;
  readonly version?: string;
  readonly running?: boolean;
  readonly free?: number;
  readonly releases?: readonly string[];
  /** Who holds its lock, and since when, milliseconds since 1970. */
  readonly lock?: { readonly holder: string; readonly since: number };
  /** Empty where it is as it should be. */
  readonly drift?: readonly Drift[];
}

/** The state of nodes, and what is held against. */
export interface NodesStatus {
  readonly kind: 'status';
  /** The release that was rolled out last; `null`: none was from here. */
  readonly desired: string | null;
  readonly nodes: readonly NodeStatus[];
}

/** What nodes are to be looked at or changed. */
export interface NodesOptions {
  /** Nodes or groups; all where none is named. */
  readonly nodes?: readonly string[];
  readonly signal: AbortSignal;
  readonly store?: DeploymentStore;
  /** What is kept between rollouts. */
  readonly memory?: RolloutMemory;
  /** For machines that share a state: lets one of their processes withdraw nodes at a time. */
  readonly takeAlone?: TakeAlone;
}

/** The nodes of the inventory, without asking them anything. */
export function listNodes(
  workspace: Workspace,
): Promise<(NodesFile & { readonly kind: 'inventory' }) | BadInventory | Failure> {
  return orFailure(async () => {
    const setting = await readNodesSetting(workspace);
    return setting.kind === 'nodes' ? { kind: 'inventory' as const, ...setting.inventory } : setting;
  });
}

/** Asks nodes how they are, and holds what they have installed, serve and announce against what they should. */
export function nodesStatus(
  workspace: Workspace,
  options: NodesOptions,
): Promise<NodesStatus | BadInventory | Failure> {
  return orFailure(async () => {
    const { memory } = options;
    const setting = await (memory?.setting() ?? readNodesSetting(workspace));
    if (setting.kind !== 'nodes') return setting;
    const nodes = namedNodes(setting.inventory, options.nodes);
    if ('kind' in nodes) return nodes;
    const folder = deployFolder(workspace);
    const store = options.store ?? deploymentFiles(join(folder, 'history'));
    const desired = (await store.list(100)).find(({ outcome }) => outcome === 'done' || outcome === 'partly')?.release;
    const find = releaseFinder(memory?.archive ?? openArchive(join(folder, 'releases')));
    const found = new Map<string, NodeStatus>();
    await inParallel(nodes, ASKED_AT_A_TIME, async (node) => {
      const transport = setting.connect(node, options.signal);
      try {
        found.set(node.name, { ...about(node), ...(await statusOf(node, transport, setting, desired, find)) });
      } catch (error) {
        if (!(error instanceof NodeError)) throw error;
        found.set(node.name, { ...about(node), fault: error.message, fix: error.fix });
      } finally {
        await transport.close();
      }
    });
    return { kind: 'status', desired: desired ?? null, nodes: nodes.flatMap(({ name }) => found.get(name) ?? []) };
  });
}

function about({ name, location, nameserver, groups }: NodeEntry) {
  return {
    node: name,
    ...(location?.name !== undefined && { location: location.name }),
    nameserver: nameserver?.kind ?? 'none',
    groups,
  };
}

async function statusOf(
  node: NodeEntry,
  transport: Transport,
  { policy }: NodesSetting,
  desired: string | undefined,
  find: ReturnType<typeof releaseFinder>,
): Promise<Partial<NodeStatus>> {
  const machine = machineFor(node, transport, undefined);
  const state = await askNode(machine.run, policy);
  const bgp = machine.bgp === undefined ? undefined : await askBgp(machine.bgp);
  const server = await machine.nameServer.state();
  const drift = stateDrift(state, bgp, desired);
  if (!server.running) drift.push({ kind: 'served', message: 'its name server does not run' });
  const release = state.current === undefined ? undefined : await find(state.current, machine);
  if (server.running && node.probe !== undefined && release !== undefined)
    drift.push(...(await servedDrift(node.probe, release)));
  const { lock } = state;
  return {
    mode: state.mode,
    current: state.current ?? null,
    verified: state.current !== undefined && state.verified === state.current,
    ...(bgp !== undefined && { announced: bgp.announced }),
    ...(server.version !== undefined && { version: server.version }),
    running: server.running,
    free: state.free,
    releases: state.releases,
    ...(lock !== undefined && { lock: { holder: lock.holder, since: lock.since * 1000 } }),
    drift,
  };
}

/** What has become of nodes whose mode was to be changed. */
export interface ModesChanged {
  readonly kind: 'modes';
  readonly nodes: readonly {
    readonly node: string;
    readonly mode: NodeMode;
    readonly fault?: string;
    readonly fix?: string;
  }[];
}

/** Enables, drains or disables nodes, one after the other; without `force` enough others have to stay announced. */
export function setModes(
  workspace: Workspace,
  mode: NodeMode,
  options: NodesOptions & { readonly force?: boolean; readonly by?: string },
): Promise<ModesChanged | BadInventory | Failure> {
  return orFailure(async () => {
    const setting = await (options.memory?.setting() ?? readNodesSetting(workspace));
    if (setting.kind !== 'nodes') return setting;
    if (options.nodes === undefined || options.nodes.length === 0)
      return failure('usage', 'no node was named', 'name the nodes or groups');
    const nodes = namedNodes(setting.inventory, options.nodes);
    if ('kind' in nodes) return nodes;
    const { inventory, policy } = setting;
    const connect = (node: NodeEntry) => setting.connect(node, options.signal);
    const holder = `${options.by ?? whoami()}, process ${process.pid}, nodes ${mode}`;
    const fleet = openFleet({ policy, holder, breakLock: false, connect }, '');
    const withdrawing = withdrawingAlone(deployFolder(workspace), options.signal, options.takeAlone);
    const guard = newGuard(inventory.nodes, inventory.groups, policy.minAnnounced, fleet.announces, withdrawing);
    const changed: { node: string; mode: NodeMode; fault?: string; fix?: string }[] = [];
    try {
      for (const node of nodes) {
        const transport = connect(node);
        try {
          await changeMode({ node, mode, policy, transport, holder, guard: options.force ? undefined : guard });
          changed.push({ node: node.name, mode });
        } catch (error) {
          if (!(error instanceof NodeError)) throw error;
          changed.push({ node: node.name, mode, fault: error.message, fix: error.fix });
        } finally {
          // It does not announce any more, so nobody has to be told that it is away.
          guard.back(node);
          await transport.close();
        }
      }
    } finally {
      await fleet.release(false);
    }
    return { kind: 'modes', nodes: changed };
  });
}
