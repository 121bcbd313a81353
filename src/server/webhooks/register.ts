import type { FastifyInstance } from 'fastify';
import { readPlan } from '../../pipeline/review/plans.ts';
import { sendProblem } from '../problem.ts';
import type { Services } from '../services.ts';
import { receiveDelivery } from './receive.ts';

/** `/webhooks/<sender>`: deliveries are read as they came, since signatures cover every octet. */
export function registerWebhooks(app: FastifyInstance, services: Services): void {
  const { state, config, folder, metrics } = services;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  // Known by its name alone: it is in a comment that only those can read who may read the zones.
  app.get<{ Params: { plan: string } }>('/plans/:plan', async (request, reply) => {
    const text = await readPlan(state, request.params.plan);
    if (text === undefined) return sendProblem(reply, { status: 404, code: 'no-plan', title: 'There is no such plan' });
    return reply
      .header('cache-control', 'private, no-store')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('x-robots-tag', 'noindex')
      .type('text/plain; charset=utf-8')
      .send(text);
  });
  app.post<{ Params: { sender: string } }>('/:sender', async (request, reply) => {
    const { sender } = request.params;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const options = {
      state,
      secrets: { state: folder, env: process.env },
      branch: 'main',
      settings: async () => config().webhooks,
    };
    const received = await receiveDelivery(options, sender, request.headers, body);
    metrics.deliveries.inc({
      source: received.kind === 'refused' && received.status === 404 ? 'unknown' : sender,
      outcome: received.kind,
    });
    if (received.kind === 'refused') {
      const { status, message, fix } = received;
      return sendProblem(reply, { status, code: 'delivery', title: message, detail: fix });
    }
    return reply.code(received.kind === 'accepted' ? 202 : 200).send({
      status: received.kind,
      ...(received.kind === 'ignored' && { reason: received.why }),
    });
  });
}
