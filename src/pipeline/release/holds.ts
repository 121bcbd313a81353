import { randomBytes } from 'node:crypto';
import type { Block } from '../../compile/plan/plan.ts';
import {
  addDocument,
  changeDocument,
  type Document,
  listDocuments,
  readDocument,
} from '../../state/documents/documents.ts';
import type { State } from '../../state/state.ts';

/** A release that passes thresholds and waits for somebody to allow it. */
export interface Hold {
  /** Of the form that deployments have. */
  readonly id: string;
  /** `allowed`: it was let through; `superseded`: what was committed since took its place. */
  readonly status: 'held' | 'allowed' | 'superseded';
  readonly commit: string;
  /** Why, as many as are shown, and how many there are. */
  readonly blocks: readonly Pick<Block, 'zone' | 'rule' | 'message'>[];
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly finishedAt: number | undefined;
}

type Body = Pick<Hold, 'commit' | 'blocks' | 'count'>;

/** The releases that were held, in the state. */
export interface Holds {
  /** Notes that the release of a commit is held, which takes the place of what was held before. */
  begin(commit: string, blocks: readonly Block[]): Promise<Hold>;
  /** Notes that the release of a commit is there: what was held is over. */
  end(commit: string | null): Promise<void>;
  /** What is held now. */
  current(): Promise<Hold | undefined>;
  find(id: string): Promise<Hold | undefined>;
  /** The newest first, those before one where it is named. */
  list(most: number, before?: Pick<Hold, 'id' | 'startedAt'>): Promise<readonly Hold[]>;
}

/** How many reasons are kept of one release. */
const SHOWN = 50;

/** Opens what a state knows of held releases. */
export function holdsIn(state: State): Holds {
  const current = async (): Promise<Hold | undefined> =>
    (await listDocuments<Body>(state.query, 'hold', { status: 'held', limit: 1 })).map(holdOf)[0];
  const close = async (hold: Hold, status: Hold['status']): Promise<void> => {
    await changeDocument<Body>(state, 'hold', hold.id, ({ body }) => ({ status, body }));
  };
  return {
    current,
    async begin(commit, blocks) {
      const before = await current();
      if (before?.commit === commit) return before;
      if (before !== undefined) await close(before, 'superseded');
      const time = new Date(state.now()).toISOString().replace(/[-:.]/g, '');
      const body: Body = {
        commit,
        blocks: blocks.slice(0, SHOWN).map(({ zone, rule, message }) => ({ zone, rule, message })),
        count: blocks.length,
      };
      const id = `${time}-${randomBytes(4).toString('hex')}`;
      const hold = holdOf(await addDocument<Body>(state, state.query, 'hold', id, { status: 'held', body }));
      // Whoever waits for it to be served need not wait any longer.
      await state.notify(state.query, 'served');
      return hold;
    },
    async end(commit) {
      const hold = await current();
      if (hold !== undefined) await close(hold, hold.commit === commit ? 'allowed' : 'superseded');
    },
    async find(id) {
      const document = await readDocument<Body>(state.query, 'hold', id);
      return document && holdOf(document);
    },
    list: async (most, before) =>
      (
        await listDocuments<Body>(state.query, 'hold', {
          limit: most,
          before: before && { id: before.id, createdAt: before.startedAt },
        })
      ).map(holdOf),
  };
}

function holdOf({ id, status, body, createdAt, updatedAt }: Document<Body>): Hold {
  return {
    ...body,
    id,
    status: status as Hold['status'],
    startedAt: createdAt,
    finishedAt: status === 'held' ? undefined : updatedAt,
  };
}
