import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { query } from '../../src/deploy/query.ts';
import { parseName } from '../../src/dns/name.ts';
import { rdataToText } from '../../src/dns/rdata.ts';
import { A } from '../../src/dns/types/a.ts';
import { deploymentsIn } from '../../src/pipeline/rollout/state-store.ts';
import { openSettled } from '../../src/server/settled.ts';
import { enqueue } from '../../src/state/queue/job.ts';
import { openState } from '../../src/state/state.ts';
import { type TestEstate, testEstate } from '../pipeline/rollout/estate.ts';
import { needsPostgresql, startPostgresql } from '../setup/postgresql.ts';
import { git, scratch } from '../setup/program.ts';
import { luaClient } from './dialects/luadns/client.ts';
import { type Serving, serving } from './serving.ts';

interface Deployment {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly by: string;
  readonly commit: string;
  readonly release: string;
  readonly nodes: readonly {
    readonly node: string;
    readonly outcome: string | null;
    readonly message: string | null;
  }[];
}

interface Job {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly max_attempts: number;
  readonly error: string | null;
  readonly run_at: string;
}

/** A server whose repository lists the nodes of an estate, and what a test does with it. */
interface Rolling extends Serving {
  readonly estate: TestEstate;
  readonly token: string;
  /** Changes www.example.com; gives the commit. */
  put(address: string, options?: string): Promise<{ commit: string; deployed: string | null }>;
  /** What each node answers for www.example.com. */
  served(): Promise<string[]>;
  deployments(): Promise<readonly Deployment[]>;
  /** Waits for a deployment. */
  deployment(wanted: (deployment: Deployment) => boolean): Promise<Deployment>;
  jobs(): Promise<readonly Job[]>;
  /** Whether example.com is in sync: as the native API says, and as LuaDNS does. */
  synced(): Promise<readonly [boolean, boolean]>;
}

async function rolling(names: readonly string[] = ['fra1', 'ams1'], databaseUrl?: string): Promise<Rolling> {
  const estate = await testEstate(names);
  const repository = join(scratch(), 'repo.git');
  git(estate.folder, 'init', '--quiet');
  git(estate.folder, 'add', 'zones', 'nodes.yaml', 'zonewright.yaml');
  git(estate.folder, 'commit', '--quiet', '--message', 'Begin');
  git(estate.folder, 'clone', '--quiet', '--bare', '.', repository);
  const server = await serving({ repository, ...(databaseUrl !== undefined && { databaseUrl }) });
  const { ask, user, services, url } = server;
  const token = await user('root', { admin: true, email: 'root@example.com' });
  const lua = luaClient(url, token, 'root@example.com');
  const deployments = async () =>
    (await ask<{ deployments: Deployment[] }>(token, 'GET', '/api/v1/deployments')).json.deployments;
  const all: Rolling = {
    ...server,
    estate,
    token,
    async put(address, options = '') {
      const answer = await ask(token, 'PUT', `/api/v1/zones/example.com/rrsets/www/A${options}`, { values: [address] });
      expect(answer.status).toBe(200);
      return {
        commit: answer.headers.get('zonewright-commit') as string,
        deployed: answer.headers.get('zonewright-deployed'),
      };
    },
    served: () =>
      Promise.all(
        [...estate.nodes.values()].map(async ({ port }) => {
          const answer = await query({ host: '127.0.0.1', port }, parseName('www.example.com.'), A.code);
          if (answer.kind === 'fault') return answer.kind;
          return answer.message.answers.map(({ type, rdata }) => rdataToText(type, rdata)).join();
        }),
      ),
    deployments,
    deployment: (wanted) => until(async () => (await deployments()).find(wanted)),
    jobs: async () => (await ask<{ jobs: Job[] }>(token, 'GET', '/api/v1/jobs')).json.jobs,
    async synced() {
      const native = await ask<{ synced: boolean }>(token, 'GET', '/api/v1/zones/example.com');
      const { body } = await lua('GET', '/zones');
      const [zone] = body.filter(({ name }) => name === 'example.com');
      return [native.json.synced, zone?.synced as boolean];
    },
  };
  // What was there when it started is rolled out, too.
  await all.deployment(({ status }) => status === 'done');
  expect(services.origin.nodes().nodes.size).toBe(names.length);
  return all;
}

/** Asks until there is an answer. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 40_000; ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error('it did not happen');
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The events of a stream to its end. */
async function* eventsOf(response: Response): AsyncGenerator<{ type: string; data: Record<string, unknown> }> {
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, type = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      yield { type, data: JSON.parse(data) };
    }
  }
}

