/** Lets work on the same things happen one after the other; work on others goes on meanwhile. */
export interface Turns<K> {
  /** Runs work when nobody else works on any of the keys. */
  take<T>(keys: readonly K[], work: () => Promise<T>): Promise<T>;
  /** How many pieces of work run or wait. */
  readonly busy: number;
}

/** Nobody works yet. */
export function newTurns<K>(): Turns<K> {
  const last = new Map<K, Promise<unknown>>();
  let busy = 0;
  return {
    get busy() {
      return busy;
    },
    take(keys, work) {
      busy++;
      const before = Promise.all(keys.map((key) => last.get(key)));
      const done = before.then(work).finally(() => {
        busy--;
        for (const key of keys) if (last.get(key) === settled) last.delete(key);
      });
      const settled: Promise<unknown> = done.catch(() => undefined);
      for (const key of keys) last.set(key, settled);
      return done;
    },
  };
}
