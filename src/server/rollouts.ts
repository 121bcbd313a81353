import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST } from '../compile/manifest.ts';
import type { DeploymentRecord } from '../deploy/records/record.ts';
import type { Release } from '../deploy/release/release.ts';
import type { RolloutEvent } from '../deploy/rollout/event.ts';
import type { DomainName } from '../dns/name.ts';
import type { Files } from '../git/snapshot.ts';
import { type Failure, failure } from '../pipeline/failure.ts';
import type { Hold, Holds } from '../pipeline/release/holds.ts';
import type { ReleaseStore } from '../pipeline/release/store.ts';
import { openRolloutMemory, type RolloutMemory } from '../pipeline/rollout/memory.ts';
import { type ModesChanged, type NodesStatus, nodesStatus, setModes } from '../pipeline/rollout/nodes.ts';
import { deploy, type Rollout, rollback } from '../pipeline/rollout/roll-out.ts';
import type { BadInventory } from '../pipeline/rollout/setting.ts';
import { deploymentsIn } from '../pipeline/rollout/state-store.ts';
import type { TakeAlone } from '../pipeline/rollout/turn.ts';
import type { State } from '../state/state.ts';
import { type NodesFile, servingNodes } from '../zone/inventory/inventory.ts';
import { watchServed } from './served.ts';

/** The nodes that a server rolls out to, and what has become of rollouts. */
export interface Rollouts {
  /** Says that a release is being made, which will soon be rolled out. */
  expect(): void;
  /** Rolls the newest release out; nothing happens where there are no nodes. */
  deploy(release: string, by: string, signal: AbortSignal): Promise<Rollout | { readonly kind: 'no-nodes' }>;
  /** Rolls an older release out again: that of a deployment, or the one before the last. */
  rollback(to: string | undefined, by: string): Promise<Rollout | { readonly kind: 'no-nodes' }>;
  /** Whether the newest release was rolled out last, and has reached every node. */
  complete(): Promise<boolean>;
  /** Whether the newest release was rolled out, and a rollback has taken it back since. */
  takenBack(): Promise<boolean>;
  /** What was rolled out and what was held, the newest first; what began before one of them where it is named. */
  list(most: number, before?: Begun): Promise<readonly (DeploymentRecord | Hold)[]>;
  find(id: string): Promise<DeploymentRecord | Hold | undefined>;
  /** Tells the events of a deployment that runs in this process, from its beginning; gives what ends it. */
  watch(id: string, tell: (event: RolloutEvent) => void): (() => void) | undefined;
  /** What the inventory says; asks nobody. */
  nodes(): NodesFile;
  status(names: readonly string[] | undefined): Promise<NodesStatus | BadInventory | Failure>;
  /** Lets nodes announce again, or withdraws them. */
  setAnnounced(
    names: readonly string[],
    announced: boolean,
    by: string,
  ): Promise<ModesChanged | BadInventory | Failure>;
  /** Whether every node that is not disabled serves a zone as the newest release has it, as far as deployments tell. */
  serves(zone: DomainName): Promise<boolean>;
  /** Ends the connections to nodes that are kept between rollouts. */
  close(): Promise<void>;
}

/** What a list of rollouts goes on behind. */
export type Begun = Pick<DeploymentRecord, 'id' | 'startedAt'>;

/** So many deployments are looked back at, and the events of so many are kept for those who ask late. */
const KEPT = 20;

/** Rolls out from a repository, recorded in the state. */
export function openRollouts(
  state: State,
  releases: ReleaseStore,
  holds: Pick<Holds, 'list' | 'find'>,
  nodes: () => NodesFile,
  head: () => Promise<Files>,
): Rollouts {
  const { workspace } = releases;
  const store = deploymentsIn(state);
  const memory = openRolloutMemory(workspace, head);
  const takeAlone: TakeAlone = (signal) => state.takeAlone('withdrawing', signal);
  const newest = newestOf(releases, memory);
  const served = watchServed({
    deployments: (most) => store.list(most),
    find: (id) => memory.archive.find(id),
    newest,
    nodes: () => servingNodes(nodes()).map(({ name }) => name),
    now: () => state.now(),
  });
  const running = new Map<string, { events: RolloutEvent[]; listeners: Set<(event: RolloutEvent) => void> }>();
  const run = async (
    work: (tell: (event: RolloutEvent) => void) => Promise<Rollout>,
  ): Promise<Rollout | { readonly kind: 'no-nodes' }> => {
    if (servingNodes(nodes()).length === 0) return { kind: 'no-nodes' };
    let at: string | undefined;
    return work((event) => {
      if (event.type !== 'progress') served.forget();
      if (event.type === 'started') {
        at = event.deployment;
        running.set(at, { events: [], listeners: new Set() });
        for (const oldest of running.keys()) {
          if (running.size <= KEPT) break;
          running.delete(oldest);
        }
      }
      const here = at === undefined ? undefined : running.get(at);
      if (here === undefined) return;
      here.events.push(event);
      for (const listener of here.listeners) listener(event);
    });
  };
  return {
    expect: memory.expect,
    deploy: (release, by, signal) =>
      run((tell) =>
        deploy(
          workspace(),
          // Whether it passes thresholds was asked when it was made.
          { release, wait: true, allowDeletes: true },
          {
            tell,
            by,
            signal,
            stopping: () => signal.aborted,
            store,
            memory,
            takeAlone,
          },
        ),
      ),
    rollback: (to, by) => {
      const { signal } = new AbortController();
      return run((tell) =>
        rollback(
          workspace(),
          { ...(to !== undefined && { to }) },
          {
            tell,
            by,
            signal,
            stopping: () => false,
            store,
            memory,
            takeAlone,
          },
        ),
      );
    },
    async complete() {
      const [last] = await store.list(1);
      return last?.outcome === 'done' && last.release === newest()?.id;
    },
    async takenBack() {
      const [last, ...before] = await store.list(KEPT);
      const id = newest()?.id;
      return last?.kind === 'rollback' && last.release !== id && before.some(({ release }) => release === id);
    },
    async list(most, before) {
      const rolled = before === undefined ? store.list(most) : store.listBefore(most, before);
      const all = [...(await rolled), ...(await holds.list(most, before))];
      return all.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, most);
    },
    find: async (id) => (await store.find(id)) ?? holds.find(id),
    watch(id, tell) {
      const here = running.get(id);
      if (here === undefined) return undefined;
      for (const event of here.events) tell(event);
      here.listeners.add(tell);
      return () => void here.listeners.delete(tell);
    },
    nodes,
    status: (names) =>
      nodesStatus(workspace(), {
        ...(names !== undefined && { nodes: names }),
        signal: new AbortController().signal,
        store,
        memory,
      }),
    setAnnounced: (names, announced, by) => {
      if (names.length === 0) return Promise.resolve(failure('usage', 'no node was named', 'name a node'));
      const { signal } = new AbortController();
      const options = { nodes: names, signal, by, store, memory, takeAlone };
      return setModes(workspace(), announced ? 'normal' : 'drained', options);
    },
    serves: served.zone,
    close: memory.close,
  };
}

/** Gives the newest release as it is rolled out, read again when there is another. */
function newestOf(releases: ReleaseStore, memory: RolloutMemory): () => Release | undefined {
  return () => (existsSync(join(releases.folder, MANIFEST)) ? memory.read(releases.folder) : undefined);
}