describe('from commit to nodes', () => {
  it('rolls out what is written, tells how it goes, and goes back', async () => {
    const { ask, token, put, served, synced, deployment, deployments, url } = await rolling();
    expect(await served()).toEqual(['192.0.2.1', '192.0.2.1']);
    expect(await synced()).toEqual([true, true]);

    // A write that waits is answered when every node serves it.
    const first = await put('192.0.2.7', '?wait=deployed');
    expect(first.deployed).toBe('true');
    expect(await served()).toEqual(['192.0.2.7', '192.0.2.7']);
    expect(await synced()).toEqual([true, true]);
    const [newest] = await deployments();
    expect(newest).toMatchObject({ kind: 'deploy', status: 'done', by: 'zonewright', commit: first.commit });
    expect(newest?.nodes.map(({ node, outcome }) => [node, outcome])).toEqual([
      ['fra1', 'done'],
      ['ams1', 'done'],
    ]);

    // Events come while it goes on; the zone is not in sync before the last node is done.
    const { commit } = await put('192.0.2.8');
    expect(await synced()).toEqual([false, false]);
    const running = await deployment((each) => each.commit === commit);
    const open = () =>
      fetch(`${url}/api/v1/deployments/${running.id}/events`, { headers: { authorization: `Bearer ${token}` } });
    const stream = await open();
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const types: string[] = [];
    const ended: unknown[] = [];
    for await (const { type, data } of eventsOf(stream)) {
      types.push(type);
      if (type === 'node') ended.push(data.node);
      const answers = await served();
      const [native] = await synced();
      if (native) expect(answers).toEqual(['192.0.2.8', '192.0.2.8']);
    }
    expect([types[0], types.at(-1), ended]).toEqual(['started', 'finished', ['fra1', 'ams1']]);
    expect(types).toContain('step');
    expect(await synced()).toEqual([true, true]);
    // Who comes late hears the same.
    const late: string[] = [];
    for await (const { type } of eventsOf(await open())) late.push(type);
    expect(late).toEqual(types);

    // Back to what was served before. What is in the repository is not what is served then.
    const back = await ask(token, 'POST', `/api/v1/deployments/${newest?.id}/rollback`);
    expect([back.status, back.json]).toEqual([202, { status: 'queued', release: newest?.release }]);
    const rollback = await deployment(({ kind, status }) => kind === 'rollback' && status !== 'running');
    expect(rollback).toMatchObject({ status: 'done', by: 'root', release: newest?.release });
    expect(await served()).toEqual(['192.0.2.7', '192.0.2.7']);
    expect(await synced()).toEqual([false, false]);

    // It stands until somebody wants the head, or writes.
    const again = await ask(token, 'POST', '/api/v1/deployments');
    expect(again.status).toBe(202);
    await deployment(({ id, status }) => id > rollback.id && status === 'done');
    expect(await served()).toEqual(['192.0.2.8', '192.0.2.8']);
    expect((await deployments())[0]).toMatchObject({ kind: 'deploy', by: 'root' });
  });

  it('goes on with what it has while a release is held, and with that once it is allowed', async () => {
    const { ask, token, put, served, deployments, deployment, estate, repository } = await rolling();
    git(estate.folder, 'rm', '--quiet', 'zones/example.net.yaml');
    git(estate.folder, 'commit', '--quiet', '--message', 'Delete a zone');
    git(estate.folder, 'push', '--quiet', repository, 'HEAD:main');
    const held = await deployment(({ status }) => status === 'held');
    expect(held).toMatchObject({ release: null, commit: git(estate.folder, 'rev-parse', 'HEAD').trim(), nodes: [] });
    const { commit } = await put('192.0.2.7');
    await deployment((each) => each.status === 'held' && each.commit === commit);
    expect(await served()).toEqual(['192.0.2.1', '192.0.2.1']);
    // Nothing is rolled out that the nodes have already.
    expect((await deployments()).map(({ status }) => status)).toEqual(['held', 'superseded', 'done']);
    await ask(token, 'POST', '/api/v1/deployments', { allow_deletes: true });
    expect(await deployment((each) => each.commit === commit && each.status === 'done')).toMatchObject({ by: 'root' });
    expect(await served()).toEqual(['192.0.2.7', '192.0.2.7']);
  });

  it('lets a rollback stand when it starts anew', async () => {
    const { ask, token, put, served, deployment, deployments, jobs, services } = await rolling();
    const [before] = await deployments();
    await put('192.0.2.7', '?wait=deployed');
    await ask(token, 'POST', `/api/v1/deployments/${before?.id}/rollback`);
    const rollback = await deployment(({ kind, status }) => kind === 'rollback' && status === 'done');
    // As it does when it starts.
    const [newest] = await jobs();
    await services.wake();
    await until(async () =>
      (await jobs()).find(({ id, kind, state }) => id > (newest?.id ?? 0) && kind === 'release' && state === 'done'),
    );
    expect((await deployments())[0]?.id).toBe(rollback.id);
    expect(await served()).toEqual(['192.0.2.1', '192.0.2.1']);
    expect((await put('192.0.2.9', '?wait=deployed')).deployed).toBe('true');
    expect(await served()).toEqual(['192.0.2.9', '192.0.2.9']);
  });

  it('tries again where a node is away, and lets a newer commit take the place of the waiting job', async () => {
    const { estate, put, served, synced, deployment, deployments, jobs, services, close } = await rolling([
      'fra1',
      'ams1',
      'zrh1',
    ]);
    await estate.stop('zrh1');
    const { commit } = await put('192.0.2.7');
    const failed = await deployment((each) => each.commit === commit && each.status !== 'running');
    expect(failed.nodes.map(({ node, outcome }) => [node, outcome])).toEqual([
      ['fra1', 'done'],
      ['ams1', 'done'],
      ['zrh1', 'late'],
    ]);
    expect(await synced()).toEqual([false, false]);
    const waiting = await until(async () =>
      (await jobs()).find(({ kind, state, attempts }) => kind === 'release' && state === 'queued' && attempts >= 2),
    );
    expect(waiting.error).toMatch(/^zrh1: late: the embedded node does not run/);
    expect(Date.parse(waiting.run_at)).toBeGreaterThan(Date.now() - 5000);

    const newer = await put('192.0.2.8');
    await deployment((each) => each.commit === newer.commit);
    const { id, attempts } = await until(async () => {
      const under = (await jobs()).filter(({ kind, state }) => kind === 'release' && /queued|running/.test(state));
      return under.length === 1 ? under[0] : undefined;
    });
    expect(id > waiting.id || attempts < waiting.attempts).toBe(true);

    // Who was tried in vain as often as may be is looked for every now and then. A request for a release that comes late takes
    // the place of this one.
    const { state } = services;
    const once = { kind: 'release', payload: null, key: 'release', lane: 'release', maxAttempts: 1 };
    const look = await until(async () => {
      const all = await jobs();
      const isTried = all.some((each) => each.max_attempts === 1 && /queued|running/.test(each.state));
      const found = all.find(({ kind }) => kind === 'catch-up');
      if (found === undefined && !isTried) await enqueue(state, state.query, once);
      return found;
    });
    expect([look.state, Date.parse(look.run_at) > Date.now() + 10 * 60_000]).toEqual(['queued', true]);
    expect(await synced()).toEqual([false, false]);

    // It is back, and the time for the next look has come.
    await estate.start('zrh1');
    await state.query.updateTable('jobs').set({ run_at: Date.now() }).where('id', '=', look.id).execute();
    await state.notify(state.query, 'jobs');
    await until(async () => ((await synced())[0] ? true : undefined));
    expect(await served()).toEqual(['192.0.2.8', '192.0.2.8', '192.0.2.8']);
    expect(await synced()).toEqual([true, true]);

    // A server that ends lets nobody wait.
    await estate.stop('zrh1');
    const [last] = await deployments();
    const unanswered = put('192.0.2.9', '?wait=deployed');
    await deployment(({ id, status }) => id > (last?.id ?? '') && status !== 'running');
    await close();
    expect((await unanswered).deployed).toBe('false');
  });

  it('shows nodes, and withdraws and announces them', async () => {
    const { estate, ask, token, user } = await rolling();
    const state = (name: string) => estate.nodes.get(name)?.node.command(['simulated', 'state'], '').stdout.trim();
    const nodes = async () =>
      (await ask<{ nodes: Record<string, unknown>[] }>(token, 'GET', '/api/v1/nodes?status=true')).json.nodes;
    expect(await nodes()).toMatchObject([
      { node: 'fra1', mode: 'normal', announced: 'yes', verified: true, drift: [] },
      { node: 'ams1', mode: 'normal', announced: 'yes', verified: true, drift: [] },
    ]);
    const withdrawn = await ask(token, 'POST', '/api/v1/nodes/ams1/withdraw');
    expect([withdrawn.status, withdrawn.json]).toEqual([200, { node: 'ams1', mode: 'drained' }]);
    expect([state('fra1'), state('ams1')]).toEqual(['announced', 'withdrawn']);
    expect((await nodes())[1]).toMatchObject({ mode: 'drained', announced: 'no' });
    // The last one that announces stays.
    const last = await ask(token, 'POST', '/api/v1/nodes/fra1/withdraw');
    expect([last.status, last.json]).toMatchObject([503, { code: 'node' }]);
    expect(state('fra1')).toBe('announced');
    const announced = await ask(token, 'POST', '/api/v1/nodes/ams1/announce');
    expect([announced.status, announced.json]).toEqual([200, { node: 'ams1', mode: 'normal' }]);
    expect(state('ams1')).toBe('announced');

    expect((await ask(token, 'POST', '/api/v1/nodes/zrh1/announce')).status).toBe(404);
    const other = await user('joe', { grants: ['*'] });
    expect((await ask(other, 'POST', '/api/v1/nodes/ams1/withdraw')).status).toBe(403);
    expect((await ask(other, 'POST', '/api/v1/deployments')).status).toBe(403);
    expect(state('ams1')).toBe('announced');
  });
});

