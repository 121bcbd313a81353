import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { listenForCommands, type NodeControl } from '../../../src/deploy/nameservers/embedded/node/control.ts';
import { type EmbeddedNode, startEmbeddedNode } from '../../../src/deploy/nameservers/embedded/node/node.ts';
import type { NodeEnd, RolloutEvent } from '../../../src/deploy/rollout/event.ts';
import { releaseFromNode } from '../../../src/pipeline/rollout/release.ts';
import type { Rollout, RolloutWatch } from '../../../src/pipeline/rollout/roll-out.ts';
import type { Workspace } from '../../../src/pipeline/workspace.ts';
import { put, scratch } from '../../setup/program.ts';

/** A node of an estate, and what was seen of it from outside. */
export interface SeenNode {
  readonly node: EmbeddedNode;
  /** Every state it was in: whether it announced, and which release it served. */
  readonly seen: { readonly announced: boolean; readonly served: string | undefined }[];
  readonly port: number;
}

/** A project whose nodes are embedded ones of this process. */
export interface TestEstate {
  readonly folder: string;
  readonly workspace: Workspace;
  readonly nodes: ReadonlyMap<string, SeenNode>;
  zone(name: string, records: string): void;
  /** Ends a node; another call starts it again on the same port. */
  stop(name: string): Promise<void>;
  start(name: string): Promise<void>;
  /** How few nodes have announced at a time; gives a mark to go on from where that is asked for again. */
  leastAnnounced(): number;
  leastAnnounced(since: number): number;
  /** The nodes that have loaded a release while they announced. */
  loadedWhileAnnounced(): string[];
  /** A copy of the project for which nothing was ever rolled out. */
  withoutMemory(): string;
  watch(more?: Partial<RolloutWatch>): RolloutWatch & { readonly events: RolloutEvent[] };
}

/** How each node has ended; how the rollout itself has, where it was none. */
export function outcomesOf(rollout: Rollout): unknown {
  if (rollout.kind !== 'rolled-out') return rollout;
  return Object.fromEntries([...rollout.nodes].map(([name, { outcome }]) => [name, outcome]));
}

/** How each node has ended, with the reasons. */
export function endsOf(rollout: Rollout): ReadonlyMap<string, NodeEnd> {
  return rollout.kind === 'rolled-out' ? rollout.nodes : new Map();
}

/** Patience for tests: what is not there soon is not there. */
export const QUICK = '{ connect: 2s, command: 5s, bgp: 1s, verify: 1s }';

/** Makes an estate of the zones example.com and example.net with nodes of these names, all of which are new. */
export async function testEstate(names: readonly string[], deploy = 'drain_seconds: 0'): Promise<TestEstate> {
  const folder = scratch();
  const nodes = new Map<string, SeenNode>();
  /** How many nodes announced, after each change. */
  const counts: number[] = [];
  const announcing = new Map<string, boolean>();
  const controls = new Map<string, NodeControl>();
  const rootOf = (name: string): string => join(folder, 'nodes', name);
  const start = async (name: string): Promise<void> => {
    const known = nodes.get(name);
    const seen: SeenNode['seen'] = known?.seen ?? [];
    const root = rootOf(name);
    const node = await startEmbeddedNode({
      name,
      root,
      listen: { address: '127.0.0.1', port: known?.port ?? 0 },
      readRelease: releaseFromNode,
      onChange: (state) => {
        seen.push(state);
        announcing.set(name, state.announced);
        counts.push([...announcing.values()].filter(Boolean).length);
      },
    });
    if (node.kind === 'fault') throw new Error(node.message);
    nodes.set(name, { node, seen, port: node.address.port });
    controls.set(name, await listenForCommands(node));
  };
  const stop = async (name: string): Promise<void> => {
    await controls.get(name)?.close();
    await nodes.get(name)?.node.close();
    controls.delete(name);
  };
  for (const name of names) await start(name);
  onTestFinished(async () => {
    for (const name of controls.keys()) await stop(name);
  });
  const zone = (name: string, records: string): void =>
    put(
      folder,
      `zones/${name}.yaml`,
      `soa: { primary: ns1.example.net., contact: h@example.net }\nrecords:\n  "@": { NS: [ns1.example.net.] }\n${records}`,
    );
  zone('example.com', '  www: { A: 192.0.2.1 }\n  old: { A: 192.0.2.9 }\n');
  zone('example.net', '  ns1: { A: 192.0.2.53 }\n');
  put(folder, 'zonewright.yaml', `deploy: { ${deploy}, timeouts: ${QUICK} }\n`);
  put(
    folder,
    'nodes.yaml',
    [
      'defaults: { nameserver: { kind: embedded }, bgp: { kind: simulated } }',
      `groups: { canary: [${names[0]}] }`,
      'nodes:',
      ...names.map(
        (name) => `  ${name}: { root: ${rootOf(name)}, probe: { address: 127.0.0.1, port: ${nodes.get(name)?.port} } }`,
      ),
      '',
    ].join('\n'),
  );
  return {
    folder,
    workspace: { folder, now: Date.now(), version: '0.0.0' },
    nodes,
    zone,
    stop,
    start,
    leastAnnounced: (since?: number) => (since === undefined ? counts.length : Math.min(...counts.slice(since))),
    loadedWhileAnnounced: () =>
      [...nodes].flatMap(([name, { seen }]) =>
        seen.some(({ announced, served }, at) => announced && at > 0 && seen[at - 1]?.served !== served) ? [name] : [],
      ),
    withoutMemory() {
      const copy = scratch();
      cpSync(folder, copy, { recursive: true, filter: (path) => !/\.zonewright|\/nodes$/.test(path) });
      return copy;
    },
    watch(more = {}) {
      const events: RolloutEvent[] = [];
      return {
        tell: (event) => void events.push(event),
        signal: new AbortController().signal,
        stopping: () => false,
        events,
        ...more,
      };
    },
  };
}
