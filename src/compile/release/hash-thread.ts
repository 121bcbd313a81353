import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { sha256 } from './state.ts';

/** The SHA-256 of a file while that is written. */
export interface FileHash {
  /** These octets were appended, and are in the file. */
  update(octets: Uint8Array): void;
  /** Lets a thread finish what it does for this. Never rejects. */
  settle(): Promise<void>;
  /** Hexadecimal, of the whole file. Where a thread has not said it, the file is read. */
  digest(): string;
  /** The file is not wanted any more. */
  abort(): void;
}

/** A thread that hashes files behind whoever writes them. */
export interface HashThread {
  begin(path: string): FileHash;
}

/** The hash of what is written, worked out by whoever writes it. */
export function hashHere(): FileHash {
  const hash = createHash('sha256');
  return {
    update: (octets) => hash.update(octets),
    settle: () => Promise.resolve(),
    digest: () => hash.digest('hex'),
    abort: () => undefined,
  };
}

/** A file is read so many octets at a time. */
const PIECE = 1 << 20;

interface ToThread {
  readonly id: number;
  readonly path: string;
  /** So many octets are in the file. */
  readonly to: number;
  readonly isLast: boolean;
}

interface FromThread {
  readonly id: number;
  /** `undefined` where the file could not be read. */
  readonly digest: string | undefined;
}

/** The program of the thread, as text; see `worker.ts` where zones are signed. */
const source = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { closeSync, openSync, readSync } = require('node:fs');
const buffer = Buffer.allocUnsafeSlow(${PIECE});
const files = new Map();
const readTo = (file, to) => {
  while (file.at < to) {
    const read = readSync(file.descriptor, buffer, 0, Math.min(buffer.length, to - file.at), file.at);
    if (read === 0) throw new Error('it is shorter than it was');
    file.hash.update(buffer.subarray(0, read));
    file.at += read;
  }
};
parentPort.on('message', ({ id, path, to, isLast }) => {
  let file = files.get(id);
  let digest;
  try {
    if (file === undefined) {
      file = { descriptor: openSync(path, 'r'), at: 0, hash: createHash('sha256') };
      files.set(id, file);
    }
    readTo(file, to);
    if (isLast) digest = file.hash.digest('hex');
  } catch {
    // Whoever waits for it reads the file.
  }
  if (!isLast) return;
  files.delete(id);
  if (file !== undefined) closeSync(file.descriptor);
  parentPort.postMessage({ id, digest });
});
`;

/** A thread that is started with the first file, and does not keep the process. */
export function newHashThread(): HashThread {
  let worker: Worker | undefined;
  let last = 0;
  const waiting = new Map<number, (digest: string | undefined) => void>();
  const answer = (id: number, digest: string | undefined): void => {
    const done = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker?.unref();
    done?.(digest);
  };
  const start = (): Worker => {
    const started = new Worker(source, { eval: true });
    started.unref();
    started.on('message', ({ id, digest }: FromThread) => answer(id, digest));
    started.on('error', () => {
      worker = undefined;
      for (const id of [...waiting.keys()]) answer(id, undefined);
    });
    return started;
  };
  return {
    begin(path) {
      const id = ++last;
      let size = 0;
      let told = 0;
      let digest: string | undefined;
      let isOpen = true;
      const tell = (to: number, isLast: boolean): void => {
        worker ??= start();
        worker.postMessage({ id, path, to, isLast } satisfies ToThread);
        told = to;
        isOpen = !isLast;
      };
      const giveUp = (): void => {
        if (isOpen && told > 0) tell(0, true);
        isOpen = false;
      };
      return {
        update(octets) {
          size += octets.length;
          digest = undefined;
          if (isOpen && size - told >= PIECE) tell(size, false);
        },
        async settle() {
          digest = await new Promise<string | undefined>((done) => {
            waiting.set(id, done);
            tell(size, true);
            worker?.ref();
          });
        },
        digest() {
          giveUp();
          return digest ?? sha256(readFileSync(path));
        },
        abort: giveUp,
      };
    },
  };
}
