import { describe, expect, it } from 'vitest';
import { type Serving, serving } from './serving.ts';

const API = '/api/v1';
const MASTER = { master_file: '$TTL 60\n@ SOA ns1.example.net. hostmaster 1 2 3 4 5\n@ NS ns1.example.net.\n' };

/** A server with an admin and one zone. */
async function withZone() {
  const server = await serving();
  const token = await server.user('root', { admin: true });
  const call = <T = Record<string, unknown>>(method: string, path: string, body?: unknown, headers = {}) =>
    server.ask<T>(token, method, API + path, body, headers);
  expect((await call('POST', '/zones', { name: 'example.com' })).status).toBe(201);
  const head = async () => (await server.git('rev-parse', 'main')).trim();
  return { ...server, token, call, head };
}

interface RRsetsJson {
  readonly rrsets: readonly { readonly name: string; readonly type: string }[];
}

describe('zones', () => {
  it('are made, shown, changed and deleted', async () => {
    const { call, git, head, user, ask } = await withZone();
    expect((await call('POST', '/zones', { name: 'example.com' })).status).toBe(409);
    const master = '$TTL 600\n@ SOA ns1 hostmaster 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\nwww A 192.0.2.2\n';
    const made = await call('POST', '/zones', { name: 'Example.NET.', master_file: master, ttl: 900 });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`${API}/zones/example.net`);
    const shown = await call('GET', '/zones/example.net');
    expect(shown.json).toMatchObject({ name: 'example.net', records: 3, dnssec: false });
    const etag = shown.headers.get('etag') as string;
    expect((await call('GET', '/zones/example.net', undefined, { 'if-none-match': `W/"x", ${etag}` })).status).toBe(
      304,
    );
    const patched = await call('PATCH', '/zones/example.net', { ttl: 1200, soa: { refresh: '1h', minimum: 60 } });
    expect(patched.json).toMatchObject({ ttl: 1200, soa: { refresh: 3600, minimum: 60 } });
    expect(patched.headers.get('zonewright-commit')).toBe(await head());
    const stale = { 'if-match': etag };
    expect((await call('PATCH', '/zones/example.net', { ttl: 60 }, stale)).status).toBe(412);
    expect((await call('DELETE', '/zones/example.net', undefined, stale)).status).toBe(412);
    expect((await call('PATCH', '/zones/example.net', {})).status).toBe(400);
    expect((await call('DELETE', '/zones/example.net')).status).toBe(204);
    expect((await call('GET', '/zones/example.net')).status).toBe(404);
    expect((await call('DELETE', '/zones/example.net')).status).toBe(404);
    expect((await git('log', '-1', '--format=%an <%ae> %cn: %s', 'main')).trim()).toBe(
      'root <root@users.zonewright.invalid> zonewright: example.net: zone deleted',
    );
    expect((await ask(undefined, 'GET', `${API}/zones`)).status).toBe(401);
    expect((await ask('zw_no_token', 'GET', `${API}/zones`)).status).toBe(401);
    const bounded = await call('POST', '/zones', { name: 'bounded.example', name_servers: ['ns1.example.com'] });
    expect(bounded.status).toBe(201);
    expect((await call('POST', '/zones', { name: 'x.example', master_file: 'www A 192.0.2.300\n' })).status).toBe(422);
    expect((await user('someone', {})).length).toBeGreaterThan(20);
  });

  it('are listed page by page, also while some of them go', async () => {
    const { call } = await withZone();
    const names = ['a.example', 'b.example', 'c.example', 'd.example'];
    for (const name of names) expect((await call('POST', '/zones', { name })).status).toBe(201);
    interface Page {
      readonly zones: { readonly name: string }[];
      readonly total: number;
    }
    for (const sort of ['name', '-name', 'records', '-records']) {
      const seen: string[] = [];
      let next: string | undefined = `/zones?limit=2&sort=${sort}&search=.example`;
      while (next !== undefined) {
        const page: { json: Page; headers: Headers } = await call<Page>('GET', next);
        expect(page.json.total).toBe(4);
        seen.push(...page.json.zones.map(({ name }) => name));
        next = /^<\/api\/v1(.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      }
      expect(seen).toEqual(sort.startsWith('-') ? [...names].reverse() : names);
    }
    const first = await call<Page>('GET', '/zones?limit=2');
    expect((await call('DELETE', '/zones/b.example')).status).toBe(204);
    const next = /<\/api\/v1(.*)>/.exec(first.headers.get('link') ?? '')?.[1] as string;
    expect((await call<Page>('GET', next)).json.zones.map(({ name }) => name)).toEqual(['c.example', 'd.example']);
    expect((await call('GET', '/zones?cursor=nonsense')).status).toBe(422);
    expect((await call('GET', '/zones?page=2')).json.errors).toEqual([
      { rule: 'schema', message: 'the query must NOT have additional properties: "page"', fix: expect.any(String) },
    ]);
    expect((await call('GET', '/zones?sort=age')).json.errors).toEqual([
      {
        rule: 'schema',
        message: expect.stringMatching(/^the query\/sort must be equal to one of the allowed values: "name", /),
        fix: expect.any(String),
      },
    ]);
    expect((await call('POST', '/zones', { name: 1 })).json.errors).toEqual([
      { rule: 'schema', pointer: '/name', message: '/name must be string', fix: expect.any(String) },
    ]);
    expect((await call('GET', '/zones?limit=0')).status).toBe(400);
    expect((await call('GET', '/zones?nothing=1')).status).toBe(400);
  });
});

