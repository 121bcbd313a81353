import { runGit } from '../git/run.ts';
import { addDocument, changeDocument, readDocument } from '../state/documents/documents.ts';
import { type State, unlessThere } from '../state/state.ts';

/** Tells those who wait that what they have committed is served, or held, whichever process has found out. */
export interface Settled {
  /** Says that a release of this commit is served. */
  tell(commit: string): Promise<void>;
  /** The commit of the release that was served last; `undefined` before the first. */
  last(): Promise<string | undefined>;
  /**
   * Waits until a release that holds a commit is served, at most so many milliseconds; gives whether it is. Where that release
   * is held nobody waits for who may allow it.
   */
  wait(commit: string, patience: number): Promise<boolean>;
  /** Lets nobody wait any longer. */
  end(): void;
}

/** The commit that was served last, for all processes that share the state. */
interface Served {
  readonly commit: string;
}

/** The one document of its kind. */
const HEAD = 'head';

/** How often the state is looked at while somebody waits, in milliseconds: a wake-up may be lost. */
const LOOK = 2000;

/** Opens what tells; `repository` is its folder, `held` gives the commit whose release is held now. */
export function openSettled(state: State, repository: string, held: () => Promise<string | undefined>): Settled {
  const waiting = new Set<{ readonly commit: string; readonly resolve: (served: boolean) => void }>();
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  const last = async (): Promise<string | undefined> =>
    (await readDocument<Served>(state.query, 'served', HEAD))?.body.commit;
  const look = async (): Promise<void> => {
    if (waiting.size === 0) return;
    for (const [commit, isServed] of [[await last(), true] as const, [await held(), false] as const]) {
      const older = commit === undefined || waiting.size === 0 ? undefined : await commitsUpTo(repository, commit);
      for (const each of [...waiting]) if (older?.has(each.commit)) each.resolve(isServed);
    }
  };
  // Whoever still waits is told at the next look.
  const lookSoon = (): void => void look().catch(() => undefined);
  const deaf = state.listen('served', lookSoon);
  return {
    last,
    async tell(commit) {
      const values = { status: '', body: { commit } };
      if ((await changeDocument<Served>(state, 'served', HEAD, () => values)) === undefined)
        // Another process may be quicker, with a release of its own.
        await unlessThere(() => addDocument<Served>(state, state.query, 'served', HEAD, values));
      await state.notify(state.query, 'served');
    },
    wait: (commit, patience) =>
      new Promise((done) => {
        if (ended) {
          done(false);
          return;
        }
        const limit = setTimeout(() => each.resolve(false), patience);
        const each = {
          commit,
          resolve: (served: boolean) => {
            clearTimeout(limit);
            waiting.delete(each);
            if (waiting.size === 0) clearInterval(timer);
            done(served);
          },
        };
        if (waiting.size === 0) timer = setInterval(lookSoon, LOOK);
        waiting.add(each);
      }),
    end() {
      ended = true;
      deaf();
      for (const { resolve } of [...waiting]) resolve(false);
    },
  };
}

/** The newest commits that a commit holds. */
async function commitsUpTo(folder: string, commit: string): Promise<ReadonlySet<string>> {
  const { stdout } = await runGit(folder, ['rev-list', '--max-count=1000', '--end-of-options', commit]);
  return new Set(stdout.toString('latin1').split('\n'));
}
