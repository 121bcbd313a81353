import type { NewJob } from '../../state/queue/job.ts';
import type { ForgeKind } from './forge.ts';

/** The kinds of jobs that deliveries of webhooks become. */
export const SYNC_JOB = 'sync';
export const REVIEW_JOB = 'review';
export const MERGED_JOB = 'merged';

/** A pull request of a forge, as a job names it. */
export interface ReviewPayload {
  readonly forge: ForgeKind;
  readonly number: number;
}

/** The remote's branch may have moved: it is to be followed. */
export function syncJob(): NewJob {
  return { kind: SYNC_JOB, payload: null, key: SYNC_JOB, lane: SYNC_JOB };
}

/** A pull request is to be looked at. What it is by then counts, so of several deliveries one look is enough. */
export function reviewJob(payload: ReviewPayload): NewJob {
  const name = `${REVIEW_JOB}:${payload.forge}:${payload.number}`;
  return { kind: REVIEW_JOB, payload, key: name, lane: name };
}

/** A pull request was merged: what its label allowed goes over to the branch. */
export function mergedJob(payload: ReviewPayload): NewJob {
  const name = `${MERGED_JOB}:${payload.forge}:${payload.number}`;
  return { kind: MERGED_JOB, payload, key: name };
}

/** The payload of a job, which an older version may have written. */
export function reviewPayload(payload: unknown): ReviewPayload | undefined {
  const { forge, number } = (payload ?? {}) as Partial<ReviewPayload>;
  const known = forge === 'github' || forge === 'gitea' || forge === 'gitlab';
  return known && Number.isSafeInteger(number) && (number as number) > 0
    ? { forge, number: number as number }
    : undefined;
}
