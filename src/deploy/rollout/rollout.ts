import { randomBytes } from 'node:crypto';
import type { NodeEntry, NodesFile } from '../../zone/inventory/inventory.ts';
import type { RolloutPolicy } from '../../zone/inventory/rollout-policy.ts';
import { NodeError } from '../node/node-error.ts';
import type { NodeState } from '../node/protocol.ts';
import type { Transport } from '../node/transport.ts';
import { inParallel, newGate } from '../pool.ts';
import type { DeploymentRecord, DeploymentStore, NodeRecord } from '../records/record.ts';
import type { Release } from '../release/release.ts';
import type { NodeEnd, NodeOutcome, RolloutOutcome, Step, Tell } from './event.ts';
import { ASKED_AT_A_TIME, type Found, openFleet } from './fleet.ts';
import { newGuard, type Withdrawing } from './guard.ts';
import type { Machine } from './machine.ts';
import { bringToRelease, type NodeJob, undo } from './node-job.ts';
import { newPassages } from './passages.ts';

/** What a rollout needs to know, and whom it tells. */
export interface RolloutSettings {
  readonly inventory: NodesFile;
  readonly policy: RolloutPolicy;
  readonly release: Release;
  /** The nodes that are to get it, of those in the inventory. */
  readonly nodes: readonly NodeEntry[];
  readonly kind: DeploymentRecord['kind'];
  /** Who rolls out, and the line that others see who find a node locked. */
  readonly by: string;
  readonly holder: string;
  readonly breakLock: boolean;
  readonly connect: (node: NodeEntry) => Transport;
  readonly releaseOf: (id: string, machine: Machine) => Promise<Release | undefined>;
  readonly releaseHere: (id: string) => Release | undefined;
  readonly store: DeploymentStore;
  /** Parts it from others who withdraw nodes. */
  readonly withdrawing: Withdrawing;
  readonly tell: Tell;
  /** Ends everything at once; the next rollout goes on from there. */
  readonly signal: AbortSignal;
  /** Whether no further node is to be begun. */
  readonly stopping: () => boolean;
}

/** How a rollout has ended. */
export interface RolledOut {
  readonly deployment: string;
  readonly release: string;
  readonly outcome: RolloutOutcome;
  readonly nodes: ReadonlyMap<string, NodeEnd>;
  readonly milliseconds: number;
}

/** So many questions are under way at a time: each has a socket of its own. */
const QUESTIONS = 128;

/** So many deployments say which of a node's old releases are the last ones. */
const RECENT = 30;

const GOOD: ReadonlySet<NodeOutcome> = new Set(['done', 'unchanged', 'disabled', 'late']);

/**
 * Rolls a release out over nodes: first asks and locks all of them, then works on the canaries, then on the others, so many
 * at a time. Nodes that cannot be reached are passed over and tried once more at the end. What was begun by an earlier
 * rollout that was killed is finished on the way.
 *
 * @throws NodeError `locked`, with the name of the node, where another rollout holds one; nothing was changed then.
 */
