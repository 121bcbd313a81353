import type { Paint } from '../pipeline/report/text.ts';
import { noPaint } from '../pipeline/report/text.ts';

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Terminal {
  /** Writes a result as it is; resolves when it was handed over, so that pipes that read slowly bound the memory. */
  readonly out: (text: string) => Promise<void>;
  /** Writes a line for people to standard error. */
  readonly say: (line: string) => void;
  /** Draws over the line of progress on standard error; an empty text takes it away. */
  readonly redraw: (line: string) => void;
  /** Writes to standard error as it is, for what moves the cursor by itself. */
  readonly draw: (text: string) => void;
  /** How many characters fit into a line of standard error. */
  readonly columns: () => number;
  /** The colours of standard output: none unless it is a terminal and `NO_COLOR` is unset. */
  readonly paint: Paint;
  /** The colours of standard error. */
  readonly sayPaint: Paint;
}

/** The terminal of this process. A reader of standard output that goes away ends the process quietly. */
export function processTerminal(): Terminal {
  const endQuietly = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  };
  process.stdout.on('error', endQuietly);
  process.stderr.on('error', endQuietly);
  return {
    out: (text) => new Promise((done) => process.stdout.write(text, () => done())),
    say: (line) => void process.stderr.write(`${line}\n`),
    draw: (text) => void process.stderr.write(text),
    redraw: (line) => void process.stderr.write(`\r\x1b[K${line}`),
    // Some terminals do not know how wide they are.
    columns: () => process.stderr.columns || 80,
    paint: paintFor(process.stdout.isTTY === true),
    sayPaint: paintFor(process.stderr.isTTY === true),
  };
}

function paintFor(terminal: boolean): Paint {
  const off = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '';
  if (!terminal || off || process.env.TERM === 'dumb') return noPaint;
  const wrap = (start: number, end: number) => (text: string) => `\x1b[${start}m${text}\x1b[${end}m`;
  return {
    red: wrap(31, 39),
    yellow: wrap(33, 39),
    green: wrap(32, 39),
    blue: wrap(34, 39),
    dim: wrap(2, 22),
    bold: wrap(1, 22),
  };
}
