import type { FastifyInstance } from 'fastify';
import { countJobs } from '../state/queue/job.ts';
import type { Services } from './services.ts';

/** `/healthz`, `/readyz` and `/metrics`: for those who watch over the server. */
export function registerWatch(app: FastifyInstance, services: Services): void {
  const { metrics, state, origin, unready } = services;
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    const reason =
      unready() ??
      (await state.query
        .selectFrom('counters')
        .select('name')
        .limit(1)
        .execute()
        .then(
          () => undefined,
          () => 'the database does not answer',
        ));
    return reason === undefined ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason });
  });
  app.get('/metrics', async (_, reply) => {
    metrics.zones.set(origin.size());
    for (const [state_, count] of await countJobs(state.query)) metrics.queue.set({ state: state_ }, count);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
