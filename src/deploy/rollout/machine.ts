import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import type { RolloutPolicy } from '../../zone/inventory/rollout-policy.ts';
import type { BgpControl, BgpState } from '../bgp/adapter.ts';
import { bgpAdapters } from '../bgp/list.ts';
import type { NameServerControl } from '../nameservers/adapter.ts';
import { nameServerAdapters } from '../nameservers/list.ts';
import { NodeError } from '../node/node-error.ts';
import { type NodeState, parseState } from '../node/protocol.ts';
import type { Run, Transport } from '../node/transport.ts';
import { mustRun, underLock } from '../node/words.ts';
import { type WebControl, webControl } from '../web/web-server.ts';

/** A node that can be worked on: what the inventory says of it, and how to talk to it. */
export interface Machine {
  readonly node: NodeEntry;
  readonly transport: Transport;
  /** Of the lock that is held; empty where none is. */
  readonly token: string;
  /** Commands behind the lock, or without one where none is held. */
  readonly run: Run;
  readonly nameServer: NameServerControl;
  /** `undefined`: the node announces nothing. */
  readonly bgp: BgpControl | undefined;
  /** `undefined`: the node serves no proxied and redirected names. */
  readonly web: WebControl | undefined;
}

/** A node and the way to it. Throws a NodeError where the inventory does not say enough. */
export function machineFor(node: NodeEntry, transport: Transport, token: string | undefined): Machine {
  const { nameserver, bgp } = node;
  if (nameserver === undefined)
    throw new NodeError('failed', 'it has no nameserver in nodes.yaml', 'complete its entry');
  const run: Run = token === undefined ? transport.run : underLock(transport.run, token);
  const adapter = nameServerAdapters.find(({ kind }) => kind === nameserver.kind);
  if (adapter === undefined)
    throw new NodeError('failed', `there is no adapter for ${nameserver.kind}`, 'choose another');
  const daemon = bgp.kind === 'none' ? undefined : bgpAdapters.find(({ kind }) => kind === bgp.kind);
  if (daemon === undefined && bgp.kind !== 'none')
    throw new NodeError('failed', `there is no adapter for ${bgp.kind}`, 'choose another');
  return {
    node,
    transport,
    token: token ?? '',
    run,
    nameServer: adapter.control(nameserver, run),
    bgp: daemon?.control(bgp, run),
    // The embedded name server is for demonstrations, which have no web servers.
    web: node.web && nameserver.kind !== 'embedded' ? webControl(run) : undefined,
  };
}

/** Asks a node for its state. Throws a NodeError. */
export async function askNode(run: Run, { timeouts }: Pick<RolloutPolicy, 'timeouts'>): Promise<NodeState> {
  return stateIn(await mustRun(run, ['ask'], undefined, { timeoutMs: (timeouts.connect + 5) * 1000 }));
}

/** The state that a node has said. Throws a NodeError where it is none. */
export function stateIn(text: string): NodeState {
  const state = text.length > MOST_STATE ? 'it says too much' : parseState(text);
  if (typeof state !== 'string') return state;
  throw new NodeError('distrust', state, 'install the zonewright-node of this version on it');
}

/** More than the state of any node. */
const MOST_STATE = 1 << 20;

/** Asks a BGP daemon for its state; what cannot be asked is `unknown`. */
export async function askBgp(bgp: BgpControl): Promise<BgpState> {
  try {
    return await bgp.state();
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    if (error.reason === 'interrupted' || error.reason === 'locked') throw error;
    return { announced: 'unknown', offered: undefined, sessions: [], note: error.message };
  }
}