export async function rollOut(settings: RolloutSettings): Promise<RolledOut> {
  const { policy, release, store, tell, signal } = settings;
  const startedAt = Date.now();
  const records = await store.list(RECENT);
  const [unfinished] = records.slice(0, 1).filter(({ outcome }) => outcome === undefined);
  const resumed = unfinished?.release === release.id && unfinished.kind === settings.kind ? unfinished : undefined;
  // The locks that a killed rollout has left are those of its token.
  const token = unfinished?.token ?? randomBytes(16).toString('hex');
  const id = resumed?.id ?? newId(startedAt);
  const recent = records.map((each) => each.release);
  if (unfinished !== undefined && resumed === undefined) await store.finish(unfinished.id, 'interrupted', startedAt);
  if (resumed === undefined) {
    const { kind, by } = settings;
    await store.begin({ id, token, kind, release: release.id, commit: release.commit, by, startedAt });
  }
  const names = settings.nodes.map(({ name }) => name);
  tell({
    type: 'started',
    at: startedAt,
    deployment: id,
    release: release.id,
    nodes: names,
    resumed: resumed !== undefined,
  });

  const fleet = openFleet(settings, token);
  const ends = new Map<string, NodeEnd>();
  const { nodes, groups } = settings.inventory;
  const guard = newGuard(nodes, groups, policy.minAnnounced, fleet.announces, settings.withdrawing);
  const passage = newPassages(policy.sample);
  const gate = newGate(QUESTIONS);
  const trackers = new Map<string, Tracker>();
  const trackerFor = (node: NodeEntry): Tracker => {
    let tracker = trackers.get(node.name);
    if (tracker === undefined) {
      tracker = newTracker(node.name, unfinished?.nodes.get(node.name), id, store, tell);
      trackers.set(node.name, tracker);
    }
    return tracker;
  };
  const end = async (node: NodeEntry, how: NodeEnd): Promise<void> => {
    ends.set(node.name, how);
    await trackerFor(node).end(how);
  };
  let lost: NodeError | undefined;
  const jobFor = (machine: Machine): NodeJob => {
    const { name } = machine.node;
    const { step, announced, resumes, recordAnnounced, count } = trackerFor(machine.node);
    return {
      machine,
      policy,
      release,
      releaseOf: settings.releaseOf,
      releaseHere: settings.releaseHere,
      passage,
      guard,
      step,
      progress: (share) => tell({ type: 'progress', at: Date.now(), node: name, share }),
      note: (message) => tell({ type: 'note', at: Date.now(), node: name, message }),
      announcedBefore: announced,
      resumes,
      recordAnnounced,
      count,
      recent,
      signal,
      gate,
    };
  };
  const work = (found: Found): Promise<void> => attempt(found, bringToRelease);
  const attempt = async (
    { machine, state }: Found,
    doing: (job: NodeJob, state: NodeState) => Promise<NodeEnd | undefined>,
  ): Promise<void> => {
    const { node } = machine;
    try {
      const how = await doing(jobFor(machine), state);
      if (how !== undefined) await end(node, how);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      lost ??= error;
      if (error.reason !== 'interrupted')
        await end(node, { outcome: 'failed', message: error.message, fix: error.fix });
    }
  };
  const failures = (): number => [...ends.values()].filter(({ outcome }) => !GOOD.has(outcome)).length;
  const mayGoOn = (): boolean => {
    const stuck = [...ends.values()].some(({ outcome }) => outcome === 'stuck');
    return !stuck && lost === undefined && failures() <= policy.maxFailed && !settings.stopping() && !signal.aborted;
  };

  try {
    const found = await findAll(settings, fleet.find, end, trackerFor).catch(async (error: unknown) => {
      await store.finish(id, 'stopped', Date.now());
      throw error;
    });
    const isCanary = ({ machine }: Found): boolean => machine.node.groups.includes(policy.canary);
    const held = found.filter(({ state }) => typeof state.hold === 'string');
    for (const { machine } of held) guard.alreadyAway(machine.node);
    if (!found.filter(isCanary).every(({ state }) => hasRelease(state, release.id))) {
      // What a killed rollout has withdrawn comes back before any canary goes: there have to be enough others.
      for (const one of held) {
        if (!isCanary(one) && mayGoOn()) await attempt(one, undo);
      }
    }
    await workOn(found.filter(isCanary), policy.parallel, mayGoOn, work);
    if (mayGoOn() && canariesPass(settings, ends)) {
      await workOn(
        found.filter((each) => !isCanary(each)),
        policy.parallel,
        mayGoOn,
        work,
      );
      if (mayGoOn()) await tryLateOnes(settings, ends, fleet.find, end, work);
    } else if (mayGoOn()) {
      tell({ type: 'note', at: Date.now(), message: 'no canary has got the release, so no other node gets it' });
    }
    for (const node of settings.nodes) {
      if (!ends.has(node.name) && !trackers.get(node.name)?.begun()) await end(node, { outcome: 'not-begun' });
    }
  } finally {
    // What was cut off keeps its locks, for the rollout that finishes it.
    await fleet.release(signal.aborted);
  }
  const begun = [...ends.values()].filter(({ outcome }) => outcome !== 'not-begun').length;
  const outcome: RolloutOutcome =
    signal.aborted || (settings.stopping() && begun < settings.nodes.length)
      ? 'interrupted'
      : begun < settings.nodes.length || lost !== undefined || failures() > policy.maxFailed || !isServed(ends)
        ? 'stopped'
        : failures() > 0
          ? 'partly'
          : 'done';
  const at = Date.now();
  // One that was cut off in the middle of a node is not finished: the next one goes on with it.
  if (!signal.aborted) await store.finish(id, outcome, at);
  const counts: Partial<Record<NodeOutcome, number>> = {};
  for (const how of ends.values()) counts[how.outcome] = (counts[how.outcome] ?? 0) + 1;
  tell({ type: 'finished', at, outcome, milliseconds: at - startedAt, nodes: counts });
  return { deployment: id, release: release.id, outcome, nodes: ends, milliseconds: at - startedAt };
}

/** Whether any node serves the release now: one that none could be brought to is not the one that was rolled out last. */
function isServed(ends: ReadonlyMap<string, NodeEnd>): boolean {
  return [...ends.values()].some(({ outcome }) => outcome === 'done' || outcome === 'unchanged');
}

function hasRelease({ current, verified, hold }: NodeState, id: string): boolean {
  return current === id && verified === id && hold === undefined;
}

