/** The hosts of repositories whose API is spoken. */
export type ForgeKind = 'github' | 'gitea' | 'gitlab';

/** A pull request as its host has it now. */
export interface PullRequest {
  readonly number: number;
  readonly open: boolean;
  /** The commit at its head. Nothing in it is trusted. */
  readonly head: string;
  /** The branch that it wants to go into. */
  readonly base: string;
  readonly labels: readonly string[];
  /** The commit that it became on that branch; `undefined` where it was not merged. */
  readonly merged: string | undefined;
}

/** Something that is said about lines of a file. */
export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  /** Where it is about a part of one line. Counted from 1; the end is the last column. */
  readonly columns: readonly [number, number] | undefined;
  readonly level: 'failure' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
}

/** What is said about a commit. */
export interface Verdict {
  readonly state: 'success' | 'failure';
  /** One short sentence. */
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  /** The whole of it; `undefined` where it can be read nowhere. */
  readonly link: string | undefined;
}

/** A change that people are to look at. */
export interface Proposal {
  readonly branch: string;
  readonly base: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
}

/** A host of a repository. What its methods throw is worth another try later, but for {@link ForgeError}. */
export interface Forge {
  readonly kind: ForgeKind;
  /** What a pull request is called there. */
  readonly noun: string;
  /** The reference of the remote that a pull request's head is at. */
  headRef(number: number): string;
  /** `undefined` where there is none with this number. */
  pullRequest(number: number): Promise<PullRequest | undefined>;
  /** Says at a commit that it is being looked at. */
  begin(commit: string): Promise<void>;
  /** Says at a commit what came of it. */
  conclude(commit: string, verdict: Verdict): Promise<void>;
  /** Writes the one comment of ours, or changes it. `marker` is in its text and tells it from others. */
  comment(number: number, marker: string, text: string): Promise<void>;
  /** Opens a pull request; the one that is there where the branch has one already. Gives where people find it. */
  propose(proposal: Proposal): Promise<{ readonly number: number; readonly url: string }>;
}

/** What a host refuses for good: trying again changes nothing. */
export class ForgeError extends Error {
  /** One sentence: what to do about it. */
  readonly fix: string;

  constructor(message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ForgeError';
    this.fix = fix;
  }
}
