import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Logger, pino } from 'pino';
import { openCommitter } from '../git/committer.ts';
import { initRepository } from '../git/new-repository.ts';
import type { Remote } from '../git/remote.ts';
import { resolveCommit } from '../git/repository.ts';
import { onBranchMoved } from '../git/watch.ts';
import { openOrigin } from '../pipeline/origin/open.ts';
import { newProposer } from '../pipeline/proposal.ts';
import { installPushHooks } from '../pipeline/push/install.ts';
import { allowDeletes } from '../pipeline/release/allowance.ts';
import { openBuilder } from '../pipeline/release/builder.ts';
import { holdsIn } from '../pipeline/release/holds.ts';
import { makeRelease } from '../pipeline/release/make.ts';
import { openReleaseStore } from '../pipeline/release/store.ts';
import { forgeForProposals } from '../pipeline/review/open-forge.ts';
import { enqueue } from '../state/queue/job.ts';
import { GiveUp, type JobEvent, startWorker } from '../state/queue/worker.ts';
import { openState } from '../state/state.ts';
import { servingNodes } from '../zone/inventory/inventory.ts';
import { newAlarm } from './alarm.ts';
import { openApp } from './app.ts';
import { openAuthentication } from './authentication.ts';
import { housekeeping } from './housekeeping.ts';
import { DEPLOY_JOB, handlersOf, RELEASE_JOB, ROLLBACK_JOB } from './jobs.ts';
import { newMetrics } from './metrics.ts';
import { beginWithRemote, watchRemote } from './remote-watch.ts';
import { openRollouts } from './rollouts.ts';
import type { Services } from './services.ts';
import { openSettled, type Settled } from './settled.ts';
import { webhookHandlers } from './webhooks/jobs.ts';

/** What a server is started with. */
export interface ServeOptions {
  /** The bare repository; made where there is none. */
  readonly repository: string;
  /** The state folder; made where there is none. */
  readonly folder: string;
  readonly databaseUrl?: string | undefined;
  readonly listen: { readonly address: string; readonly port: number };
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Where commits must have been accepted before they count. */
  readonly remote?: Remote | undefined;
  /** Milliseconds between two looks whether the remote has moved; without it only webhooks and writes find out. */
  readonly lookEvery?: number | undefined;
  readonly version: string;
  /** How zonewright is started, for the hooks of the repository; without it they are left as they are. */
  readonly program?: readonly string[] | undefined;
  readonly log?: Logger | undefined;
}

/** A server that runs. */
export interface Running {
  readonly url: string;
  readonly services: Services;
  readonly app: FastifyInstance;
  /** Takes no more requests, finishes those that run, and lets go of everything. */
  close(): Promise<void>;
}

/** The branch that is served. */
export const BRANCH = 'main';

/** Who writes commits down that others author. */
const COMMITTER = { name: 'zonewright', email: 'zonewright@users.zonewright.invalid' };

/** What all processes of a server have: repository, state, and what works on them. */
interface Opened {
  readonly services: Services;
  readonly settled: Settled;
  /** Runs the jobs of the queue; gives what ends that. */
  work(): () => Promise<void>;
  /** What ends, the last first. */
  readonly closing: (() => Promise<void> | void)[];
  ready(): void;
}

/**
 * Starts everything in one process: repository, state, API, webhooks, queue and worker.
 *
 * @throws GitError, StateError where repository or state cannot be opened.
 */
