import { hostSender, pullRequest } from './host.ts';
import { type Delivery, type Expected, header, idFrom, ignored, isSignature, numberAt } from './sender.ts';

/** Gitea and Forgejo. It has an event of its own for pushes to a pull request and for its labels. */
export const gitea = hostSender({
  name: 'gitea',
  verify: (headers, body, secret) =>
    isSignature(header(headers, 'x-gitea-signature') ?? header(headers, 'x-forgejo-signature'), body, secret),
  idOf: (headers) => idFrom(headers, 'x-gitea-delivery', 'x-forgejo-delivery'),
  events: ['x-gitea-event', 'x-forgejo-event'],
  repository: { path: ['repository', 'full_name'], noun: 'repository' },
  push: 'push',
  others: new Map(['pull_request', 'pull_request_sync', 'pull_request_label'].map((event) => [event, request])),
});

const ACTIONS = new Set([
  'opened',
  'reopened',
  'synchronized',
  'synchronize',
  'edited',
  'label_updated',
  'label_cleared',
  'labeled',
  'unlabeled',
]);

function request(payload: unknown, expected: Expected): Delivery {
  const number = numberAt(payload, 'number');
  return pullRequest(payload, expected, number, (action) =>
    ACTIONS.has(action) ? { kind: 'review', number } : ignored('nothing hangs on this action'),
  );
}
