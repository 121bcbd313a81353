import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DialectServer, dialectServer } from '../server.ts';
import { type Speaking, speakTo } from './speaking.ts';

const run = promisify(execFile);

const zone = {
  name: 'example.org',
  type: 'MASTER',
  master: null,
  records: [
    {
      name: 'example.org',
      type: 'SOA',
      content: 'ns.example.org hostmaster.example.org 2012020501 3600 900 86400 3600',
    },
    { name: 'example.org', type: 'NS', content: 'ns.example.org' },
    { name: 'ns.example.org', type: 'A', content: '10.0.0.100', ttl: 86400 },
    { name: 'example.org', type: 'MX', content: 'mx.example.org', priority: 10, ttl: 3600 },
    { name: 'mx.example.org', type: 'A', content: '10.0.0.101', ttl: '300' },
    { name: '_sip._tcp.example.org', type: 'SRV', content: '0 5060 ns.example.org', priority: 5 },
    { name: 'example.org', type: 'TXT', content: '"v=spf1 mx -all"' },
  ],
};

let running: DialectServer;
let server: Speaking;
beforeAll(async () => {
  running = await dialectServer();
  server = speakTo(running, await running.token('admin', { admin: true }));
});
afterAll(() => running.close());

async function withZone(): Promise<Speaking> {
  await server.clear();
  expect(await server.say('PUT', '/zone/', zone)).toMatchObject({ status: 200, text: 'true' });
  return server;
}

interface Row {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: string;
  readonly priority: string | null;
  readonly change_date?: string;
}

async function rows(server: Speaking): Promise<Row[]> {
  const { json } = await server.say('GET', '/zone/example.org', undefined);
  return (json as { records: Row[] }).records;
}

const invalid = (code: string): object => ({ status: 508, json: { error: expect.any(String), detail: { code } } });
const broken = (...code: string[]): object => ({
  status: 508,
  json: {
    error: expect.stringContaining('The following properties were invalid:\n'),
    detail: { id: expect.any(Number), code },
  },
});