describe('two processes on one state', () => {
  it.skipIf(needsPostgresql())('tells who waits in one what the other has rolled out', async () => {
    const postgres = await startPostgresql();
    onTestFinished(() => postgres.stop());
    const folder = scratch();
    const shared = { repository: join(folder, 'repo.git'), databaseUrl: await postgres.database() };
    const { ask, user, services } = await serving(shared);
    const token = await user('root', { admin: true });
    await ask(token, 'POST', '/api/v1/zones', { name: 'example.com' });
    expect(await services.released('0'.repeat(40), 300)).toBe(false);
    const commit = (
      await ask(token, 'PUT', '/api/v1/zones/example.com/rrsets/www/A', { values: ['192.0.2.1'] })
    ).headers.get('zonewright-commit') as string;
    const state = await openState({ folder, databaseUrl: shared.databaseUrl });
    onTestFinished(() => state.close());
    const other = openSettled(state, shared.repository, async () => undefined);
    onTestFinished(other.end);
    // The server does the work; the other process hears of it, or finds it done.
    expect(await other.wait(commit, 30_000)).toBe(true);
  });

  it.skipIf(needsPostgresql())('keep enough nodes announced, though each withdraws another one', async () => {
    const postgres = await startPostgresql();
    onTestFinished(() => postgres.stop());
    const databaseUrl = await postgres.database();
    const { estate, ask, token } = await rolling(['fra1', 'ams1'], databaseUrl);
    const repository = join(scratch(), 'repo.git');
    git(estate.folder, 'clone', '--quiet', '--bare', '.', repository);
    const other = await serving({ repository, databaseUrl });
    const state = (name: string) => estate.nodes.get(name)?.node.command(['simulated', 'state'], '').stdout.trim();
    // What was there when a server started is being rolled out.
    const change = (at: Pick<Serving, 'ask'>, node: string, to: string) =>
      until(async () => {
        const { status, json } = await at.ask<{ detail?: string }>(token, 'POST', `/api/v1/nodes/${node}/${to}`);
        return json.detail?.startsWith('another rollout holds it') ? undefined : status;
      });
    for (let round = 0; round < 5; round++) {
      const withdrawn = await Promise.all([change({ ask }, 'fra1', 'withdraw'), change(other, 'ams1', 'withdraw')]);
      expect(withdrawn.sort()).toEqual([200, 503]);
      expect([state('fra1'), state('ams1')].sort()).toEqual(['announced', 'withdrawn']);
      for (const node of ['fra1', 'ams1']) expect(await change({ ask }, node, 'announce')).toBe(200);
    }
  });
});

describe('a rollout that is watched', () => {
  it('keeps no server that ends', async () => {
    const { services, user, url, close } = await serving();
    const token = await user('root', { admin: true });
    // Another process rolls it out.
    const id = '20270101T000000Z-1';
    const { state } = services;
    const about = { kind: 'deploy', release: 'r', commit: null, by: 'root' } as const;
    await deploymentsIn(state).begin({ id, token: 't', startedAt: state.now(), ...about });
    const headers = { authorization: `Bearer ${token}` };
    const stream = await fetch(`${url}/api/v1/deployments/${id}/events`, { headers });
    const said = stream.text();
    const began = performance.now();
    await close();
    expect(performance.now() - began).toBeLessThan(8000);
    expect(await said).toContain('event: deployment');
  });
});
