import { hostSender, pullRequest } from './host.ts';
import { at, type Delivery, type Expected, header, idFrom, ignored, isSignature, numberAt, textAt } from './sender.ts';

/** GitHub, and GitHub Enterprise Server. */
export const github = hostSender({
  name: 'github',
  verify: (headers, body, secret) =>
    isSignature(/^sha256=(.*)$/s.exec(header(headers, 'x-hub-signature-256') ?? '')?.[1], body, secret),
  idOf: (headers) => idFrom(headers, 'x-github-delivery'),
  events: ['x-github-event'],
  repository: { path: ['repository', 'full_name'], noun: 'repository' },
  push: 'push',
  ping: 'ping',
  others: new Map([
    ['pull_request', request],
    ['check_run', rerun],
    ['check_suite', rerun],
  ]),
});

/** What changes what is to be said about a pull request. */
const ACTIONS = new Set(['opened', 'reopened', 'synchronize', 'edited', 'labeled', 'unlabeled']);

function request(payload: unknown, expected: Expected): Delivery {
  const number = numberAt(payload, 'pull_request', 'number');
  return pullRequest(payload, expected, number, (action) => {
    if (!ACTIONS.has(action)) return ignored('nothing hangs on this action');
    if (action.endsWith('labeled') && at(payload, 'label', 'name') !== expected.label) return ignored('another label');
    // Titles and texts are edited as well; only another base makes another plan.
    if (action === 'edited' && at(payload, 'changes', 'base') === undefined) return ignored('the same commits');
    return { kind: 'review', number };
  });
}

/** Somebody asks for the check again. GitHub names no pull request for those from forks. */
function rerun(payload: unknown, { branch }: Expected, event: string): Delivery {
  if (textAt(payload, 'action') !== 'rerequested') return ignored('nothing hangs on this action');
  const requests = at(payload, event, 'pull_requests');
  const asked = Array.isArray(requests) ? requests.findIndex((each) => at(each, 'base', 'ref') === branch) : -1;
  if (asked < 0) return ignored('no pull request to the deployed branch');
  return { kind: 'review', number: numberAt(requests, asked, 'number') };
}