/** Connects to all nodes and locks them; those that are not there, or not to be touched, have come to their end. */
async function findAll(
  { nodes }: RolloutSettings,
  find: (node: NodeEntry) => Promise<Found>,
  end: (node: NodeEntry, how: NodeEnd) => Promise<void>,
  trackerFor: (node: NodeEntry) => Tracker,
): Promise<Found[]> {
  const found: Found[] = [];
  await inParallel(nodes, ASKED_AT_A_TIME, async (node) => {
    await trackerFor(node).step('ask');
    try {
      const one = await find(node);
      if (one.state.mode === 'disabled') await end(node, { outcome: 'disabled' });
      else found.push(one);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      if (error.reason === 'locked') throw new NodeError('locked', `${node.name}: ${error.message}`, error.fix);
      if (error.reason === 'interrupted') return;
      const outcome = error.reason === 'unreachable' ? 'late' : 'failed';
      await end(node, { outcome, message: error.message, fix: error.fix });
    }
  });
  const order = new Map(nodes.map(({ name }, at) => [name, at]));
  return found.sort((a, b) => (order.get(a.machine.node.name) ?? 0) - (order.get(b.machine.node.name) ?? 0));
}

async function workOn(
  found: readonly Found[],
  parallel: number,
  mayGoOn: () => boolean,
  work: (one: Found) => Promise<void>,
): Promise<void> {
  await inParallel(found, parallel, async (one) => {
    if (mayGoOn()) await work(one);
  });
}

/** Whether the canaries, if there are any among the nodes, say that others may follow: all well, and at least one of them there. */
function canariesPass({ nodes, policy }: RolloutSettings, ends: ReadonlyMap<string, NodeEnd>): boolean {
  const canaries = nodes
    .filter(({ groups }) => groups.includes(policy.canary))
    .map(({ name }) => ends.get(name)?.outcome);
  const good = canaries.every((outcome) => outcome !== undefined && GOOD.has(outcome));
  return good && (canaries.length === 0 || canaries.some((outcome) => outcome === 'done' || outcome === 'unchanged'));
}

/** Nodes that were away at the beginning may be back. */
async function tryLateOnes(
  { nodes }: RolloutSettings,
  ends: Map<string, NodeEnd>,
  find: (node: NodeEntry) => Promise<Found>,
  end: (node: NodeEntry, how: NodeEnd) => Promise<void>,
  work: (one: Found) => Promise<void>,
): Promise<void> {
  const late = nodes.filter(({ name }) => ends.get(name)?.outcome === 'late');
  await inParallel(late, ASKED_AT_A_TIME, async (node) => {
    try {
      const one = await find(node);
      if (one.state.mode === 'disabled') await end(node, { outcome: 'disabled' });
      else await work(one);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
    }
  });
}

/** Keeps the record of one node up to date and tells what happens to it. */
interface Tracker {
  readonly step: (step: Step, detail?: string) => Promise<void>;
  readonly announced: () => boolean | undefined;
  /** Whether a rollout before this one has begun with the node. */
  readonly resumes: boolean;
  readonly recordAnnounced: (announced: boolean) => Promise<void>;
  readonly count: (octets: number) => void;
  readonly end: (how: NodeEnd) => Promise<void>;
  /** Whether more than asking was done. */
  readonly begun: () => boolean;
}

function newTracker(
  node: string,
  before: NodeRecord | undefined,
  deployment: string,
  store: DeploymentStore,
  tell: Tell,
): Tracker {
  let startedAt = Date.now();
  let record: NodeRecord = {
    node,
    step: 'ask',
    startedAt,
    steps: {},
    octets: 0,
    ...(before?.announced !== undefined && { announced: before.announced }),
  };
  let since = startedAt;
  const save = (next: Partial<NodeRecord>): Promise<void> => {
    record = { ...record, ...next };
    return store.saveNode(deployment, record);
  };
  const timed = (at: number) => ({ ...record.steps, [record.step]: (record.steps[record.step] ?? 0) + at - since });
  return {
    async step(step, detail) {
      const at = Date.now();
      const steps = step === record.step ? record.steps : timed(at);
      // While it waited for its turn nothing was done.
      if (record.step === 'ask') startedAt = at;
      since = at;
      await save({ step, steps });
      tell({ type: 'step', at, node, step, ...(detail !== undefined && { detail }) });
    },
    announced: () => record.announced,
    resumes: before !== undefined && before.step !== 'ask',
    recordAnnounced: (announced) => save({ announced }),
    count(octets) {
      record = { ...record, octets: record.octets + octets };
    },
    async end(how) {
      const at = Date.now();
      await save({ ...how, finishedAt: at, steps: timed(at) });
      tell({ type: 'node', at, node, milliseconds: at - startedAt, octets: record.octets, ...how });
    },
    begun: () => record.step !== 'ask',
  };
}

/** Greater than all before, and not the same on two machines. */
function newId(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:.]/g, '');
  return `${time}-${randomBytes(4).toString('hex')}`;
}
