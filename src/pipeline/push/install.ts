import { installHooks } from '../../git/hooks.ts';
import type { Repository } from '../../git/repository.ts';

/** What the hooks of the served repository need to know. */
export interface PushHooks {
  /** How zonewright is started: the program and what comes before a command. */
  readonly program: readonly string[];
  /** The deployed branch. */
  readonly branch: string;
  /** The state folder. */
  readonly state: string;
  /** The address of the remote that the repository follows, without a password; `undefined`: none. */
  readonly remote: string | undefined;
}

/**
 * Lets pushes to a repository be judged by zonewright, and started on afterwards.
 *
 * @throws GitError where there are hooks that somebody else wrote.
 */
export function installPushHooks(repository: Repository, { program, branch, state, remote }: PushHooks): Promise<void> {
  const options = [`--branch=${branch}`, `--state=${state}`, ...(remote === undefined ? [] : [`--remote=${remote}`])];
  return installHooks(repository, {
    'pre-receive': [...program, 'hook', 'pre-receive', ...options],
    'post-receive': [...program, 'hook', 'post-receive', ...options],
  });
}
