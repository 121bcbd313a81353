import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openState, STATE_FILE, type State } from '../../state/state.ts';
import { type Failure, failure, orFailure } from '../failure.ts';

/** Where a command finds the state. */
export interface StateOptions {
  /** The folder of `--state`. */
  readonly folder: string | undefined;
  /** The environment variable `DATABASE_URL`; empty counts as not set. */
  readonly databaseUrl: string | undefined;
}

/**
 * Opens the state for one piece of work and closes it again. A process that serves from it may go on meanwhile. Only
 * `making` an embedded one may begin: anywhere else a folder without one is a typing error.
 */
export async function withState<T>(
  { folder, databaseUrl = '' }: StateOptions,
  work: (state: State) => Promise<T | Failure>,
  making = false,
): Promise<T | Failure> {
  if (databaseUrl !== '' && !/^postgres(ql)?:\/\//.test(databaseUrl))
    return failure('usage', 'DATABASE_URL is no URL of PostgreSQL', 'write postgresql://user:password@host/database');
  if (databaseUrl === '' && folder === undefined)
    return failure('usage', 'nobody said where the state is', 'name its folder with --state, or set DATABASE_URL');
  const place = resolve(folder ?? '.');
  if (databaseUrl === '' && !making && !existsSync(join(place, STATE_FILE)))
    return failure(
      'refused',
      `there is no state in ${place}`,
      'name the state folder of the server, or add the first user with: zonewright user add',
    );
  return orFailure(async () => {
    const state = await openState({ folder: place, databaseUrl: databaseUrl === '' ? undefined : databaseUrl });
    try {
      return await work(state);
    } finally {
      await state.close();
    }
  });
}
