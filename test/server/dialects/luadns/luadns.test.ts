import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { templateNumber } from '../../../../src/server/dialects/luadns/templates.ts';
import { type DialectServer, dialectServer } from '../server.ts';
import { keysOf, type LuaClient, luaClient, settled } from './client.ts';

let server: DialectServer;
let admin: LuaClient;
let basic: string;
beforeAll(async () => {
  server = await dialectServer();
  const key = await server.token('root', { admin: true });
  basic = `Basic ${Buffer.from(`root:${key}`).toString('base64')}`;
  admin = luaClient(server.url, key);
});
afterAll(() => server.close());

const RECORD = ['id', 'name', 'type', 'content', 'ttl', 'zone_id', 'generated', 'created_at', 'updated_at'];
const ZONE = [
  'id',
  'name',
  'template_id',
  'synced',
  'queries_count',
  'records_count',
  'aliases_count',
  'redirects_count',
  'forwards_count',
  'records',
];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

async function newZone(name: string, client = admin): Promise<number> {
  const { status, body } = await client('POST', '/zones', { name });
  expect(status).toBe(200);
  return body.id;
}

async function newRecord(zone: number, name: string, type: string, content: string, ttl?: number): Promise<number> {
  const { status, text, body } = await admin('POST', `/zones/${zone}/records`, { name, type, content, ttl });
  expect(`${status} ${text}`).toMatch(/^200 /);
  return body.id;
}

describe('users', () => {
  it('says who asks', async () => {
    const { status, headers, body } = await admin('GET', '/users/me');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(keysOf(body)).toEqual([
      'email',
      'name',
      'repo_uri',
      'api_enabled',
      'tfa',
      'deploy_key',
      'ttl',
      'package',
      'name_servers',
    ]);
    expect(body).toMatchObject({ name: 'root', api_enabled: true, tfa: false, ttl: 3600 });
    // DNSControl stops where they do not.
    for (const name of body.name_servers) expect(name).toMatch(/\.$/);
  });
});

