import { join, resolve } from 'node:path';
import { ManifestError } from '../../compile/manifest-fields.ts';
import { blocksBetween } from '../../compile/plan/between.ts';
import { findRelease } from '../../compile/release/place.ts';
import { deploymentFiles } from '../../deploy/records/files.ts';
import type { DeploymentRecord, DeploymentStore } from '../../deploy/records/record.ts';
import type { Release } from '../../deploy/release/release.ts';
import { connectAhead } from '../../deploy/rollout/ahead.ts';
import type { Tell } from '../../deploy/rollout/event.ts';
import type { Machine } from '../../deploy/rollout/machine.ts';
import { type RolledOut, rollOut } from '../../deploy/rollout/rollout.ts';
import type { Blocked, NotBuilt } from '../build.ts';
import { buildRelease, buildUnlessBlocked } from '../build.ts';
import { type Failure, failure, orFailure } from '../failure.ts';
import { namedRelease } from '../named-release.ts';
import type { Workspace } from '../workspace.ts';
import { type Archive, openArchive } from './archive.ts';
import { keysFault } from './keys-fault.ts';
import type { RolloutMemory } from './memory.ts';
import { type Outlook, outlookFor } from './outlook.ts';
import { readRelease, releaseFromNode } from './release.ts';
import { type BadInventory, deployFolder, type NodesSetting, namedNodes, readNodesSetting, whoami } from './setting.ts';
import { makeFolder, type Superseded, type TakeAlone, takeTurn, withdrawingAlone } from './turn.ts';

/** Whom a rollout tells, and who may end it. */
export interface RolloutWatch {
  readonly tell: Tell;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** Whether no further node is to be begun. */
  readonly stopping: () => boolean;
  /** Where it is recorded; unless given, in files below `.zonewright/deploy`. */
  readonly store?: DeploymentStore;
  /** Who asks for it; the user of this process unless given. */
  readonly by?: string;
  /** What is kept between rollouts, where there are several. */
  readonly memory?: RolloutMemory;
  /** For machines that share a state: lets one of their processes withdraw nodes at a time. */
  readonly takeAlone?: TakeAlone;
}

/** What to roll out. */
export interface RolloutOptions {
  /** The folder of a release; without one, the working folder is built. */
  readonly release?: string;
  /** Nodes or groups; all where none is named. */
  readonly nodes?: readonly string[];
  readonly dryRun?: boolean;
  /** Takes the locks of nodes away from whoever has them. */
  readonly breakLock?: boolean;
  /** Lifts the thresholds. */
  readonly allowDeletes?: boolean;
  /** Rolls out what would break chains of trust, too. */
  readonly force?: boolean;
  /** Waits for a rollout that is under way; of all who wait the last one goes on. */
  readonly wait?: boolean;
}

/** A rollout that has come to its end, whichever. */
export type Rollout =
  | ({ readonly kind: 'rolled-out' } & RolledOut)
  | Outlook
  | NotBuilt
  | Blocked
  | BadInventory
  | Superseded
  | Failure;

/** Builds a release of the working folder, or takes the one that is named, and rolls it out to the nodes of `nodes.yaml`. */
export function deploy(workspace: Workspace, options: RolloutOptions, watch: RolloutWatch): Promise<Rollout> {
  return inTurn(workspace, options, watch, async (setting, archive, store) => {
    const nodes = namedNodes(setting.inventory, options.nodes);
    if ('kind' in nodes) return nodes;
    const isBuilt = options.release === undefined && options.dryRun !== true;
    // Compiling keeps one processor busy; meanwhile others connect.
    const ahead = connectAhead(
      isBuilt ? nodes : [],
      (node) => setting.connect(node, watch.signal),
      (setting.policy.timeouts.connect + 5) * 1000,
    );
    try {
      const blocked = await blockedByThresholds(setting, options, archive, store);
      if (blocked !== undefined) return blocked;
      const release = await releaseToDeploy(workspace, options, archive, watch.memory);
      if (release.kind !== 'found') return release;
      const connected = { ...setting, connect: ahead.connect };
      return await run(workspace, connected, archive, release.release, 'deploy', options, watch);
    } finally {
      await ahead.close();
    }
  });
}

/** Rolls an older release out again: the one that is named, else the one before the last that all nodes got. */
export function rollback(
  workspace: Workspace,
  options: Omit<RolloutOptions, 'release'> & { readonly to?: string },
  watch: RolloutWatch,
): Promise<Rollout> {
  return inTurn(workspace, options, watch, async (setting, archive, store) => {
    const found = findFormer(archive, await store.list(1000), options.to);
    if (found.kind !== 'found') return found;
    return run(workspace, setting, archive, found.release, 'rollback', options, watch);
  });
}

/** Does the work while no other rollout of this project goes on. */
function inTurn(
  workspace: Workspace,
  options: RolloutOptions,
  watch: RolloutWatch,
  work: (setting: NodesSetting, archive: Archive, store: DeploymentStore) => Promise<Rollout>,
): Promise<Rollout> {
  return orFailure(async (): Promise<Rollout> => {
    const folder = deployFolder(workspace);
    makeFolder(folder);
    const { memory } = watch;
    const setting = await (memory?.setting() ?? readNodesSetting(workspace));
    if (setting.kind !== 'nodes') return setting;
    const store = watch.store ?? deploymentFiles(join(folder, 'history'));
    const turn = options.dryRun === true ? undefined : await takeTurn(folder, options.wait === true, watch.signal);
    if (turn !== undefined && 'kind' in turn) return turn;
    try {
      return await work(setting, memory?.archive ?? openArchive(join(folder, 'releases')), store);
    } finally {
      turn?.release();
    }
  });
}

