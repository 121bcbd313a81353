import { isIP } from 'node:net';
import { INVENTORY_FILE } from '../compile/source/tree.ts';
import { inParallel } from '../deploy/pool.ts';
import { query } from '../deploy/query.ts';
import type { DomainName } from '../dns/name.ts';
import { SOA } from '../dns/types/soa.ts';
import { addEntry, flowText } from '../zone/edit/top-file.ts';
import { type NodeEntry, type NodeLocation, type NodesFile, readNodes } from '../zone/inventory/inventory.ts';
import { isNodeName } from '../zone/inventory/values.ts';
import { type Failure, failure } from './failure.ts';
import type { Caller } from './origin/caller.ts';
import type { Aside } from './origin/one-file.ts';
import type { Origin } from './origin/origin.ts';
import type { Refusal } from './origin/outcome.ts';
import { refusalOf } from './origin/permit.ts';
import type { TopFileOutcome } from './origin/top-files.ts';
import type { ModesChanged } from './rollout/nodes.ts';
import type { BadInventory } from './rollout/setting.ts';

/** A node as doors add it. */
export interface NewNode {
  readonly name: string;
  /** A host name or an address. */
  readonly host: string;
  readonly location: NodeLocation;
  readonly web: boolean;
}

/** The nodes of the inventory at the head. */
export async function listNodes(origin: Origin): Promise<NodesFile['nodes']> {
  return (await origin.topFiles()).nodes.nodes;
}

/**
 * Adds a node to the inventory: a commit of `nodes.yaml`. It is a name and a place until somebody says which name server
 * runs there; until then nothing is rolled out to it.
 */
export async function addNode(origin: Origin, caller: Caller, node: NewNode, aside?: Aside): Promise<TopFileOutcome> {
  const { name, host, location, web } = node;
  if (!isNodeName(name))
    return wrongName(
      `${JSON.stringify(name.slice(0, 100))} cannot be the name of a node`,
      'use at most 63 letters, digits, "-", "_" and ".", the first a letter or digit',
    );
  const place = Object.entries(location).map(([key, value]) => `${key}: ${scalar(value as string | number)}`);
  const parts = [
    `host: ${scalar(host)}`,
    ...(place.length > 0 ? [`location: { ${place.join(', ')} }`] : []),
    ...(isIP(host) > 0 ? [`probe: { address: ${scalar(host)} }`] : []),
    ...(web ? ['web: true'] : []),
  ];
  return origin.changeFile(caller, {
    path: INVENTORY_FILE,
    verb: 'nodes',
    subject: `${INVENTORY_FILE}: add ${name}`,
    edit: (text) =>
      readNodes({ path: INVENTORY_FILE, text }).inventory.nodes.has(name)
        ? wrongName(`there is a node ${name} already`, 'choose another name')
        : addEntry(text, ['nodes'], name, `{ ${parts.join(', ')} }`),
    aside,
  });
}

function wrongName(message: string, fix: string): Extract<Refusal, { kind: 'invalid' }> {
  return { kind: 'invalid', message, fix, at: 0, field: 'name' };
}

function scalar(value: string | number): string {
  return typeof value === 'number' ? String(value) : flowText(value);
}

/** Lets nodes announce, or withdraws them. */
export type NodeSwitch = (
  nodes: readonly string[],
  announced: boolean,
  by: string,
) => Promise<ModesChanged | BadInventory | Failure>;

/** What came of turning a node on or off. */
export type PowerOutcome = { readonly kind: 'done' } | { readonly kind: 'no-node' } | Refusal;

/** Lets a node announce, or withdraws it, and says what its BGP daemon made of that. */
export async function powerNode(
  origin: Origin,
  caller: Caller,
  { node, on, now, turn }: { node: string; on: boolean; now: number; turn: NodeSwitch },
): Promise<PowerOutcome> {
  const refused = refusalOf(caller, { verb: 'nodes' }, [], now);
  if (refused !== undefined) return refused;
  const entry = (await listNodes(origin)).get(node);
  if (entry === undefined) return { kind: 'no-node' };
  if (entry.bgp.kind === 'none')
    return failure('refused', `nodes.yaml names no BGP daemon of ${node}`, 'add "bgp:" to the node');
  const outcome = await turn([node], on, caller.account.name);
  if (outcome.kind === 'failure') return outcome;
  if (outcome.kind === 'refused') return { kind: 'refused', findings: outcome.report.findings };
  const fault = outcome.nodes.find((each) => each.fault !== undefined);
  return fault === undefined
    ? { kind: 'done' }
    : failure('refused', fault.fault ?? '', fault.fix ?? 'look at the node');
}

/** Nodes that are asked at a time. */
const ASKED_AT_ONCE = 32;

/** How a node answers. */
export interface NodeHealth {
  readonly node: string;
  /** Why it is not well; `undefined`: it is. */
  readonly fault: string | undefined;
}

/** Asks every node that says where it answers for the SOA of a zone. */
export async function checkHealth(origin: Origin, zone: DomainName): Promise<NodeHealth[]> {
  const found = new Map<string, NodeHealth>();
  const nodes = [...(await listNodes(origin)).values()];
  await inParallel(nodes, ASKED_AT_ONCE, async ({ name, probe }) => {
    found.set(name, { node: name, fault: await faultAt(probe, zone) });
  });
  return nodes.flatMap(({ name }) => found.get(name) ?? []);
}

async function faultAt(probe: NodeEntry['probe'], zone: DomainName): Promise<string | undefined> {
  if (probe === undefined) return 'nodes.yaml does not say where it answers';
  const found = await query(probe, zone, SOA.code, { timeoutMs: 2000, attempts: 2 });
  if (found.kind !== 'answer') return 'it does not answer';
  const { authoritative, answers } = found.message;
  return authoritative && answers.length > 0 ? undefined : 'it does not serve the zone';
}