describe('RRsets', () => {
  it('are written one commit each, with tags against lost updates', async () => {
    const { call, git, head } = await withZone();
    const path = '/zones/example.com/rrsets/www/A';
    const put = await call('PUT', path, { ttl: 300, values: ['192.0.2.1'] }, { 'if-none-match': '*' });
    expect(put.status).toBe(201);
    expect(put.json).toMatchObject({ name: 'www', type: 'A', ttl: 300, values: ['192.0.2.1'] });
    const etag = put.headers.get('etag') as string;
    expect(etag).toMatch(/^"[A-Za-z0-9_-]+"$/);
    expect((await call('PUT', path, { values: ['192.0.2.9'] }, { 'if-none-match': '*' })).status).toBe(412);
    const again = await call('PUT', path, { ttl: 300, values: ['192.0.2.7'] }, { 'if-match': etag });
    expect(again.status).toBe(200);
    expect(again.headers.get('zonewright-commit')).toBe(await head());
    expect(await git('log', '-1', '--format=%an %cn %s', 'main')).toBe(
      'root zonewright www.example.com: A 192.0.2.1 -> 192.0.2.7\n',
    );
    expect((await call('PUT', path, { values: ['192.0.2.8'] }, { 'if-match': etag })).status).toBe(412);
    // RFC 9110, 13.1.1: one of several, or any; a weak tag is as good as none.
    const tag = again.headers.get('etag') as string;
    for (const [tags, status] of [
      [`"x", ${tag}`, 200],
      ['*', 200],
      [` ${tag} ,"y"`, 200],
      [`W/${tag}`, 412],
      ['"x", "y"', 412],
      ['', 412],
      ['"', 412],
    ] as const) {
      const answer = await call('PUT', path, { ttl: 300, values: ['192.0.2.7'] }, { 'if-match': tags });
      expect(answer.status, tags).toBe(status);
    }
    const absent = await call(
      'PUT',
      '/zones/example.com/rrsets/none/A',
      { values: ['192.0.2.8'] },
      { 'if-match': '*' },
    );
    expect(absent.status).toBe(412);
    expect((await call('PATCH', '/zones/example.com', { ttl: 3600 }, { 'if-match': '"x", *' })).status).toBe(412);
    expect((await call('PATCH', '/zones/example.com', { ttl: 3600 }, { 'if-match': '*' })).status).toBe(200);
    const known = { 'if-none-match': `W/"x", W/${tag}` };
    expect((await call('PUT', path, { ttl: 300, values: ['192.0.2.9'] }, known)).status).toBe(412);
    expect((await call('GET', path, undefined, { 'if-none-match': '*' })).status).toBe(304);
    expect((await call('PUT', path, { ttl: 300, values: ['192.0.2.7'] }, { 'if-none-match': '"x"' })).status).toBe(200);
    // A TTL that goes back to that of the zone is told as any other.
    await call('PUT', path, { values: ['192.0.2.7'] });
    expect(await git('log', '-1', '--format=%s', 'main')).toBe('www.example.com: A TTL 3600\n');
    await call('PUT', path, { ttl: 300, values: ['192.0.2.8'] });
    expect(await git('log', '-1', '--format=%s', 'main')).toBe('www.example.com: A 192.0.2.7 -> 192.0.2.8 TTL 300\n');
    await call('PUT', path, { ttl: 300, values: ['192.0.2.7'] });
    const before = await head();
    const same = await call('PUT', path, { ttl: 300, values: ['192.0.2.7'] });
    expect(same.status).toBe(200);
    expect(await head()).toBe(before);
    const got = await call('GET', path);
    expect(got.headers.get('etag')).toBe(again.headers.get('etag'));
    expect((await call('GET', path, undefined, { 'if-none-match': got.headers.get('etag') })).status).toBe(304);
    expect((await call('GET', '/zones/example.com/rrsets/www/AAAA')).status).toBe(404);
    const minimal = await call('PUT', path, { values: ['192.0.2.10'] }, { prefer: 'return=minimal' });
    expect([minimal.status, minimal.text, minimal.headers.get('preference-applied')]).toEqual([
      204,
      '',
      'return=minimal',
    ]);
    expect((await call('PUT', path, { values: ['192.0.2.11'] })).json).toMatchObject({ ttl: 3600 });
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('DELETE', path)).status).toBe(204);
    const listed = await call<RRsetsJson>('GET', '/zones/example.com/rrsets');
    expect(listed.json.rrsets.map(({ type }) => type)).toEqual(['NS']);
    expect(
      (await call('GET', '/zones/example.com/rrsets', undefined, { 'if-none-match': listed.headers.get('etag') }))
        .status,
    ).toBe(304);
    expect((await call<RRsetsJson>('GET', '/zones/example.com/rrsets?name=@&type=TXT')).json.rrsets).toEqual([]);
  });

  it('take values in presentation form, by fields, and with options', async () => {
    const { call, git } = await withZone();
    const at = (name: string, type: string) => `/zones/example.com/rrsets/${name}/${type}`;
    const mx = await call('PUT', at('@', 'MX'), {
      values: [{ preference: 10, exchange: 'mail' }, '20 mail2.example.net.'],
    });
    expect(mx.json).toMatchObject({
      name: '@',
      fqdn: 'example.com.',
      values: ['10 mail.example.com.', '20 mail2.example.net.'],
      data: [{ preference: 10, exchange: 'mail.example.com.' }, { preference: 20 }],
    });
    const txt = await call('PUT', at('@', 'TXT'), { values: ['v=spf1 -all', '"two" "strings"'] });
    expect(txt.json).toMatchObject({ values: ['"v=spf1 -all"', '"two" "strings"'] });
    const own = await call('PUT', at('own', 'TYPE65280'), { values: ['\\# 2 abcd'] });
    expect(own.status).toBe(201);
    const pinned = await call('PUT', at('pin', 'A'), { values: [{ value: '192.0.2.5', proxied: false }, '192.0.2.6'] });
    expect(pinned.status).toBe(201);
    for (const [values, status] of [
      [[{ preference: 10 }], 422],
      [[{ preference: '10', exchange: 'mail', nonsense: 1 }], 422],
      [[{ constructor: 1 }], 422],
      [[], 400],
      ['10 mail', 400],
      [[12], 400],
      [['ten mail'], 422],
    ] as const)
      expect((await call('PUT', at('@', 'MX'), { values })).status, JSON.stringify(values)).toBe(status);
    expect(await git('show', 'main:zones/example.com.yaml')).toContain('v=spf1 -all');
  });
});

