import { setTimeout as pause } from 'node:timers/promises';
import type { DomainName } from '../../dns/name.ts';
import type { RolloutPolicy } from '../../zone/inventory/rollout-policy.ts';
import type { BgpControl, BgpState } from '../bgp/adapter.ts';
import type { ZoneChanges, ZoneToRead } from '../nameservers/adapter.ts';
import { NodeError } from '../node/node-error.ts';
import { giveOrders, type Order } from '../node/order.ts';
import type { NodeState } from '../node/protocol.ts';
import { mustRun } from '../node/words.ts';
import type { Gate } from '../pool.ts';
import type { Difference } from '../release/difference.ts';
import { filesOnNode, type Release, zoneOnNode } from '../release/release.ts';
import type { Renewal } from '../release/renewal.ts';
import type { Expectation } from '../verify/expectation.ts';
import { verifyAnswers } from '../verify/verify.ts';
import { hostsToLoad, webChanges } from '../web/web-server.ts';
import type { NodeEnd, Step } from './event.ts';
import type { Guard } from './guard.ts';
import { askBgp, askNode, type Machine } from './machine.ts';
import { superfluous, transfer } from './transfer.ts';

/** Where nobody knows what web servers have loaded. */
const ALL_HOSTS = { varnish: true, caddy: true } as const;

/** What is known of the way from one release to another, for one node. */
export interface Passage {
  readonly difference: Difference;
  /** What is to be answered after it. Read from the releases when it is first asked for. */
  readonly expectation: () => Expectation;
  /** What differs, where it is so little that it goes to the node with all else that it is told. */
  readonly renewal: () => Renewal | undefined;
}

/** The work on one node. */
export interface NodeJob {
  readonly machine: Machine;
  readonly policy: RolloutPolicy;
  readonly release: Release;
  /** The release of a name, from this machine or the node; `undefined` where nobody has it. Throws a NodeError. */
  readonly releaseOf: (id: string, machine: Machine) => Promise<Release | undefined>;
  /** The release of a name where this machine has it. */
  readonly releaseHere: (id: string) => Release | undefined;
  readonly passage: (node: string, from: Release | undefined, to: Release) => Passage;
  readonly guard: Guard;
  /** Says that a step begins; it is recorded before it does. */
  readonly step: (step: Step, detail?: string) => Promise<void>;
  readonly progress: (share: number) => void;
  readonly note: (message: string) => void;
  /** Whether it announced before it was touched, as far as that was recorded, also by a rollout that was interrupted. */
  readonly announcedBefore: () => boolean | undefined;
  /** Whether a rollout that was recorded here has begun with the node and was interrupted. */
  readonly resumes: boolean;
  readonly recordAnnounced: (announced: boolean) => Promise<void>;
  /** Counts octets that were sent and received. */
  readonly count: (octets: number) => void;
  /** Releases that were rolled out lately, the newest first: which of the old ones to keep. */
  readonly recent: readonly string[];
  readonly signal: AbortSignal;
  /** Bounds the questions that are under way, to all nodes together. */
  readonly gate: Gate;
}

/**
 * Brings one node to a release: transfers and checks it while the node still serves the one before, withdraws the node,
 * switches, verifies, and announces it again. Every step can be repeated: where a rollout was killed, the next one begins with
 * what the node says of itself.
 *
 * @throws NodeError only where the rollout was interrupted, or has lost its lock. Everything else is in how it ended.
 */
export async function bringToRelease(job: NodeJob, found: NodeState): Promise<NodeEnd> {
  const { machine, guard, policy } = job;
  const heard: Heard = { byNobody: false };
  try {
    // One that was held may have been brought back meanwhile; nobody else changes a node that is locked.
    const state = found.hold === undefined ? found : await askNode(machine.run, policy);
    return await forward(job, state, heard);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    if (error.reason === 'interrupted' || error.reason === 'locked') throw error;
    return await back(job, error, found.hold === undefined || job.resumes, heard);
  } finally {
    guard.back(machine.node);
  }
}

