import type { NodeEnd } from '../deploy/rollout/event.ts';
import type { RolledOut } from '../deploy/rollout/rollout.ts';
import type { Built } from '../pipeline/build.ts';
import type { Failure } from '../pipeline/failure.ts';
import type { Made } from '../pipeline/release/make.ts';
import { enqueue, type Job, type NewJob } from '../state/queue/job.ts';
import { GiveUp, type Handler } from '../state/queue/worker.ts';
import { type Finding, stops } from '../zone/finding.ts';
import type { Rollouts } from './rollouts.ts';
import type { Services } from './services.ts';
import type { Settled } from './settled.ts';
import { makeReleaseBefore, makeWithinThresholds, reasonOf } from './within-thresholds.ts';

/** The job that compiles the head and rolls it out; a newer one takes the place of one that waits. */
export const RELEASE_JOB = 'release';
/** The job that does the same because somebody asks for it, even where a rollback has taken the head back. */
export const DEPLOY_JOB = 'deploy';
/** The job that rolls an older release out again. */
export const ROLLBACK_JOB = 'rollback';
/** The job that does the same at a time at which signatures, keys or parents are due, and what builds do not do for them. */
const RENEWAL_JOB = 'renewal';
/** The job that looks for nodes which were away for longer than a job is tried again. */
const CATCH_UP_JOB = 'catch-up';

/** The pause between two looks for nodes that are away, in milliseconds. */
const CATCH_UP_EVERY = 15 * 60_000;

/** The pause before parents are asked for the DS again, in milliseconds. */
const ASK_EVERY = 60 * 60_000;

/** Signed zones are looked at so often, also where nothing is due: private keys may have been lost. In milliseconds. */
const LOOK_EVERY = 24 * 60 * 60_000;

/** The pause before signatures are renewed again where no release could be made, in milliseconds. */
const RENEW_AFTER_FAULT = 60 * 60_000;

/** Who rolls out what was committed. */
export const OURSELVES = 'zonewright';

/** What came of an attempt to roll out. */
type Ended = Awaited<ReturnType<Rollouts['deploy']>>;

/** What the jobs of the queue do. */
export function handlersOf(services: Services, settled: Settled): Record<string, Handler> {
  return {
    [RELEASE_JOB]: (job, signal) => release(services, settled, job, signal),
    [RENEWAL_JOB]: (job, signal) => release(services, settled, job, signal),
    [CATCH_UP_JOB]: (job, signal) => release(services, settled, job, signal),
    [DEPLOY_JOB]: (job, signal) => release(services, settled, job, signal),
    [ROLLBACK_JOB]: async ({ payload }) => {
      const { release: id, by } = payload as { release: string; by: string };
      settle(services, await services.rollouts.rollback(id, by));
    },
  };
}

/** Compiles the head, rolls it out, and sees to it that what is signed is compiled again in time, whatever comes of it. */
async function release(services: Services, settled: Settled, job: Job, signal: AbortSignal): Promise<void> {
  const ready = await makeHead(services, settled, job, signal).catch(async (error: unknown) => {
    // Where no release could be made, nothing says when signatures are due.
    if (!signal.aborted && services.origin.signed().length > 0)
      await renewAt(services, services.now() + RENEW_AFTER_FAULT);
    throw error;
  });
  if (ready === undefined) return;
  await rollOut(services, settled, job, ready, signal);
  if (ready.heldFor !== undefined) throw new GiveUp(ready.heldFor);
}

/** A release that was made. */
interface Ready {
  readonly built: Built;
  /** Why it is the one before the head's, which is held. */
  readonly heldFor?: string;
}

/** Makes the release of the head, or where that is held the one before anew. `undefined`: there are no zones. */
async function makeHead(
  services: Services,
  settled: Settled,
  job: Job,
  signal: AbortSignal,
): Promise<Ready | undefined> {
  const { metrics, log, origin, holds, rollouts } = services;
  await services.catchUp();
  if (origin.size() === 0) return undefined;
  rollouts.expect();
  const released = await settled.last();
  const made = await makeWithinThresholds(services, released, job.kind === RENEWAL_JOB, signal);
  const { built } = made;
  metrics.builds.inc({ outcome: built.kind });
  metrics.held.set(built.kind === 'held' ? built.blocks.length : 0);
  if (built.kind !== 'held') {
    if (built.kind === 'built') await holds.end(built.commit);
    return { built: await take(services, made) };
  }
  const { commit, blocks } = built;
  await holds.begin(commit, blocks);
  const heldFor = reasonOf(blocks);
  log.warn({ commit, reason: heldFor }, 'the release is held');
  const before = job.kind === DEPLOY_JOB ? undefined : await makeReleaseBefore(services, built, released, signal);
  if (before === undefined) throw new GiveUp(heldFor);
  return { built: await take(services, before), heldFor };
}

/** Tells what was made, if anything was, and plans when what is signed is due. */
async function take(services: Services, { built, keysFor, renewed, schedule }: Made): Promise<Built> {
  const { metrics, log } = services;
  for (const zone of keysFor) log.info({ zone }, 'made keys');
  for (const { zone, doubt } of renewed?.asked ?? [])
    if (doubt === undefined) log.info({ zone }, 'the parent was asked for the DS');
    else log.warn({ zone, reason: doubt }, 'what the parent says of the DS is in doubt');
  for (const { zone, made } of renewed?.rolled ?? []) log.info({ zone, keys: made }, 'a roll-over has begun');
  for (const { message, fix } of renewed?.faults ?? [])
    log.error({ reason: message, fix }, 'keys could not be renewed');
  if (built.kind === 'failure') throw faultOf(built);
  if (built.kind === 'held') throw new GiveUp(reasonOf(built.blocks));
  if (built.kind === 'refused') throw giveUp(services, built.report.findings);
  const { commit, changed, removed, untouched } = built;
  metrics.lastBuild.set(Math.floor(services.now() / 1000));
  if (!untouched) log.info({ commit, changed: changed.length, removed: removed.length }, 'release built');
  await planRenewal(services, schedule, renewed !== undefined);
  return built;
}

