import { EXIT } from '../exit.ts';

/** What Ctrl-C does to a rollout. */
export interface Interrupt {
  readonly signal: AbortSignal;
  readonly stopping: () => boolean;
}

/**
 * The first Ctrl-C (or SIGTERM) lets the nodes that were begun come to their end, the second ends at once; the next rollout
 * then finishes the work. A third one does not wait for anything.
 */
export function watchForInterrupts(say: (line: string) => void): Interrupt {
  const controller = new AbortController();
  let asked = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      asked++;
      if (asked === 1) say('zonewright: finishing the nodes that were begun; once more ends at once');
      else if (asked === 2) controller.abort();
      else process.exit(EXIT.interrupted);
    });
  }
  return { signal: controller.signal, stopping: () => asked > 0 };
}