describe('a request that names the type of a body and has none', () => {
  it('is taken where none is needed', async () => {
    const { call, token, url } = await withZone();
    await call('PUT', '/zones/example.com/rrsets/www/A', { values: ['192.0.2.1'] });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    for (const [method, path, status] of [
      ['DELETE', '/zones/example.com/rrsets/www/A', 204],
      ['POST', '/deployments', 202],
      ['GET', '/zones', 200],
      ['PUT', '/zones/example.com/rrsets/www/A', 400],
      ['DELETE', '/zones/example.com', 204],
    ] as const)
      expect([path, (await fetch(url + API + path, { method, headers })).status]).toEqual([path, status]);
  });
});

describe('a path that is there by other methods', () => {
  it('is told apart from one that is not, and names them', async () => {
    const { call, ask } = await withZone();
    for (const [method, path, allow] of [
      ['POST', '/zones/example.com/rrsets/www/A', 'DELETE, GET, HEAD, PUT'],
      ['PUT', '/zones', 'GET, HEAD, POST'],
      ['GET', '/zones/example.com/changes', 'POST'],
      ['PATCH', '/whoami', 'GET, HEAD'],
      ['OPTIONS', '/jobs/1/retry', 'POST'],
    ] as const) {
      const answer = await call(method, path, method === 'PUT' || method === 'PATCH' ? { any: 1 } : undefined);
      expect([answer.status, answer.headers.get('allow')], `${method} ${path}`).toEqual([405, allow]);
    }
    expect((await call('GET', '/zonen')).status).toBe(404);
    expect((await ask(undefined, 'PUT', '/api/v1/zones')).status).toBe(401);
  });
});

