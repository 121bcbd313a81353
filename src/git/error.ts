/**
 * What the functions of this folder throw where git refuses or is not there: a sentence for the user and one that says what
 * to do. `unavailable` means that a program, a repository or its history is missing; `refused` that the question is wrong;
 * `again` that somebody else is at it, and that the same may succeed later.
 */
export class GitError extends Error {
  readonly kind: 'unavailable' | 'refused' | 'again';
  /** One sentence: what to do about it. */
  readonly fix: string;

  constructor(kind: 'unavailable' | 'refused' | 'again', message: string, fix: string) {
    super(message);
    this.name = 'GitError';
    this.kind = kind;
    this.fix = fix;
  }
}

/** The error for a git that failed with this on standard error. */
export function gitFailed(args: readonly string[], stderr: string): GitError {
  const dubious = /detected dubious ownership in repository at '([^'\n]*)'/.exec(stderr);
  if (dubious !== null) {
    const folder = dubious[1] as string;
    return new GitError(
      'refused',
      `git does not trust ${folder}, because it belongs to another user`,
      `if you trust it, run: git config --global --add safe.directory '${folder}'`,
    );
  }
  const said = stderr.trim().split('\n')[0] ?? '';
  const message = said.replace(/^(fatal|error): /, '');
  return new GitError(
    'unavailable',
    `git ${args[0] ?? ''} failed: ${message === '' ? 'it said nothing' : message}`,
    'check the repository with: git fsck',
  );
}

/** The error for a git that could not be started. */
export function gitMissing(error: NodeJS.ErrnoException): GitError {
  return error.code === 'ENOENT'
    ? new GitError('unavailable', 'the program git is not installed', 'install git, or work without --at and --base')
    : new GitError('unavailable', `git could not be started: ${error.message}`, 'check the installation of git');
}
