import { StateError } from './error.ts';
import type { Queries } from './tables.ts';

/** What is numbered. Clients keep numbers of zones and records in 32 bits. */
export type CounterName = 'account' | 'zone' | 'record';

/** The highest number that is given. */
export const MAX_NUMBER = 2 ** 32 - 1;

/**
 * Takes the next numbers of a counter, which begins at 1: gives the first of `count`. No two callers are given the same one.
 * Within a transaction others wait for its end; one that fails gives its numbers back.
 *
 * @throws StateError `refused` where there are no more.
 */
export async function takeNumbers(db: Queries, name: CounterName, count: number): Promise<number> {
  const { value } = await db
    .insertInto('counters')
    .values({ name, value: count })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({ value: eb('counters.value', '+', count) })),
    )
    .returning('value')
    .executeTakeFirstOrThrow();
  if (value > MAX_NUMBER)
    throw new StateError('refused', `there are no more numbers for a ${name}`, 'begin with a new state folder');
  return value - count + 1;
}

/** The last number that a counter gave, 0 where it gave none. */
export async function readCounter(db: Queries, name: string): Promise<number> {
  const row = await db.selectFrom('counters').select('value').where('name', '=', name).executeTakeFirst();
  return row?.value ?? 0;
}

/** Lets counters go on behind these values, those that are not beyond them already. */
export async function raiseCounters(db: Queries, values: Readonly<Record<string, number>>): Promise<void> {
  const rows = Object.entries(values).map(([name, value]) => ({ name, value }));
  if (rows.length === 0) return;
  await db
    .insertInto('counters')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((eb) => ({ value: eb.ref('excluded.value') }))
        .whereRef('counters.value', '<', 'excluded.value'),
    )
    .execute();
}
