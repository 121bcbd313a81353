import type { IncomingHttpHeaders } from 'node:http';
import {
  at,
  type Delivery,
  type Expected,
  header,
  ignored,
  isRepository,
  pushOf,
  type Sender,
  textAt,
} from './sender.ts';

/** What a host of repositories calls what all of them send. */
export interface Host extends Pick<Sender, 'name' | 'verify' | 'idOf'> {
  /** The headers that name the event; the first that is there counts. */
  readonly events: readonly string[];
  /** Where a payload has the full name of the repository, and what else it may be called. */
  readonly repository: { readonly path: readonly string[]; readonly noun: string };
  /** The event of a push. */
  readonly push: string;
  /** What it sends to find out whether anybody listens. */
  readonly ping?: string;
  /** What other events mean that something hangs on. */
  readonly others: ReadonlyMap<string, (payload: unknown, expected: Expected, event: string) => Delivery>;
}

/** A sender of webhooks that is a host of repositories. */
export function hostSender({ name, verify, idOf, events, repository, push, ping, others }: Host): Sender {
  return {
    name,
    verify,
    idOf,
    read(headers, payload, expected) {
      const event = eventOf(headers, events);
      if (event === ping) return ignored('pong');
      const other = others.get(event);
      if (event !== push && other === undefined) return ignored('nothing hangs on events of this kind');
      if (!isRepository(textAt(payload, ...repository.path), expected)) return ignored(`another ${repository.noun}`);
      return other?.(payload, expected, event) ?? pushOf(textAt(payload, 'ref'), at(payload, 'after'), expected);
    },
  };
}

function eventOf(headers: IncomingHttpHeaders, names: readonly string[]): string {
  return names.map((each) => header(headers, each)).find((value) => value !== undefined) ?? '';
}

/** What is to be done about a pull request, as GitHub and those who speak like it describe one; `open`: while it is. */
export function pullRequest(
  payload: unknown,
  { branch }: Expected,
  number: number,
  open: (action: string) => Delivery,
): Delivery {
  const action = textAt(payload, 'action');
  if (textAt(payload, 'pull_request', 'base', 'ref') !== branch) return ignored('a pull request to another branch');
  if (action !== 'closed') return open(action);
  return at(payload, 'pull_request', 'merged') === true ? { kind: 'merged', number } : ignored('closed');
}
