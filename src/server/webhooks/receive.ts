import type { IncomingHttpHeaders } from 'node:http';
import { mergedJob, reviewJob, syncJob } from '../../pipeline/review/jobs.ts';
import { readSecret, type SecretSources } from '../../pipeline/secret.ts';
import { enqueue, type NewJob } from '../../state/queue/job.ts';
import { noteDelivery } from '../../state/requests/deliveries.ts';
import type { State } from '../../state/state.ts';
import type { WebhookSettings } from '../../zone/webhooks/settings.ts';
import { senders } from './list.ts';
import { type Delivery, PayloadError, type Sender } from './sender.ts';

/** What deliveries are received with. */
export interface ReceiverOptions {
  readonly state: State;
  readonly secrets: SecretSources;
  /** The deployed branch. */
  readonly branch: string;
  /** What the configuration of that branch says now. */
  readonly settings: () => Promise<WebhookSettings | undefined>;
}

/** What became of a delivery. */
export type Received =
  /** It is in the queue. */
  | { readonly kind: 'accepted'; readonly job: number }
  /** It came before, and is in the queue already or done. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'ignored'; readonly why: string }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 401 | 404 | 415 | 503;
      readonly message: string;
      readonly fix: string;
    };

/**
 * Takes one delivery in: nothing of it is looked at before its signature was, and the work is left to the queue, which has it
 * exactly once.
 */
export async function receiveDelivery(
  { state, secrets, branch, settings }: ReceiverOptions,
  name: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Promise<Received> {
  const sender = senders.get(name);
  const configured = await settings();
  const own = sender && configured?.[sender.name];
  if (sender === undefined || configured === undefined || own === undefined) {
    return refused(404, 'no webhooks are expected here', 'set "webhooks" in zonewright.yaml');
  }
  const secret = await readSecret(own.secret, secrets);
  if (secret.kind === 'failure') return refused(503, 'the server lacks the secret of this webhook', secret.fix);
  if (!sender.verify(headers, body, secret.value)) {
    return refused(401, 'the signature is missing or wrong', 'give the sender and the server the same secret');
  }
  const payload = readPayload(sender, headers, body);
  if (payload.kind === 'refused') return payload;
  let delivery: Delivery;
  try {
    const repository = 'repository' in own ? own.repository : '';
    delivery = sender.read(headers, payload.value, { repository, branch, label: configured.allowDeletesLabel });
  } catch (error) {
    if (error instanceof PayloadError) return refused(400, error.message, 'send what the sender documents');
    throw error;
  }
  if (delivery.kind === 'ignored') return delivery;
  const job = jobOf(sender, delivery);
  const id = sender.idOf(headers);
  return state.transaction(async (tx): Promise<Received> => {
    const first = id === undefined || (await noteDelivery(tx, sender.name, id, state.now()));
    return first ? { kind: 'accepted', job: await enqueue(state, tx, job) } : { kind: 'duplicate' };
  });
}

function refused(
  status: Extract<Received, { kind: 'refused' }>['status'],
  message: string,
  fix: string,
): Received & { kind: 'refused' } {
  return { kind: 'refused', status, message, fix };
}

function readPayload(
  sender: Sender,
  headers: IncomingHttpHeaders,
  body: Buffer,
): { readonly kind: 'payload'; readonly value: unknown } | (Received & { readonly kind: 'refused' }) {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (sender.name === 'push' && body.length === 0) return { kind: 'payload', value: undefined };
  if (type !== 'application/json') {
    return refused(415, 'the body is not said to be JSON', 'set the content type of the webhook to application/json');
  }
  try {
    return { kind: 'payload', value: JSON.parse(body.toString('utf8')) };
  } catch {
    return refused(400, 'the body is not JSON', 'send JSON in UTF-8');
  }
}

function jobOf(sender: Sender, delivery: Exclude<Delivery, { kind: 'ignored' }>): NewJob {
  if (delivery.kind === 'push' || sender.name === 'push') return syncJob();
  const payload = { forge: sender.name, number: delivery.number };
  return delivery.kind === 'review' ? reviewJob(payload) : mergedJob(payload);
}