describe('zones', () => {
  it('are made, shown, listed, updated and deleted', async () => {
    const made = await admin('POST', '/zones', { name: 'Made.Example' });
    expect(made.status).toBe(200);
    expect(keysOf(made.body)).toEqual(ZONE);
    expect(made.body).toMatchObject({ name: 'made.example', records_count: 3, template_id: 0 });
    expect(made.body.records.map(({ type }) => type)).toEqual(['SOA', 'NS', 'NS']);
    expect(made.text.endsWith('}\n')).toBe(true);
    const { id } = made.body;
    expect(settled((await admin('GET', `/zones/${id}`)).body)).toEqual(settled(made.body));
    const { text, body } = await admin('GET', '/zones');
    // What acme.sh looks for in the text.
    expect(text).toContain(`"id":${id},"name":"made.example"`);
    const row = body.find((each) => each.id === id);
    expect(settled(row)).toEqual(settled({ ...made.body, records: null }));
    const updated = await admin('PUT', `/zones/${id}`, { name: 'made.example' });
    expect(settled(updated.body)).toEqual(settled(made.body));
    expect(settled((await admin('DELETE', `/zones/${id}`)).body)).toEqual(settled(made.body));
    expect((await admin('GET', `/zones/${id}`)).status).toBe(404);
    expect((await admin('DELETE', `/zones/${id}`)).body).toMatchObject({ status: 'Not Found' });
  });

  it('are synced once what is served is what the repository has', async () => {
    const id = await newZone('synced.example');
    const seen = new Set<boolean>();
    for (let i = 0; i < 10; i++) {
      await newRecord(id, 'www', 'A', `192.0.2.${i}`);
      seen.add((await admin('GET', '/zones?query=synced.example')).body[0].synced);
    }
    expect(seen).toContain(false);
    await expect.poll(async () => (await admin('GET', `/zones/${id}`)).body.synced, { timeout: 90_000 }).toBe(true);
    const { content } = (await admin('GET', `/zones/${id}/records?query=hostmaster`)).body[0];
    expect(Number(content.split(' ')[2])).toBeGreaterThan(1_700_000_000);
  });

  it('that are signed have DS records', async () => {
    const id = await newZone('signed.example');
    const path = `/zones/${id}/ds_records`;
    expect((await admin('GET', path)).body).toEqual([]);
    await server.edit('zones/signed.example.yaml', (text) => `dnssec: default\n${text}`);
    await expect.poll(async () => (await admin('GET', path)).body.length, { timeout: 90_000 }).toBe(1);
    const { body } = await admin('GET', path);
    expect(keysOf(body[0])).toEqual([
      'id',
      'key_tag',
      'algorithm',
      'digest_type',
      'digest',
      'public_key',
      'zone_id',
      'created_at',
      'updated_at',
    ]);
    expect(body[0]).toMatchObject({
      id: expect.any(Number),
      key_tag: expect.any(Number),
      algorithm: 13,
      digest_type: 2,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      public_key: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/),
      zone_id: id,
      created_at: expect.stringMatching(TIME),
    });
  });

  it('may use a template, which has a number made of its name', async () => {
    const text = 'records:\n  "@": { NS: [ns1.example.net., ns2.example.net.], MX: 10 mx.example.net. }\n';
    await server.edit('templates/mail/hosted.yaml', () => text);
    const template_id = templateNumber('mail/hosted');
    const { status, body } = await admin('POST', '/zones', { name: 'templated.example', template_id });
    expect(status).toBe(200);
    expect(body).toMatchObject({ template_id, records_count: 4 });
    expect(body.records.map(({ type, generated }) => `${type} ${generated}`)).toEqual([
      'SOA false',
      'NS true',
      'NS true',
      'MX true',
    ]);
    expect((await admin('GET', '/zones?query=templated')).body[0]).toMatchObject({ template_id, records_count: 4 });
    // One without name servers gives a zone those of every new zone.
    await server.edit('templates/bare.yaml', () => 'records:\n  www: { A: 192.0.2.1 }\n');
    const bare = await admin('POST', '/zones', { name: 'bare.example', template_id: templateNumber('bare') });
    expect(
      bare.body.records.map(({ type, content, generated }) => [type, type === 'SOA' || content, generated]),
    ).toEqual([
      ['SOA', true, false],
      ...(await admin('GET', '/users/me')).body.name_servers.map((content) => ['NS', content, false]),
      ['A', '192.0.2.1', true],
    ]);
    expect((await admin('POST', '/zones', { name: 'none.example', template_id: 4711 })).status).toBe(400);
  });

  it('take all of their records at once', async () => {
    const id = await newZone('whole.example');
    const old = await newRecord(id, 'www.whole.example.', 'A', '192.0.2.1');
    await newRecord(id, 'gone.whole.example.', 'TXT', 'goes');
    const soa = (await admin('GET', `/zones/${id}`)).body.records[0];
    const records = [
      { ...soa, content: soa.content.replace(' 14400 ', ' 7200 ') },
      { name: 'www.whole.example.', type: 'A', content: '192.0.2.9', ttl: 120 },
      { name: 'whole.example.', type: 'MX', content: '10 mail.example.com.' },
    ];
    const { status, body } = await admin('PUT', `/zones/${id}`, { name: 'whole.example', records });
    expect(status).toBe(200);
    const shown = body.records.map(({ type, content, ttl }) => `${ttl} ${type} ${content}`);
    expect(shown).toEqual([
      expect.stringMatching(/^3600 SOA .* 7200 3600 1209600 3600$/),
      expect.stringMatching(/^3600 NS /),
      expect.stringMatching(/^3600 NS /),
      '3600 MX 10 mail.example.com.',
      '120 A 192.0.2.9',
    ]);
    expect(body.records.at(-1)).toMatchObject({ id: old });
    expect((await admin('PUT', `/zones/${id}`, { name: 'other.example' })).body).toEqual([
      expect.objectContaining({ fieldNames: ['name'] }),
    ]);
  });

  it('count aliases and redirects as what they are', async () => {
    const id = await newZone('counts.example');
    await newRecord(id, 'www.counts.example.', 'A', '192.0.2.1');
    await newRecord(id, 'shop.counts.example.', 'ALIAS', 'www.counts.example.');
    await newRecord(id, 'old.counts.example.', 'REDIRECT', '301 https://www.example.com/');
    const expected = { records_count: 4, aliases_count: 1, redirects_count: 1 };
    expect((await admin('GET', `/zones/${id}`)).body).toMatchObject(expected);
    expect((await admin('GET', '/zones?query=counts')).body).toEqual([expect.objectContaining(expected)]);
    const { body } = await admin('GET', `/zones/${id}/records?query=301`);
    expect(body).toEqual([expect.objectContaining({ type: 'REDIRECT', content: '301 https://www.example.com/' })]);
    expect((await admin('DELETE', `/zones/${id}/records/${body[0].id}`)).status).toBe(200);
    expect((await admin('GET', `/zones/${id}`)).body).toMatchObject({ redirects_count: 0 });
  });

  it.each([
    [{ name: '' }, 'Required'],
    [{}, 'Required'],
    [{ name: 'a..b' }, 'invalid name'],
    [{ name: '../../etc/passwd' }, 'invalid name'],
    [{ name: '..%2f..%2fetc' }, 'invalid name'],
    [{ name: 'a\0b.example' }, 'invalid name'],
    [{ name: `${'a'.repeat(64)}.example` }, 'invalid name'],
    [{ name: 'x.example', template_id: 99 }, 'no such template'],
  ])('refuse %j', async (body, message) => {
    const answer = await admin('POST', '/zones', body);
    expect(answer.status).toBe(400);
    expect(answer.body[0]).toMatchObject({ message });
  });

  it('that are there already are forbidden, to whoever asks', async () => {
    await newZone('taken.example');
    const other = luaClient(server.url, await server.token('other'));
    for (const client of [admin, other]) {
      const { status, body } = await client('POST', '/zones', { name: 'taken.example' });
      expect(status).toBe(403);
      expect(keysOf(body)).toEqual(['status', 'request_id', 'message']);
      expect(body).toMatchObject({ status: 'Forbidden', message: "Zone 'taken.example' is taken already." });
    }
  });
});