/** Whether a release that is named passes a threshold, held against the one that is served as far as is known here. */
async function blockedByThresholds(
  { thresholds }: NodesSetting,
  { release, allowDeletes }: RolloutOptions,
  archive: Archive,
  store: DeploymentStore,
): Promise<Blocked | undefined> {
  // One that is built is judged when it is.
  if (release === undefined || allowDeletes === true) return undefined;
  const last = await lastServed(store);
  const folder = last && archive.find(last.release)?.folder;
  const [before, after] = [folder && findRelease(folder), findRelease(resolve(release))];
  const blocks = before && after ? blocksBetween(before, after, thresholds) : [];
  return blocks.length === 0 ? undefined : { kind: 'blocked', blocks };
}

interface FoundRelease {
  readonly kind: 'found';
  readonly release: Release;
}

async function releaseToDeploy(
  workspace: Workspace,
  { release: named, dryRun, allowDeletes }: RolloutOptions,
  archive: Archive,
  memory: RolloutMemory | undefined,
): Promise<FoundRelease | NotBuilt | Blocked | Failure> {
  let folder = named === undefined ? undefined : resolve(named);
  if (folder === undefined) {
    const out = join(deployFolder(workspace), 'release');
    const build = allowDeletes === true ? buildRelease : buildUnlessBlocked;
    const built = await build(workspace, { out, record: dryRun !== true });
    if (built.kind !== 'built') return built;
    folder = built.folder;
  } else if (memory === undefined) {
    const found = namedRelease(folder, 'name the folder that "zonewright build --out" has written');
    if ('kind' in found) return found;
  }
  const release = memory?.read(folder) ?? { ...readRelease(folder), folder };
  return { kind: 'found', release: dryRun === true ? release : archive.keep(release) };
}

/** The release to go back to. */
function findFormer(
  archive: Archive,
  records: readonly DeploymentRecord[],
  named: string | undefined,
): FoundRelease | Failure {
  const kept = archive.list();
  const done = records.filter(({ outcome }) => outcome === 'done' || outcome === 'partly');
  const matching = named === undefined ? [] : kept.filter((id) => id.startsWith(named));
  if (matching.length > 1) return failure('usage', `${named} is the beginning of several releases`, 'name one in full');
  const current = done[0]?.release;
  // Going back twice goes back two steps, and not forth again.
  const since = done.findIndex(({ kind, release }) => kind === 'deploy' && release === current);
  const before = since < 0 ? undefined : done.slice(since).find(({ release }) => release !== current)?.release;
  const id = named === undefined ? before : matching[0];
  const release = id === undefined ? undefined : archive.find(id);
  if (release !== undefined) return { kind: 'found', release };
  return failure(
    'usage',
    named === undefined ? 'there is no release before the last one to go back to' : `there is no release ${named} here`,
    kept.length === 0 ? 'nothing was rolled out from this folder yet' : `name one of ${kept.slice(0, 5).join(', ')}`,
  );
}

async function run(
  workspace: Workspace,
  setting: NodesSetting,
  archive: Archive,
  release: Release,
  kind: DeploymentRecord['kind'],
  options: RolloutOptions,
  watch: RolloutWatch,
): Promise<Rollout> {
  const { inventory, policy } = setting;
  const nodes = namedNodes(inventory, options.nodes);
  if ('kind' in nodes) return nodes;
  const connect = (node: Parameters<NodesSetting['connect']>[0]) => setting.connect(node, watch.signal);
  const find = releaseFinder(archive);
  if (options.dryRun === true) return outlookFor({ policy, release, nodes, connect, find });
  const store = watch.store ?? deploymentFiles(join(deployFolder(workspace), 'history'));
  if (options.force !== true) {
    const last = await lastServed(store);
    const served = last === undefined ? undefined : archive.find(last.release);
    const fault = served && keysFault(served, release, Math.floor(workspace.now / 1000));
    if (fault !== undefined) return fault;
  }
  const by = watch.by ?? whoami();
  const rolled = await rollOut({
    inventory,
    policy,
    release,
    nodes,
    kind,
    by,
    holder: `${by}, process ${process.pid}, ${kind} of ${release.id}`,
    breakLock: options.breakLock === true,
    connect,
    releaseOf: find,
    releaseHere: archive.find,
    store,
    withdrawing: withdrawingAlone(deployFolder(workspace), watch.signal, watch.takeAlone),
    tell: watch.tell,
    signal: watch.signal,
    stopping: watch.stopping,
  });
  return { kind: 'rolled-out', ...rolled };
}

/** The deployment that brought what is served. Most times it is one of the last. */
async function lastServed(store: DeploymentStore): Promise<DeploymentRecord | undefined> {
  for (const most of [5, 1000]) {
    const records = await store.list(most);
    const last = records.find(({ outcome }) => outcome === 'done' || outcome === 'partly');
    if (last !== undefined || records.length < most) return last;
  }
  return undefined;
}

/** More than the manifest of a million zones. */
const MOST_MANIFEST = 1 << 30;

/** Finds the release of a name: here, else on the node that has it. */
export function releaseFinder(archive: Archive): (id: string, machine: Machine) => Promise<Release | undefined> {
  const known = new Map<string, Release>();
  return async (id, machine) => {
    const here = known.get(id) ?? archive.find(id);
    if (here !== undefined) return here;
    const said = await machine.run(['manifest', id], { most: MOST_MANIFEST }).catch(() => undefined);
    if (said?.status !== 0) return undefined;
    try {
      const release = releaseFromNode(said.stdout);
      if (release.id !== id) return undefined;
      known.set(id, release);
      return release;
    } catch (error) {
      if (error instanceof ManifestError) return undefined;
      throw error;
    }
  };
}