/**
 * Brings a node that a killed rollout has left withdrawn back to what it served before. Gives how it has ended where that
 * does not work.
 *
 * @throws NodeError as {@link bringToRelease}.
 */
export async function undo(job: NodeJob, state: NodeState): Promise<NodeEnd | undefined> {
  try {
    await job.step('back', 'a rollout was not finished');
    const { outcome, message, fix } = await goBack(job, state, {}, job.resumes, { byNobody: false });
    return outcome === 'stuck' ? { outcome, ...(message && { message }), ...(fix && { fix }) } : undefined;
  } catch (error) {
    if (!(error instanceof NodeError) || error.reason === 'interrupted' || error.reason === 'locked') throw error;
    return { outcome: 'stuck', message: error.message, fix: error.fix };
  } finally {
    job.guard.back(job.machine.node);
  }
}

/** What was found out about a node when it was withdrawn. */
interface Heard {
  /** Its sessions were down, so that nobody has to hear of it before it is done. */
  byNobody: boolean;
}

async function forward(job: NodeJob, state: NodeState, heard: Heard): Promise<NodeEnd> {
  const { machine, release, policy } = job;
  const { node, run, nameServer, bgp, web } = machine;
  const { id } = release;
  if (state.current === id && state.verified === id && state.hold === undefined) {
    await job.step('verify');
    await verify(job, release, release);
    return { outcome: 'unchanged' };
  }
  const base = state.hold === undefined ? state.current : (state.hold ?? undefined);
  const existing = base === undefined ? undefined : await job.releaseOf(base, machine);
  const unknown = isUnknown(state);
  const { difference } = job.passage(node.name, existing, release);
  const changes = unknown ? allOf(release, difference.zones) : difference.zones;
  const drains = policy.drain === 'always' || (policy.drain === 'for-restart' && nameServer.needsRestart(changes));
  // What is not withdrawn need not be announced, so nobody has to be asked about it.
  const isUp = !drains && state.hold === undefined && state.current !== undefined;
  let announced = isUp ? undefined : await wasAnnounced(job, state, job.resumes);
  const checks = nameServer.check(id, zonesToRead(job, [...changes.added, ...changes.changed]));
  const hosts = unknown ? ALL_HOSTS : hostsToLoad(difference, filesOnNode(release.files, node.name), state);
  const hasHosts = web !== undefined && (hosts.varnish || hosts.caddy);
  const withdraws = bgp !== undefined && drains;
  const turn: Order[] = [...(withdraws ? [] : [{ words: ['hold', base ?? '-'] }]), { words: ['switch', id] }];
  const loads = nameServer.load(changes);
  let recycled: string | undefined;
  let isSwitched = false;
  if (state.releases.includes(id)) {
    await job.step('check');
    await giveOrders(run, checks);
  } else {
    const follow = hasHosts || withdraws ? [] : [...turn, ...loads];
    ({ recycled, followed: isSwitched } = await transfer(job, state, existing, checks, follow));
  }
  if (!isSwitched) {
    await web?.check(id, hosts);
    if (withdraws) {
      await job.step('drain');
      if (await drain(job, bgp, base, heard)) announced = true;
    }
    await job.step('switch');
    if (hasHosts) {
      await giveOrders(run, turn);
      // Hosts are served before names lead to them.
      await web.load(hosts);
      await giveOrders(run, loads);
    } else {
      await giveOrders(run, [...turn, ...loads]);
    }
  }
  await job.step('verify');
  await verify(job, unknown ? undefined : existing, release);
  const good: Order[] = [{ words: ['verified', id] }];
  if (bgp !== undefined && announced === true) {
    await giveOrders(run, good.splice(0));
    await job.step('announce');
    try {
      await announce(job, bgp, heard);
    } catch (error) {
      if (!(error instanceof NodeError) || error.reason !== 'failed') throw error;
      // What it serves is good, and going back would help nobody.
      return { outcome: 'stuck', message: `${error.message}; it serves the release all the same`, fix: error.fix };
    }
  }
  await giveOrders(run, [...good, { words: ['unhold'] }]);
  if (node.bgp.kind !== 'none' && announced === false) job.note('it stays withdrawn, as it was before');
  for (const old of superfluous(job, state, base)) if (old !== recycled) await run(['remove', old]);
  return { outcome: 'done' };
}

