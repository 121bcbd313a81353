import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Order } from '../../pipeline/origin/order.ts';
import { isRefusal, type OrderOutcome, type Refusal } from '../../pipeline/origin/outcome.ts';
import type { Services } from '../services.ts';
import { callerOf, isDry, noteCommit, refuse, type WriteQuery, wantsMinimal } from './door.ts';

/** Longest wait for a release that holds a change, in milliseconds. */
const PATIENCE = 25_000;

/** What came of an order that was not refused. */
export type Done = Exclude<OrderOutcome, Refusal>;

/** Carries out the order of a request and answers it: `render` says what is told of it, and with which status. */
export async function write(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  order: Order,
  render: (
    done: Done,
  ) =>
    | { readonly status: number; readonly body?: unknown; readonly etag?: string | undefined }
    | Promise<{ readonly status: number; readonly body?: unknown; readonly etag?: string | undefined }>,
): Promise<FastifyReply> {
  const { origin, metrics, wake, released } = services;
  const query = request.query as WriteQuery;
  const caller = callerOf(request);
  const dryRun = isDry(query);
  const proposing = query.proposal === 'true' || (services.config().server.review && !dryRun);
  if (proposing && !dryRun) return propose(services, request, reply, order);
  const began = performance.now();
  const outcome = await origin.change(caller, { ...order, dryRun });
  metrics.orders.inc({ outcome: outcome.kind, dialect: caller.dialect ?? 'native' });
  // A zone whose changes are looked at first has them proposed.
  if (outcome.kind === 'forbidden' && outcome.review === true) return propose(services, request, reply, order);
  if (isRefusal(outcome)) return refuse(reply, outcome);
  noteCommit(reply, outcome);
  if (outcome.kind === 'committed') {
    metrics.orderSeconds.observe((performance.now() - began) / 1000);
    await wake(outcome.commit);
    if (query.wait === 'deployed') {
      const served = await released(outcome.commit as string, PATIENCE);
      reply.header('zonewright-deployed', String(served));
    }
  }
  const { status, body, etag } = await render(outcome);
  if (etag !== undefined) reply.header('etag', `"${etag}"`);
  if (status === 204) return reply.code(204).send();
  if (wantsMinimal(request))
    return reply
      .code(status === 201 ? 201 : 204)
      .header('preference-applied', 'return=minimal')
      .send();
  return reply.code(status).send(body);
}

async function propose(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  order: Order,
): Promise<FastifyReply> {
  const proposed = await services.origin.propose(callerOf(request), order);
  if (isRefusal(proposed)) return refuse(reply, proposed);
  const { branch, url, commit, trouble } = proposed;
  if (trouble !== undefined) services.log.warn({ branch, trouble }, 'the proposal has no pull request');
  if (url !== undefined) reply.header('location', url);
  return reply
    .code(202)
    .header('zonewright-commit', commit)
    .send({ proposal: { branch, url: url ?? null, commit } });
}