describe('batches', () => {
  it('are one commit, over one zone or several, or nothing at all', async () => {
    const { call, git, head } = await withZone();
    await call('POST', '/zones', { name: 'example.org' });
    const count = async () => Number(await git('rev-list', '--count', 'main'));
    const before = await count();
    const one = await call('POST', '/zones/example.com/changes', {
      message: 'Move the web\nZonewright-Request: forged',
      changes: [
        { op: 'put', name: 'www', type: 'A', ttl: 60, values: ['192.0.2.1'] },
        { op: 'add', name: 'www', type: 'A', values: ['192.0.2.2'] },
        { op: 'put', name: 'old', type: 'A', values: ['192.0.2.3', '192.0.2.4'] },
        { op: 'delete', name: 'old', type: 'A', values: ['192.0.2.3'] },
      ],
    });
    expect(one.status).toBe(200);
    expect(one.json).toMatchObject({
      commit: await head(),
      dry_run: false,
      zones: [{ name: 'example.com', change: 'update' }],
    });
    expect(await count()).toBe(before + 1);
    expect(await git('log', '-1', '--format=%s', 'main')).toBe('Move the web Zonewright-Request: forged\n');
    expect(
      (await git('log', '-1', '--format=%(trailers:key=Zonewright-Request,valueonly)', 'main')).trim(),
    ).not.toMatch(/forged/);
    const zones = (bad: string) => [
      { zone: 'example.com', changes: [{ op: 'put', name: 'a', type: 'A', values: ['192.0.2.9'] }] },
      { zone: 'example.org', changes: [{ op: 'put', name: 'a', type: 'A', values: [bad] }] },
    ];
    const at = await head();
    for (const [body, status] of [
      [{ zones: zones('192.0.2.999') }, 422],
      [{ zones: [zones('192.0.2.9')[0], { ...zones('192.0.2.9')[1], zone: 'nowhere.example' }] }, 404],
      [{ zones: [zones('192.0.2.9')[0], zones('192.0.2.9')[0]] }, 422],
      [{ zones: zones('192.0.2.9').map((each) => ({ ...each, if_match: '"stale"' })) }, 412],
      [{ zones: [] }, 400],
      [{ zones: [{ zone: 'example.com', changes: [{ op: 'put', name: 'b', type: 'A' }] }] }, 422],
      [
        { zones: [{ zone: 'example.com', changes: [{ op: 'put', name: 'x', type: 'CNAME', values: ['a', 'b'] }] }] },
        422,
      ],
    ] as const)
      expect((await call('POST', '/changes', body)).status, JSON.stringify(body)).toBe(status);
    expect(await head()).toBe(at);
    const plan = await call('POST', '/plan', { zones: zones('192.0.2.9') });
    expect(plan.json).toMatchObject({ dry_run: true, commit: null, plan: expect.anything() });
    expect(await head()).toBe(at);
    expect((await call('POST', '/changes', { zones: zones('192.0.2.9') })).json).toMatchObject({
      commit: await head(),
    });
    expect(await count()).toBe(before + 2);
    const refused = await call('PUT', '/zones/example.com/rrsets/a/CNAME', { values: ['www'] });
    expect(refused.json).toMatchObject({
      status: 422,
      errors: [
        { rule: expect.any(String), path: 'zones/example.com.yaml', line: expect.any(Number), fix: expect.any(String) },
      ],
    });
  });
});