function zonesToRead({ machine, release }: NodeJob, apexes: readonly DomainName[]): ZoneToRead[] {
  return apexes.flatMap((apex) => {
    const zone = release.zones.get(apex)?.zone;
    const found = zone && zoneOnNode(zone, machine.node.name);
    return found === undefined ? [] : [{ apex, path: found.path }];
  });
}

/**
 * Whether the node is to announce when all is done. `recorded`: a rollout that holds the node is one of those recorded here,
 * which record this before they withdraw a node.
 */
async function wasAnnounced(job: NodeJob, state: NodeState, recorded: boolean): Promise<boolean> {
  const { bgp } = job.machine;
  if (bgp === undefined || state.mode !== 'normal') return false;
  const known = job.announcedBefore();
  if (known !== undefined) return known;
  // Only a rollout holds a node; one from elsewhere most likely has withdrawn it. A node that is new is to announce.
  let announced = (state.hold !== undefined && !recorded) || state.current === undefined;
  if (!announced) {
    const now = await askBgp(bgp);
    if (now.announced === 'unknown')
      throw new NodeError('failed', `its BGP daemon does not answer: ${now.note ?? ''}`, 'look at the BGP daemon');
    announced = isOffered(now);
  }
  await job.recordAnnounced(announced);
  return announced;
}

/** Whether a node announces, or does as soon as its sessions come back. */
function isOffered({ announced, offered }: BgpState): boolean {
  return announced !== 'no' || offered === true;
}

/** Whether a rollout was killed after it had switched: what the name server has loaded is then anybody's guess. */
function isUnknown({ hold, current, verified }: NodeState): boolean {
  return hold !== undefined && current !== undefined && verified !== current;
}

/** Changes that make a name server load every zone of a release, whatever it has loaded before. */
function allOf(release: Release, { added, removed }: ZoneChanges): ZoneChanges {
  const fresh = new Set(added);
  return { added, removed, changed: [...release.zones.keys()].filter((apex) => !fresh.has(apex)), unknown: true };
}

/**
 * Withdraws the node, sees that it is, and waits until routers elsewhere have heard of it. Whether there was anything to
 * withdraw.
 */
async function drain(job: NodeJob, bgp: BgpControl, base: string | undefined, heard: Heard): Promise<boolean> {
  const { machine, policy, guard, signal } = job;
  const { node, run } = machine;
  const before = await askBgp(bgp);
  if (before.announced === 'unknown')
    throw new NodeError('failed', `its BGP daemon does not answer: ${before.note ?? ''}`, 'look at the BGP daemon');
  if (before.announced === 'no') guard.alreadyAway(node);
  else await guard.leave(node);
  await mustRun(run, ['hold', base ?? '-']);
  if (!isOffered(before)) return false;
  await withdraw(job, bgp);
  if (before.announced === 'no') {
    heard.byNobody = true;
    return true;
  }
  await untilAnnounced(job, bgp, 'no', 'its withdrawal is not seen');
  guard.gone(node);
  await wait(policy.drainSeconds * 1000, signal);
  return true;
}

/**
 * Withdraws a node that announces, or would as soon as its sessions come back. It is to announce again, also where it did not
 * when it was asked before.
 */
async function withdraw(job: NodeJob, bgp: BgpControl): Promise<void> {
  if (job.announcedBefore() !== true) await job.recordAnnounced(true);
  await bgp.withdraw();
}

async function announce(job: NodeJob, bgp: BgpControl, { byNobody }: Heard): Promise<void> {
  await bgp.announce();
  if (!byNobody) await untilAnnounced(job, bgp, 'yes', 'its announcement is not seen');
  else job.note('its BGP sessions were down: it announces as soon as they are there');
}

