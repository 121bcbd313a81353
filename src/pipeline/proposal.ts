import { randomBytes } from 'node:crypto';
import { displayName } from '../dns/name.ts';
import { moveBranch, openBranch } from '../git/branch.ts';
import type { FileChange } from '../git/change.ts';
import type { CommitMessage, Person } from '../git/commit-object.ts';
import { openCommitter } from '../git/committer.ts';
import { removeReference } from '../git/reference.ts';
import { pushCommit, type Remote } from '../git/remote.ts';
import type { Repository } from '../git/repository.ts';
import { type Failure, failure } from './failure.ts';
import type { ChangedZone } from './origin/outcome.ts';
import { escapeMarkdown } from './plan/markdown.ts';
import { type Forge, ForgeError } from './review/forge.ts';

/** A change that was prepared for the deployed branch and is to be looked at first. */
export interface ProposedChange {
  /** The commit that it was prepared for. */
  readonly base: string;
  readonly files: readonly FileChange[];
  readonly message: CommitMessage;
  readonly author: Person;
  readonly zones: readonly ChangedZone[];
}

/** A proposal that people can look at. */
export interface Proposed {
  readonly kind: 'proposed';
  readonly branch: string;
  readonly commit: string;
  /** Where its pull request is; `undefined` where the branch is all there is. */
  readonly url: string | undefined;
  /** Why there is no pull request though there is a host for it. */
  readonly trouble: string | undefined;
}

/** What proposals are made with. */
export interface ProposerOptions {
  readonly repository: Repository;
  readonly committer: Person;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** The deployed branch. */
  readonly branch: string;
  /** Where branches are pushed to, where the repository follows a remote. */
  readonly remote: Omit<Remote, 'branch'> | undefined;
  /** The host of that remote, where its API is known. */
  readonly forge: () => Promise<Forge | Failure | undefined>;
}

/** Puts a change onto a branch of its own. */
export type Proposer = (change: ProposedChange) => Promise<Proposed | Failure>;

/**
 * Makes proposals: a commit on a branch `proposals/…`, which is pushed where there is a remote, and a pull request where its
 * host is known. The branch is durable when this resolves; without a pull request its name is the answer.
 *
 * @throws GitError where disk or remote fail.
 */
export function newProposer(options: ProposerOptions): Proposer {
  const { repository, remote, forge } = options;
  return async (change) => {
    const branch = `proposals/${randomBytes(8).toString('hex')}`;
    const commit = await commitTo(options, branch, change);
    if (typeof commit !== 'string') return commit;
    if (remote !== undefined) {
      try {
        const answer = await pushCommit(repository, { ...remote, branch }, commit, undefined);
        if (answer.kind !== 'accepted') {
          const said = answer.kind === 'refused' ? answer.message : 'there is a branch of this name';
          return failure('refused', `the remote refused the proposal: ${said}`, 'look at the rules of the remote');
        }
      } finally {
        // Whether or not the remote took it, here it is of no use.
        await removeReference(repository, `refs/heads/${branch}`, commit);
      }
    }
    return { kind: 'proposed', branch, commit, ...(await openPullRequest(await forge(), options, branch, change)) };
  };
}

async function commitTo(
  { repository, committer, now }: ProposerOptions,
  branch: string,
  { base, files, message, author }: ProposedChange,
): Promise<string | Failure> {
  await moveBranch(await openBranch(repository, branch), undefined, base);
  const writer = await openCommitter(repository, { branch, committer, now });
  try {
    const outcome = await writer.commit<never>({ author, apply: async () => ({ kind: 'change', files, message }) });
    if (outcome.kind === 'committed') return outcome.commit;
    await removeReference(repository, `refs/heads/${branch}`, base);
    if (outcome.kind === 'conflict')
      return failure('refused', outcome.message, 'look at what the repository has there');
    return failure('refused', 'it changes nothing', 'propose something that differs from what is there');
  } finally {
    await writer.close();
  }
}

async function openPullRequest(
  forge: Forge | Failure | undefined,
  { branch: base }: ProposerOptions,
  branch: string,
  { message, author, zones }: ProposedChange,
): Promise<Pick<Proposed, 'url' | 'trouble'>> {
  if (forge === undefined) return { url: undefined, trouble: undefined };
  if ('status' in forge) return { url: undefined, trouble: forge.message };
  const names = zones.map(({ zone }) => `- ${escapeMarkdown(displayName(zone))}`);
  const fence = '`'.repeat(Math.max(3, ...(message.body?.match(/`+/g) ?? []).map((run) => run.length + 1)));
  const body = [
    `${escapeMarkdown(author.name).replaceAll('@', '@\u200b')} proposes this through the API.`,
    ...(message.body === undefined ? [] : [`${fence}text\n${message.body}\n${fence}`]),
    names.slice(0, 100).join('\n'),
  ].join('\n\n');
  try {
    const { url } = await forge.propose({ branch, base, title: message.subject, body });
    return { url, trouble: undefined };
  } catch (error) {
    // The branch is there and can be made a pull request by hand.
    const trouble = error instanceof ForgeError ? error.message : `the ${forge.noun} could not be opened`;
    return { url: undefined, trouble };
  }
}
