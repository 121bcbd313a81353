import { createHash } from 'node:crypto';
import type { Caller } from '../../pipeline/origin/caller.ts';
import type { Order } from '../../pipeline/origin/order.ts';
import { isRefusal, type OrderOutcome, type Refusal } from '../../pipeline/origin/outcome.ts';
import type { Proposed } from '../../pipeline/proposal.ts';
import { addDocument, purgeDocuments, readDocument } from '../../state/documents/documents.ts';
import { unlessThere } from '../../state/state.ts';
import type { Services } from '../services.ts';

/** How long the same change is not proposed again, in milliseconds: programs send what was refused time after time. */
const ONCE_IN = 24 * 60 * 60_000;
const KIND = 'proposal';

/**
 * Proposes an order where changes are looked at first. Providers have no answer for a change that is not made yet, and their
 * clients take every success for one that is: so the answer is a refusal, which says where the proposal is. An order that
 * changes nothing is done already, and the same one is proposed once a day.
 */
export async function proposeOnce(services: Services, caller: Caller, order: Order): Promise<OrderOutcome> {
  const { origin } = services;
  const rehearsed = await origin.change(caller, { ...order, dryRun: true });
  if (isRefusal(rehearsed)) return rehearsed;
  if (rehearsed.zones.every(({ before, view }) => before?.tag === view?.tag))
    return { ...rehearsed, kind: 'unchanged' };
  return once(services, caller, order)(() => origin.propose(caller, order));
}

/** Proposes what is asked for, or tells where it was proposed before: both are refusals. */
export function once(
  { state, log }: Services,
  { account }: Caller,
  asked: unknown,
): (open: () => Promise<Proposed | Refusal>) => Promise<Refusal> {
  return async (open) => {
    const { query } = state;
    await purgeDocuments(query, KIND, { before: state.now() - ONCE_IN });
    const id = keyOf(account.id, asked);
    const known = await readDocument<string>(query, KIND, id);
    if (known !== undefined) return onlyProposed(known.body);
    const proposed = await open();
    if (isRefusal(proposed)) return proposed;
    const { branch, url, trouble } = proposed;
    if (trouble !== undefined) log.warn({ branch, trouble }, 'the proposal has no pull request');
    const place = url ?? `branch ${branch}`;
    // Where the same was sent twice at once, both are there to be looked at.
    await unlessThere(() => addDocument(state, query, KIND, id, { status: 'open', body: place }));
    return onlyProposed(place);
  };
}

function onlyProposed(place: string): Refusal {
  const message = `This is not done: changes are reviewed here. It was proposed (${place}), and is done once somebody merges that.`;
  return { kind: 'forbidden', message, review: true };
}

/** The same for the same of the same account. */
function keyOf(account: number, asked: unknown): string {
  const text = JSON.stringify([account, asked], (_, value: unknown) => (value instanceof Map ? [...value] : value));
  return createHash('sha256').update(text).digest('base64url');
}