async function untilAnnounced({ policy, signal }: NodeJob, bgp: BgpControl, desired: 'yes' | 'no', else_: string) {
  const deadline = Date.now() + policy.timeouts.bgp * 1000;
  for (let delay = 20; ; delay = Math.min(delay * 2, 1000)) {
    const state = await askBgp(bgp);
    if (state.announced === desired) return;
    if (Date.now() >= deadline) {
      const down = state.sessions.filter(({ established }) => !established).map(({ name }) => name);
      const detail = down.length > 0 ? `; these sessions are down: ${down.join(', ')}` : '';
      throw new NodeError(
        'failed',
        `${else_} in the BGP daemon (${state.announced})${detail}`,
        'look at the BGP daemon',
      );
    }
    await wait(delay, signal);
  }
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { signal });
  } catch {
    throw new NodeError('interrupted', 'interrupted', 'run the same command again');
  }
}

async function verify(job: NodeJob, from: Release | undefined, to: Release): Promise<void> {
  const { machine, policy, signal, gate } = job;
  const { node } = machine;
  if (node.probe === undefined)
    throw new NodeError('failed', 'nobody knows where its answers can be checked', 'give it a probe in nodes.yaml');
  await verifyAnswers(node.probe, job.passage(node.name, from, to).expectation(), {
    patienceMs: policy.timeouts.verify * 1000,
    signal,
    gate,
    now: () => Math.floor(Date.now() / 1000),
  });
}

/** Brings a node on which something went wrong back to the release that it served before, verified, and announces it again. */
async function back(job: NodeJob, cause: NodeError, recorded: boolean, heard: Heard): Promise<NodeEnd> {
  const { machine, policy } = job;
  const { run } = machine;
  const why = { message: cause.message, fix: cause.fix };
  try {
    const state = await askNode(run, policy);
    if (state.hold === undefined) return { outcome: 'failed', ...why };
    await job.step('back', cause.message);
    return await goBack(job, state, why, recorded, heard);
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    if (error.reason === 'interrupted' || error.reason === 'locked') throw error;
    if (cause.reason === 'unreachable' && error.reason === 'unreachable') return { outcome: 'late', ...why };
    return { outcome: 'stuck', message: `${cause.message}; and going back failed: ${error.message}`, fix: error.fix };
  }
}

async function goBack(
  job: NodeJob,
  state: NodeState,
  why: Pick<NodeEnd, 'message' | 'fix'>,
  recorded: boolean,
  heard: Heard,
): Promise<NodeEnd> {
  const { machine, release, guard } = job;
  const { node, run, nameServer, bgp, web } = machine;
  let announced = await wasAnnounced(job, state, recorded);
  const base = state.hold;
  const switched = state.current !== (base ?? undefined) || state.verified !== state.current;
  // What has just failed is known; what a killed rollout has left is not.
  const from = state.current === release.id ? release : undefined;
  // Where the node was not drained before, it is now, if enough others are left.
  if (bgp !== undefined && switched) {
    const now = await askBgp(bgp);
    const isDown = now.announced === 'no' && isOffered(now);
    if (isDown || (now.announced !== 'no' && (await guard.tryToLeave(node)))) {
      await withdraw(job, bgp);
      announced = true;
      heard.byNobody ||= isDown;
    }
  }
  if (base === null || base === undefined) {
    return {
      outcome: 'stuck',
      message: `${why.message}; there is nothing to go back to`,
      ...(why.fix && { fix: why.fix }),
    };
  }
  if (switched) {
    const former = await job.releaseOf(base, machine);
    if (former === undefined) throw new NodeError('failed', `nobody knows the release ${base}`, 'roll out again');
    await mustRun(run, ['switch', base]);
    const { difference } = job.passage(node.name, release, former);
    const { zones } = difference;
    await (from === undefined ? web?.load(ALL_HOSTS) : web?.goBack(webChanges(difference)));
    await giveOrders(run, nameServer.load(from === undefined ? allOf(former, zones) : zones));
    await verify(job, from, former);
    await mustRun(run, ['verified', base]);
  }
  if (bgp !== undefined && announced) await announce(job, bgp, heard);
  await mustRun(run, ['unhold']);
  return { outcome: switched ? 'rolled-back' : 'failed', ...why };
}
