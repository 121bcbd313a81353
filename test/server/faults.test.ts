import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, TestRunner } from 'vitest';
import { needsPostgresql, startPostgresql } from '../setup/postgresql.ts';
import { put, git as runGit, scratch, zonewright } from '../setup/program.ts';
import { type Answer, admin, ask, end, type Place, type Server, start, write } from './process.ts';

/** The record ids of a state, as text. */
function idsOf(state: string): string {
  return execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import Database from 'libsql';
       const db = new Database(process.argv[1], { readonly: true });
       const rows = (table, columns) => db.prepare('select ' + columns + ' from ' + table + ' order by 1').raw().all();
       console.log(JSON.stringify([rows('zone_ids', 'id, zone'), rows('record_ids', 'id, zone_id, owner, type, digest')]));`,
      join(state, 'state.db'),
    ],
    { cwd: new URL('../..', import.meta.url).pathname, encoding: 'utf8' },
  );
}

/** How often a server is killed; 200 times where somebody asks for it. */
const KILLS = Number(process.env.ZONEWRIGHT_TEST_KILLS ?? 8);

describe('a server that is killed', () => {
  it('has lost nothing that it acknowledged', { timeout: 60_000 + KILLS * 10_000 }, async () => {
    const folder = scratch();
    const place = { repository: join(folder, 'repo.git'), state: join(folder, 'state') };
    const acknowledged: string[] = [];
    const values = new Map<string, string>();
    let token: string | undefined;
    let seed = 7;
    for (let round = 0; round < KILLS; round++) {
      const server = await start(place);
      token ??= admin(place);
      const by = token;
      for (const zone of ['a.example', 'b.example'])
        if (round === 0) expect((await ask(server, by, 'POST', '/zones', { name: zone })).status).toBe(201);
      seed = (seed * 16_807) % 2_147_483_647;
      let going = true;
      let heard = (): void => undefined;
      const first = new Promise<void>((resolve) => {
        heard = resolve;
      });
      const writer = async (who: number): Promise<void> => {
        for (let i = 0; going; i++) {
          const [zone, name] = [who % 2 === 0 ? 'a.example' : 'b.example', `w${who}`];
          const value = `192.0.${round % 256}.${i % 256}`;
          try {
            const { status, commit } = await write(server, by, zone, name, value);
            if (status > 201 || commit === null) throw new Error(String(status));
            acknowledged.push(commit);
            values.set(`${zone}/rrsets/${name}/A`, value);
            heard();
          } catch (error) {
            if (going) throw error;
          }
        }
      };
      const writers = Promise.all([0, 1, 2, 3].map(writer));
      await Promise.race([first.then(() => pause(seed % 400)), writers]);
      going = false;
      await end(server, 'SIGKILL');
      await writers;
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS);
    const server = await start(place);
    for (const path of values.keys())
      expect((await ask(server, token as string, 'GET', `/zones/${path}`)).status).toBe(200);
    expect(await end(server, 'SIGTERM')).toBe(0);
    const history = new Set(runGit(place.repository, 'rev-list', 'main').split('\n'));
    expect(acknowledged.filter((commit) => !history.has(commit))).toEqual([]);
    expect(runGit(place.repository, 'fsck', '--strict', '--no-dangling')).toBe('');
    const ids = idsOf(place.state);
    const rebuilt = zonewright(['state', 'rebuild', '--repo', place.repository, '--state', place.state]);
    expect([rebuilt.status, rebuilt.stderr]).toEqual([0, expect.any(String)]);
    expect(idsOf(place.state)).toBe(ids);
  });

  it('finishes what runs when it is asked to end', async () => {
    const folder = scratch();
    const place = { repository: join(folder, 'repo.git'), state: join(folder, 'state') };
    const server = await start(place);
    const token = admin(place);
    await ask(server, token, 'POST', '/zones', { name: 'a.example' });
    const running = Array.from({ length: 20 }, (_, i) => write(server, token, 'a.example', `w${i}`, '192.0.2.1'));
    await running[0];
    const ended = end(server, 'SIGTERM');
    const answers = await Promise.allSettled(running);
    expect(await ended).toBe(0);
    expect(server.printed()).toBe(`listening on ${server.url}\n`);
    // Nothing that would frighten an operator.
    expect(
      server
        .said()
        .split('\n')
        .filter((line) => /"level":[4-6]0/.test(line)),
    ).toEqual([]);
    const done = answers.flatMap((each) =>
      each.status === 'fulfilled' && each.value.commit !== null ? [each.value.commit] : [],
    );
    // Whoever was being answered is; whoever came too late got no connection, or was told to come again.
    for (const each of answers) if (each.status === 'fulfilled') expect([201, 503]).toContain(each.value.status);
    const history = new Set(runGit(place.repository, 'rev-list', 'main').split('\n'));
    expect(done.length).toBeGreaterThan(0);
    expect(done.filter((commit) => !history.has(commit))).toEqual([]);
  });
});

describe('people who push while programs write', () => {
  it('lose nothing and overwrite nothing, and are told of what is wrong', async () => {
    const folder = scratch();
    const place = { repository: join(folder, 'repo.git'), state: join(folder, 'state') };
    const server = await start(place);
    const token = admin(place);
    for (const zone of ['a.example', 'b.example']) await ask(server, token, 'POST', '/zones', { name: zone });
    let going = true;
    const written: string[] = [];
    const writer = async (): Promise<void> => {
      for (let i = 0; going || i < 5; i++) {
        const { status, commit } = await write(server, token, 'a.example', 'www', `192.0.2.${i % 256}`);
        expect([200, 201]).toContain(status);
        if (commit !== null) written.push(commit);
        await pause(50);
      }
    };
    const writing = writer();
    const work = join(folder, 'work');
    runGit(folder, 'clone', '-q', place.repository, work);
    const pushed: string[] = [];
    for (let i = 0; i < 3; i++) {
      put(
        work,
        'zones/b.example.yaml',
        `${runGit(work, 'show', 'HEAD:zones/b.example.yaml')}  p${i}: { A: 192.0.2.${i} }\n`,
      );
      runGit(work, 'commit', '-qam', `p${i}`);
      for (let tries = 0; ; tries++) {
        try {
          execFileSync('git', ['pull', '-q', '--rebase'], { cwd: work, stdio: 'pipe' });
          execFileSync('git', ['push', '-q', 'origin', 'HEAD:main'], { cwd: work, stdio: 'pipe' });
          break;
        } catch (error) {
          if (tries > 20) throw error;
        }
      }
      pushed.push(runGit(work, 'rev-parse', 'HEAD').trim());
    }
    going = false;
    await writing;
    const history = new Set(runGit(place.repository, 'rev-list', 'main').split('\n'));
    expect([...written, ...pushed].filter((commit) => !history.has(commit))).toEqual([]);
    expect((await ask(server, token, 'GET', '/zones/b.example/rrsets/p2/A')).json).toMatchObject({
      values: ['192.0.2.2'],
    });
    runGit(work, 'pull', '-q', '--rebase');
    put(
      work,
      'zones/b.example.yaml',
      `${readFileSync(join(work, 'zones/b.example.yaml'), 'utf8')}  bad: { A: 192.0.2.300 }\n`,
    );
    runGit(work, 'commit', '-qam', 'bad');
    let said = '';
    try {
      execFileSync('git', ['push', '-q', 'origin', 'HEAD:main'], { cwd: work, stdio: 'pipe', encoding: 'utf8' });
    } catch (error) {
      said = String((error as { stderr: string }).stderr);
    }
    expect(said).toMatch(/zones\/b\.example\.yaml:\d+:\d+: error /);
    expect((await ask(server, token, 'GET', '/zones/b.example/rrsets/bad/A')).status).toBe(404);
  });
});

describe('a remote', () => {
  it('that refuses has taken nothing, and takes again afterwards', async () => {
    const folder = scratch();
    const origin = join(folder, 'origin.git');
    runGit(folder, 'init', '-q', '--bare', '-b', 'main', origin);
    const place = { repository: join(folder, 'repo.git'), state: join(folder, 'state'), remote: `file://${origin}` };
    const server = await start(place);
    const token = admin(place);
    expect((await ask(server, token, 'POST', '/zones', { name: 'a.example' })).status).toBe(201);
    const hook = join(origin, 'hooks/pre-receive');
    mkdirSync(join(origin, 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "no changes on Fridays" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    const head = runGit(origin, 'rev-parse', 'main');
    const refused = await write(server, token, 'a.example', 'www', '192.0.2.1');
    expect([refused.status, refused.commit]).toEqual([422, null]);
    expect(JSON.stringify(refused.json)).toContain('no changes on Fridays');
    expect((await ask(server, token, 'GET', '/zones/a.example/rrsets/www/A')).status).toBe(404);
    expect(runGit(origin, 'rev-parse', 'main')).toBe(head);
    rmSync(hook);
    const taken = await write(server, token, 'a.example', 'www', '192.0.2.2');
    expect([taken.status, runGit(origin, 'rev-parse', 'main').trim()]).toEqual([201, taken.commit]);
  });
});

