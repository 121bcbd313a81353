import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import { NodeError } from '../node/node-error.ts';
import type { Run, Transport, TransportOptions } from '../node/transport.ts';
import { openTransport } from './open.ts';

/** Connections to nodes that outlast a rollout, so that the next one need not make them again. */
export interface Connections {
  /**
   * Lends the way to a node until it is closed: the one that was made before, where it is still one to the same node with the
   * same pinned keys, else a new one. One that was kept is asked something before its first command, and a new one is made
   * where it is dead. `pinned` are the pinned host keys.
   */
  lend(node: NodeEntry, options: TransportOptions, pinned: string): Transport;
  /** Begins to ask all that are kept: what is lent soon need not be asked then. */
  look(): void;
  /** Ends all that nobody has borrowed. Never throws. */
  close(): Promise<void>;
}

/** So many are kept; those of which the last use is longest ago end first. */
const KEPT = 100;

/** Milliseconds without work after which a connection ends. */
const IDLE = 10 * 60_000;

/** A connection, and what ends all that goes on over it. */
interface Line {
  readonly transport: Transport;
  /** What it depends on: with another text it is another connection. */
  readonly key: string;
  readonly stop: AbortController;
  /** A question that it was asked while nobody had it: when, and whether it was answered. */
  looked?: { readonly at: number; readonly answered: Promise<boolean> };
}

/** Milliseconds after which a connection that was kept, and does not answer, counts as dead. */
const PATIENCE = 10_000;

/** Milliseconds for which an answer counts. */
const COUNTS_FOR = 5000;

/** Opens a place for connections. */
export function openConnections(patienceMs: number = PATIENCE): Connections {
  const kept = new Map<string, Line>();
  let over = false;
  const end = (line: Line | undefined): Promise<void> => line?.transport.close() ?? Promise.resolve();
  return {
    lend(node, options, pinned) {
      const { signal } = options;
      const key = JSON.stringify([node, { ...options, signal: undefined }, pinned]);
      const make = (): Line => {
        const stop = new AbortController();
        return { transport: openTransport(node, { ...options, signal: stop.signal, idleMs: IDLE }), key, stop };
      };
      const found = kept.get(node.name);
      kept.delete(node.name);
      let line = found?.key === key ? found : undefined;
      if (line === undefined) void end(found);
      const isKept = line !== undefined;
      line ??= make();
      const interrupt = (): void => line?.stop.abort();
      signal.addEventListener('abort', interrupt, { once: true });
      if (signal.aborted) interrupt();
      const renew = (): void => {
        void end(line);
        line = make();
      };
      return {
        run: isKept ? lookedAtFirst(() => line as Line, signal, patienceMs, renew) : line.transport.run,
        send: (batch, progress) => (line as Line).transport.send(batch, progress),
        async close() {
          signal.removeEventListener('abort', interrupt);
          const mine = line as Line;
          if (over || signal.aborted || kept.has(node.name)) return end(mine);
          kept.set(node.name, mine);
          const [oldest] = kept.keys();
          if (kept.size > KEPT && oldest !== undefined) {
            const last = kept.get(oldest);
            kept.delete(oldest);
            await end(last);
          }
        },
      };
    },
    look() {
      for (const line of kept.values()) line.looked = { at: performance.now(), answered: isAlive(line, patienceMs) };
    },
    async close() {
      over = true;
      const all = [...kept.values()];
      kept.clear();
      await Promise.all(all.map(end));
    },
  };
}

/**
 * Looks with the first command whether a connection that was kept still bears one, with a question that changes nothing: a
 * dead connection may deliver later what was said last, and that must not be a lock that nobody gives back.
 */
function lookedAtFirst(line: () => Line, signal: AbortSignal, patienceMs: number, renew: () => void): Run {
  let looked: Promise<unknown> | undefined;
  const look = async (): Promise<void> => {
    const { looked: before } = line();
    delete line().looked;
    const counts = before !== undefined && performance.now() - before.at < COUNTS_FOR;
    if (!(await (counts ? before.answered : isAlive(line(), patienceMs))) && !signal.aborted) renew();
  };
  return async (words, options) => {
    looked ??= look();
    await looked;
    return line().transport.run(words, options);
  };
}

async function isAlive({ transport }: Line, patienceMs: number): Promise<boolean> {
  try {
    await transport.run(['may-announce'], { timeoutMs: patienceMs });
    return true;
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    return false;
  }
}
