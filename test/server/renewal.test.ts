import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { handlersOf, RELEASE_JOB } from '../../src/server/jobs.ts';
import { openSettled } from '../../src/server/settled.ts';
import { enqueue, type Job } from '../../src/state/queue/job.ts';
import { type Serving, serving } from './serving.ts';

const HOUR = 3600_000;

/** The renewals that wait in the queue. */
const renewals = ({ state }: Serving['services']) =>
  state.query
    .selectFrom('jobs')
    .select(['id', 'run_at'])
    .where('kind', '=', 'renewal')
    .where('state', '=', 'queued')
    .execute();

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
}

it('tells of a private key that was lost, and tries again where no release could be made', async () => {
  const { ask, user, services, folder, logged } = await serving();
  const token = await user('root', { admin: true });
  const made = await ask(token, 'POST', '/api/v1/zones?wait=deployed', { name: 'example.com', dnssec: 'default' });
  expect(made.status).toBe(201);
  const unrenewable = async (): Promise<string | undefined> =>
    /^zonewright_zones_unrenewable (\d+)$/m.exec(await services.metrics.registry.metrics())?.[1];
  const { state } = services;
  const renewal = () => renewals(services);
  const before = await until(async () => (await renewal())[0]);
  expect(await unrenewable()).toBe('0');

  const keys = join(folder, 'keys/example.com');
  const [name = ''] = readdirSync(keys).filter((each) => each.endsWith('.pem'));
  renameSync(join(keys, name), join(folder, name));
  await enqueue(state, state.query, {
    kind: 'renewal',
    payload: null,
    key: 'renewal',
    lane: 'release',
    runAt: state.now(),
  });
  await until(async () => ((await unrenewable()) === '1' ? true : undefined));
  expect(logged()).toContain('signatures cannot be renewed');
  const next = await until(async () => (await renewal()).find(({ id }) => id !== before.id));
  expect(Number(next.run_at) - state.now()).toBeGreaterThan(HOUR);

  // The next change has to be signed, and cannot be.
  const put = await ask(token, 'PUT', '/api/v1/zones/example.com/rrsets/www/A', { values: ['192.0.2.1'] });
  expect(put.status).toBeLessThan(300);
  await until(async () => (await renewal()).find(({ run_at }) => Number(run_at) - state.now() <= HOUR));
});

it('keeps to the schedule of signing where a release that was made does not reach the nodes', async () => {
  const { ask, user, services, repository } = await serving();
  const token = await user('root', { admin: true });
  await ask(token, 'POST', '/api/v1/zones?wait=deployed', { name: 'example.com', dnssec: 'default' });
  const planned = await until(async () => (await renewals(services))[0]);

  const deploy = () => Promise.reject(new Error('all nodes are away'));
  const settled = openSettled(services.state, repository, async () => undefined);
  const handlers = handlersOf({ ...services, rollouts: { ...services.rollouts, deploy } }, settled);
  const job = { kind: RELEASE_JOB, payload: null, attempts: 1, maxAttempts: 5 } as Job;
  await expect(handlers[RELEASE_JOB]?.(job, new AbortController().signal)).rejects.toThrow('away');
  const [next] = await renewals(services);
  expect(Math.abs(Number(next?.run_at) - Number(planned.run_at))).toBeLessThan(60_000);
});
