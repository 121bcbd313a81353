import { createHash } from 'node:crypto';
import { relativeName } from '../../../dns/name.ts';
import type { NumberedRecord } from '../../../pipeline/origin/origin.ts';
import type { ZoneView } from '../../../pipeline/origin/view.ts';
import { type Beholder, noteLists, type ShownList, shownLists } from '../../../state/documents/listings.ts';
import type { RecordValue } from '../../../state/ids/notes.ts';
import type { Services } from '../../services.ts';
import { shownValue } from '../values.ts';
import type { Ask } from './ask.ts';

/** The records of a zone in the order in which they were made, which is the provider's, as positions count them. */
export async function recordsOf({ origin, config }: Services, view: ZoneView): Promise<readonly NumberedRecord[]> {
  const usual = new Set<string>(config().server.nameServers);
  const shown = view.rrsets().filter((rrset) => {
    // The provider has the name servers of a zone in no list, as they are its own.
    const own = rrset.owner === view.zone && rrset.type === 'NS';
    return !own || rrset.values.length !== usual.size || rrset.values.some(({ text }) => !usual.has(text));
  });
  return [...(await origin.numberRecords(view, shown))].sort((a, b) => a.id.id - b.id.id);
}

/** A record as the provider shows it. */
export function rowOf(view: ZoneView, { rrset, value }: NumberedRecord): Readonly<Record<string, unknown>> {
  return {
    label: relativeName(rrset.owner, view.zone),
    pinned_nodes: value.options?.nodes,
    proxied: value.options?.proxied === true ? true : undefined,
    ttl: rrset.ttl,
    type: rrset.type,
    value: shownValue(rrset, value),
  };
}

/** Remembers what a client was shown: positions that it sends are in these lists. */
export function noteShown(ask: Ask, lists: ReadonlyMap<ZoneView['zone'], readonly NumberedRecord[]>): Promise<void> {
  const marks = new Map([...lists].map(([zone, records]) => [zone, records.map(({ id }) => markOf(id))]));
  return noteLists(ask.services.state, beholderOf(ask), marks);
}

/** What a position stands for: a record, none (any more), or nobody can say. */
export type Position = NumberedRecord | 'none' | 'unclear';

/**
 * The record at a position, as the caller saw it: in the list that this client was shown last, or else in those that the
 * account's other clients were shown, if they agree. Only where nobody was shown a list does the order of now count. A record
 * that is not there any more is none, whatever stands at its position now.
 */
export async function recordAt(ask: Ask, view: ZoneView, position: number): Promise<Position> {
  const beholder = beholderOf(ask);
  const records = await recordsOf(ask.services, view);
  const lists = await shownLists(ask.services.state, beholder.account, view.zone);
  if (lists.length === 0) return records[position] ?? 'none';
  const own = lists.filter(({ client }) => client === beholder.client);
  const marks = new Set((own.length > 0 ? own : lists).map((list: ShownList) => list.records[position]));
  if (marks.size > 1) return 'unclear';
  const [mark] = marks;
  return records.find(({ id }) => markOf(id) === mark) ?? 'none';
}

/** Clients that share a key are told apart by where they are and what they call themselves. */
function beholderOf({ caller, token, request }: Ask): Beholder {
  const agent = String(request.headers['user-agent'] ?? '').slice(0, 500);
  const client = digest(`${token?.id ?? ''}\n${caller.from}\n${agent}`);
  return { account: caller.account.id, client };
}

/** Stands for a record and its content. */
function markOf({ owner, type, digest: data }: RecordValue): string {
  return digest(`${owner} ${type} ${data}`).slice(0, 12);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
