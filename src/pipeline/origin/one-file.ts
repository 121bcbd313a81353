import type { FileChange } from '../../git/change.ts';
import type { Committer } from '../../git/committer.ts';
import type { Files } from '../../git/snapshot.ts';
import { failure } from '../failure.ts';
import type { Proposed, Proposer } from '../proposal.ts';
import type { Caller } from './caller.ts';
import type { SilentCommit } from './follow-ids.ts';
import { messageOf, personOf } from './message.ts';
import type { Mirror } from './mirror.ts';
import { type Refusal, settledOutcome } from './outcome.ts';

/** What came of a change of a file that is no zone's. */
export interface FileOutcome {
  readonly kind: 'committed' | 'unchanged';
  readonly commit: string | undefined;
}

/** Has a change proposed in the place of making it: may open the proposal, and says why the change is not made. */
export type Aside = (open: () => Promise<Proposed | Refusal>) => Promise<Refusal>;

/** A change of one file. */
export interface OneFile<R extends { readonly kind: string }> {
  readonly caller: Caller;
  /** Looks at the file, within {@link Mirror.exclusive}; whatever is no change is why there is none. */
  readonly prepare: (files: Files) => Promise<FileChange | R>;
  /** Of the commit. */
  readonly subject: (change: FileChange) => string;
  readonly aside?: Aside | undefined;
}

/** Changes a file that is no zone's: one commit, or a proposal. */
export type OneFileWriter = <R extends { readonly kind: string }>(
  change: OneFile<R>,
) => Promise<FileOutcome | R | Refusal>;

/** What files are changed with. */
export interface OneFileOptions {
  readonly mirror: Mirror;
  readonly committer: Committer;
  readonly proposer: Proposer | undefined;
  /** Told of what was committed. */
  readonly committed: (made: SilentCommit) => void;
}

/** A writer over the branch that the mirror shows. */
export function oneFileWriter(options: OneFileOptions): OneFileWriter {
  const { mirror, committer, committed } = options;
  return async <R extends { readonly kind: string }>(change: OneFile<R>): Promise<FileOutcome | R | Refusal> => {
    if (change.aside !== undefined) return propose(options, change, change.aside);
    const { caller, prepare, subject } = change;
    const outcome = await committer.commit<R>({
      author: personOf(caller),
      apply: (files) =>
        mirror.exclusive(async () => {
          const prepared = await prepare(files);
          if (!isChange(prepared)) return { kind: 'refused', refusal: prepared };
          return { kind: 'change', files: [prepared], message: messageOf([], caller, [], subject(prepared)) };
        }),
    });
    return settledOutcome(outcome, (made) => {
      if (made.kind === 'committed') committed(made);
      return { kind: made.kind, commit: made.commit };
    });
  };
}

async function propose<R extends { readonly kind: string }>(
  { mirror, committer, proposer }: OneFileOptions,
  { caller, prepare, subject }: OneFile<R>,
  aside: Aside,
): Promise<FileOutcome | R | Refusal> {
  const { head, prepared } = await mirror.exclusive(async () => {
    const at = await committer.head();
    return { head: at, prepared: await prepare(at) };
  });
  if (!isChange(prepared)) return prepared;
  const { commit: base } = head;
  if (proposer === undefined || base === undefined)
    return failure('unavailable', 'nothing can be proposed here', 'make the change without a proposal');
  if (prepared.kind === 'put' && (await head.read(prepared.path)) === prepared.content)
    return { kind: 'unchanged', commit: base };
  const message = messageOf([], caller, [], subject(prepared));
  return aside(() => proposer({ base, files: [prepared], message, author: personOf(caller), zones: [] }));
}

function isChange(prepared: { readonly kind: string }): prepared is FileChange {
  return prepared.kind === 'put' || prepared.kind === 'delete';
}
