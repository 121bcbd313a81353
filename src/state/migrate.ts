import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Engine } from './engine/engine.ts';
import { StateError } from './error.ts';
import { type Migration, migrations } from './migrations.ts';
import type { Tables } from './tables.ts';

const rowId = {
  embedded: 'integer primary key autoincrement',
  postgresql: 'bigint generated always as identity primary key',
} as const;

interface Applied {
  readonly version: number;
  readonly digest: string;
}

/**
 * Brings the schema to the newest version, all steps in one transaction. Processes that start at once wait for one another.
 *
 * @throws StateError `refused` where the database was made by a newer zonewright or by something else.
 */
export function migrate(engine: Engine, steps: readonly Migration[] = migrations): Promise<void> {
  return engine.query.transaction().execute(async (tx) => {
    await engine.lockSchema(tx);
    await sql`create table if not exists schema_versions (version bigint primary key, digest text not null)`.execute(
      tx,
    );
    const applied = await appliedTo(tx);
    for (const { version, digest } of applied) {
      const known = steps.find((step) => step.version === version);
      if (known === undefined) throw newer(version, steps.at(-1)?.version ?? 0);
      if (digestOf(known) !== digest) throw foreign(version);
    }
    for (const step of steps) {
      if (applied.some(({ version }) => version === step.version)) continue;
      for (const statement of step.statements) {
        await sql.raw(statement.replace('ROWID', rowId[engine.kind])).execute(tx);
      }
      await sql`insert into schema_versions (version, digest) values (${step.version}, ${digestOf(step)})`.execute(tx);
    }
  });
}

async function appliedTo(tx: Transaction<Tables> | Kysely<Tables>): Promise<readonly Applied[]> {
  const { rows } = await sql<Applied>`select version, digest from schema_versions order by version`.execute(tx);
  return rows;
}

function digestOf({ statements }: Migration): string {
  return createHash('sha256').update(statements.join(';\n').replace(/\s+/g, ' ')).digest('hex');
}

function newer(found: number, known: number): StateError {
  return new StateError(
    'refused',
    `the state has schema ${found}, which this zonewright does not know: it knows schemas up to ${known}`,
    'install the zonewright that last used this state, or a newer one',
  );
}

function foreign(version: number): StateError {
  return new StateError(
    'refused',
    `schema ${version} of the state is not the one that this zonewright makes`,
    'use a database of its own for zonewright, made by a released version',
  );
}