describe('records', () => {
  it('are made, shown, updated and deleted', async () => {
    const zone = await newZone('crud.example');
    const sent = { name: 'crud.example.', type: 'MX', content: '10 mail.example.com.', ttl: 300, external_id: 'x' };
    const made = await admin('POST', `/zones/${zone}/records`, sent);
    expect(made.status).toBe(200);
    expect(keysOf(made.body)).toEqual(RECORD);
    const { external_id: _, ...rest } = sent;
    expect(made.body).toMatchObject({ ...rest, zone_id: zone, generated: false });
    expect(made.body.created_at).toMatch(TIME);
    expect(made.body.updated_at).toMatch(TIME);
    const path = `/zones/${zone}/records/${made.body.id}`;
    expect((await admin('GET', path)).body).toEqual(made.body);
    const updated = await admin('PUT', path, { ...sent, content: '20 mail.example.com.' });
    expect(updated.body).toMatchObject({ id: made.body.id, content: '20 mail.example.com.', ttl: 300 });
    // A part of it: lexicon sends what was given on the command line.
    expect((await admin('PUT', path, { ttl: 60 })).body).toEqual(
      expect.objectContaining({ ...rest, content: '20 mail.example.com.', ttl: 60 }),
    );
    const moved = await admin('PUT', path, { name: 'mx.crud.example.' });
    expect(moved.body).toMatchObject({ id: made.body.id, name: 'mx.crud.example.', ttl: 60 });
    expect((await admin('DELETE', path)).body).toEqual(moved.body);
    expect((await admin('GET', path)).body).toMatchObject({ status: 'Not Found', message: 'Record not found' });
    expect((await admin('PUT', path, { ttl: 60 })).status).toBe(404);
    expect((await admin('DELETE', path)).status).toBe(404);
  });

  it('have the SOA among them, which can be changed and not deleted', async () => {
    const zone = await newZone('soa.example');
    const [soa] = (await admin('GET', `/zones/${zone}/records`)).body;
    expect(soa).toMatchObject({ type: 'SOA', name: 'soa.example.', ttl: 3600 });
    // Its id is in the history, too.
    const trailers = await server.git('log', '-1', '--format=%(trailers:key=Zonewright-Record,valueonly)', 'main');
    expect(trailers.split('\n')[0]).toMatch(new RegExp(`^${soa.id} ${zone} soa\\.example\\. SOA `));
    const path = `/zones/${zone}/records/${soa.id}`;
    expect(settled((await admin('GET', path)).body)).toEqual(settled(soa));
    const content = 'ns9.example.net. admin.example.net. 17 1200 120 604800 300';
    const { status, body } = await admin('PUT', path, { name: 'soa.example.', type: 'SOA', content, ttl: 1800 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: soa.id, ttl: 1800 });
    expect(body.content).toMatch(/^ns9\.example\.net\. admin\.example\.net\. \d+ 1200 120 604800 300$/);
    expect(settled((await admin('GET', path)).body)).toEqual(settled(body));
    expect((await admin('DELETE', path)).status).toBe(403);
    expect((await admin('PUT', path, { type: 'SOA', content: 'x' })).body).toEqual([
      expect.objectContaining({ fieldNames: ['content'] }),
    ]);
    expect((await admin('POST', `/zones/${zone}/records`, { name: 'soa.example.', type: 'SOA', content })).status).toBe(
      400,
    );
  });

  it.each([
    ['TXT', 'v=spf1 a mx include:_spf.google.com ~all'],
    ['TXT', '"already" "quoted"'],
    ['TXT', 'with "quotes" and \\ backslash; and semicolon'],
    ['TXT', `${'long '.repeat(120)}end`],
    ['TXT', 'bücher 🎉'],
    ['TXT', ' # not a comment: at all'],
    ['TXT', 'null'],
    ['AAAA', '2001:0DB8::0001'],
    ['CNAME', 'Ghs.Google.com.'],
    ['CAA', '0 issue "letsencrypt.org"'],
    ['SRV', '0 0 5060 sip.example.com.'],
    ['SSHFP', '4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789'],
    ['NAPTR', '100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .'],
  ])('of type %s come back as they were sent: %s', async (type, content) => {
    const zone =
      (await admin('GET', '/zones?query=verbatim.example')).body[0]?.id ?? (await newZone('verbatim.example'));
    const name = `_v${Math.random().toString(36).slice(2)}.verbatim.example.`;
    const made = await admin('POST', `/zones/${zone}/records`, { name, type, content });
    expect(made.body).toMatchObject({ name, type, content });
    const { body } = await admin('GET', `/zones/${zone}/records?query=${name}`);
    expect(body).toEqual([expect.objectContaining({ id: made.body.id, name, type, content })]);
    expect((await admin('PUT', `/zones/${zone}/records/${made.body.id}`, { content })).body).toMatchObject({ content });
    expect((await admin('DELETE', `/zones/${zone}/records/${made.body.id}`)).body).toMatchObject({ content });
  });

  it('that are there already are answered with, and nothing is committed', async () => {
    const zone = await newZone('again.example');
    const sent = { name: 'www.again.example.', type: 'A', content: '192.0.2.1', ttl: 120 };
    const first = await admin('POST', `/zones/${zone}/records`, sent);
    const head = await server.git('rev-parse', 'main');
    expect((await admin('POST', `/zones/${zone}/records`, sent)).body).toEqual(first.body);
    expect(await server.git('rev-parse', 'main')).toBe(head);
  });

  it('are told what is wrong with them, and nothing is committed', async () => {
    const zone = await newZone('wrong.example');
    await newRecord(zone, 'www.wrong.example.', 'A', '192.0.2.1');
    const head = await server.git('rev-parse', 'main');
    const refused = async (body: unknown, field: string, pattern: RegExp) => {
      const answer = await admin('POST', `/zones/${zone}/records`, body);
      expect(answer.status).toBe(400);
      expect(answer.body[0]).toMatchObject({ fieldNames: [field], message: expect.stringMatching(pattern) });
    };
    await refused({ name: 'a.wrong.example.', type: 'A', content: 'nonsense' }, 'content', /IPv4 address/);
    await refused({ name: 'a.wrong.example.', type: 'NOSUCH', content: 'x' }, 'type', /no record type/);
    await refused({ name: 'a.example.net.', type: 'A', content: '192.0.2.1' }, 'name', /not in the zone/);
    await refused({ name: 'a b', type: 'A', content: '192.0.2.1' }, 'name', /invalid name/);
    await refused({ name: '__proto__\0', type: 'A', content: '192.0.2.1' }, 'name', /invalid name/);
    await refused({ name: 'a.wrong.example.', type: 'TXT', content: 'a\nb: c' }, 'content', /control character/);
    await refused({ name: 'a.wrong.example.', type: 'A', content: '192.0.2.1', ttl: 4294967295 }, 'ttl', /TTL/);
    await refused({ name: 'www.wrong.example.', type: 'CNAME', content: 'example.net.' }, 'content', /CNAME/);
    expect(await server.git('rev-parse', 'main')).toBe(head);
  });

  it('of the name __proto__ are records like others', async () => {
    const zone = await newZone('proto.example');
    const id = await newRecord(zone, '__proto__.proto.example.', 'A', '192.0.2.1');
    const { body } = await admin('GET', `/zones/${zone}/records/${id}`);
    expect(body).toMatchObject({ name: '__proto__.proto.example.', content: '192.0.2.1' });
  });
});

