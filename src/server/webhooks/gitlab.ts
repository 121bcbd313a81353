import { hostSender } from './host.ts';
import { at, type Delivery, type Expected, header, idFrom, ignored, isSameSecret, numberAt, textAt } from './sender.ts';

/** GitLab, which sends the secret itself and signs nothing: it must be reached over TLS. */
export const gitlab = hostSender({
  name: 'gitlab',
  verify: (headers, _, secret) => isSameSecret(header(headers, 'x-gitlab-token') ?? '', secret),
  // The first is the same in every repetition of a delivery; older versions have the second only.
  idOf: (headers) => idFrom(headers, 'idempotency-key', 'x-gitlab-event-uuid'),
  events: ['x-gitlab-event'],
  repository: { path: ['project', 'path_with_namespace'], noun: 'project' },
  push: 'Push Hook',
  others: new Map([['Merge Request Hook', mergeRequest]]),
});

const ACTIONS = new Set(['open', 'reopen', 'update']);

function mergeRequest(payload: unknown, { branch }: Expected): Delivery {
  const number = numberAt(payload, 'object_attributes', 'iid');
  if (textAt(payload, 'object_attributes', 'target_branch') !== branch) {
    return ignored('a merge request to another branch');
  }
  const action = at(payload, 'object_attributes', 'action');
  if (action === 'merge') return { kind: 'merged', number };
  if (typeof action !== 'string' || !ACTIONS.has(action)) return ignored('nothing hangs on this action');
  // Other commits come with `oldrev`; everything else that is new is listed.
  const changes = at(payload, 'changes');
  const concerns = ['labels', 'target_branch'].some((name) => at(changes, name) !== undefined);
  const same = action === 'update' && at(payload, 'object_attributes', 'oldrev') === undefined && !concerns;
  return same ? ignored('the same commits') : { kind: 'review', number };
}
