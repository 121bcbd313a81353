import { GitError } from '../../git/error.ts';

/**
 * Lets nobody try a remote again who has waited behind an attempt that it did not answer: of many who wait for one zone each
 * would wait as long as all before it together.
 */
export interface Silence {
  /** To be called when a change arrives; gives what carries it out when its turn has come. */
  arrive(): <T>(work: () => Promise<T>) => Promise<T>;
}

/** Nobody has waited yet. */
export function newSilence(): Silence {
  let arrived = 0;
  /** Whoever came before was waiting when the remote was found to be silent. */
  let silentFor = 0;
  return {
    arrive() {
      const mine = ++arrived;
      return async (work) => {
        if (mine <= silentFor) {
          throw new GitError(
            'unavailable',
            'the remote does not answer',
            'send the change again later; it was not tried',
          );
        }
        try {
          return await work();
        } catch (error) {
          if (error instanceof GitError && error.kind === 'unavailable') silentFor = arrived;
          throw error;
        }
      };
    },
  };
}