/** Rolls out what was made; again what was rolled out before, only where a node lacks it. */
async function rollOut(
  services: Services,
  settled: Settled,
  job: Job,
  { built, heldFor }: Ready,
  signal: AbortSignal,
): Promise<void> {
  const { log, rollouts } = services;
  const { commit, untouched, folder } = built;
  if (heldFor !== undefined && untouched && (await rollouts.complete())) return;
  if (job.kind !== DEPLOY_JOB && (await rollouts.takenBack())) {
    log.info({ commit }, 'a rollback stands until something is committed');
    return;
  }
  const by = job.kind === DEPLOY_JOB ? (job.payload as { by: string }).by : OURSELVES;
  const ended = await rollouts.deploy(folder, by, signal);
  if (onlyAway(ended) && job.attempts >= job.maxAttempts) return lookAgain(services);
  settle(services, ended);
  if (commit === null || ended.kind === 'superseded') return;
  await settled.tell(commit);
}

/** Has nodes looked for that are away for long. */
async function lookAgain({ state, now, log }: Services): Promise<void> {
  const job: NewJob = {
    kind: CATCH_UP_JOB,
    payload: null,
    key: CATCH_UP_JOB,
    lane: RELEASE_JOB,
    runAt: now() + CATCH_UP_EVERY,
    maxAttempts: 1,
  };
  await enqueue(state, state.query, job);
  log.warn('nodes are away; they are looked for again');
}

/** Puts the next renewal of signatures into the queue, and tells the metrics how zones are. */
async function planRenewal(services: Services, schedule: Made['schedule'], tried: boolean): Promise<void> {
  const { metrics, log, now } = services;
  metrics.signatures.reset();
  if (schedule === undefined) {
    metrics.blocked.set(0);
    return;
  }
  for (const { zone, expires, alarms, blocked } of schedule.zones) {
    if (expires !== undefined) metrics.signatures.set({ zone }, Math.floor(expires / 1000));
    if (blocked !== undefined)
      log.error({ zone, reason: blocked.message, fix: blocked.fix }, 'signatures cannot be renewed');
    for (const alarm of alarms)
      log[alarm.severity === 'error' ? 'error' : 'warn']({ zone, alarm }, 'a signed zone is not as it should be');
  }
  // Private keys are tried at renewals only: what was found out then holds until the next.
  const blocked = schedule.zones.filter(({ blocked }) => blocked !== undefined).map(({ zone }) => zone);
  if (tried) services.unusableKeys = new Set(blocked);
  metrics.blocked.set(new Set([...blocked, ...services.unusableKeys]).size);
  if (schedule.zones.length === 0) return;
  const { build, roll, 'ask-parent': ask } = schedule.first;
  const times = [build, roll, ask === undefined ? undefined : Math.max(ask, now() + ASK_EVERY)];
  await renewAt(services, Math.min(now() + LOOK_EVERY, ...times.filter((at) => at !== undefined)));
}

/** Puts the renewal of what is signed into the queue, in the place of one that waits there. */
async function renewAt({ state, now }: Services, time: number): Promise<void> {
  // Not twice a minute, whatever the schedule says.
  const runAt = Math.max(time, now() + 60_000);
  const job: NewJob = { kind: RENEWAL_JOB, payload: null, key: RENEWAL_JOB, lane: RELEASE_JOB, runAt };
  await enqueue(state, state.query, job);
}

/** Whether all that a rollout lacks is nodes that could not be reached. */
function onlyAway(ended: Ended): boolean {
  return (
    ended.kind === 'rolled-out' &&
    lacking(ended).every(([, { outcome }]) => outcome === 'late') &&
    lacking(ended).length > 0
  );
}

/** The nodes that do not have what they should. */
function lacking({ nodes }: RolledOut): [string, NodeEnd][] {
  return [...nodes].filter(([, { outcome }]) => !['done', 'unchanged', 'disabled'].includes(outcome));
}

/** What a rollout came to, as the queue has to know it: a node that failed is tried again later. */
function settle(services: Services, ended: Ended): void {
  switch (ended.kind) {
    case 'failure':
      throw faultOf(ended);
    case 'refused':
      throw giveUp(services, ended.report.findings);
    case 'rolled-out': {
      services.log.info(
        { release: ended.release, outcome: ended.outcome, milliseconds: ended.milliseconds },
        'rolled out',
      );
      const [first] = lacking(ended);
      if (first !== undefined)
        throw new Error(`${first[0]}: ${first[1].outcome}: ${first[1].message ?? 'no reason given'}`);
      return;
    }
  }
}

function faultOf({ message, fix }: Failure): Error {
  return new Error(`${message}; ${fix}`);
}

function giveUp({ log }: Services, findings: readonly Finding[]): GiveUp {
  const errors = findings.filter(stops);
  const [first] = errors;
  log.error({ rule: first?.rule, zone: first?.zone, errors: errors.length }, 'no release');
  return new GiveUp(`${first?.rule}: ${first?.message}; ${first?.fix}`);
}
