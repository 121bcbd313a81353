import { describe, expect, test } from 'vitest';
import { type Serving, serving } from '../../serving.ts';

const BASE = '/customdns/jpower-admin/rest';
const json = { accept: 'application/json' };
const asJson = { 'content-type': 'application/json' };
const asXml = { 'content-type': 'application/xml' };

interface Said {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly json: unknown;
}

/** Sends a request with an API key. */
async function say(
  { url }: Serving,
  key: string | undefined,
  method: string,
  path: string,
  body?: string | object,
  headers: Record<string, string> = {},
): Promise<Said> {
  const response = await fetch(url + BASE + path, {
    method,
    headers: { ...(key !== undefined && { 'X-CustomDNS-API-Key': key }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type');
  return {
    status: response.status,
    type,
    text,
    json: type?.startsWith('application/json') ? JSON.parse(text) : undefined,
  };
}

/** The texts of all elements of a name. */
function texts(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text as string);
}

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00`;

describe('CustomDNS', () => {
  test('shows and changes users, root all of them, others themselves', async () => {
    const server = await serving();
    const root = await server.user('root', { admin: true });
    const sam = await server.user('jsmith', { email: 'jsmith@example.com' });
    const limited = await server.user('limited', { zones: ['example.com'] });
    const jane =
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<user>\n\t<userName>janedoe</userName>\n\t<firstName>Jane</firstName>\n\t<lastName>Doe</lastName>\n\t<password>password</password>\n</user>\n';
    const made = await say(server, root, 'POST', '/user', jane, asXml);
    expect([made.status, made.text]).toEqual([204, '']);
    expect((await say(server, root, 'POST', '/user', jane, asXml)).status).toBe(409);
    expect((await say(server, sam, 'POST', '/user', jane, asXml)).status).toBe(403);
    const shown = await say(server, root, 'GET', '/user/janedoe');
    expect(shown.type).toMatch(/^application\/xml/);
    expect(shown.text).toMatch(
      new RegExp(
        `^<\\?xml version="1.0" encoding="UTF-8" standalone="yes"\\?>\n<user><dateCreated>${TIME}</dateCreated><dateModified>${TIME}</dateModified><userName>janedoe</userName><firstName>Jane</firstName><lastName>Doe</lastName></user>\n$`,
      ),
    );
    const change = {
      userName: 'jsmith',
      password: 'jsmith',
      firstName: 'John',
      timeZoneId: 'America/Regina',
      localeName: 'en-SG',
    };
    expect((await say(server, sam, 'PUT', '/user', change, asJson)).status).toBe(204);
    expect((await say(server, sam, 'PUT', '/user', { ...change, userName: 'janedoe' }, asJson)).status).toBe(404);
    expect(
      (await say(server, root, 'PUT', '/user', { userName: 'janedoe', email: 'jane@example.com' }, asJson)).status,
    ).toBe(204);
    const own = await say(server, sam, 'GET', '/user', undefined, json);
    expect(own.json).toMatchObject({
      userName: 'jsmith',
      firstName: 'John',
      email: 'jsmith@example.com',
      timeZoneId: 'America/Regina',
      localeName: 'en-SG',
      apikey: sam,
    });
    expect(JSON.stringify(own.json)).not.toContain('password');
    const login = { username: 'jsmith', password: 'jsmith' };
    expect(
      (await fetch(`${server.url}/tonicdns/authenticate`, { method: 'PUT', body: JSON.stringify(login) })).status,
    ).toBe(200);
    expect((await say(server, sam, 'GET', '/user/janedoe')).status).toBe(404);
    expect((await say(server, sam, 'GET', '/user/jsmith')).status).toBe(200);
    expect((await say(server, limited, 'PUT', '/user', { firstName: 'X' }, asJson)).status).toBe(403);
    expect((await say(server, sam, 'DELETE', '/user/janedoe')).status).toBe(404);
    expect((await say(server, root, 'DELETE', '/user/janedoe')).status).toBe(204);
    expect((await say(server, sam, 'DELETE', '/user/jsmith')).status).toBe(204);
    expect((await say(server, sam, 'GET', '/user')).status).toBe(401);
    for (const bad of [
      '<user/>',
      '<user><userName>x</userName></user>',
      '<user><userName>../x</userName><password>p</password></user>',
      '<zone/>',
      '<user><userName>a</userName><userName>b</userName></user>',
      '',
    ])
      expect((await say(server, root, 'POST', '/user', bad, asXml)).status, bad).toBe(400);
    expect(server.logged()).not.toContain(root);
  });

  test('makes, lists, counts and deletes zones, in Unicode', async () => {
    const server = await serving();
    const root = await server.user('root', { admin: true });
    const sam = await server.user('jsmith');
    const other = await server.user('other');
    const make = (key: string, name: string, query = ''): Promise<Said> =>
      say(
        server,
        key,
        'POST',
        `/zone${query}`,
        `<domain>\n\t<name>${name}</name>\n\t<type>NATIVE</type>\n</domain>`,
        asXml,
      );
    for (const name of ['example.com', 'example.ca', 'пример.бг']) {
      const made = await make(sam, name);
      expect([made.status, made.text]).toEqual([204, '']);
    }
    expect((await make(sam, 'example.com')).status).toBe(409);
    expect((await make(root, 'example.za', '?userName=jsmith')).status).toBe(204);
    expect((await make(sam, 'example.net', '?userName=other')).status).toBe(403);
    expect((await make(root, 'example.net', '?userName=nobody')).status).toBe(400);
    for (const bad of ['', 'a..b', 'a b', '../x', 'x'.repeat(300)])
      expect((await make(sam, bad)).status, bad).toBe(400);
    const list = await say(server, sam, 'GET', '/zone/list/');
    expect(texts(list.text, 'name')).toEqual(['example.com', 'example.ca', 'пример.бг', 'example.za']);
    expect(list.text).toMatch(
      new RegExp(
        `<collection><domain><dateCreated>${TIME}</dateCreated><dateModified>${TIME}</dateModified><name>example.com</name><lastCheck>0</lastCheck><type>NATIVE</type><zoneId>\\d+</zoneId></domain><domain>`,
      ),
    );
    expect(texts((await say(server, sam, 'GET', '/zone/list?offset=1&count=2')).text, 'name')).toEqual([
      'example.ca',
      'пример.бг',
    ]);
    expect((await say(server, sam, 'GET', '/zone/list?offset=x')).status).toBe(400);
    const page = await say(server, root, 'GET', '/zone/jsmith/list/?count=1', undefined, json);
    expect(page.json).toEqual([
      expect.objectContaining({ name: 'example.com', zoneId: expect.any(Number), lastCheck: 0 }),
    ]);
    expect((await say(server, other, 'GET', '/zone/jsmith/list')).status).toBe(404);
    const count = await say(server, sam, 'GET', '/zone/count');
    expect([count.status, count.text, count.type]).toEqual([200, '4', expect.stringMatching(/^text\/plain/)]);
    expect((await say(server, root, 'GET', '/zone/jsmith/count')).text).toBe('4');
    expect((await say(server, sam, 'GET', '/zone/example.com/count')).text).toBe('3');
    expect((await say(server, other, 'GET', '/zone/example.com/count')).status).toBe(404);
    expect((await say(server, sam, 'GET', '/zone/nothing.example/count')).status).toBe(404);
    const idn = await say(server, sam, 'GET', `/zone/${encodeURIComponent('пример.бг')}/records`);
    expect(texts(idn.text, 'name')).toEqual(['пример.бг', 'пример.бг', 'пример.бг']);
    expect((await server.git('ls-tree', '--name-only', 'main:zones')).split('\n')).toContain('example.ca.yaml');
    expect((await say(server, other, 'DELETE', '/zone/example.com')).status).toBe(404);
    expect((await say(server, sam, 'DELETE', '/zone/example.com')).status).toBe(204);
    expect((await say(server, sam, 'DELETE', '/zone?name=example.ca')).status).toBe(204);
    expect((await say(server, sam, 'DELETE', '/zone', '<domain><name>пример.бг</name></domain>', asXml)).status).toBe(
      204,
    );
    expect((await say(server, sam, 'DELETE', '/zone')).status).toBe(400);
    expect((await say(server, sam, 'DELETE', '/zone/example.com')).status).toBe(404);
    expect((await say(server, root, 'GET', '/zone/count')).text).toBe('1');
  });

  test('keeps what a zone is called, and leaves the records of a SLAVE alone', async () => {
    const server = await serving();
    const sam = await server.user('jsmith');
    const xml = (method: string, fields: string): Promise<Said> =>
      say(server, sam, method, '/zone', `<domain><name>s.example</name>${fields}</domain>`, asXml);
    const kinds = async (): Promise<string | undefined> =>
      /<name>s.example<\/name>(.*)<zoneId>/.exec((await say(server, sam, 'GET', '/zone/list')).text)?.[1];
    for (const wrong of [
      '<type>SLAVE</type>',
      '<type>SLAVE</type><master>x</master>',
      '<type>slave</type>',
      '<type>NATIVE</type><master>192.0.2.9</master>',
      '<master>192.0.2.9</master>',
    ])
      expect((await xml('POST', wrong)).status, wrong).toBe(400);
    expect((await xml('POST', '<type>SLAVE</type><master>192.0.2.9, 2001:db8::9</master>')).status).toBe(204);
    expect(await kinds()).toBe('<master>192.0.2.9,2001:db8::9</master><lastCheck>0</lastCheck><type>SLAVE</type>');
    const record = { name: 'www', type: 'A', content: '192.0.2.1', prio: 0 };
    const post = (): Promise<Said> => say(server, sam, 'POST', '/zone/s.example', record, { ...asJson, ...json });
    const [id] = texts((await say(server, sam, 'GET', '/zone/s.example/records')).text, 'id');
    expect((await post()).status).toBe(409);
    expect((await say(server, sam, 'PUT', '/zone/s.example', { id, ttl: 60 }, asJson)).status).toBe(409);
    expect((await say(server, sam, 'DELETE', `/zone/s.example/record/${id}`)).status).toBe(409);
    expect((await xml('PUT', '<master>192.0.2.10</master>')).status).toBe(204);
    expect(await kinds()).toBe('<master>192.0.2.10</master><lastCheck>0</lastCheck><type>SLAVE</type>');
    expect((await xml('PUT', '<type>NATIVE</type>')).status).toBe(204);
    expect(await kinds()).toBe('<lastCheck>0</lastCheck><type>NATIVE</type>');
    expect((await post()).status).toBe(200);
  });

  test('makes, reads, changes and deletes records by their ids', async () => {
    const server = await serving();
    const root = await server.user('root', { admin: true });
    const sam = await server.user('jsmith');
    const other = await server.user('other');
    await say(server, sam, 'POST', '/zone', { name: 'example.com' }, asJson);
    await say(server, other, 'POST', '/zone', { name: 'example.net' }, asJson);
    const add = (body: string | object, key = sam): Promise<Said> =>
      say(server, key, 'POST', '/zone/example.com', body, typeof body === 'string' ? asXml : asJson);
    const ns =
      '<record>\n\t\t<name>example.com</name>\n\t\t<type>NS</type>\n\t\t<content>ns4.nicmus.com</content>\n\t\t<prio>0</prio>\n</record>';
    const made = await add(ns);
    expect([made.status, made.type]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
    expect(made.text).toMatch(/^[1-9]\d*$/);
    const id = (path: string): string => `/zone/example.com/record/${path}`;
    const shown = await say(server, sam, 'GET', id(made.text));
    expect(shown.text).toMatch(
      new RegExp(
        `<record><dateCreated>${TIME}</dateCreated><dateModified>${TIME}</dateModified><name>example.com</name><type>NS</type><content>ns4.nicmus.com</content><ttl>3600</ttl><prio>0</prio><active>true</active><auth>true</auth><id>${made.text}</id></record>`,
      ),
    );
    expect((await add(ns)).status).toBe(400);
    const mx = await add({ name: 'example.com', type: 'MX', content: 'mail.example.com', prio: 10, ttl: 300 });
    await add({ name: 'mail', type: 'A', content: '192.0.2.1', prio: 0 });
    const txt = await add({ record: { name: '', type: 'TXT', content: 'v=spf1 mx -all', prio: 0 } });
    const word = await add({ name: '_acme-challenge.example.com', type: 'TXT', content: 'oneword', prio: 0 });
    const srv = await add({
      name: '_sip._tcp.example.com',
      type: 'SRV',
      content: '0 5060 mail.example.com',
      prio: '5',
    });
    const row = async (text: string): Promise<unknown> =>
      (await say(server, sam, 'GET', id(text), undefined, json)).json;
    expect(await row(mx.text)).toMatchObject({ content: 'mail.example.com', prio: 10, ttl: 300, id: Number(mx.text) });
    expect(await row(txt.text)).toMatchObject({ name: 'example.com', content: '"v=spf1 mx -all"' });
    expect(await row(word.text)).toMatchObject({ content: 'oneword' });
    expect(await row(srv.text)).toMatchObject({ content: '0 5060 mail.example.com', prio: 5 });
    const list = await say(server, sam, 'GET', '/zone/example.com/records', undefined, json);
    const rows = list.json as { type: string; name: string; content: string; id: number }[];
    expect(rows.map(({ type }) => type)).toEqual(['SOA', 'NS', 'NS', 'NS', 'MX', 'A', 'TXT', 'TXT', 'SRV']);
    expect(rows[0]?.content).toMatch(/^ns4\.nicmus\.com hostmaster@example\.com \d+ 14400 3600 1209600 3600$/);
    expect(texts((await say(server, sam, 'GET', '/zone/example.com/records?offset=4&count=2')).text, 'type')).toEqual([
      'MX',
      'A',
    ]);
    expect((await say(server, sam, 'GET', '/zone/example.com/count')).text).toBe('9');
    // The record keeps its id whatever it becomes; so does the SOA.
    const put = `<record><id>${mx.text}</id><name>example.com</name><type>MX</type><content>mail2.example.net</content><ttl>600</ttl><prio>20</prio></record>`;
    expect((await say(server, sam, 'PUT', '/zone/example.com', put, asXml)).status).toBe(204);
    expect(await row(mx.text)).toMatchObject({ content: 'mail2.example.net', prio: 20, ttl: 600 });
    const soa = { id: rows[0]?.id, content: 'ns4.nicmus.com admin@example.com 0 7200 600 604800 300', ttl: 900 };
    expect((await say(server, sam, 'PUT', '/zone/example.com', soa, asJson)).status).toBe(204);
    expect(await row(String(rows[0]?.id))).toMatchObject({
      ttl: 900,
      content: expect.stringMatching(/^ns4\.nicmus\.com admin@example\.com \d+ 7200 600 604800 300$/),
    });
    expect((await say(server, sam, 'DELETE', id(String(rows[0]?.id)))).status).toBe(400);
    expect(await server.git('log', '-1', '--skip=1', '--format=%an: %s', 'main')).toBe(
      'jsmith: example.com: MX 10 mail.example.com. -> 20 mail2.example.net. TTL 600\n',
    );

    for (const bad of [
      { type: 'A', content: '192.0.2.1' },
      { name: 'x', content: '192.0.2.1', prio: 0 },
      { name: 'x', type: 'A', prio: 0 },
      { name: 'x', type: 'A', content: '192.0.2.256', prio: 0 },
      { name: 'x', type: 'MBOXFW', content: 'a@b', prio: 0 },
      { name: 'x', type: 'MX', content: 'mail.example.com' },
      { name: 'x', type: 'A', content: '192.0.2.1', ttl: -1 },
      { name: 'x', type: 'A', content: '192.0.2.1', active: false },
      { name: 'www.example.org.', type: 'A', content: '192.0.2.1' },
      { name: 'mail', type: 'CNAME', content: 'x.example.com' },
      { name: 'x', type: 'TXT', content: 'a\u0000b' },
      { name: { a: 1 }, type: 'A', content: '192.0.2.1' },
    ])
      expect((await add(bad)).status, JSON.stringify(bad)).toBe(400);
    expect((await add({ name: 'x', type: 'A', content: '192.0.2.1' }, other)).status).toBe(404);
    expect((await say(server, other, 'GET', id(mx.text))).status).toBe(404);
    // An id of another zone is none of this one, though the caller may see both.
    expect((await say(server, root, 'DELETE', `/zone/example.net/record/${mx.text}`)).status).toBe(404);
    const deleted = await say(server, sam, 'DELETE', id(mx.text));
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect((await say(server, sam, 'DELETE', id(mx.text))).status).toBe(404);
    for (const none of ['0', '-1', 'x', '4294967296', '99999'])
      expect((await say(server, sam, 'GET', id(none))).status).toBe(404);
  });

  test('says every error in the form that was asked for', async () => {
    const server = await serving();
    const root = await server.user('root', { admin: true });
    const none = await say(server, undefined, 'GET', '/user');
    expect([none.status, none.type]).toEqual([401, expect.stringMatching(/^application\/xml/)]);
    expect(none.text).toContain('<error><status>401</status><message>');
    expect((await say(server, `zw_${'x'.repeat(60)}`, 'GET', '/user', undefined, json)).json).toMatchObject({
      status: 401,
    });
    expect((await say(server, root, 'GET', '/nothing', undefined, json)).json).toEqual({
      status: 404,
      message: 'Not Found',
    });
    expect((await say(server, root, 'GET', '/zone/%zz/records', undefined, json)).json).toMatchObject({ status: 404 });
    expect((await say(server, root, 'PATCH', '/user', undefined, json)).json).toEqual({
      status: 405,
      message: 'Method Not Allowed',
    });
    expect((await say(server, root, 'GET', '/user', undefined, { accept: 'text/html' })).status).toBe(406);
    expect((await say(server, root, 'PUT', '/user', 'x', { 'content-type': 'text/csv' })).status).toBe(415);
    expect(
      (await say(server, root, 'PUT', '/user', '<user/>', { 'content-type': 'application/xml; charset=utf-16' }))
        .status,
    ).toBe(415);
    const long = `<user><firstName>${'x'.repeat(1_100_000)}</firstName></user>`;
    const large = await say(server, root, 'PUT', '/user', long, { ...asXml, ...json });
    expect([large.status, large.json]).toEqual([413, expect.objectContaining({ status: 413 })]);
    const laughs = '<!DOCTYPE user [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><user><firstName>&b;</firstName></user>';
    const external = '<!DOCTYPE user [<!ENTITY a SYSTEM "file:///etc/passwd">]><user><firstName>&a;</firstName></user>';
    for (const body of [
      laughs,
      external,
      '<user>',
      '<user><a><b/></a></user>',
      '{',
      '{"firstName":{}}',
      '[]',
      '\u0001',
    ])
      for (const headers of [asXml, asJson])
        expect((await say(server, root, 'PUT', '/user', body, headers)).status, body).toBe(400);
    // What comes as the only one of a list, or under its name, is that one; times are not taken.
    const wrapped = [
      ['{"user":{"firstName":"W1"}}', asJson],
      ['[{"firstName":"W2","dateCreated":1551887852000,"dateModified":[2019,3,6]}]', asJson],
      ['{"user":[{"firstName":"W3","dateCreated":"2019-03-06T09:57:32-06:00"}]}', asJson],
      ['{"collection":{"user":[{"firstName":"W4"}]}}', asJson],
      [
        '<collection><user><firstName>W5</firstName><dateCreated>1551887852000</dateCreated></user></collection>',
        asXml,
      ],
    ] as const;
    for (const [i, [body, headers]] of wrapped.entries()) {
      expect((await say(server, root, 'PUT', '/user', body, headers)).status, body).toBe(204);
      expect((await say(server, root, 'GET', '/user', undefined, json)).json).toMatchObject({ firstName: `W${i + 1}` });
    }
    for (const body of ['[{"firstName":"A"},{"firstName":"B"}]', `${'['.repeat(500_000)}${']'.repeat(500_000)}`])
      expect((await say(server, root, 'PUT', '/user', body, asJson)).status).toBe(400);
    const two = '<collection><user/><user/></collection>';
    expect((await say(server, root, 'PUT', '/user', two, asXml)).status).toBe(400);
    // Whoever sends neither type is read by what the body begins with.
    expect(
      (
        await say(server, root, 'PUT', '/user', '{"firstName":"A"}', {
          'content-type': 'application/x-www-form-urlencoded',
        })
      ).status,
    ).toBe(204);
    expect((await say(server, root, 'PUT', '/user', ' <user><firstName>B</firstName></user>')).status).toBe(415);
    expect((await say(server, root, 'GET', '/user', undefined, json)).json).toMatchObject({ firstName: 'A' });
  });
});
