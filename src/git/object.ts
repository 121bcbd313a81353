import { createHash, hash } from 'node:crypto';
import type { Repository } from './repository.ts';
import { askGit } from './run.ts';

/** The kinds of object that a repository holds; tags are only ever read past. */
export type ObjectKind = 'commit' | 'tree' | 'blob';

/** How a repository names its objects. */
export interface ObjectFormat {
  readonly hash: 'sha1' | 'sha256';
  /** Octets of an id: half of its hexadecimal digits. */
  readonly octets: 20 | 32;
}

/** The format of nearly every repository. */
export const SHA1: ObjectFormat = { hash: 'sha1', octets: 20 };

/** The format that `git init --object-format=sha256` chooses. */
export const SHA256: ObjectFormat = { hash: 'sha256', octets: 32 };

/** An object that is to be written. */
export interface NewObject {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly content: Buffer;
}

/** Up to so many octets, copying content costs less than hashing it in two steps. */
const SHORT = 2048;

/** Gives content its id: the hash over kind, length and octets. */
export function newObject(format: ObjectFormat, kind: ObjectKind, content: Buffer): NewObject {
  const head = `${kind} ${content.length}\0`;
  const id =
    content.length > SHORT
      ? createHash(format.hash).update(head).update(content).digest('hex')
      : hash(format.hash, Buffer.concat([Buffer.from(head, 'latin1'), content]), 'hex');
  return { kind, id, content };
}

/** Which format a repository has. Throws a GitError where git cannot say. */
export async function objectFormat(repository: Repository): Promise<ObjectFormat> {
  const answer = await askGit(repository.folder, ['rev-parse', '--show-object-format']);
  return answer.toString('latin1').trim() === 'sha256' ? SHA256 : SHA1;
}
