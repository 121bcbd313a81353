import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Made, WantedRelease } from './make.ts';

/** What a process that stays to make releases works with. */
export interface ResidentOptions {
  /** A line for each release that is wanted. */
  readonly input: Readable;
  readonly make: (wanted: WantedRelease) => Promise<Made>;
  /** Hands an answer over: a line. */
  readonly answer: (line: string) => Promise<void>;
  /** Is called when nothing has been wanted for a moment, and before the end. */
  readonly rest?: () => void;
  /** How long it stays without work, in milliseconds. */
  readonly patience?: number;
  /** How much memory the process may have after a release, in octets; with more it makes room for a new one. */
  readonly room?: number;
}

const PATIENCE = 15 * 60_000;
/** Without work for so long, a process can do what has time, in milliseconds. */
const MOMENT = 10_000;
const ROOM = 1 << 30;

/**
 * Makes releases one after the other, until the input ends, nothing was wanted for long, or memory has grown over what it may
 * be. Whoever asks starts a new process then, so nothing that is kept in this one is needed.
 *
 * @throws whatever `make` throws: what is kept may be wrong then, and is gone with the process.
 */
export async function makeReleases(options: ResidentOptions): Promise<void> {
  const { input, make, answer, rest = () => undefined, patience = PATIENCE, room = ROOM } = options;
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const leave = (): void => lines.close();
  let timer = setTimeout(leave, patience);
  let moment: NodeJS.Timeout | undefined;
  try {
    for await (const line of lines) {
      clearTimeout(timer);
      clearTimeout(moment);
      await answer(`${JSON.stringify(await make(JSON.parse(line) as WantedRelease))}\n`);
      if (process.memoryUsage.rss() > room) return;
      timer = setTimeout(leave, patience);
      moment = setTimeout(rest, MOMENT);
    }
  } finally {
    clearTimeout(timer);
    clearTimeout(moment);
    lines.close();
    rest();
  }
}
