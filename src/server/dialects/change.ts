import type { Caller } from '../../pipeline/origin/caller.ts';
import type { Order } from '../../pipeline/origin/order.ts';
import { isRefusal, type OrderOutcome } from '../../pipeline/origin/outcome.ts';
import type { Services } from '../services.ts';
import { proposeOnce } from './proposal.ts';

/** Carries an order of a provider's client out: what dialects do instead of calling the origin, so that it is rolled out. */
export async function carryOut(services: Services, caller: Caller, order: Order): Promise<OrderOutcome> {
  const { origin, metrics, wake, config } = services;
  if (config().server.review) return proposeOnce(services, caller, order);
  const began = performance.now();
  const outcome = await origin.change(caller, order);
  metrics.orders.inc({ outcome: outcome.kind, dialect: caller.dialect ?? 'native' });
  if (outcome.kind === 'forbidden' && outcome.review === true) return proposeOnce(services, caller, order);
  if (!isRefusal(outcome) && outcome.kind === 'committed') {
    metrics.orderSeconds.observe((performance.now() - began) / 1000);
    await wake(outcome.commit);
  }
  return outcome;
}
