import { purgeJobs } from '../state/queue/job.ts';
import { purgeDeliveries } from '../state/requests/deliveries.ts';
import { purgeRequests } from '../state/requests/idempotency.ts';
import type { Services } from './services.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Writes down when tokens were used, and forgets what nobody asks for any more. Gives what ends it. */
export function housekeeping({ state, authentication, log }: Services): () => void {
  const round = async (): Promise<void> => {
    const now = state.now();
    await authentication.use.flush();
    await purgeRequests(state.query, now);
    await purgeDeliveries(state.query, now - 30 * DAY);
    await purgeJobs(state.query, now - 7 * DAY);
  };
  const timer = setInterval(() => {
    round().catch((error: unknown) => log.warn({ err: error }, 'housekeeping was put off'));
  }, MINUTE);
  timer.unref();
  return () => clearInterval(timer);
}