describe('bulk routes', () => {
  it('create, replace and delete many', async () => {
    const zone = await newZone('bulk.example');
    const path = `/zones/${zone}/records`;
    const rr = (type: string, content: string, name = 'bulk.example.') => ({ name, type, content, ttl: 3600 });
    // The example in the provider's own client.
    const created = await admin('POST', `${path}/create_many`, [
      rr('A', '192.0.2.1'),
      rr('A', '192.0.2.2'),
      rr('TXT', 'hello world'),
    ]);
    expect(created.status).toBe(200);
    expect(created.body.map(({ content }) => content)).toEqual(['192.0.2.1', '192.0.2.2', 'hello world']);
    expect(keysOf(created.body[0])).toEqual(RECORD);
    const replaced = await admin('PATCH', path, [rr('A', '192.0.2.1'), rr('A', '192.0.2.3')]);
    expect(replaced.status).toBe(200);
    expect(replaced.body.map(({ content }) => content)).toEqual(['192.0.2.1', '192.0.2.3']);
    expect(replaced.body[0].id).toBe(created.body[0].id);
    const contents = async () =>
      (await admin('GET', path)).body
        .filter(({ type }) => type !== 'SOA' && type !== 'NS')
        .map(({ content }) => content);
    expect(await contents()).toEqual(['192.0.2.1', '192.0.2.3', 'hello world']);
    const one = await admin('POST', `${path}/delete_many`, [
      { name: 'bulk.example.', type: 'A', content: '192.0.2.3', ttl: 3600 },
    ]);
    expect(one.body).toEqual([replaced.body[1]]);
    expect((await admin('POST', `${path}/delete_many`, [{ name: 'bulk.example.', type: 'A', ttl: 60 }])).body).toEqual(
      [],
    );
    expect((await admin('POST', `${path}/delete_many`, [{ name: 'bulk.example.', type: 'TXT' }])).body).toHaveLength(1);
    expect(await contents()).toEqual(['192.0.2.1']);
    await newRecord(zone, 'x.bulk.example.', 'A', '192.0.2.7');
    await newRecord(zone, 'x.bulk.example.', 'TXT', 'seven');
    expect((await admin('POST', `${path}/delete_many`, [{ name: 'x.bulk.example.' }])).body).toHaveLength(2);
  });

  it('do all or nothing', async () => {
    const zone = await newZone('atomic.example');
    const path = `/zones/${zone}/records`;
    const head = await server.git('rev-parse', 'main');
    const good = { name: 'a.atomic.example.', type: 'A', content: '192.0.2.1' };
    expect((await admin('POST', `${path}/create_many`, [good, { ...good, content: 'x' }])).status).toBe(400);
    expect((await admin('PATCH', path, [good, { ...good, type: 'CNAME', content: 'example.net.' }])).status).toBe(400);
    expect((await admin('POST', `${path}/delete_many`, [{ name: 'atomic.example.' }])).status).toBe(400);
    expect((await admin('POST', `${path}/create_many`, good)).body[0].classification).toBe('DeserializationError');
    expect(await server.git('rev-parse', 'main')).toBe(head);
  });
});