describe('zones', () => {
  test('are made, listed and read as the document and its clients have them', async () => {
    const server = await withZone();
    const list = await server.say('GET', '/zone');
    expect(list).toMatchObject({ status: 200, json: [{ name: 'example.org', type: 'MASTER' }] });
    expect(list.headers.get('content-type')).toMatch(/^application\/json/);
    for (const row of list.json as object[]) {
      expect(Object.keys(row).length).toBeLessThanOrEqual(3);
      for (const value of Object.values(row)) expect(value).toEqual(expect.any(String));
    }
    const found = await rows(server);
    expect(found.map(({ name, type, content, ttl, priority }) => [name, type, content, ttl, priority])).toEqual([
      ['_sip._tcp.example.org', 'SRV', '0 5060 ns.example.org', '86400', '5'],
      ['example.org', 'TXT', '"v=spf1 mx -all"', '86400', null],
      [
        'example.org',
        'SOA',
        expect.stringMatching(/^ns\.example\.org hostmaster\.example\.org \d{3,10} 3600 900 86400 3600$/),
        '86400',
        null,
      ],
      ['example.org', 'NS', 'ns.example.org', '86400', null],
      ['example.org', 'MX', 'mx.example.org', '3600', '10'],
      ['mx.example.org', 'A', '10.0.0.101', '300', null],
      ['ns.example.org', 'A', '10.0.0.100', '86400', null],
    ]);
    for (const row of found) {
      expect(Object.keys(row)).toEqual(['name', 'type', 'content', 'ttl', 'priority', 'change_date']);
      expect(row.change_date).toMatch(/^\d{10}$/);
    }
    expect(await server.git('show', 'main:zones/example.org.yaml')).toContain('TXT: v=spf1 mx -all');
    expect(await server.git('log', '-1', '--format=%an %s', 'main')).toBe('admin example.org: new zone\n');
  });

  test('are found by wildcards', async () => {
    const server = await withZone();
    await server.say('PUT', '/zone', {
      ...zone,
      name: 'example.net',
      type: 'NATIVE',
      records: [{ name: 'example.net', type: 'NS', content: 'ns.example.org' }],
    });
    const names = async (query: string): Promise<unknown> =>
      ((await server.say('GET', `/zone?query=${query}`)).json as { name: string }[]).map(({ name }) => name);
    expect(await names('*')).toEqual(['example.net', 'example.org']);
    expect(await names('ex*')).toEqual(['example.net', 'example.org']);
    expect(await names('*.NET')).toEqual(['example.net']);
    expect(await names('e*e*t')).toEqual(['example.net']);
    expect(await names('xample.org')).toEqual([]);
    expect(await server.say('GET', '/zone?query=%25')).toMatchObject(broken('ZONE_INVALID_QUERY'));
    expect(await server.say('GET', '/zone?name=x')).toMatchObject(invalid('BODY_MALFORMED'));
    expect((await server.say('GET', '/zone')).json).toMatchObject([{ type: 'NATIVE' }, { type: 'MASTER' }]);
  });

  test('get and lose records, in one commit where one request says so', async () => {
    const server = await withZone();
    const more = [
      { name: 'www.example.org', type: 'A', content: '10.0.0.1', ttl: 3600 },
      { name: 'www.example.org', type: 'A', content: '10.0.0.2' },
      { name: 'example.org', type: 'MX', content: 'mx2.example.org', priority: '20' },
      { name: 'mx2.example.org', type: 'AAAA', content: '2001:db8::1' },
    ];
    expect(await server.say('PUT', '/zone/example.org', { records: more })).toMatchObject({
      status: 200,
      text: 'true',
    });
    // The same again is no error and no change.
    const head = await server.git('rev-parse', 'main');
    expect(await server.say('PUT', '/zone/example.org', { records: more })).toMatchObject({
      status: 200,
      text: 'true',
    });
    expect(await server.git('rev-parse', 'main')).toBe(head);
    const mode = {
      records: [
        { name: 'www.example.org', type: 'CNAME', content: 'web.example.net' },
        { name: 'www.example.org', type: 'A', content: '10.0.0.1', mode: 'delete' },
        { name: 'www.example.org', type: 'A', content: '10.0.0.2', mode: 'delete' },
        { name: 'example.org', type: 'MX', content: 'mx2.example.org', priority: 20, mode: 'delete' },
        { name: 'gone.example.org', type: 'A', content: '10.0.0.2', mode: 'delete' },
      ],
    };
    expect(await server.say('POST', '/zone/example.org', mode)).toMatchObject({ status: 200, text: 'true' });
    expect(await server.git('rev-list', '--count', `${head.trim()}..main`)).toBe('1\n');
    const found = await rows(server);
    expect(found.filter(({ name }) => name === 'www.example.org')).toMatchObject([
      { type: 'CNAME', content: 'web.example.net' },
    ]);
    expect(found.filter(({ type }) => type === 'MX')).toMatchObject([{ content: 'mx.example.org' }]);
    // With a body, without an identifier; the TTL says nothing, and what is not there is no error.
    const gone = [
      { name: 'www.example.org', type: 'CNAME', content: 'web.example.net', ttl: 1 },
      { name: 'www.example.org', type: 'A', content: '10.9.9.9' },
      { name: 'example.org', type: 'TXT', content: '"v=spf1 mx -all"' },
    ];
    expect(await server.say('DELETE', '/zone', { name: 'example.org', records: gone })).toMatchObject({
      status: 200,
      text: 'true',
    });
    expect((await rows(server)).map(({ type }) => type)).not.toContain('CNAME');
    expect((await rows(server)).map(({ type }) => type)).not.toContain('TXT');
    expect(
      await server.say('DELETE', '/zone', { name: 'example.org', records: [{ ...more[2], priority: undefined }] }),
    ).toMatchObject(broken('ZONE_INVALID_RECORDS'));
  });

  test('have one SOA, though clients put the new one before they delete the old', async () => {
    const server = await withZone();
    const soa = (await rows(server)).find(({ type }) => type === 'SOA') as Row;
    const { priority: _, change_date: __, ...old } = soa;
    const next = { ...old, ttl: 86400, content: old.content.replace(/ \d+ 3600 900/, ' 2030010101 7200 600') };
    expect(await server.say('PUT', '/zone/example.org', { records: [next] })).toMatchObject({ status: 200 });
    expect(await server.say('DELETE', '/zone', { name: 'example.org', records: [old] })).toMatchObject({
      status: 200,
      text: 'true',
    });
    const found = (await rows(server)).filter(({ type }) => type === 'SOA');
    expect(found).toHaveLength(1);
    expect(found[0]?.content).toMatch(/^ns\.example\.org hostmaster\.example\.org \d+ 7200 600 86400 3600$/);
  });

  test('are renamed, given another type, and deleted, whatever the body', async () => {
    const server = await withZone();
    expect(await server.say('POST', '/zone/example.org', { type: 'NATIVE' })).toMatchObject({ status: 200 });
    expect(await server.say('POST', '/zone/example.org', { name: 'example.com' })).toMatchObject({
      status: 200,
      text: 'true',
    });
    expect(await server.say('GET', '/zone/example.org')).toMatchObject({ status: 404, text: '[]' });
    expect((await server.say('GET', '/zone')).json).toMatchObject([{ name: 'example.com', type: 'NATIVE' }]);
    const body = { name: 'x', records: [] };
    expect(await server.say('DELETE', '/zone/example.com', 'false')).toMatchObject({ status: 200, text: 'true' });
    expect(await server.say('DELETE', '/zone/example.com', body)).toMatchObject({ status: 404, text: '[]' });
    expect((await server.say('GET', '/zone')).json).toEqual([]);
  });

  test('are renamed first, and then given records in the same commit', async () => {
    const server = await withZone();
    const head = await server.git('rev-list', '--count', 'main');
    const records = [
      { name: 'new.example.com', type: 'A', content: '192.0.2.77' },
      { name: 'www.example.com', type: 'A', content: '192.0.2.1', mode: 'delete' },
    ];
    const body = { name: 'example.com', records };
    expect(await server.say('POST', '/zone/example.org', body)).toMatchObject({ status: 200, text: 'true' });
    expect(Number(await server.git('rev-list', '--count', 'main'))).toBe(Number(head) + 1);
    const renamed = (await server.say('GET', '/zone/example.com')).json as {
      records: { name: string; content: string }[];
    };
    expect(renamed.records.filter(({ name }) => name === 'new.example.com')).toMatchObject([{ content: '192.0.2.77' }]);
    const outside = { name: 'example.net', records: [{ name: 'x.example.com', type: 'A', content: '192.0.2.1' }] };
    expect(await server.say('POST', '/zone/example.com', outside)).toMatchObject({ status: 508 });
    expect(await server.say('GET', '/zone/example.net')).toMatchObject({ status: 404 });
  });

  test('are called SLAVE with a master, and then their records are left alone', async () => {
    await server.clear();
    // As a client makes one: with a template, and the master as its address.
    const entries = [
      { name: 's.org', type: 'NS', content: 'ns.s.org', ttl: 3600 },
      { name: 'ns.s.org', type: 'A', content: '10.0.0.9', ttl: 3600 },
    ];
    await server.say('PUT', '/template/s_org', { identifier: 's_org', description: '', entries });
    const slave = { name: 's.org', type: 'SLAVE', master: '10.0.0.9', templates: [{ identifier: 's_org' }] };
    expect(await server.say('PUT', '/zone', slave)).toMatchObject({ status: 200, text: 'true' });
    expect(await server.say('DELETE', '/template/s_org', 'false')).toMatchObject({ status: 200 });
    expect((await server.say('GET', '/zone')).json).toEqual([{ name: 's.org', type: 'SLAVE', master: '10.0.0.9' }]);
    const shown = (await server.say('GET', '/zone/s.org')).json;
    expect(shown).toMatchObject({ name: 's.org', type: 'SLAVE', master: '10.0.0.9' });
    expect((shown as { records: Row[] }).records.map(({ type }) => type)).toEqual(['A', 'SOA', 'NS']);

    const www = { name: 'www.s.org', type: 'A', content: '192.0.2.1' };
    const refused = { status: 409, json: { detail: { code: 'ZONE_IS_SLAVE' } } };
    expect(await server.say('PUT', '/zone/s.org', { records: [www] })).toMatchObject(refused);
    expect(await server.say('POST', '/zone/s.org', { records: [www] })).toMatchObject(refused);
    expect(await server.say('DELETE', '/zone', { name: 's.org', records: [www] })).toMatchObject(refused);
    const reverse = { name: '2.0.192.in-addr.arpa', type: 'SLAVE', master: '2001:db8::9' };
    expect(await server.say('PUT', '/zone', reverse)).toMatchObject({ status: 200 });
    expect(await server.say('PUT', '/arpa/192.0.2.1', { reverse_dns: 'www.s.org' })).toMatchObject(refused);

    const renamed = { name: 't.org', type: 'SLAVE', master: '10.0.0.10' };
    expect(await server.say('POST', '/zone/s.org', renamed)).toMatchObject({ status: 200, text: 'true' });
    expect(await server.say('POST', '/zone/t.org', { name: 'u.org' })).toMatchObject({ status: 200 });
    expect((await server.say('GET', '/zone?query=*.org')).json).toEqual([{ ...renamed, name: 'u.org' }]);
    // The type comes first, so that records may come with it.
    const master = { type: 'MASTER', records: [{ ...www, name: 'www.u.org' }] };
    expect(await server.say('POST', '/zone/u.org', master)).toMatchObject({ status: 200, text: 'true' });
    expect((await server.say('GET', '/zone?query=u*')).json).toEqual([
      expect.not.objectContaining({ master: expect.anything() }),
    ]);
    // A later zone of the name is another one.
    expect(await server.say('POST', '/zone/u.org', { ...renamed, name: 'u.org' })).toMatchObject({ status: 200 });
    const native = { authorization: `Bearer ${server.token}` };
    await fetch(`${server.url}/api/v1/zones/u.org`, { method: 'DELETE', headers: native });
    expect(await server.say('PUT', '/zone', { name: 'u.org', type: 'NATIVE', records: [] })).toMatchObject({
      status: 200,
    });
    expect((await server.say('GET', '/zone?query=u*')).json).toMatchObject([{ name: 'u.org', type: 'NATIVE' }]);
  });

  test('are refused with the codes of the provider', async () => {
    const server = await withZone();
    const head = await server.git('rev-parse', 'main');
    const put = (body: unknown, path = '/zone'): Promise<unknown> => server.say('PUT', path, body);
    expect(await put(zone)).toMatchObject({
      status: 409,
      json: { error: 'Resource already exists', detail: { code: 'ZONE_ALREADY_EXISTS' } },
    });
    for (const body of ['', '{', '[1]', 'false', '"x"', '<zone>', '\xff'])
      expect(await put(body), body).toMatchObject(invalid('BODY_MALFORMED'));
    expect(await put({ name: 'a.example' })).toMatchObject(invalid('MISSING_REQUIRED_PARAMETERS'));
    const named = { name: 'a.example', type: 'MASTER' };
    expect(await put({ ...named, name: 'a.example.' })).toMatchObject(broken('ZONE_INVALID_DOMAIN'));
    expect(await put({ ...named, name: '../x.y' })).toMatchObject(broken('ZONE_INVALID_DOMAIN'));
    expect(await put({ ...named, name: { a: 1 } })).toMatchObject(broken('ZONE_INVALID_DOMAIN'));
    expect(await put({ ...named, type: 'master' })).toMatchObject(broken('ZONE_INVALID_TYPE'));
    expect(await put({ ...named, type: 'SLAVE' })).toMatchObject(broken('ZONE_INVALID_TYPE'));
    expect(await put({ ...named, type: 'SLAVE', master: 'x' })).toMatchObject(broken('ZONE_INVALID_MASTER'));
    expect(await put({ ...named, type: 'SLAVE', master: '192.0.2.1', records: [] })).toMatchObject({
      status: 409,
      json: { detail: { code: 'ZONE_IS_SLAVE' } },
    });
    expect(await put({ ...named, master: '192.0.2.1' })).toMatchObject(broken('ZONE_INVALID_MASTER'));
    expect(await put({ ...named, records: 'x' })).toMatchObject(broken('ZONE_INVALID_RECORDS'));
    expect(await put({ ...named, templates: [{}] })).toMatchObject(broken('ZONE_INVALID_TEMPLATES'));
    expect(await put({ ...named, last_check: 'x', notified_serial: -1 })).toMatchObject(
      broken('ZONE_INVALID_LAST_CHECK', 'ZONE_INVALID_NOTIFIED_SERIAL'),
    );
    expect(
      await put({ records: [{ name: 'www.example.com', type: 'A', content: '192.0.2.1' }] }, '/zone/example.org'),
    ).toMatchObject(broken('RECORD_INVALID_NAME'));
    expect(
      await put(
        { records: [{ name: 'mx.example.org', type: 'CNAME', content: 'a.example.org' }] },
        '/zone/example.org',
      ),
    ).toMatchObject({
      status: 508,
      json: { detail: { code: expect.arrayContaining(['RECORD_CNAME_OTHER_PRESENT']) } },
    });
    expect(await put({}, '/zone/example.org')).toMatchObject({ status: 500, json: { error: 'Creation data invalid' } });
    expect(await put({ records: [] }, '/zone/nothing.example')).toMatchObject({ status: 404, text: '[]' });
    for (const path of ['/zone/example.org.', '/zone/local', '/zone/..%2f..%2fx.y', '/zone/a%00b.c'])
      expect(await server.say('GET', path), path).toMatchObject(broken('ZONE_INVALID_DOMAIN'));
    expect(await server.say('POST', '/zone/example.org', {})).toMatchObject(invalid('ZONE_NO_CHANGES'));
    expect(await server.say('POST', '/zone', { type: 'NATIVE' })).toMatchObject(invalid('MISSING_REQUIRED_PARAMETERS'));
    expect(
      await server.say('POST', '/zone/example.org', { type: 'SLAVE', master: '192.0.2.1', records: [] }),
    ).toMatchObject(invalid('ZONE_IS_SLAVE'));
    expect(await server.say('DELETE', '/zone', { name: 'example.org', records: [] })).toMatchObject(
      invalid('MISSING_REQUIRED_PARAMETERS'),
    );
    expect(await server.say('DELETE', '/zone', 'false')).toMatchObject(invalid('MISSING_REQUIRED_PARAMETERS'));
    // Nothing of all that left a trace.
    expect(await server.git('rev-parse', 'main')).toBe(head);
  });

  test('are validated with curl -X VALIDATE, and with a POST that says so', async () => {
    const server = await withZone();
    const curl = async (...args: string[]): Promise<string> =>
      (await run('curl', ['-sS', '-H', `x-authentication-token: ${server.token}`, '-w', ' %{http_code}', ...args]))
        .stdout;
    const url = `${server.url}/tonicdns`;
    const good = JSON.stringify({ name: 'a.example', type: 'MASTER' });
    expect(await curl('-X', 'VALIDATE', `${url}/zone`, '-d', good)).toBe('true 200');
    expect(await curl('-X', 'VALIDATE', `${url}/zone`, '-d', '{"name":"x"}')).toMatch(/"ZONE_INVALID_DOMAIN".* 508$/);
    expect(await curl('-X', 'VALIDATE', `${url}/zone`)).toMatch(/"BODY_MALFORMED".* 508$/);
    const record = { name: 'a.example.org', type: 'A', content: '192.0.2.1' };
    const records = JSON.stringify({
      records: [record, { ...record, content: '192.0.2.256' }],
      entries: [{ ...record, name: '[ZONE]' }],
    });
    const asked = await curl('-X', 'VALIDATE', `${url}/record`, '-d', records);
    expect(asked).toContain('"detail":[{"id":2,"code":["RECORD_RHS_INVALID_IPV4"]}]');
    expect(asked).toMatch(/ 508$/);
    const override = { 'x-http-method-override': 'VALIDATE' };
    expect(await server.say('POST', '/record', records)).toMatchObject({ status: 508 });
    expect(await server.say('POST', '/record', { records: [record] })).toMatchObject({ status: 200, text: 'true' });
    expect(await server.say('POST', '/zone', good, override)).toMatchObject({ status: 200, text: 'true' });
    expect(await curl('-X', 'VALIDATE', `${server.url}/api/v1/zones`)).toMatch(/ 4\d\d$/);
  });

  test('are spoken of in XML both ways', async () => {
    const server = await withZone();
    const xml = { accept: 'application/xml', 'content-type': 'application/xml' };
    const body =
      '<request><records><item><name>x.example.org</name><type>TXT</type><content>"a &amp; b"</content></item></records></request>';
    const put = await server.say('PUT', '/zone/example.org', body, xml);
    expect(put).toMatchObject({ status: 200, text: expect.stringContaining('<response>TRUE</response>') });
    const get = await server.say('GET', '/zone/example.org', undefined, xml);
    expect(get.headers.get('content-type')).toMatch(/^application\/xml/);
    expect(get.text).toContain('<records><item>');
    expect(get.text).toContain('<name>x.example.org</name><type>TXT</type><content>"a &amp; b"</content>');
    expect((await server.say('GET', '/zone/example.org.xml')).text).toContain('<response><name>example.org</name>');
    expect((await server.say('GET', '/zone.xml')).text).toContain('<response><item><name>example.org</name>');
    const bomb = '<!DOCTYPE a [<!ENTITY b "c">]><a><records><item>&b;</item></records></a>';
    const refused = await server.say('PUT', '/zone/example.org', bomb, xml);
    expect(refused).toMatchObject({ status: 508, text: expect.stringContaining('<code>BODY_MALFORMED</code>') });
  });
});
