import type { Logger } from 'pino';

/** How long at least lies between two requests for a release, in milliseconds: changes that come meanwhile are gathered. */
const APART = 250;

/** Asks for a release. */
export interface Alarm {
  /**
   * Asks soon, once for many changes that come together; asks again where the queue takes nothing. Whoever names the commit
   * that it was asked for last has only now heard of it.
   */
  ring(commit?: string | null): Promise<void>;
  /** Asks no more, and waits for the request that runs: whoever starts next asks anyway. */
  stop(): Promise<void>;
}

/** Makes one that asks by `ask`. A request that a crash swallows is no loss: who starts asks again. */
export function newAlarm(ask: () => Promise<void>, log: Pick<Logger, 'warn'>): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  let running = Promise.resolve();
  let stopped = false;
  let known: string | undefined;
  const send = async (): Promise<void> => {
    timer = undefined;
    asked = performance.now();
    try {
      await ask();
    } catch (error) {
      if (stopped) return;
      log.warn({ err: error }, 'the queue took no job; it is asked again');
      void ring();
    }
  };
  const ring = async (commit?: string | null): Promise<void> => {
    // Who still follows the branch while the server ends rings too.
    if (stopped || (commit != null && commit === known)) return;
    known = commit ?? undefined;
    // One that comes alone waits for nothing.
    timer ??= setTimeout(
      () => {
        running = send();
      },
      Math.max(0, asked + APART - performance.now()),
    );
  };
  return {
    ring,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
