import { LockError } from '../../state/files/lock.ts';

/**
 * What the functions of this folder throw: one sentence for the user and one that says what to do, neither of which ever
 * holds anything of a private key or identity. `refused`: a file or a key is not as it must be; `unavailable`: an identity, a
 * key, a disk or a right is missing; `again`: another process is at it.
 */
export class KeyStoreError extends Error {
  readonly kind: 'refused' | 'unavailable' | 'again';
  /** One sentence: what to do about it. */
  readonly fix: string;

  constructor(kind: 'refused' | 'unavailable' | 'again', message: string, fix: string) {
    super(message);
    this.name = 'KeyStoreError';
    this.kind = kind;
    this.fix = fix;
  }
}

const reasons: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['ENOSPC', ['no space is left on the device', 'free some space and run the command again']],
  ['EDQUOT', ['the disk quota is used up', 'free some space and run the command again']],
  ['EROFS', ['the file system is read-only', 'name a store that can be written with --store']],
  ['ENOTDIR', ['a part of its path is a file', 'name another store with --store']],
  ['EACCES', ['permission denied', 'run the command as the user that the store belongs to']],
  ['EPERM', ['operation not permitted', 'run the command as the user that the store belongs to']],
  ['ELOOP', ['it is a symbolic link', 'put the file itself in the place of the link']],
  ['ENAMETOOLONG', ['a name is too long for the file system', 'shorten the path of the store']],
]);

/** The error for what the file system refused while `doing` ("read keys/example.com/keys.json"). Others come back as they are. */
export function storeError(error: unknown, doing: string): unknown {
  if (error instanceof LockError) return new KeyStoreError('again', error.message, error.fix);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof KeyStoreError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  const [reason, fix] = reasons.get(code) ?? [code, 'check the disk and its mount'];
  return new KeyStoreError('unavailable', `cannot ${doing}: ${reason}`, fix);
}

/** Runs work with the file system; what it refuses becomes a {@link KeyStoreError}. */
export function guarded<T>(doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error, doing);
  }
}
