import { openBranch, readBranch } from '../../git/branch.ts';
import { commitsBetween } from '../../git/messages.ts';
import { openRepository } from '../../git/repository.ts';
import { readNotes } from '../../state/ids/notes.ts';
import { rebuildIds } from '../../state/ids/store.ts';
import { type Failure, failure } from '../failure.ts';
import { type StateOptions, withState } from './place.ts';

/** What was made anew. */
export interface Rebuilt {
  readonly kind: 'rebuilt';
  /** The commit that the ids stand at. */
  readonly commit: string;
  readonly commits: number;
}

/** Makes the ids of zones and records anew from the history of the repository. Accounts and tokens are left alone. */
export function rebuildState(options: StateOptions, folder: string, branchName: string): Promise<Rebuilt | Failure> {
  return withState(
    options,
    async (state) => {
      const repository = await openRepository(folder);
      if (repository === undefined)
        return failure('refused', `${folder} is no repository`, 'name the repository of the server with --repo');
      const commit = await readBranch(await openBranch(repository, branchName));
      if (commit === undefined)
        return failure('refused', `${folder} has no branch ${branchName}`, 'name the repository of the server');
      const commits = (await commitsBetween(repository, undefined, commit)) ?? [];
      await rebuildIds(
        state,
        commits.map(({ id, time, trailers }) => ({ id, at: time * 1000, notes: readNotes(trailers) })),
      );
      return { kind: 'rebuilt', commit, commits: commits.length };
    },
    true,
  );
}
