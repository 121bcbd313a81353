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

/** A thread that hashes files: behind whoever writes them, or while it reads them. */
export interface HashThread {
  /** Starts the thread while what it will do is still being made. */
  getReady(): void;
  begin(path: string): FileHash;
  /** The octets of a file of so many, with their SHA-256; `undefined` where they cannot be read or are more or fewer. Never rejects. */
  read(path: string, size: number): Promise<HashedFile | undefined>;
  /** Ends the thread. What it is still asked is answered as if it could not be read. */
  close(): Promise<void>;
}

/** What a file holds. `digest` is hexadecimal. */
export interface HashedFile {
  readonly octets: Buffer;
  readonly digest: string;
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
  /** Whether these are the last ones, or all that are wanted at once. */
  readonly what: 'more' | 'last' | 'whole';
}

interface FromThread {
  readonly id: number;
  /** `undefined` where the file could not be read. */
  readonly digest: string | undefined;
  /** Those of the whole file, where they are wanted. */
  readonly octets: Uint8Array | undefined;
}

/** The program of the thread, as text; see `worker.ts` where zones are signed. */
const source = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { closeSync, fstatSync, openSync, readSync } = require('node:fs');
const buffer = Buffer.allocUnsafeSlow(${PIECE});
const files = new Map();
const open = (path) => ({ descriptor: openSync(path, 'r'), at: 0, hash: createHash('sha256') });
const readTo = (file, to, into) => {
  while (file.at < to) {
    const piece = (into?.subarray(file.at) ?? buffer).subarray(0, Math.min(${PIECE}, to - file.at));
    const read = readSync(file.descriptor, piece, 0, piece.length, file.at);
    if (read === 0) throw new Error('it is shorter than it was');
    file.hash.update(piece.subarray(0, read));
    file.at += read;
  }
};
const readWhole = (id, path, size) => {
  let file;
  try {
    file = open(path);
    if (fstatSync(file.descriptor).size !== size) throw new Error('it is longer or shorter');
    const octets = new Uint8Array(size);
    readTo(file, size, octets);
    parentPort.postMessage({ id, digest: file.hash.digest('hex'), octets }, [octets.buffer]);
  } catch {
    parentPort.postMessage({ id });
  } finally {
    if (file !== undefined) closeSync(file.descriptor);
  }
};
parentPort.on('message', ({ id, path, to, what }) => {
  if (what === 'whole') {
    readWhole(id, path, to);
    return;
  }
  const isLast = what === 'last';
  let file = files.get(id);
  let digest;
  try {
    if (file === undefined) {
      file = open(path);
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
  const waiting = new Map<number, (answer: FromThread | undefined) => void>();
  const answer = (id: number, said: FromThread | undefined): void => {
    const done = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker?.unref();
    done?.(said);
  };
  const giveUpAll = (): void => {
    worker = undefined;
    for (const id of [...waiting.keys()]) answer(id, undefined);
  };
  const start = (): Worker => {
    const started = new Worker(source, { eval: true });
    started.unref();
    started.on('message', (said: FromThread) => answer(said.id, said));
    started.on('error', giveUpAll);
    return started;
  };
  const tell = (message: ToThread): void => {
    worker ??= start();
    worker.postMessage(message);
  };
  const answerTo = (message: ToThread): Promise<FromThread | undefined> =>
    new Promise((done) => {
      waiting.set(message.id, done);
      tell(message);
      worker?.ref();
    });
  return {
    getReady() {
      worker ??= start();
    },
    async close() {
      const ended = worker?.terminate();
      giveUpAll();
      await ended;
    },
    async read(path, size) {
      const { octets, digest } = (await answerTo({ id: ++last, path, to: size, what: 'whole' })) ?? {};
      if (octets === undefined || digest === undefined) return undefined;
      return { octets: Buffer.from(octets.buffer), digest };
    },
    begin(path) {
      const id = ++last;
      let size = 0;
      let told = 0;
      let digest: string | undefined;
      let isOpen = true;
      const giveUp = (): void => {
        if (isOpen && told > 0) tell({ id, path, to: 0, what: 'last' });
        isOpen = false;
      };
      return {
        update(octets) {
          size += octets.length;
          digest = undefined;
          if (!isOpen || size - told < PIECE) return;
          tell({ id, path, to: size, what: 'more' });
          told = size;
        },
        async settle() {
          isOpen = false;
          digest = (await answerTo({ id, path, to: size, what: 'last' }))?.digest;
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
