import type { DomainName } from '../../dns/name.ts';
import type { Engine } from '../engine/engine.ts';

/** Who was shown a list: a client, and the account that it has in common with others. */
export interface Beholder {
  readonly account: number;
  /** Tells the clients of one account apart. */
  readonly client: string;
}

/** What a client was shown of a zone last: what stands for each record, in the order in which they were listed. */
export interface ShownList {
  readonly client: string;
  readonly records: readonly string[];
}

const KIND = 'listing';
/** How long a list counts that is not asked for again, in milliseconds. */
const KEPT = 30 * 24 * 3_600_000;
/** Zones that one query looks at. */
const CHUNK = 200;

/** Remembers what a client was shown of zones. Nothing is written where it is what it was shown last. */
export async function noteLists(
  { query, now }: Engine,
  { account, client }: Beholder,
  lists: ReadonlyMap<DomainName, readonly string[]>,
): Promise<void> {
  const zones = [...lists.keys()];
  const at = now();
  for (let i = 0; i < zones.length; i += CHUNK) {
    const chunk = zones.slice(i, i + CHUNK);
    const rows = chunk.map((zone) => ({
      kind: KIND,
      id: `${account} ${client} ${zone}`,
      version: 1,
      status: `${account} ${zone}`,
      body: (lists.get(zone) as readonly string[]).join(' '),
      created_at: at,
      updated_at: at,
    }));
    const ids = rows.map(({ id }) => id);
    const known = await query
      .selectFrom('documents')
      .select(['id', 'body', 'updated_at'])
      .where('kind', '=', KIND)
      .where('id', 'in', ids)
      .execute();
    const fresh = new Map(
      known.flatMap((row) => (at - row.updated_at < KEPT / 2 ? [[row.id, row.body] as const] : [])),
    );
    const changed = rows.filter(({ id, body }) => fresh.get(id) !== body);
    if (changed.length === 0) continue;
    await query
      .insertInto('documents')
      .values(changed)
      .onConflict((conflict) =>
        conflict
          .columns(['kind', 'id'])
          .doUpdateSet((eb) => ({ body: eb.ref('excluded.body'), updated_at: eb.ref('excluded.updated_at') })),
      )
      .execute();
    await query
      .deleteFrom('documents')
      .where('kind', '=', KIND)
      .where('updated_at', '<', at - KEPT)
      .execute();
  }
}

/** What the clients of an account were shown of a zone. */
export async function shownLists({ query, now }: Engine, account: number, zone: DomainName): Promise<ShownList[]> {
  const rows = await query
    .selectFrom('documents')
    .select(['id', 'body'])
    .where('kind', '=', KIND)
    .where('status', '=', `${account} ${zone}`)
    .where('updated_at', '>=', now() - KEPT)
    .execute();
  return rows.map(({ id, body }) => ({
    client: id.split(' ')[1] as string,
    records: body === '' ? [] : body.split(' '),
  }));
}