describe('lists', () => {
  it('are searched, sorted and paged, with headers', async () => {
    const zone = await newZone('list.example');
    const path = `/zones/${zone}/records`;
    const names = ['c', 'a', 'b'].map((each) => `${each}.x.list.example.`);
    await admin(
      'POST',
      `${path}/create_many`,
      names.map((name, i) => ({ name, type: 'A', content: `192.0.2.${i}` })),
    );
    const listed = async (query: string) => {
      const { body, headers } = await admin('GET', `${path}?${query}`);
      const count = ['x-page', 'x-limit', 'x-total-pages', 'x-pages-count', 'x-total-count'];
      return [body.map(({ name }) => name[0]).join(''), count.map((each) => headers.get(each)).join(' ')];
    };
    expect(await listed('query=.X.list.example.&sort_by=name')).toEqual(['abc', '1 0 1 1 3']);
    expect(await listed('query=.x.list.&sort_by=name&sort_order=desc&limit=2')).toEqual(['cb', '1 2 2 2 3']);
    expect(await listed('query=.x.list.&sort_by=name&sort_order=desc&limit=2&page=2')).toEqual(['a', '2 2 2 2 3']);
    expect(await listed('query=.x.list.&limit=2&page=3')).toEqual(['', '3 2 2 2 3']);
    expect(await listed('query=192.0.2.1')).toEqual(['a', '1 0 1 1 1']);
    expect((await admin('GET', `${path}?limit=501`)).status).toBe(400);
    expect((await admin('GET', `/zones?query=list.example&limit=1`)).headers.get('x-total-count')).toBe('1');
    expect((await admin('GET', `/zones?sort_by=id&sort_order=desc&limit=1`)).body[0].id).toBe(zone);
  });
});

