import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { StateError } from '../../src/state/error.ts';
import { migrate } from '../../src/state/migrate.ts';
import { migrations } from '../../src/state/migrations.ts';
import { openState, STATE_FILE, unlessThere } from '../../src/state/state.ts';
import { onBothEngines } from './engines.ts';

onBothEngines('the state', (bench) => {
  const counter = (name: string, value = 0) => ({ name, value });

  it('keeps what was committed', async () => {
    const place = await bench.place();
    const first = await openState(place);
    await first.query
      .insertInto('counters')
      .values(counter('a', 2 ** 53 - 1))
      .execute();
    await first.close();
    const again = await bench.open(place);
    expect(await again.query.selectFrom('counters').selectAll().execute()).toEqual([counter('a', 2 ** 53 - 1)]);
  });

  it('refuses whoever asks once it is closed, those that wait and those in a transaction as well', async () => {
    const place = await bench.place();
    const state = await openState(place);
    await state.query.insertInto('counters').values(counter('a')).execute();
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const late = state.transaction(async (tx) => {
      entered();
      await gate;
      await tx.insertInto('counters').values(counter('b')).execute();
    });
    late.catch(() => undefined);
    await inside;
    const waiting = state.query.selectFrom('counters').selectAll().execute();
    waiting.catch(() => undefined);
    const closing = state.close();
    go();
    const [inTransaction] = await Promise.allSettled([late, waiting]);
    await closing;
    await expect(state.query.selectFrom('counters').selectAll().execute()).rejects.toThrow();
    await state.close().catch(() => undefined);
    const again = await bench.open(place);
    const names = (await again.query.selectFrom('counters').selectAll().execute()).map(({ name }) => name);
    expect(names).toEqual(inTransaction.status === 'fulfilled' ? ['a', 'b'] : ['a']);
  });

  it('runs a transaction as a whole or not at all', async () => {
    const state = await bench.open();
    const failing = state.transaction(async (tx) => {
      await tx.insertInto('counters').values(counter('a')).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await state.query.selectFrom('counters').selectAll().execute()).toEqual([]);
  });

  it('counts right when many transactions read and write at once', async () => {
    const place = await bench.place();
    const states = [await bench.open(place), await bench.open(place)];
    await states[0]?.query.insertInto('counters').values(counter('n')).execute();
    const raise = (index: number) =>
      (states[index % 2] ?? expect.unreachable()).transaction(async (tx) => {
        const locked = await tx
          .updateTable('counters')
          .set((eb) => ({ value: eb('value', '+', 1) }))
          .where('name', '=', 'n')
          .returning('value')
          .executeTakeFirstOrThrow();
        return locked.value;
      });
    const seen = await Promise.all(Array.from({ length: 60 }, (_, index) => raise(index)));
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  it('says what is there already', async () => {
    const state = await bench.open();
    const insert = () => state.query.insertInto('counters').values(counter('a')).execute();
    await insert();
    await expect(insert()).rejects.toMatchObject({ name: 'StateError', kind: 'conflict' });
    expect(await unlessThere(insert)).toBeUndefined();
  });

  it('makes the schema once when several processes start at once', async () => {
    const place = await bench.place();
    const states = await Promise.all(Array.from({ length: 6 }, () => bench.open(place)));
    const { rows } = await sql`select version from schema_versions`.execute(states[0]?.query ?? expect.unreachable());
    expect(rows).toEqual(migrations.map(({ version }) => ({ version })));
  });

  it('goes forward by steps, refuses a newer schema and a foreign one', async () => {
    const place = await bench.place();
    const state = await bench.open(place);
    const later = {
      version: 2,
      statements: ['alter table counters add column note text', 'create table x (id ROWID)'],
    };
    await migrate(state, [...migrations, later]);
    await sql`insert into counters (name, value, note) values ('a', 1, 'x')`.execute(state.query);
    await expect(openState(place)).rejects.toThrow(/schema 2, which this zonewright does not know/);
    const changed = { ...later, statements: ['select 1'] };
    await expect(migrate(state, [...migrations, changed])).rejects.toThrow(/schema 2 of the state is not the one/);
  });

  it('leaves the schema alone where a step fails', async () => {
    const state = await bench.open();
    const broken = { version: 2, statements: ['create table y (id ROWID)', 'create nonsense'] };
    await expect(migrate(state, [...migrations, broken])).rejects.toThrow();
    await expect(sql`select * from y`.execute(state.query)).rejects.toThrow();
    await migrate(state);
  });

  it('wakes listeners after the commit, in this process', async () => {
    const state = await bench.open();
    const heard: number[] = [];
    await new Promise<void>((resolve, reject) => {
      const stop = state.listen('jobs', async () => {
        try {
          heard.push((await state.query.selectFrom('counters').selectAll().execute()).length);
          if (heard.at(-1) === 1) resolve(stop());
        } catch (error) {
          reject(error);
        }
      });
      state
        .transaction(async (tx) => {
          await state.notify(tx, 'jobs');
          await tx.insertInto('counters').values(counter('a')).execute();
        })
        .catch(reject);
    });
    expect(heard.at(-1)).toBe(1);
  });

  it('reads the same clock everywhere', async () => {
    const state = await bench.open();
    expect(Math.abs(state.now() - Date.now())).toBeLessThan(1000);
  });

  if (bench.kind === 'embedded') {
    it('is readable for its owner alone', async () => {
      const place = await bench.place();
      const folder = join(place.folder, 'new');
      const state = await bench.open({ folder });
      await state.query.insertInto('counters').values(counter('a')).execute();
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      const files = readdirSync(folder);
      expect(files).toContain(STATE_FILE);
      for (const file of files) expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
    });

    it('lets one process alone serve from it', async () => {
      const place = await bench.place();
      const [first, second] = [await bench.open(place), await bench.open(place)];
      const lock = first.claim();
      expect(() => second.claim()).toThrow(/serving from the same state/);
      lock.release();
      second.claim().release();
      expect(existsSync(join(place.folder, 'serve.lock'))).toBe(false);
    });

    it.each([
      'this is no database, but long enough to look like a file of something else'.repeat(20),
      'SQLite format 3\0',
    ])('refuses a file that is something else', async (content) => {
      const place = await bench.place();
      writeFileSync(join(place.folder, STATE_FILE), content);
      await expect(openState(place)).rejects.toMatchObject({ kind: 'refused' });
    });

    it('says where it cannot be', async () => {
      const place = await bench.place();
      writeFileSync(join(place.folder, 'file'), '');
      const failed = openState({ folder: join(place.folder, 'file', 'below') });
      await expect(failed).rejects.toMatchObject({ kind: 'unavailable', message: expect.stringContaining('file') });
    });
  } else {
    it('may be shared', async () => {
      const place = await bench.place();
      const [first, second] = [await bench.open(place), await bench.open(place)];
      first.claim();
      second.claim();
    });

    it('fails cleanly while the server is away and goes on when it is back', async () => {
      const state = await bench.open();
      let woken = 0;
      const connected = new Promise<void>((resolve) => {
        const stop = state.listen('jobs', () => {
          woken++;
          stop();
          resolve();
        });
      });
      await connected;
      const add = (name: string) =>
        state.transaction((tx) => tx.insertInto('counters').values(counter(name)).execute());
      await add('before');
      let heardAgain: () => void = () => undefined;
      const wokenAgain = new Promise<void>((resolve) => {
        heardAgain = resolve;
      });
      state.listen('jobs', () => heardAgain());
      const interrupted = state.transaction(async (tx) => {
        await tx.insertInto('counters').values(counter('lost')).execute();
        await bench.server().crash();
        await tx.insertInto('counters').values(counter('lost too')).execute();
      });
      await expect(interrupted).rejects.toMatchObject({ kind: 'unavailable' });
      for (let i = 0; i < 12; i++) await expect(add('x')).rejects.toBeInstanceOf(StateError);
      await bench.server().start();
      await add('after');
      await wokenAgain;
      const rows = await state.query.selectFrom('counters').select('name').orderBy('name').execute();
      expect(rows.map(({ name }) => name)).toEqual(['after', 'before']);
      expect(woken).toBe(1);
    });

    it.each(['postgresql://tester@127.0.0.1:1/x', 'postgresql://tester@/nowhere?host=%2Fnonexistent'])(
      'says that there is none at %s, and does not hang',
      async (databaseUrl) => {
        const place = await bench.place();
        await expect(openState({ ...place, databaseUrl })).rejects.toMatchObject({ kind: 'unavailable' });
      },
    );

    it('says that a database is not there', async () => {
      const place = await bench.place();
      const databaseUrl = (place.databaseUrl as string).replace(/test_\d+/, 'absent');
      await expect(openState({ ...place, databaseUrl })).rejects.toThrow(/absent/);
    });
  }
});
