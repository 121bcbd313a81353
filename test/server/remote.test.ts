import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpRemote } from '../git/http-remote.ts';
import { put, git as runGit, scratch } from '../setup/program.ts';
import { admin, ask, end, type Place, start, write } from './process.ts';

/**
 * What stands between a server and its remote: `open` lets all through, `silent` takes connections and says nothing, `closed`
 * ends them, `deaf` lets a push arrive and its answer get lost.
 */
type Way = 'open' | 'silent' | 'closed' | 'deaf';

/** A way to a port that can be changed. */
async function wayTo(port: number): Promise<{ readonly port: number; set(way: Way): void }> {
  let way: Way = 'open';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (way === 'closed') client.destroy();
    if (way !== 'open' && way !== 'deaf') return;
    const there = keep(connect(port, '127.0.0.1'));
    let pushing = false;
    client.on('data', (chunk) => {
      pushing ||= chunk.includes('POST /git-receive-pack');
      there.write(chunk);
    });
    there.on('data', (chunk) => {
      if (!(pushing && way === 'deaf')) client.write(chunk);
    });
    client.on('close', () => there.end());
    there.on('close', () => {
      if (!(pushing && way === 'deaf')) client.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as { port: number }).port,
    set(next) {
      way = next;
      if (next !== 'deaf') for (const socket of sockets) socket.destroy();
    },
  };
}

describe('a server whose remote', () => {
  it('is silent, away, deaf or pushed to loses nothing, does nothing twice, and goes on', async () => {
    const folder = scratch();
    const origin = join(folder, 'origin.git');
    runGit(folder, 'init', '-q', '--bare', '-b', 'main', origin);
    runGit(origin, 'config', 'http.receivepack', 'true');
    const way = await wayTo(Number(new URL(await httpRemote(origin, 'robot', 's3cret')).port));
    const place: Place = {
      repository: join(folder, 'repo.git'),
      state: join(folder, 'state'),
      remote: `http://robot:s3cret@127.0.0.1:${way.port}/`,
      options: ['--remote-timeout', '4', '--remote-look', '1'],
    };
    let server = await start(place);
    const token = admin(place);
    expect((await ask(server, token, 'POST', '/zones', { name: 'a.example' })).status).toBe(201);
    const acknowledged: string[] = [];
    const writes = async (name: string): Promise<void> => {
      const { status, commit, json } = await write(server, token, 'a.example', name, '192.0.2.1');
      expect(status, JSON.stringify(json)).toBe(201);
      acknowledged.push(commit as string);
    };
    const shown = async (name: string) => (await ask(server, token, 'GET', `/zones/a.example/rrsets/${name}/A`)).status;
    await writes('first');

    for (const how of ['silent', 'closed'] as const) {
      way.set(how);
      const head = runGit(origin, 'rev-parse', 'main');
      const names = Array.from({ length: 5 }, (_, i) => `${how}${i}`);
      const [answers, read, health] = await Promise.all([
        Promise.all(names.map((name) => write(server, token, 'a.example', name, '192.0.2.1'))),
        shown('first'),
        fetch(`${server.url}/healthz`),
      ]);
      expect([read, health.status]).toEqual([200, 200]);
      for (const { status, headers, json, commit } of answers) {
        expect([status, commit], how).toEqual([503, null]);
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
        expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
        expect(json.detail).toMatch(/^it is not known whether|^the remote does not answer/);
        expect(JSON.stringify(json)).not.toMatch(/s3cret|robot/);
      }
      // Whoever has waited behind the one that was tried does not wait as long again.
      const untried = answers.filter(({ json }) => /it was not tried$/.test(String(json.detail)));
      if (how === 'silent') expect(untried).toHaveLength(4);
      for (const name of names) expect(await shown(name)).toBe(404);
      way.set('open');
      expect(runGit(origin, 'rev-parse', 'main')).toBe(head);
      await writes(`after-${how}`);
    }

    // It has taken the commit, and its answer got lost: the commit counts, once.
    way.set('deaf');
    await writes('deaf');
    way.set('open');

    // Somebody pushes: seen without a webhook, and the next write comes on top.
    const work = join(folder, 'work');
    runGit(folder, 'clone', '-q', origin, work);
    const path = 'zones/a.example.yaml';
    put(work, path, `${runGit(work, 'show', `HEAD:${path}`)}  pushed: { A: 192.0.2.2 }\n`);
    runGit(work, 'commit', '-qam', 'pushed');
    runGit(work, 'push', '-q', 'origin', 'HEAD:main');
    acknowledged.push(runGit(work, 'rev-parse', 'HEAD').trim());
    await expect.poll(() => shown('pushed'), { timeout: 90_000 }).toBe(200);
    await writes('on-top');

    // It starts while the remote is away, and serves what was there last.
    way.set('silent');
    expect(await end(server, 'SIGTERM')).toBe(0);
    server = await start(place);
    expect(await shown('on-top')).toBe(200);
    expect((await write(server, token, 'a.example', 'away', '192.0.2.1')).status).toBe(503);
    way.set('open');
    await writes('back');

    const history = runGit(origin, 'log', '--format=%H %s', 'main').trim().split('\n');
    const ids = new Set(history.map((line) => line.split(' ')[0]));
    expect(acknowledged.filter((commit) => !ids.has(commit))).toEqual([]);
    const subjects = history.map((line) => line.replace(/^\S+ /, ''));
    expect(subjects.filter((subject, i) => subjects.indexOf(subject) !== i)).toEqual([]);
    expect(subjects.some((subject) => /^(silent|closed|away)/.test(subject))).toBe(false);
    expect(subjects).toHaveLength(1 + acknowledged.length);
    expect(server.said()).not.toMatch(/s3cret/);
    expect(await end(server, 'SIGTERM')).toBe(0);
  });
});