describe('a zone as a whole', () => {
  it('goes out and in as a master file, has a history, and goes back', async () => {
    const { call, head } = await withZone();
    await call('PUT', '/zones/example.com/rrsets/www/A', { values: ['192.0.2.1'] });
    const old = await head();
    const exported = await call('GET', '/zones/example.com/export');
    expect(exported.headers.get('content-type')).toMatch(/^text\/dns/);
    expect(exported.text).toMatch(/www\s+A\s+192\.0\.2\.1/);
    const imported = await call('POST', '/zones/example.com/import', {
      master_file: exported.text.replace('192.0.2.1', '192.0.2.2'),
    });
    expect(imported.status).toBe(200);
    expect((await call('GET', '/zones/example.com/rrsets/www/A')).json).toMatchObject({ values: ['192.0.2.2'] });
    expect((await call('POST', '/zones/example.com/import', { master_file: '$INCLUDE /etc/passwd\n' })).status).toBe(
      422,
    );
    interface History {
      readonly commits: readonly { readonly commit: string; readonly subject: string }[];
    }
    const history = await call<History>('GET', '/zones/example.com/history?limit=2');
    expect(history.json.commits.map(({ subject }) => subject)).toEqual([
      'example.com: import',
      'www.example.com: add A 192.0.2.1',
    ]);
    const next = /<\/api\/v1(.*)>/.exec(history.headers.get('link') ?? '')?.[1] as string;
    expect((await call<History>('GET', next)).json.commits).toMatchObject([{ subject: 'example.com: new zone' }]);
    expect((await call('GET', `/zones/example.com/at/${old}`)).json).toMatchObject({
      name: 'example.com',
      document: expect.stringContaining('192.0.2.1'),
    });
    for (const [commit, status] of [
      ['0'.repeat(40), 404],
      ['HEAD', 400],
      ['--output=x', 400],
    ] as const) {
      expect((await call('GET', `/zones/example.com/at/${commit}`)).status, commit).toBe(status);
      expect((await call('POST', '/zones/example.com/revert', { commit })).status, commit).toBe(status);
    }
    expect((await call('POST', '/zones/example.com/revert', { commit: old })).status).toBe(200);
    expect((await call('GET', '/zones/example.com/rrsets/www/A')).json).toMatchObject({ values: ['192.0.2.1'] });
  });

  it('is released, with keys and DS data where it is signed', async () => {
    const { call } = await withZone();
    expect((await call('PATCH', '/zones/example.com', { dnssec: 'default' })).status).toBe(200);
    const put = await call('PUT', '/zones/example.com/rrsets/www/A?wait=deployed', { values: ['192.0.2.1'] });
    expect(put.headers.get('zonewright-deployed')).toBe('true');
    expect(
      (await call('PUT', '/zones/example.com/rrsets/www/A?wait=committed', { values: ['192.0.2.2'] })).headers.has(
        'zonewright-deployed',
      ),
    ).toBe(false);
    await expect
      .poll(async () => (await call('GET', '/zones/example.com')).json.synced, { timeout: 90_000 })
      .toBe(true);
    const { ds } = (await call<{ ds: object[] }>('GET', '/zones/example.com/ds')).json;
    expect(ds).toMatchObject([{ algorithm: 13, digest_type: 2 }]);
    const { keys } = (await call<{ keys: object[] }>('GET', '/zones/example.com/keys')).json;
    expect(keys).toHaveLength(1);
    expect(JSON.stringify(keys)).not.toMatch(/private|AGE-/i);
    expect((await call('GET', '/zones/example.com/export?signed=true')).text).toContain('RRSIG');
  });
});

describe('a request that is sent twice', () => {
  it('is carried out once', async () => {
    const { call, git, services, token, head } = await withZone();
    const key = (value: string) => ({ 'idempotency-key': value });
    const count = async () => Number(await git('rev-list', '--count', 'main'));
    const add = { changes: [{ op: 'add', name: 'a', type: 'A', values: ['192.0.2.1'] }] };
    const path = '/zones/example.com/changes';
    const first = await call('POST', path, add, key('one'));
    const at = await count();
    const second = await call('POST', path, add, key('one'));
    expect(second.json).toEqual(first.json);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('zonewright-commit')).toBe(first.headers.get('zonewright-commit'));
    expect(await count()).toBe(at);
    expect((await call('POST', '/zones/example.com/changes', { ...add, message: 'other' }, key('one'))).status).toBe(
      422,
    );
    expect((await call('DELETE', '/zones/example.com/rrsets/a/A', undefined, key('gone'))).status).toBe(204);
    await call('PUT', '/zones/example.com/rrsets/a/A', { values: ['192.0.2.1'] });
    const gone = await call('DELETE', '/zones/example.com/rrsets/a/A', undefined, key('gone'));
    expect([gone.status, gone.headers.get('idempotency-replayed')]).toEqual([204, 'true']);
    expect((await call('GET', '/zones/example.com/rrsets/a/A')).status).toBe(200);
    expect((await call('POST', path, add, key('x'.repeat(256)))).status).toBe(400);

    // A secret is shown once.
    const made = await call('POST', '/tokens', { label: 'x' }, key('token'));
    expect(made.json.secret).toMatch(/^zw_/);
    expect((await call('POST', '/tokens', { label: 'x' }, key('token'))).json).toEqual({ ...made.json, secret: null });
    const kept = await services.state.query.selectFrom('idempotency').selectAll().execute();
    expect(JSON.stringify(kept)).not.toContain(made.json.secret);
    expect(token).not.toBe(made.json.secret);

    // Another process runs it, and then died: before the commit, and after it.
    const { query } = services.state;
    const change = { changes: [{ op: 'put', name: 'b', type: 'A', values: ['192.0.2.2'] }] };
    await call('POST', path, change, key('two'));
    const commit = await head();
    await query.updateTable('idempotency').set({ answer: null }).where('key', '=', 'two').execute();
    const running = await call('POST', path, change, key('two'));
    expect([running.status, running.headers.get('retry-after')]).toEqual([409, '1']);
    await query.updateTable('idempotency').set({ lease_until: 0 }).where('key', '=', 'two').execute();
    const again = await call('POST', path, change, key('two'));
    expect([again.status, again.headers.get('zonewright-commit')]).toEqual([204, commit]);
    expect(await head()).toBe(commit);
    const row = await query.selectFrom('idempotency').selectAll().where('key', '=', 'two').executeTakeFirstOrThrow();
    await query
      .insertInto('idempotency')
      .values({ ...row, key: 'three', answer: null, lease_until: 0 })
      .execute();
    const other = { changes: [{ op: 'put', name: 'c', type: 'A', values: ['192.0.2.2'] }] };
    expect((await call('POST', path, other, key('three'))).status).toBe(422);
    expect((await call('POST', path, change, key('three'))).status).toBe(200);
  });
});

