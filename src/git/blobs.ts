import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { GitError, gitFailed, gitMissing } from './error.ts';
import type { ObjectKind } from './object.ts';
import type { Repository } from './repository.ts';
import { askGitSync, startGit } from './run.ts';

/** Reads blobs through one git that stays open. Close it when done, else the process does not end. */
export interface BlobReader {
  /**
   * The blob's octets; `undefined` where it has more than `limit`. Many may be asked for at once: they are answered in order.
   * Rejects with a GitError where the repository does not have it.
   */
  read(blob: string, limit: number): Promise<Buffer | undefined>;
  /** The same for an object of any kind; `undefined` also where it is of another kind. */
  readObject(kind: ObjectKind, id: string, limit: number): Promise<Buffer | undefined>;
  close(): void;
}

interface Question {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly limit: number;
  readonly resolve: (content: Buffer | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Opens a reader. git is started with the first question. */
export function openBlobs(repository: Repository): BlobReader {
  let child: ChildProcessWithoutNullStreams | undefined;
  let fault: Error | undefined;
  let stderr = '';
  const waiting: Question[] = [];
  const answers = newAnswerReader(waiting);

  const fail = (error: Error): void => {
    fault ??= error;
    for (const question of waiting.splice(0)) question.reject(fault);
  };
  const start = (): ChildProcessWithoutNullStreams => {
    const started = startGit(repository.folder, ['cat-file', '--batch']);
    started.stdin.on('error', () => undefined);
    started.stdout.on('data', answers);
    started.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    started.on('error', (error) => fail(gitMissing(error)));
    started.on('close', () => fail(gitFailed(['cat-file'], stderr)));
    return started;
  };
  return {
    read(blob, limit) {
      return this.readObject('blob', blob, limit);
    },
    readObject(kind, id, limit) {
      if (fault !== undefined) return Promise.reject(fault);
      child ??= start();
      return new Promise((resolve, reject) => {
        waiting.push({ kind, id, limit, resolve, reject });
        child?.stdin.write(`${id}\n`);
      });
    },
    close() {
      fault ??= new GitError('unavailable', 'the reader of blobs is closed', 'report this');
      child?.stdin.end();
    },
  };
}

/** Takes git's output as it comes and answers the questions in order: `ID blob SIZE`, newline, octets, newline. */
function newAnswerReader(waiting: Question[]): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  /** Octets of the blob and its newline still to come; -1 while a header is awaited. */
  let missing = -1;
  let dropped = false;

  const finish = (): void => {
    const question = waiting.shift();
    const content = dropped ? undefined : Buffer.concat(parts, held - 1);
    parts = [];
    held = 0;
    missing = -1;
    question?.resolve(content);
  };
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (missing >= 0) {
        const take = Math.min(missing, chunk.length - at);
        if (!dropped) {
          parts.push(chunk.subarray(at, at + take));
          held += take;
        }
        at += take;
        missing -= take;
        if (missing === 0) finish();
        continue;
      }
      const newline = chunk.indexOf(10, at);
      parts.push(chunk.subarray(at, newline < 0 ? chunk.length : newline));
      if (newline < 0) return;
      at = newline + 1;
      const [, kind, size] = Buffer.concat(parts).toString('latin1').split(' ');
      parts = [];
      const question = waiting[0];
      if (size === undefined) {
        waiting.shift();
        question?.reject(
          new GitError('unavailable', `the repository lacks the object ${question.id} (${kind})`, 'run: git fsck'),
        );
        continue;
      }
      dropped = question === undefined || kind !== question.kind || Number(size) > question.limit;
      missing = Number(size) + 1;
      held = 0;
    }
  };
}

/** One blob's octets, blocking; `undefined` where it has more than `limit`. Throws a GitError where it is not there. */
export function readBlobSync(repository: Repository, blob: string, limit: number): Buffer | undefined {
  const size = Number(askGitSync(repository.folder, ['cat-file', '-s', blob], 1024).toString('latin1'));
  return size > limit ? undefined : askGitSync(repository.folder, ['cat-file', 'blob', blob], size + 1024);
}
