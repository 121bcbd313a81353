import pg from 'pg';

/** The longest pause between two attempts to connect again, in milliseconds. */
const LONGEST_PAUSE = 5000;

/** Listens to channels of a PostgreSQL server on a connection of its own. */
export interface Listener {
  /** Calls `heard` at every notification, and whenever some may have been missed. Gives what stops it. */
  listen(channel: string, heard: () => void): () => void;
  close(): Promise<void>;
}

/** Connects when the first one listens, and again whenever the connection breaks. */
export function openListener(settings: pg.ClientConfig): Listener {
  const channels = new Map<string, Set<() => void>>();
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = 0;
  let closed = false;
  // The connection takes one question at a time.
  let asked = Promise.resolve();

  const subscribe = (to: pg.Client, channel: string): Promise<void> => {
    const answer = asked.then(async () => void (await to.query(`listen ${pg.escapeIdentifier(channel)}`)));
    asked = answer.catch(() => undefined);
    return answer;
  };
  const wake = (channel: string): void => {
    for (const heard of channels.get(channel) ?? []) heard();
  };
  const lost = (): void => {
    if (closed || timer !== undefined) return;
    client?.end().catch(() => undefined);
    client = undefined;
    pause = Math.min(LONGEST_PAUSE, Math.max(50, pause * 2));
    timer = setTimeout(() => {
      timer = undefined;
      connect();
    }, pause);
    timer.unref();
  };
  const connect = (): void => {
    const mine = new pg.Client(settings);
    client = mine;
    const lostMine = (): void => {
      if (client === mine) lost();
    };
    mine.on('error', lostMine);
    mine.on('end', lostMine);
    mine.on('notification', ({ channel }) => wake(channel));
    asked = Promise.resolve();
    mine
      .connect()
      .then(() => Promise.all([...channels.keys()].map((channel) => subscribe(mine, channel))))
      .then(() => {
        pause = 0;
        for (const channel of channels.keys()) wake(channel);
      })
      .catch(lostMine);
  };
  return {
    listen(channel, heard) {
      if (closed) return () => undefined;
      const known = channels.get(channel);
      const all = known ?? new Set();
      channels.set(channel, all.add(heard));
      if (client === undefined) {
        if (timer === undefined) connect();
      } else if (known === undefined) {
        subscribe(client, channel).catch(() => undefined);
      }
      return () => void all.delete(heard);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