describe('a full disk', () => {
  it('is told, loses nothing, and is written again when there is room', async (context) => {
    const disk = scratch();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      const meta = TestRunner.getCurrentSuite().file?.meta;
      if (meta) meta.skipReasons = ['a small disk cannot be mounted here'];
      context.skip();
      return;
    }
    onTestFinished(() => void execFileSync('umount', ['-l', disk]));
    const place = { repository: join(disk, 'repo.git'), state: join(disk, 'state') };
    const server = await start(place);
    const token = admin(place);
    await ask(server, token, 'POST', '/zones', { name: 'a.example' });
    const acknowledged: string[] = [];
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(6_000_000));
    } catch {
      // It took what there was.
    }
    let full: Answer | undefined;
    for (let i = 0; i < 60 && full === undefined; i++) {
      const answer = await write(server, token, 'a.example', `w${i}`, '192.0.2.1');
      if (answer.status === 201) acknowledged.push(answer.commit as string);
      else full = answer;
    }
    expect(full?.status).toBe(503);
    expect(full?.headers.get('retry-after')).toMatch(/^\d+$/);
    rmSync(join(disk, 'filler'));
    const again = await write(server, token, 'a.example', 'again', '192.0.2.1');
    expect(again.status).toBe(201);
    const history = new Set(runGit(place.repository, 'rev-list', 'main').split('\n'));
    expect([...acknowledged, again.commit as string].filter((commit) => !history.has(commit))).toEqual([]);
    expect(runGit(place.repository, 'fsck', '--strict', '--no-dangling')).toBe('');
    await end(server, 'SIGTERM');
  });
});