describe('a rehearsal', () => {
  it('says what would come of any write, and leaves no trace', async () => {
    const { call, head, services, git } = await withZone();
    const user = await call('POST', '/users', { name: 'alice', zones: ['a.example'] });
    expect(user.status).toBe(201);
    const made = await call('POST', '/tokens', { user: 'alice' });
    const trace = async () => {
      const tables = await Promise.all(
        (['accounts', 'grants', 'tokens', 'zone_ids', 'record_ids', 'documents'] as const).map((table) =>
          services.state.query.selectFrom(table).selectAll().execute(),
        ),
      );
      return JSON.stringify([await head(), await git('for-each-ref'), tables]);
    };
    await expect
      .poll(async () => (await call('GET', '/zones/example.com')).json.synced, { timeout: 90_000 })
      .toBe(true);
    await services.authentication.use.flush();
    const before = await trace();
    const commit = await head();
    const changes = [{ op: 'put', name: 'x', type: 'A', values: ['192.0.2.1'] }];
    for (const [method, path, body, status] of [
      ['POST', '/zones', { name: 'new.example' }, 201],
      ['PATCH', '/zones/example.com', { ttl: 77 }, 200],
      ['PUT', '/zones/example.com/rrsets/x/A', { values: ['192.0.2.1'] }, 201],
      ['DELETE', '/zones/example.com/rrsets/@/NS', undefined, 422],
      ['DELETE', '/zones/example.com/rrsets/x/A', undefined, 204],
      ['POST', '/zones/example.com/changes', { changes }, 200],
      ['POST', '/changes', { zones: [{ zone: 'example.com', changes }] }, 200],
      ['POST', '/zones/example.com/import', MASTER, 200],
      ['POST', '/zones/example.com/revert', { commit }, 200],
      ['DELETE', '/zones/example.com', undefined, 204],
      ['POST', '/users', { name: 'bob', zones: ['x.example'] }, 201],
      ['PATCH', '/users/alice', { admin: true, zones: [] }, 200],
      ['DELETE', '/users/alice', undefined, 204],
      ['POST', '/tokens', { user: 'alice' }, 201],
      ['DELETE', `/tokens/${made.json.id}`, undefined, 204],
      ['POST', '/deployments', undefined, 200],
    ] as const) {
      const answer = await call(method, `${path}?dry_run=true`, body);
      expect([method, path, answer.status]).toEqual([method, path, status]);
      if (status !== 422) expect([path, answer.headers.get('zonewright-dry-run')]).toEqual([path, 'true']);
      expect(answer.headers.has('zonewright-commit')).toBe(false);
    }
    await services.authentication.use.flush();
    const used = /"last_used_at":(\d+|null)/g;
    expect((await trace()).replace(used, '')).toBe(before.replace(used, ''));
  });
});

