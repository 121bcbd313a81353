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

/** Gives the next numbers of a counter, as {@link takeNumbers} does. */
export type TakeNumbers = (name: CounterName, count: number) => Promise<number>;

/** Numbers that are taken at once where few are asked for: taking them is a write that has to reach the disk. */
const BLOCK = 64;
/** Whoever has used a block up gets one that is twice as large, up to this. */
const LARGEST_BLOCK = 2048;

/** Gives numbers out of blocks; those of a block that nobody has asked for when the process ends are left out. */
export function numbersInBlocks(db: Queries): TakeNumbers {
  const left = new Map<CounterName, { next: number; end: number; size: number }>();
  return async (name, count) => {
    const block = left.get(name);
    if (block !== undefined && block.next + count <= block.end) {
      block.next += count;
      return block.next - count;
    }
    if (count >= BLOCK) return takeNumbers(db, name, count);
    const size = block === undefined ? BLOCK : Math.min(block.size * 2, LARGEST_BLOCK);
    const first = await takeNumbers(db, name, size);
    left.set(name, { next: first + count, end: first + size, size });
    return first;
  };
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
