import type { DomainName } from '../../dns/name.ts';
import type { Outcome as CommitOutcome } from '../../git/committer.ts';
import type { Finding } from '../../zone/finding.ts';
import { type Failure, failure } from '../failure.ts';
import type { Proposed } from '../proposal.ts';
import type { RRsetView, ZoneView } from './view.ts';

/** A zone after an order; `view` is `undefined` where it was deleted. */
export interface ChangedZone {
  readonly zone: DomainName;
  readonly before: ZoneView | undefined;
  readonly view: ZoneView | undefined;
  /** The RRsets in which the two may differ; `undefined`: in any. */
  readonly touched: readonly Pick<RRsetView, 'owner' | 'type'>[] | undefined;
}

/** Why something was not done, with nothing changed. `at` counts the edits, or the orders, of the request from 0. */
export type Refusal =
  /** The holder is nobody any more: disabled, expired, revoked (401). */
  | { readonly kind: 'unknown' }
  /** No such zone, or none that the caller may know of: the two must look alike (404). */
  | { readonly kind: 'no-zone'; readonly zone: DomainName }
  /** Not with this token (403). */
  | { readonly kind: 'forbidden'; readonly message: string /** It may be proposed. */; readonly review?: true }
  /** The record or RRset is not there, or not any more (404). */
  | { readonly kind: 'missing'; readonly message: string; readonly at: number }
  /** The zone is there already (409), for whoever may know. */
  | { readonly kind: 'exists'; readonly zone: DomainName /** The caller may not know. */; readonly hidden?: true }
  /** Somebody else was faster: a tag that was asked for is no longer right (412). */
  | { readonly kind: 'stale'; readonly message: string }
  /** What was asked for makes no sense: a value that is none, a name outside of the zone (422). */
  | {
      readonly kind: 'invalid';
      readonly message: string;
      readonly fix: string;
      readonly at: number;
      /** What is wrong: `owner`, `type`, `ttl`, `value`, `setting`, `name` (of a zone), `document`. */
      readonly field: string;
    }
  /** The zones would break rules (422); errors come first. */
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }
  /** Disk, git, database or remote (503, or 409 for `again`). */
  | Failure;

/** What came of an order. */
export type OrderOutcome =
  | {
      readonly kind: 'committed' | 'unchanged' | 'dry-run';
      /** The commit that holds it: the new one, or for `unchanged` that which was there. */
      readonly commit: string | undefined;
      readonly zones: readonly ChangedZone[];
      /** Warnings that the change brought, and those that stand in the changed zones. */
      readonly findings: readonly Finding[];
    }
  | Refusal;

/** What came of a proposal. */
export type ProposalOutcome =
  | (Proposed & { readonly zones: readonly ChangedZone[]; readonly findings: readonly Finding[] })
  | Refusal;

/** A commit's outcome in the words of this folder: `done` says what came of one that was made, or was not needed. */
export function settledOutcome<R, T>(
  outcome: CommitOutcome<R>,
  done: (made: Extract<CommitOutcome<R>, { readonly kind: 'committed' | 'unchanged' }>) => T,
): T | R | Failure {
  switch (outcome.kind) {
    case 'refused':
      return outcome.refusal;
    case 'conflict':
      return failure('refused', outcome.message, 'look at what the repository has there');
    default:
      return done(outcome);
  }
}

/** Whether something was refused. */
export function isRefusal<T extends { readonly kind: string }>(outcome: T | Refusal): outcome is Refusal {
  return refusals.has(outcome.kind);
}

const refusals: ReadonlySet<string> = new Set<Refusal['kind']>([
  'unknown',
  'no-zone',
  'forbidden',
  'missing',
  'exists',
  'stale',
  'invalid',
  'refused',
  'failure',
]);