describe('accounts and tokens', () => {
  it('are kept by admins, and by people for themselves', async () => {
    const { call, ask } = await withZone();
    const made = await call<{ token: { secret: string; id: string } }>('POST', '/users', {
      name: 'alice',
      email: 'alice@example.org',
      password: 'correct horse',
      zones: ['a.example'],
    });
    expect(made.status).toBe(201);
    expect((await call('POST', '/users', { name: 'alice' })).status).toBe(409);
    expect((await call('POST', '/users', { name: '../alice' })).status).toBe(400);
    const alice = made.json.token.secret;
    const by = (method: string, path: string, body?: unknown) => ask(alice, method, API + path, body);
    expect((await by('GET', '/whoami')).json).toMatchObject({ account: { name: 'alice', zones: ['a.example'] } });
    expect((await by('GET', '/users')).status).toBe(403);
    expect((await by('POST', '/users', { name: 'bob' })).status).toBe(403);
    expect((await by('GET', '/users/root')).status).toBe(404);
    expect((await by('PATCH', '/users/alice', { admin: true })).status).toBe(403);
    expect((await by('PATCH', '/users/alice', { zones: ['*'] })).status).toBe(403);
    expect((await by('PATCH', '/users/alice', { password: 'another horse' })).status).toBe(200);
    expect((await by('GET', '/tokens?user=root')).status).toBe(403);
    expect((await by('POST', '/tokens', { user: 'root' })).status).toBe(403);
    for (const path of ['/jobs', '/nodes?status=true']) expect((await by('GET', path)).status).toBe(403);
    for (const path of ['/deployments', '/nodes/n1/withdraw']) expect((await by('POST', path)).status).toBe(403);
    expect((await call('PATCH', '/users/alice', { enabled: false })).json).toMatchObject({ enabled: false });
    expect((await by('GET', '/whoami')).status).toBe(401);
    await call('PATCH', '/users/alice', { enabled: true });
    expect((await by('DELETE', `/tokens/${made.json.token.id}`)).status).toBe(204);
    expect((await by('GET', '/whoami')).status).toBe(401);
    expect((await call('DELETE', `/tokens/${made.json.token.id}`)).status).toBe(404);
    expect((await call('DELETE', '/users/alice')).status).toBe(204);
    expect((await call('GET', '/users/alice')).status).toBe(404);
    expect((await call<{ users: object[] }>('GET', '/users')).json.users).toHaveLength(1);
  });

  it('of two people never meet: the zone of the other is none', async () => {
    const { ask, user, call } = await withZone();
    const [alice, bob] = [await user('alice'), await user('bob')];
    expect((await ask(alice, 'POST', `${API}/zones`, { name: 'a.example' })).status).toBe(201);
    expect((await ask(bob, 'POST', `${API}/zones`, { name: 'b.example' })).status).toBe(201);
    const changes = [{ op: 'put', name: 'x', type: 'A', values: ['192.0.2.1'] }];
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', { ttl: 60 }],
      ['DELETE', '', undefined],
      ['GET', '/rrsets', undefined],
      ['GET', '/rrsets/@/NS', undefined],
      ['PUT', '/rrsets/x/A', { values: ['192.0.2.1'] }],
      ['DELETE', '/rrsets/x/A', undefined],
      ['POST', '/changes', { changes }],
      ['GET', '/export', undefined],
      ['POST', '/import', MASTER],
      ['GET', '/ds', undefined],
      ['GET', '/keys', undefined],
      ['GET', '/history', undefined],
      ['GET', `/at/${'0'.repeat(40)}`, undefined],
      ['POST', '/revert', { commit: '0'.repeat(40) }],
    ] as const) {
      const [foreign, none] = [
        await ask(bob, method, `${API}/zones/a.example${path}`, body),
        await ask(bob, method, `${API}/zones/c.example${path}`, body),
      ];
      expect([method, path, foreign.status]).toEqual([method, path, 404]);
      const said = (text: string) => text.replace(/"request_id":"[^"]*"/, '').replaceAll('c.example', 'a.example');
      expect(said(foreign.text)).toBe(said(none.text));
    }
    for (const path of ['/changes', '/plan'])
      expect(
        (
          await ask(bob, 'POST', API + path, {
            zones: [
              { zone: 'b.example', changes },
              { zone: 'a.example', changes },
            ],
          })
        ).status,
      ).toBe(404);
    const taken = await ask(bob, 'POST', `${API}/zones`, { name: 'a.example' });
    const below = await ask(bob, 'POST', `${API}/zones`, { name: 'sub.a.example' });
    expect([taken.status, below.status]).toEqual([403, 403]);
    const alias = await ask(bob, 'PUT', `${API}/zones/b.example/rrsets/x/CNAME`, { values: ['secret.a.example.'] });
    expect(alias.text).not.toContain('does not exist');
    interface Zones {
      readonly zones: readonly { readonly name: string }[];
      readonly total: number;
    }
    expect((await ask<Zones>(bob, 'GET', `${API}/zones`)).json).toMatchObject({
      zones: [{ name: 'b.example' }],
      total: 1,
    });
    expect((await call<Zones>('GET', '/zones')).json.total).toBe(3);
  });
});

