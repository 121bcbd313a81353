import { describe, expect, it } from 'vitest';
import { enqueue } from '../../src/state/queue/job.ts';
import { type Answer, type Serving, serving } from './serving.ts';

/** Follows a list from page to page; gives the entries of each. */
async function pages(server: Serving, token: string, path: string, key: string): Promise<Record<string, unknown>[][]> {
  const all: Record<string, unknown>[][] = [];
  for (let next: string | undefined = `/api/v1${path}`; next !== undefined; ) {
    const page: Answer = await server.ask(token, 'GET', next);
    expect(page.status, next).toBe(200);
    all.push(page.json[key] as Record<string, unknown>[]);
    next = /^<(\/api\/v1.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
  }
  return all;
}

describe('a list that comes in pages', () => {
  it('has everything once, in the order of the whole list', async () => {
    const server = await serving();
    const { ask, user, services } = server;
    const root = await user('root', { admin: true });
    const names = ['carol', 'alice', 'dave', 'bob'];
    for (const name of names) expect((await ask(root, 'POST', '/api/v1/users', { name })).status).toBe(201);
    const users = await pages(server, root, '/users?limit=2', 'users');
    expect(users.map((page) => page.map(({ name }) => name))).toEqual([['alice', 'bob'], ['carol', 'dave'], ['root']]);

    for (let i = 0; i < 4; i++) await ask(root, 'POST', '/api/v1/tokens', { label: `t${i}` });
    const whole = (await pages(server, root, '/tokens', 'tokens')).flat().map(({ id }) => id);
    expect(whole).toHaveLength(5);
    const tokens = await pages(server, root, '/tokens?limit=2', 'tokens');
    expect(tokens.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(tokens.flat().map(({ id }) => id)).toEqual(whole);
    expect((await pages(server, root, '/tokens?user=alice&limit=1', 'tokens')).map(({ length }) => length)).toEqual([
      1,
    ]);

    const { state } = services;
    const far = state.now() + 3_600_000;
    for (let i = 0; i < 5; i++) await enqueue(state, state.query, { kind: 'catch-up', payload: null, runAt: far });
    const jobs = (await pages(server, root, '/jobs?limit=2&kind=catch-up', 'jobs')).map((page) =>
      page.map(({ id }) => id),
    );
    expect(jobs.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(jobs.flat()).toEqual([...jobs.flat()].sort((a, b) => Number(b) - Number(a)));

    for (let i = 0; i < 3; i++) {
      await services.holds.begin(String(i).repeat(40), []);
      await new Promise((done) => setTimeout(done, 2));
    }
    const held = await pages(server, root, '/deployments?limit=2', 'deployments');
    expect(held.map((page) => page.map(({ commit, status }) => `${String(commit).slice(0, 1)} ${status}`))).toEqual([
      ['2 held', '1 superseded'],
      ['0 superseded'],
    ]);
    for (const list of ['users', 'tokens', 'jobs', 'deployments', 'zones']) {
      expect((await ask(root, 'GET', `/api/v1/${list}?cursor=%00`)).status, list).toBe(422);
      expect((await ask(root, 'GET', `/api/v1/${list}?limit=0`)).status, list).toBe(400);
    }
  });

  it('goes on behind an RRset, also where that has gone or moved', async () => {
    const server = await serving();
    const { ask, user } = server;
    const root = await user('root', { admin: true });
    const rows = Array.from({ length: 7 }, (_, i) => `h${i} A 192.0.2.${i}\n`).join('');
    const master_file = `$TTL 600\n@ SOA ns1 hostmaster 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.9\n${rows}`;
    await ask(root, 'POST', '/api/v1/zones', { name: 'example.net', master_file });
    const path = '/zones/example.net/rrsets';
    for (const type of ['AAAA', 'TXT'])
      await ask(root, 'PUT', `/api/v1${path}/ns1/${type}`, { values: ['2001:db8::1'] });
    for (const limit of [1, 2, 3, 5]) {
      const of = async (query: string) => (await pages(server, root, `${path}?${query}`, 'rrsets')).flat();
      expect(await of(`limit=${limit}`)).toEqual(await of('limit=1000'));
      expect(await of(`limit=${limit}&type=A`)).toEqual((await of('limit=1000')).filter(({ type }) => type === 'A'));
      expect(await of(`limit=${limit}&name=ns1`)).toHaveLength(3);
    }
    for (const type of ['AAAA', 'TXT']) await ask(root, 'DELETE', `/api/v1${path}/ns1/${type}`);
    const whole = (await pages(server, root, path, 'rrsets')).flat().map(({ name }) => name);
    expect(whole).toHaveLength(9);
    const some = await pages(server, root, `${path}?limit=4`, 'rrsets');
    expect(some.map(({ length }) => length)).toEqual([4, 4, 1]);
    expect(some.flat().map(({ name }) => name)).toEqual(whole);
    expect(await pages(server, root, `${path}?limit=4&type=NS`, 'rrsets')).toHaveLength(1);

    const first = await ask<{ rrsets: { name: string }[] }>(root, 'GET', `/api/v1${path}?limit=4`);
    const next = /^<(.*)>/.exec(first.headers.get('link') ?? '')?.[1] as string;
    const rest = async () => (await ask<{ rrsets: { name: string }[] }>(root, 'GET', next)).json.rrsets[0]?.name;
    expect(await rest()).toBe(whole[4]);
    // One before it goes, and then the very one.
    await ask(root, 'DELETE', `/api/v1${path}/${whole[2]}/A`);
    expect(await rest()).toBe(whole[4]);
    await ask(root, 'DELETE', `/api/v1${path}/${whole[3]}/A`);
    expect(whole.slice(4, 6)).toContain(await rest());
    expect((await ask(root, 'GET', `/api/v1${path}?cursor=nonsense`)).status).toBe(422);
  });
});
