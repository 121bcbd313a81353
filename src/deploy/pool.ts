/**
 * Works on items, so many at a time, in their order. The first error stops it: nothing new is begun, what has begun comes to
 * its end, and then the error is thrown.
 */
export async function inParallel<T>(items: Iterable<T>, most: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let stopped = false;
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); !stopped && next.done !== true; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: most }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Lets so many pieces of work go on at a time, wherever they come from; the others wait for their turn. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** A gate for so many. */
export function newGate(most: number): Gate {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (busy === most) await new Promise<void>((done) => waiting.push(done));
    else busy++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy--;
      else next();
    }
  };
}
