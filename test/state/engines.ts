import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { openState, type State, type StatePlace } from '../../src/state/state.ts';
import { needsPostgresql, type PostgresServer, startPostgresql } from '../setup/postgresql.ts';

/** What a test of one engine is given. */
export interface Bench {
  readonly kind: State['kind'];
  /** The place of a new, empty state, which goes away when the test is over. */
  place(): Promise<StatePlace>;
  /** Opens it; it is closed when the test is over. */
  open(place?: StatePlace): Promise<State>;
  /** The server behind PostgreSQL. */
  server(): PostgresServer;
}

/** Runs the same tests on the embedded database and on PostgreSQL, where that is installed. */
export function onBothEngines(name: string, tests: (bench: Bench) => void): void {
  describe(`${name} (embedded)`, () => tests(benchOf('embedded', () => undefined)));
  describe.skipIf(needsPostgresql())(`${name} (PostgreSQL)`, () => {
    let server: PostgresServer | undefined;
    beforeAll(async () => {
      server = await startPostgresql();
    });
    afterAll(() => server?.stop());
    tests(benchOf('postgresql', () => server));
  });
}

function benchOf(kind: State['kind'], server: () => PostgresServer | undefined): Bench {
  const place = async (): Promise<StatePlace> => {
    const folder = mkdtempSync(join(tmpdir(), 'zonewright-state-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return { folder, databaseUrl: await server()?.database() };
  };
  return {
    kind,
    place,
    async open(given) {
      const state = await openState(given ?? (await place()));
      onTestFinished(() => state.close());
      return state;
    },
    server: () => server() as PostgresServer,
  };
}
