import { join } from 'node:path';
import { type ExistingState, stateOfRelease } from '../../compile/plan/compare.ts';
import type { Project } from '../../compile/project.ts';
import { findRelease } from '../../compile/release/place.ts';
import { withoutAdditions } from '../../compile/signing/without-additions.ts';
import { servedSerial } from '../../deploy/drift.ts';
import { NodeError } from '../../deploy/node/node-error.ts';
import { inParallel } from '../../deploy/pool.ts';
import { askNode } from '../../deploy/rollout/machine.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Serial } from '../../dns/serial.ts';
import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import { type Failure, failure } from '../failure.ts';
import { fetchZone } from '../import-transfer.ts';
import type { Workspace } from '../workspace.ts';
import { openArchive } from './archive.ts';
import { deployFolder, namedNodes, readNodesSetting } from './setting.ts';

/** What a node serves, as a state that others are held against. */
export interface LiveState {
  readonly kind: 'live';
  readonly state: ExistingState;
  /** The node. */
  readonly node: string;
  /** How other nodes serve something else, one sentence each. */
  readonly notes: readonly string[];
}

/** So many sentences are said about other nodes. */
const NOTES = 20;

/**
 * Finds out what a node serves: the serial of each zone by a query, its content from the release that is known here to have
 * that serial, else by a zone transfer. All other nodes, or those that were named, are asked for the serials too.
 */
export async function liveState(
  workspace: Workspace,
  project: Project,
  names: readonly string[] | undefined,
): Promise<LiveState | Failure> {
  const setting = await readNodesSetting(workspace);
  if (setting.kind === 'refused')
    return failure('refused', 'nodes.yaml is wrong', 'run "zonewright check" to see where');
  if (setting.kind === 'failure') return setting;
  const nodes = namedNodes(setting.inventory, names);
  if ('kind' in nodes) return nodes;
  const signal = new AbortController().signal;
  const silent: string[] = [];
  let first: { node: NodeEntry; serials: Map<DomainName, Serial> } | undefined;
  let state: ExistingState | undefined;
  const notes: string[] = [];
  for (const node of nodes) {
    const release = first === undefined ? await installed(node) : undefined;
    const apexes = new Set([
      ...project.zones.keys(),
      ...(release?.zones.keys() ?? []),
      ...(first?.serials.keys() ?? []),
    ]);
    const serials = await serialsAt(node, apexes);
    if (typeof serials === 'string') {
      silent.push(`${node.name}: ${serials}`);
    } else if (first === undefined) {
      first = { node, serials };
      state = stateOfNode(node, serials, release);
    } else {
      notes.push(...differences(first, node, serials));
    }
  }
  if (first === undefined || state === undefined) {
    return failure(
      'unavailable',
      `no node answers: ${silent[0] ?? 'none was named'}`,
      'look at the nodes, or their probe',
    );
  }
  return { kind: 'live', state, node: first.node.name, notes: [...silent, ...notes.sort()].slice(0, NOTES) };

  /** The release that the node says it has, as far as it is kept here. */
  async function installed(node: NodeEntry): Promise<ExistingState | undefined> {
    if (setting.kind !== 'nodes') return undefined;
    const transport = setting.connect(node, signal);
    try {
      const { current } = await askNode(transport.run, setting.policy);
      const kept = current === undefined ? undefined : openArchive(releases()).find(current);
      const found = kept?.folder === undefined ? undefined : findRelease(kept.folder);
      return found && stateOfRelease(found, project);
    } catch (error) {
      if (error instanceof NodeError) return undefined;
      throw error;
    } finally {
      await transport.close();
    }
  }

  function releases(): string {
    return join(deployFolder(workspace), 'releases');
  }

  function stateOfNode(
    node: NodeEntry,
    serials: ReadonlyMap<DomainName, Serial>,
    release: ExistingState | undefined,
  ): ExistingState {
    const entries = release?.release?.manifest.zones;
    const isKnown = (apex: DomainName): boolean => entries?.get(apex)?.zone.serial === serials.get(apex);
    const fetched = new Map<DomainName, ReadonlyMap<DomainName, readonly RRset[]>>();
    return {
      zones: new Set(serials.keys()),
      release: release?.release,
      signedBy: async (zones) => release?.signedBy(zones.filter(({ zone }) => isKnown(zone.apex))) ?? new Map(),
      dueSignatures: (apex, time) => (isKnown(apex) ? release?.dueSignatures(apex, time) : undefined),
      mayDiffer: (zone) => !isKnown(zone.apex) || release?.mayDiffer(zone) !== false,
      async prefetch(apexes) {
        const probe = node.probe;
        for (const apex of apexes) {
          if (probe === undefined || isKnown(apex) || fetched.has(apex) || !serials.has(apex)) continue;
          const found = await fetchZone({ ...probe, zone: apex }, undefined);
          if ('message' in found) {
            throw new NodeError(
              'unreachable',
              `${node.name} serves ${displayName(apex)} with the serial ${serials.get(apex)}, which no release here has, and does not hand it over: ${found.message}`,
              'allow zone transfers to this machine, or roll out',
            );
          }
          fetched.set(apex, found.rrsets);
        }
      },
      compiled(apex) {
        if (isKnown(apex)) return release?.compiled(apex);
        const names = fetched.get(apex);
        const dsOf = entries?.get(apex)?.zone.dsOf ?? [];
        return names && { apex, names: withoutAdditions(names, apex, dsOf), nodes: new Map() };
      },
    };
  }
}

/** The serials of the zones that a node serves; a sentence where it does not answer. */
async function serialsAt(
  { probe }: NodeEntry,
  apexes: Iterable<DomainName>,
): Promise<Map<DomainName, Serial> | string> {
  if (probe === undefined) return 'it has no probe in nodes.yaml';
  const serials = new Map<DomainName, Serial>();
  let silent: string | undefined;
  await inParallel(apexes, 32, async (apex) => {
    if (silent !== undefined) return;
    const serial = await servedSerial(probe, apex);
    if (typeof serial === 'string') silent = serial;
    else if (serial !== undefined) serials.set(apex, serial);
  });
  return silent ?? serials;
}

function differences(
  first: { readonly node: NodeEntry; readonly serials: ReadonlyMap<DomainName, Serial> },
  node: NodeEntry,
  serials: ReadonlyMap<DomainName, Serial>,
): string[] {
  const all = new Set([...first.serials.keys(), ...serials.keys()]);
  return [...all].flatMap((apex) => {
    const [here, there] = [serials.get(apex), first.serials.get(apex)];
    if (here === there) return [];
    const said = here === undefined ? 'does not serve it' : `serves the serial ${here}`;
    const other = there === undefined ? 'does not serve it' : `the serial ${there}`;
    return [`${displayName(apex)}: ${node.name} ${said}, ${first.node.name} ${other}`];
  });
}