export async function startServer(options: ServeOptions): Promise<Running> {
  const { listen, tls } = options;
  const { services, settled, work, closing, ready } = await open(options);
  try {
    const app = await openApp(services, { tls });
    let stopWork = async (): Promise<void> => undefined;
    // Neither requests nor jobs are waited for while the others go on: both end together.
    closing.push(async () => {
      settled.end();
      const ends = await Promise.allSettled([closeApp(app), stopWork()]);
      for (const each of ends) if (each.status === 'rejected') throw each.reason;
    });
    await app.listen({ host: listen.address, port: listen.port });
    await services.origin.follow();
    ready();
    stopWork = work();
    closing.push(housekeeping(services));
    await services.wake();
    const { port } = app.server.address() as { port: number };
    const host = listen.address.includes(':') ? `[${listen.address}]` : listen.address;
    return {
      url: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`,
      services,
      app,
      close: () => closeAll(closing),
    };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** Starts a process that only runs jobs. Gives what ends it. Throws like {@link startServer}. */
export async function startWorkerProcess(options: Omit<ServeOptions, 'listen' | 'tls'>): Promise<() => Promise<void>> {
  const { services, work, closing, ready } = await open(options);
  try {
    await services.origin.follow();
    ready();
    closing.push(work());
    return () => closeAll(closing);
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

async function open(options: Omit<ServeOptions, 'listen' | 'tls'>): Promise<Opened> {
  const { folder, version, program, remote } = options;
  const log =
    options.log ??
    pino(
      { level: process.env.ZONEWRIGHT_LOG_LEVEL ?? 'info', base: { program: 'zonewright' } },
      // Standard output is for results: the address that is listened on.
      pino.destination({ dest: 2, sync: true }),
    );
  mkdirSync(dirname(options.repository), { recursive: true });
  mkdirSync(folder, { recursive: true });
  const repository = await initRepository(options.repository, { branch: BRANCH });
  if (program !== undefined) {
    await installPushHooks(repository, { program, branch: BRANCH, state: folder, remote: remote?.url });
  }
  const state = await openState({ folder, databaseUrl: options.databaseUrl });
  const closing: (() => Promise<void> | void)[] = [() => state.close()];
  try {
    const claim = state.claim();
    closing.push(() => claim.release());
    const seconds = () => Math.floor(state.now() / 1000);
    const committer = await openCommitter(repository, {
      branch: BRANCH,
      committer: COMMITTER,
      now: seconds,
      journal: true,
      ...(remote !== undefined && { remote }),
    });
    closing.push(() => committer.close());
    if (remote !== undefined) await beginWithRemote(committer, log);
    const place = { repository: repository.folder, branch: BRANCH, folder };
    const releases = openReleaseStore({ ...place, now: () => state.now(), version });
    const holds = holdsIn(state);
    const rollouts = openRollouts(
      state,
      releases,
      holds,
      () => origin.nodes(),
      () => origin.head(),
    );
    closing.push(() => rollouts.close());
    const origin = openOrigin({
      repository,
      committer,
      state,
      proposer: newProposer({
        repository,
        committer: COMMITTER,
        now: seconds,
        branch: BRANCH,
        remote,
        forge: () => forgeForProposals(origin.config().webhooks, { state: folder, env: process.env }),
      }),
      now: () => state.now(),
      sync: remote && (() => committer.sync()),
      standing: async (zone) => {
        const released = releases.zone(zone);
        const held = released !== undefined && released.source === origin.sourceOf(zone);
        if (!held || servingNodes(origin.nodes()).length === 0) return { serial: released?.serial, synced: held };
        return { serial: released.serial, synced: await rollouts.serves(zone) };
      },
    });
    closing.push(() => origin.close());
    const settled = openSettled(state, repository.folder, async () => (await holds.current())?.commit);
    const argv = program && [
      ...program,
      'job',
      'release',
      '--repo',
      place.repository,
      '--branch',
      BRANCH,
      '--state',
      folder,
    ];
    const builder = argv && openBuilder(argv);
    if (builder !== undefined) closing.push(builder.close);
    const alarm = newAlarm(async () => {
      const job = { kind: RELEASE_JOB, payload: null, key: RELEASE_JOB, lane: RELEASE_JOB };
      await state.transaction((tx) => enqueue(state, tx, job), { durable: false });
      await state.notify(state.query, 'commits');
    }, log);
    closing.push(alarm.stop);
    let unready: string | undefined = 'the zones are being read';
    const services: Services = {
      origin,
      repository,
      state,
      authentication: openAuthentication(state),
      releases,
      makeRelease: (wanted, signal) =>
        builder === undefined ? makeRelease(releases, wanted) : builder.make(wanted, signal),
      holds,
      own: { committer: COMMITTER.email },
      rollouts,
      rollOut: async (by, allows) => {
        const commit = allows ? ((await holds.current())?.commit ?? (await headOf(services))) : undefined;
        if (commit !== undefined) await allowDeletes(state, commit, by);
        const job = { kind: DEPLOY_JOB, payload: { by }, key: DEPLOY_JOB, lane: RELEASE_JOB };
        await enqueue(state, state.query, job);
        return commit;
      },
      rollBack: async (release, by) => {
        const job = { kind: ROLLBACK_JOB, payload: { release, by }, key: ROLLBACK_JOB, lane: RELEASE_JOB };
        await enqueue(state, state.query, job);
      },
      config: origin.config,
      now: () => state.now(),
      log,
      metrics: newMetrics(),
      unusableKeys: new Set(),
      version,
      folder,
      wake: alarm.ring,
      async catchUp() {
        if (remote !== undefined)
          await committer.sync().catch((error: unknown) => log.warn({ err: error }, 'the remote does not answer'));
        await origin.follow();
      },
      released: settled.wait,
      unready: () => unready,
    };
    closing.push(() => services.authentication.use.flush());
    const watch = await onBranchMoved(repository, BRANCH, ({ to }) => {
      log.debug({ commit: to }, 'the branch moved');
      origin
        .follow()
        .then(() => services.wake(to))
        .catch((error: unknown) => log.error({ err: error }, 'the branch could not be followed'));
    });
    closing.push(() => watch.close());
    if (remote !== undefined) {
      const follow = (): void =>
        void services.catchUp().catch((error: unknown) => log.warn({ err: error }, 'the branch could not be followed'));
      closing.push(state.listen('commits', follow));
      const every = options.lookEvery;
      const { now, metrics } = services;
      if (every !== undefined) closing.push(watchRemote({ repository, remote, committer, every, log, metrics, now }));
    }
    const upstream = { remote, sync: () => committer.sync() };
    const work = () => {
      const handlers = { ...handlersOf(services, settled), ...webhookHandlers(services, upstream) };
      const worker = startWorker(state, handlers, { report: (event) => reportJob(services, event) });
      return () => worker.stop(5000);
    };
    const ready = (): void => {
      unready = undefined;
    };
    return { services, settled, work, closing, ready };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}

/** The commit that the branch is at; `undefined` where it has none. */
async function headOf({ catchUp, repository }: Services): Promise<string | undefined> {
  await catchUp();
  return (await resolveCommit(repository, BRANCH).catch(() => undefined))?.id;
}

function reportJob({ log, metrics }: Services, event: JobEvent): void {
  if (event.kind === 'trouble') {
    log.warn({ err: event.error }, 'the queue could not be asked');
    return;
  }
  const { id, kind } = event.job;
  metrics.jobs.inc({ kind, outcome: event.kind });
  const level = event.kind === 'failed' ? 'error' : event.kind === 'retry' ? 'warn' : 'debug';
  // Of what was given up on purpose the reason is told; where that was thrown helps nobody.
  const why = !('error' in event)
    ? {}
    : event.error instanceof GiveUp
      ? { reason: event.error.message }
      : { err: event.error };
  log[level]({ job: id, kind, ...why }, `job ${event.kind}`);
}

/** How long requests that run are waited for, in milliseconds. */
const GRACE = 10_000;

/** Finishes the requests that run. Connections that nobody uses end at once, what streams or does not end is cut off. */
async function closeApp(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  const cut = setTimeout(() => app.server.closeAllConnections(), GRACE);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

/** Closes all, the last first, whatever one of them comes to. Throws what the first that failed threw. */
async function closeAll(closing: (() => Promise<void> | void)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closing.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