describe('keys', () => {
  it('may be for one zone', async () => {
    const [mine, theirs] = [await newZone('mine.example'), await newZone('theirs.example')];
    const key = await server.token('restricted', { scope: { zones: ['mine.example'], grants: true } });
    // Without a user name, as the webhook of cert-manager does it.
    const client = luaClient(server.url, key, '');
    expect((await client('GET', '/zones')).body.map(({ id }) => id)).toEqual([mine]);
    const sent = { name: 'www', type: 'A', content: '192.0.2.1' };
    expect((await client('POST', `/zones/${mine}/records`, sent)).status).toBe(200);
    expect((await client('GET', `/zones/${theirs}`)).body).toMatchObject({ message: 'Zone not found' });
    expect((await client('POST', `/zones/${theirs}/records`, sent)).status).toBe(404);
    const foreign = (await admin('GET', `/zones/${theirs}/records`)).body[1].id;
    expect((await client('GET', `/zones/${mine}/records/${foreign}`)).status).toBe(404);
    expect((await client('POST', '/zones', { name: 'new.example' })).status).toBe(404);
  });

  it('may be for some names, types and verbs', async () => {
    const zone = await newZone('acme.example');
    const scope = { zones: ['acme.example'], grants: true, names: ['_acme-challenge*'], types: ['TXT'] };
    const client = luaClient(server.url, await server.token('acme', { scope }));
    const sent = { name: '_acme-challenge.www.acme.example.', type: 'TXT', content: 'token', ttl: 60 };
    expect((await client('POST', `/zones/${zone}/records`, sent)).status).toBe(200);
    const { status, body } = await client('POST', `/zones/${zone}/records`, { ...sent, name: 'www.acme.example.' });
    expect(status).toBe(403);
    expect(body).toMatchObject({ status: 'Forbidden' });
    const reader = luaClient(server.url, await server.token('reader', { scope: { ...scope, verbs: ['read'] } }));
    expect((await reader('GET', `/zones/${zone}`)).status).toBe(200);
    expect((await reader('POST', `/zones/${zone}/records`, sent)).status).toBe(403);
    expect((await reader('DELETE', `/zones/${zone}`)).status).toBe(403);
  });

  it('that are none are refused', async () => {
    const good = await server.token('root');
    const expired = await server.token('root', { expiresAt: Date.now() - 1000 });
    for (const key of ['', 'wrong', `${good}x`, expired]) {
      const { status, headers, body } = await luaClient(server.url, key)('GET', '/zones');
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Basic realm="Authorization Required"');
      expect(headers.get('x-ratelimit-limit')).toBeNull();
      expect(body).toMatchObject({ status: 'Unauthorized', message: 'Invalid API Key' });
    }
    const none = await fetch(`${server.url}/luadns/v1/zones`, { headers: { authorization: `Bearer ${good}` } });
    expect(none.status).toBe(401);
  });
});

