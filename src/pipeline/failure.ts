import { ReleaseError } from '../compile/release/error.ts';
import { SourceError } from '../compile/source/tree.ts';
import { NodeError } from '../deploy/node/node-error.ts';
import { KeyStoreError } from '../dnssec/store/error.ts';
import { GitError } from '../git/error.ts';
import { StateError } from '../state/error.ts';

/**
 * Why a use case could not do its work, in the words of a user: `usage`, it was asked for something that makes no sense;
 * `refused`, the input is wrong; `unavailable`, disk, git or history are not as they are needed; `again`, another process
 * is at it.
 */
export interface Failure {
  readonly kind: 'failure';
  readonly status: 'usage' | 'refused' | 'unavailable' | 'again';
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly fix: string;
}

/** A failure in these words. */
export function failure(status: Failure['status'], message: string, fix: string): Failure {
  return { kind: 'failure', status, message, fix };
}

/** Runs the work of a use case; what git, disk and locks refuse becomes a failure, everything else is thrown again. */
export async function orFailure<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GitError || error instanceof ReleaseError || error instanceof KeyStoreError)
      return failure(error.kind, error.message, error.fix);
    if (error instanceof StateError)
      return failure(error.kind === 'conflict' ? 'refused' : error.kind, error.message, error.fix);
    if (error instanceof NodeError)
      return failure(error.reason === 'locked' ? 'again' : 'unavailable', error.message, error.fix);
    if (error instanceof SourceError) return failure('refused', error.message, error.fix);
    throw error;
  }
}
