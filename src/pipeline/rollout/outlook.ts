import { NodeError } from '../../deploy/node/node-error.ts';
import type { Transport } from '../../deploy/node/transport.ts';
import { inParallel } from '../../deploy/pool.ts';
import { differenceFor } from '../../deploy/release/difference.ts';
import { asOnNode, type Release } from '../../deploy/release/release.ts';
import { ASKED_AT_A_TIME } from '../../deploy/rollout/fleet.ts';
import { askBgp, askNode, type Machine, machineFor } from '../../deploy/rollout/machine.ts';
import type { DomainName } from '../../dns/name.ts';
import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import type { RolloutPolicy } from '../../zone/inventory/rollout-policy.ts';

/** What a rollout would do to a node. */
export interface NodeOutlook {
  readonly node: string;
  /** Why it cannot be said. */
  readonly fault?: string;
  /** What it serves now. */
  readonly current?: string | null;
  readonly mode?: string;
  readonly announced?: string;
  /** Files to send, and their octets; files to remove. */
  readonly send?: number;
  readonly octets?: number;
  readonly remove?: number;
  readonly added?: readonly DomainName[];
  readonly changed?: readonly DomainName[];
  readonly removed?: readonly DomainName[];
  /** Whether it would be withdrawn meanwhile. */
  readonly drains?: boolean;
}

/** What a rollout would do. */
export interface Outlook {
  readonly kind: 'outlook';
  readonly release: string;
  readonly nodes: readonly NodeOutlook[];
}

interface Inputs {
  readonly policy: RolloutPolicy;
  readonly release: Release;
  readonly nodes: readonly NodeEntry[];
  readonly connect: (node: NodeEntry) => Transport;
  readonly find: (id: string, machine: Machine) => Promise<Release | undefined>;
}

/** Asks the nodes what they have, and says what they would get. Changes nothing. */
export async function outlookFor(inputs: Inputs): Promise<Outlook> {
  const found = new Map<string, NodeOutlook>();
  await inParallel(inputs.nodes, ASKED_AT_A_TIME, async (node) => {
    const transport = inputs.connect(node);
    try {
      found.set(node.name, await outlookForNode(machineFor(node, transport, undefined), inputs));
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      found.set(node.name, { node: node.name, fault: error.message });
    } finally {
      await transport.close();
    }
  });
  const nodes = inputs.nodes.flatMap(({ name }) => found.get(name) ?? []);
  return { kind: 'outlook', release: inputs.release.id, nodes };
}

async function outlookForNode(machine: Machine, { policy, release, find }: Inputs): Promise<NodeOutlook> {
  const { node, bgp, nameServer } = machine;
  const state = await askNode(machine.run, policy);
  const { current, mode } = state;
  const found = current === undefined ? undefined : await find(current, machine);
  const existing = found && asOnNode(found, state);
  const { send, remove, zones } = differenceFor(node.name, existing, release);
  const announced = bgp === undefined ? undefined : (await askBgp(bgp)).announced;
  const isThere = current === release.id;
  const drains = policy.drain === 'always' || (policy.drain === 'for-restart' && nameServer.needsRestart(zones));
  return {
    node: node.name,
    current: current ?? null,
    mode,
    ...(announced !== undefined && { announced }),
    send: isThere ? 0 : send.length,
    octets: isThere ? 0 : send.reduce((sum, { file }) => sum + file.size, 0),
    remove: isThere ? 0 : remove.length,
    ...(isThere ? { added: [], changed: [], removed: [] } : zones),
    drains: !isThere && bgp !== undefined && announced !== 'no' && drains && mode !== 'disabled',
  };
}