describe('the configuration', () => {
  const toldOf = (status: number, message: string) => ({ status, body: { message: expect.stringContaining(message) } });

  it('names hosts that stand for the provider, and can have changes reviewed', async () => {
    const zone = await newZone('configured.example');
    const path = `/zones/${zone}/records`;
    const sent = { name: 'www', type: 'A', content: '192.0.2.1' };
    await server.edit(
      'zonewright.yaml',
      () => 'dialects: { luadns: { hosts: [api.luadns.com] } }\nserver: { review: true }\n',
    );
    const { hostname, port } = new URL(server.url);
    const named = await new Promise<string>((resolve, reject) => {
      const headers = { host: 'api.luadns.com', accept: 'application/json', authorization: basic };
      get({ hostname, port, path: `/v1/zones/${zone}`, headers }, (response) => {
        response.on('data', (chunk) => resolve(String(chunk)));
      }).on('error', reject);
    });
    expect(JSON.parse(named)).toMatchObject({ id: zone, name: 'configured.example' });
    expect(await admin('POST', path, sent)).toMatchObject(toldOf(403, 'reviewed'));
    await server.edit('zonewright.yaml', () => 'dialects: { luadns: { enabled: false } }\n');
    expect(await admin('POST', path, sent)).toMatchObject(toldOf(404, 'Not Found'));
    await server.edit('zonewright.yaml', () => '{}\n');
    expect((await admin('POST', path, sent)).status).toBe(200);
  });
});

