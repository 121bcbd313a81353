import { LockError } from '../../state/files/lock.ts';

/**
 * What the functions of this folder throw where a release cannot be written: one sentence for the user and one that says
 * what to do. `refused`: the folder holds something else; `unavailable`: disk, rights, file system; `again`: another build
 * is at it.
 */
export class ReleaseError extends Error {
  readonly kind: 'refused' | 'unavailable' | 'again';
  /** One sentence: what to do about it. */
  readonly fix: string;

  constructor(kind: 'refused' | 'unavailable' | 'again', message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ReleaseError';
    this.kind = kind;
    this.fix = fix;
  }
}

const reasons: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['no space is left on the device', 'free some space and build again; the release before is untouched'],
  EDQUOT: ['the disk quota is used up', 'free some space and build again; the release before is untouched'],
  EROFS: ['the file system is read-only', 'name a folder that can be written'],
  ENOTDIR: ['a part of its path is a file', 'name another folder'],
  EACCES: ['permission denied', 'name a folder that you may write to'],
  EPERM: ['operation not permitted', 'name a folder that you may write to'],
  EBUSY: ['it is in use, perhaps as a mount point', 'name a folder inside of it'],
  EXDEV: ['it is a mount point', 'name a folder inside of it'],
  ENAMETOOLONG: ['a name is too long for the file system', 'shorten the path'],
  EFBIG: ['a file is too large for the file system or a limit', 'raise the limit'],
  EMFILE: ['too many files are open', 'raise the limit with ulimit -n'],
};

/** The error for what the file system refused while `doing` ("write zones/example.com.zone"). Others come back unchanged. */
export function diskError(error: unknown, doing: string): unknown {
  if (error instanceof LockError) return new ReleaseError('again', error.message, error.fix, error);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof ReleaseError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  const [reason, fix] = reasons[code] ?? [(error as Error).message, 'check the disk and its mount'];
  return new ReleaseError('unavailable', `cannot ${doing}: ${reason}`, fix, error);
}