/** Two servers that share a PostgreSQL and a remote, and an admin of both. They end with the test. */
async function twoServers() {
  const postgresql = await startPostgresql();
  onTestFinished(() => postgresql.stop());
  const databaseUrl = await postgresql.database();
  const folder = scratch();
  const origin = join(folder, 'origin.git');
  runGit(folder, 'init', '-q', '--bare', '-b', 'main', origin);
  const places = ['one', 'two'].map((name) => ({
    repository: join(folder, name, 'repo.git'),
    state: join(folder, name, 'state'),
    remote: `file://${origin}`,
    databaseUrl,
  })) as [Place, Place];
  const servers: [Server, Server] = [await start(places[0]), await start(places[1])];
  return { postgresql, origin, places, servers, token: admin(places[0]) };
}

describe.skipIf(needsPostgresql())('PostgreSQL', () => {
  it('may go away and come back, and two servers share it and a remote', async () => {
    const { postgresql, origin, places, servers, token } = await twoServers();
    expect((await ask(servers[0], token, 'POST', '/zones', { name: 'a.example' })).status).toBe(201);
    const acknowledged: string[] = [];
    await Promise.all(
      servers.map(async (server, which) => {
        for (let i = 0; i < 5; i++) {
          const answer = await write(server, token, 'a.example', `s${which}-${i}`, '192.0.2.1');
          expect(answer.status, JSON.stringify(answer.json)).toBe(201);
          acknowledged.push(answer.commit as string);
        }
      }),
    );
    await postgresql.crash();
    const away = await write(servers[0], token, 'a.example', 'away', '192.0.2.1');
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect((await fetch(`${servers[0].url}/healthz`)).status).toBe(200);
    expect((await fetch(`${servers[0].url}/readyz`)).status).toBe(503);
    await postgresql.start();
    await expect
      .poll(async () => (await write(servers[0], token, 'a.example', 'back', '192.0.2.1')).status, { timeout: 90_000 })
      .toBeLessThan(300);
    const shown = await Promise.all(
      servers.map(async (server) => (await ask(server, token, 'GET', '/zones/a.example/rrsets')).json),
    );
    const history = new Set(runGit(origin, 'rev-list', 'main').split('\n'));
    expect(acknowledged.filter((commit) => !history.has(commit))).toEqual([]);
    // Those of both, NS and `back`; what was answered with 503 may be there or not.
    expect((shown[0]?.rrsets as object[] | undefined)?.length).toBeGreaterThanOrEqual(12);
    await expect
      .poll(async () => (await ask(servers[1], token, 'GET', '/zones/a.example/rrsets/back/A')).status, {
        timeout: 90_000,
      })
      .toBe(200);
    expect(existsSync(join(places[0].state, 'state.db'))).toBe(false);
    for (const server of servers) expect(await end(server, 'SIGTERM')).toBe(0);
  });

  it('is shared by two servers with many clients, one of which is killed', { timeout: 240_000 }, async () => {
    const { origin, places, servers, token } = await twoServers();
    for (const name of ['a.example', 'b.example'])
      expect((await ask(servers[0], token, 'POST', '/zones', { name })).status).toBe(201);
    const acknowledged: string[] = [];
    let ofSecond = 0;
    let killed: () => void = () => undefined;
    const kill = new Promise<void>((resolve) => {
      killed = resolve;
    });
    /** Asks again where nothing was decided, or nobody was there. What is asked for is done once, however often that is. */
    const insist = async (which: 0 | 1, path: string, body: object): Promise<void> => {
      for (;;) {
        const answer = await ask(servers[which], token, 'POST', path, body).catch(() => undefined);
        if (answer !== undefined && answer.status !== 503) {
          expect([200, 201], JSON.stringify(answer.json)).toContain(answer.status);
          if (answer.commit !== null) acknowledged.push(answer.commit);
          if (which === 1 && ++ofSecond === 4) killed();
          return;
        }
        await pause(50);
      }
    };
    const client = async (which: 0 | 1, who: string): Promise<void> => {
      for (let i = 0; i < 4; i++) {
        // A record of one's own, and one more value of a set that all write to.
        const name = `${who}-${i}`;
        await insist(which, '/changes', {
          zones: ['a.example', 'b.example'].map((zone) => ({
            zone,
            changes: [
              { op: 'put', name, type: 'A', values: ['192.0.2.1'] },
              { op: 'add', name: 'all', type: 'TXT', values: [name] },
            ],
          })),
          message: `write ${name}`,
        });
      }
    };
    const again = kill.then(async () => {
      await end(servers[1], 'SIGKILL');
      servers[1] = await start(places[1]);
    });
    const who = [0, 1, 2].flatMap((i) => [{ which: 0, name: `x${i}` } as const, { which: 1, name: `y${i}` } as const]);
    await Promise.all([again, ...who.map(({ which, name }) => client(which, name))]);

    const subjects = runGit(origin, 'log', '--format=%s', 'main').split('\n');
    const names = who.flatMap(({ name }) => [0, 1, 2, 3].map((i) => `${name}-${i}`));
    expect(names.filter((name) => subjects.filter((subject) => subject === `write ${name}`).length !== 1)).toEqual([]);
    const history = new Set(runGit(origin, 'rev-list', 'main').split('\n'));
    expect(acknowledged.filter((commit) => !history.has(commit))).toEqual([]);
    expect(runGit(origin, 'rev-list', '--merges', 'main')).toBe('');
    // Both go on, and have what the other has written.
    for (const [which, server] of servers.entries()) {
      expect((await write(server, token, 'a.example', `last${which}`, '192.0.2.1')).status).toBe(201);
      const { json } = await ask(server, token, 'GET', '/zones/b.example/rrsets/all/TXT');
      expect((json.values as string[]).map((value) => value.replaceAll('"', '')).sort()).toEqual([...names].sort());
    }
    for (const { repository } of places) expect(runGit(repository, 'fsck', '--strict', '--no-dangling')).toBe('');
    for (const server of servers) expect(await end(server, 'SIGTERM')).toBe(0);
  });
});