describe('a token outside of its limits', () => {
  it('is refused, in each of them', async () => {
    const { call, ask } = await withZone();
    await call('POST', '/zones', { name: 'example.org' });
    const limited = async (limits: object): Promise<Parameters<Serving['ask']>[0]> =>
      (await call<{ secret: string }>('POST', '/tokens', limits)).json.secret;
    const tries = async (token: string | undefined, ...wanted: [string, string, unknown, number][]) => {
      for (const [method, path, body, status] of wanted) {
        const answer = await ask(token, method, API + path, body);
        expect([method, path, answer.status]).toEqual([method, path, status]);
      }
    };
    const value = { values: ['192.0.2.1'] };
    const txt = { values: ['x'] };
    const www = '/zones/example.com/rrsets/www/A';
    await tries(
      await limited({ zones: ['*.com', 'example.net'] }),
      ['PUT', www, value, 201],
      ['GET', '/zones/example.org', undefined, 404],
      ['PUT', '/zones/example.org/rrsets/www/A', value, 404],
      ['POST', '/zones', { name: 'example.se' }, 404],
      ['GET', '/users', undefined, 403],
    );
    await tries(
      await limited({ names: ['_acme-challenge*'], types: ['TXT'] }),
      ['PUT', '/zones/example.com/rrsets/_acme-challenge.www/TXT', txt, 201],
      ['PUT', www, value, 403],
      ['PUT', '/zones/example.com/rrsets/www/TXT', txt, 403],
      ['PUT', '/zones/example.com/rrsets/_acme-challenge/A', value, 403],
      ['PATCH', '/zones/example.com', { ttl: 60 }, 403],
      ['DELETE', '/zones/example.com', undefined, 403],
      ['POST', '/zones', { name: 'example.se' }, 403],
      ['POST', '/zones/example.com/import', MASTER, 403],
    );
    await tries(
      await limited({ verbs: ['read'] }),
      ['GET', www, undefined, 200],
      ['PUT', www, value, 403],
      ['DELETE', www, undefined, 403],
      ['POST', '/deployments', undefined, 403],
      ['GET', '/users', undefined, 403],
    );
    await tries(
      await limited({ verbs: ['update'] }),
      ['PUT', www, { values: ['192.0.2.9'] }, 200],
      ['GET', www, undefined, 403],
      ['DELETE', www, undefined, 403],
    );
    await tries(
      await limited({ networks: ['192.0.2.0/24'] }),
      ['GET', www, undefined, 403],
      ['GET', '/whoami', undefined, 403],
      ['GET', '/tokens', undefined, 403],
      ['PATCH', '/users/root', { password: 'longer than that' }, 403],
    );
    await tries(
      await limited({ dialect: 'luadns' }),
      ['GET', www, undefined, 403],
      ['GET', '/deployments', undefined, 403],
    );
    expect((await call('POST', '/tokens', { expires: '2001-01-01' })).status).toBe(422);
    expect((await call('POST', '/tokens', { zones: ['..'] })).status).toBe(422);
  });

  it('makes itself no wider', async () => {
    const { call, ask, services } = await withZone();
    const make = async (limits: object) =>
      (await call<{ secret: string; id: string; expires_at: string }>('POST', '/tokens', limits)).json;
    for (const limits of [
      { zones: ['*.com'] },
      { names: ['www'] },
      { types: ['A'] },
      { verbs: ['read', 'admin'] },
      { networks: ['127.0.0.0/8'] },
    ]) {
      const { secret, id } = await make(limits);
      const other = await make({});
      expect((await ask(secret, 'POST', `${API}/tokens`, {})).status).toBe(403);
      expect((await ask(secret, 'PATCH', `${API}/users/root`, { password: 'longer than that' })).status).toBe(403);
      expect((await ask(secret, 'DELETE', `${API}/tokens/${other.id}`)).status).toBe(403);
      expect((await ask(secret, 'DELETE', `${API}/tokens/${id}`)).status).toBe(204);
    }
    const brief = await make({ expires: '1h' });
    const longer = await ask(brief.secret, 'POST', `${API}/tokens`, { expires: '90d' });
    expect(longer.json.expires_at).toBe(brief.expires_at);
    expect((await ask(brief.secret, 'POST', `${API}/tokens`, {})).json.expires_at).toBe(brief.expires_at);
    await services.state.query
      .updateTable('tokens')
      .set({ expires_at: Date.now() - 1 })
      .where('id', '=', brief.id)
      .execute();
    expect((await ask(brief.secret, 'GET', `${API}/whoami`)).status).toBe(401);
  });
});

describe('a release', () => {
  it('is made of a zone that was just made, signed where that is asked for', async () => {
    const { ask, user } = await serving();
    const token = await user('root', { admin: true });
    const made = await ask(token, 'POST', '/api/v1/zones?wait=deployed', { name: 'example.com', dnssec: 'default' });
    expect([made.status, made.headers.get('zonewright-deployed')]).toEqual([201, 'true']);
    const { json } = await ask<{ ds: { algorithm: number }[] }>(token, 'GET', '/api/v1/zones/example.com/ds');
    expect(json.ds.map(({ algorithm }) => algorithm)).toEqual([13]);
    const shown = await ask(token, 'GET', '/api/v1/zones/example.com');
    expect(shown.json).toMatchObject({ synced: true, serial: expect.any(Number) });
    const file = await ask(token, 'GET', '/api/v1/zones/example.com/export?signed=true');
    expect(file.text).toContain('RRSIG');
  });
});
