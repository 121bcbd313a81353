import type { Compilable, CompiledQuery } from 'kysely';
import type { Queries } from './tables.ts';

/** What stands for the value of this place while a query is made. */
const placeOf = (index: number): string => `\0${index}`;

/**
 * A query that is asked with every change: its text is made once, which takes longer than the database does to answer.
 * `build` puts the values that it is given into the query and does nothing else with them.
 */
export function fixedQuery<P extends readonly (string | number)[], R>(
  build: (db: Queries, ...values: P) => Compilable<R>,
): (db: Queries, ...values: P) => Promise<readonly R[]> {
  // One for each database that is open.
  const made = new WeakMap<object, { readonly query: CompiledQuery<R>; readonly places: readonly number[] }>();
  return async (db, ...values) => {
    const { adapter } = db.getExecutor();
    let known = made.get(adapter);
    if (known === undefined) {
      const stand = values.map((_, i) => placeOf(i));
      const query = build(db, ...(stand as unknown as P)).compile();
      known = { query, places: query.parameters.map((parameter) => stand.indexOf(parameter as string)) };
      made.set(adapter, known);
    }
    const { query, places } = known;
    const parameters = places.map((place, i) => (place < 0 ? query.parameters[i] : values[place]));
    return (await db.executeQuery<R>({ ...query, parameters })).rows;
  };
}