describe('requests', () => {
  it.each([
    ['a form with JSON', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no type', {}],
    ['a type that is none', { 'content-type': 'nonsense' }],
    ['another type', { 'content-type': 'text/plain; charset=latin1' }],
  ])('may say that their body is %s', async (_, headers) => {
    const zone = (await admin('GET', '/zones?query=typed.example')).body[0]?.id ?? (await newZone('typed.example'));
    const sent = { name: 'www', type: 'A', content: '192.0.2.1' };
    expect((await admin('POST', `/zones/${zone}/records`, sent, headers)).status).toBe(200);
  });

  it('may have bodies that are not needed, and empty ones with a type', async () => {
    const zone = await newZone('bodies.example');
    const id = await newRecord(zone, 'www', 'A', '192.0.2.1');
    const json = { 'content-type': 'application/json' };
    const record = (await admin('GET', `/zones/${zone}/records/${id}`, undefined, json)).body;
    // lego sends the whole record with DELETE.
    expect((await admin('DELETE', `/zones/${zone}/records/${id}`, record, json)).body).toEqual(record);
    const next = await newRecord(zone, 'www', 'A', '192.0.2.1');
    expect((await admin('DELETE', `/zones/${zone}/records/${next}`, '', json)).status).toBe(200);
    expect((await admin('DELETE', `/zones/${zone}`, '{}', json)).status).toBe(200);
  });

  it('may double a slash and end with one', async () => {
    const zone = await newZone('slashes.example');
    const id = await newRecord(zone, 'www', 'A', '192.0.2.1');
    expect((await admin('GET', `//zones/${zone}/records/${id}/`)).status).toBe(200);
    expect((await admin('DELETE', `//zones/${zone}/records/${id}`)).status).toBe(200);
  });

  it('must take JSON as the answer, if they say what they take', async () => {
    expect((await admin('GET', '/zones', undefined, { accept: 'text/html' })).body).toMatchObject({
      status: 'Forbidden',
      message: "Invalid 'Accept' header",
    });
    expect((await admin('GET', '/zones', undefined, { accept: '*/*' })).status).toBe(200);
    expect((await admin('GET', '/zones', undefined, { accept: 'text/html, application/json;q=0.5' })).status).toBe(200);
  });

  it('have JSON as the answer, whatever is wrong', async () => {
    const errors: readonly [string, string, unknown, number][] = [
      ['GET', '/nothing', undefined, 404],
      ['GET', '/zones/0', undefined, 404],
      ['GET', '/zones/1e3', undefined, 404],
      ['GET', '/zones/99999999999999999999', undefined, 404],
      ['GET', '/zones/..%2f..%2fetc', undefined, 404],
      ['GET', '/zones/%zz', undefined, 404],
      ['GET', '/zones/%ff%00', undefined, 404],
      ['PATCH', '/zones', undefined, 405],
      ['DELETE', '/users/me', undefined, 405],
      ['POST', '/zones', '{"name":', 400],
      ['POST', '/zones', '', 400],
      ['POST', '/zones', `{"name":"${'a'.repeat(1024 * 1024)}"}`, 413],
    ];
    for (const [method, path, body, status] of errors) {
      const answer = await admin(method, path, body);
      expect(`${method} ${path} ${answer.status}`).toBe(`${method} ${path} ${status}`);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      if (status !== 400) expect(keysOf(answer.body)).toEqual(['status', 'request_id', 'message']);
      else expect(answer.body[0].classification).toBe('DeserializationError');
    }
  });

  it('are limited to 1200 in five minutes for each key', async () => {
    const client = luaClient(server.url, await server.token('hasty'));
    const first = await client('GET', '/users/me');
    expect(first.headers.get('x-ratelimit-limit')).toBe('1200');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1199');
    const reset = Number(first.headers.get('x-ratelimit-reset')) - Date.now() / 1000;
    expect(reset).toBeGreaterThan(290);
    expect(reset).toBeLessThan(301);
    for (let i = 0; i < 1199; i += 109)
      await Promise.all(Array.from({ length: 109 }, () => client('GET', '/users/me')));
    const { status, headers, body } = await client('GET', '/users/me');
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('300');
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
    expect(body).toMatchObject({ status: 'Too Many Requests', message: 'Too Many Requests' });
    expect((await admin('GET', '/users/me')).status).toBe(200);
  });
});

describe('commits', () => {
  it('are what a person would have done', async () => {
    const zone = await newZone('commits.example');
    const id = await newRecord(zone, 'www.commits.example.', 'A', '192.0.2.1', 300);
    await admin('PUT', `/zones/${zone}/records/${id}`, { content: '192.0.2.7' });
    const log = await server.git('log', '-1', '--format=%an%n%s%n%(trailers:key=Zonewright-Dialect)', 'main');
    expect(log).toBe('root\nwww.commits.example: A 192.0.2.1 -> 192.0.2.7\nZonewright-Dialect: luadns\n\n');
  });

  it('of people are seen, with new records numbered and short spellings shown in full', async () => {
    const zone = await newZone('people.example');
    const existing = await newRecord(zone, 'www.people.example.', 'A', '192.0.2.1');
    await server.edit('zones/people.example.yaml', (text) => `${text}  mail: { MX: 10 www, A: 192.0.2.2 }\n`);
    const { body } = await admin('GET', `/zones/${zone}/records`);
    expect(body.find(({ type }) => type === 'MX')).toMatchObject({
      name: 'mail.people.example.',
      content: '10 www.people.example.',
      generated: false,
    });
    expect(new Set(body.map(({ id }) => id)).size).toBe(body.length);
    expect(body.find(({ name }) => name === 'www.people.example.')).toMatchObject({ id: existing });
    await admin('PUT', `/zones/${zone}/records/${body.find(({ type }) => type === 'MX')?.id}`, {
      content: '10 www.people.example.',
      ttl: 60,
    });
    expect(await server.git('show', 'main:zones/people.example.yaml')).toContain('{ ttl: 1m, values: 10 www }');
  });

  it('keep what comes from templates and series as it is', async () => {
    const zone = await newZone('series.example');
    const series = 'generate:\n  - { range: 1-2, name: "h${i}", type: A, value: "192.0.2.${i}" }\n';
    await server.edit('zones/series.example.yaml', (text) => `${text}${series}`);
    const { body } = await admin('GET', `/zones/${zone}/records?query=h1`);
    expect(body).toEqual([expect.objectContaining({ name: 'h1.series.example.', generated: true })]);
    expect((await admin('DELETE', `/zones/${zone}/records/${body[0].id}`)).status).toBe(400);
  });
});
