import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exchanged, exchange } from './exchange.ts';
import { type DialectServer, dialectServer } from './server.ts';

let server: DialectServer;
let alice: string;
let mallory: string;
beforeAll(async () => {
  server = await dialectServer();
  alice = await server.token('alice');
  mallory = await server.token('mallory');
});
afterAll(() => server.close());

type Asked = readonly [method: string, path: string, body?: string];

/** What a test asks of a dialect. */
interface Window {
  readonly dialect: string;
  readonly prefix: string;
  readonly headers: (key: string) => Record<string, string>;
  /** Makes a zone with three records, of which the ids or positions are given. */
  readonly make: (send: Send, zone: string) => Promise<Place>;
  /** The request that deletes one of them. */
  readonly remove: (place: Place, at: number) => Asked;
  /** The requests that read and write the zone and its records, each of them. */
  readonly touch: (place: Place) => readonly Asked[];
  /** How a record that was deleted is told from one that was not there. */
  readonly deleted: (answer: Exchanged) => boolean;
  readonly gone: (answer: Exchanged) => boolean;
  /** The request that makes a zone, with a name in it. */
  readonly naming: (name: string) => readonly [method: string, path: string, body: string];
  /** The path of the list of zones, and the form of its errors. */
  readonly list: string;
  readonly broken: unknown;
  /** The request that is sent too often, and what is said then. */
  readonly flood: Asked;
  readonly flooded: unknown;
}

type Send = (method: string, path: string, body?: string | Buffer) => Promise<Exchanged>;

interface Place {
  /** What paths call the zone. */
  readonly zone: string;
  readonly records: readonly string[];
}

const LABELS = ['a', 'b', 'c'];

/** What bodies may have, in all of the dialects, and what may stand there. */
const FIELDS = [
  ...['name', 'type', 'content', 'ttl', 'records', 'template_id', 'domain', 'record_type', 'value', 'priority', 'zone'],
  ...['label', 'proxied', 'pinned_nodes', 'weight', 'port', 'master', 'mode', 'templates', 'identifier', 'id', 'prio'],
];
const VALUES: readonly unknown[] = [
  ...['', '@', '*', 'www', 'a.b', 'x.example.', '../x', '\u0000', '\ud800', 'x'.repeat(300), '"', '\\', '10 mail'],
  ...['192.0.2.1', '2001:db8::1', 'A', 'MX', 'TXT', 'SOA', 'SRV', 'NS', 'CNAME', 'ALIAS', 'REDIRECT', 'TYPE65280'],
  ...['ns. h. 1 2 3 4 5', '0 issue "x"', 'MASTER', 'SLAVE', 'NATIVE', 'add', 'delete', 0, -1, 1.5, 1e99, 300, null],
];

const windows: readonly Window[] = [
  {
    dialect: 'LuaDNS',
    prefix: '/luadns/v1',
    headers: (key) => ({ authorization: `Basic ${Buffer.from(`:${key}`).toString('base64')}` }),
    async make(send, zone) {
      const { id } = JSON.parse((await send('POST', '/zones', `{"name":"${zone}"}`)).text);
      const records: string[] = [];
      for (const name of LABELS) {
        const body = `{"name":"${name}","type":"A","content":"192.0.2.1"}`;
        records.push(String(JSON.parse((await send('POST', `/zones/${id}/records`, body)).text).id));
      }
      return { zone: String(id), records };
    },
    remove: ({ zone, records }, at) => ['DELETE', `/zones/${zone}/records/${records[at]}`],
    touch: ({ zone, records: [id] }) => [
      ['GET', `/zones/${zone}`],
      ['PUT', `/zones/${zone}`, '{"name":"x.example","records":[]}'],
      ['DELETE', `/zones/${zone}`],
      ['GET', `/zones/${zone}/records`],
      ['POST', `/zones/${zone}/records`, '{"name":"x","type":"A","content":"192.0.2.9"}'],
      ['GET', `/zones/${zone}/records/${id}`],
      ['PUT', `/zones/${zone}/records/${id}`, '{"ttl":60}'],
      ['DELETE', `/zones/${zone}/records/${id}`],
      ['GET', `/zones/${zone}/ds_records`],
    ],
    deleted: ({ status }) => status === 200,
    gone: ({ status }) => status === 404,
    naming: (name) => ['POST', '/zones', `{"name":"${name}"}`],
    list: '/zones',
    broken: { status: 'Internal Server Error', request_id: expect.any(String), message: 'Internal Server Error' },
    flood: ['GET', '/zones/1'],
    flooded: { status: 'Too Many Requests', request_id: expect.any(String), message: 'Too Many Requests' },
  },
  {
    dialect: 'VPS.org',
    prefix: '/vps/api/v1',
    headers: (key) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' }),
    async make(send, zone) {
      const { uuid } = JSON.parse((await send('POST', '/dns-zones/', `{"domain":"${zone}"}`)).text);
      const records: string[] = [];
      for (const name of LABELS) {
        const body = `{"name":"${name}","record_type":"A","value":"192.0.2.1"}`;
        records.push(JSON.parse((await send('POST', `/dns-zones/${uuid}/records/`, body)).text).uuid);
      }
      return { zone: uuid, records };
    },
    remove: ({ records }, at) => ['DELETE', `/dns-records/${records[at]}/`],
    touch: ({ zone, records: [uuid] }) => [
      ['GET', `/dns-zones/${zone}/`],
      ['DELETE', `/dns-zones/${zone}/`],
      ['GET', `/dns-zones/${zone}/records/`],
      ['POST', `/dns-zones/${zone}/records/`, '{"name":"x","record_type":"A","value":"192.0.2.9"}'],
      ['GET', `/dns-records/${uuid}/`],
      ['PATCH', `/dns-records/${uuid}/`, '{"ttl":60}'],
      ['DELETE', `/dns-records/${uuid}/`],
      ['GET', `/dns-records/?zone=${zone}`],
    ],
    deleted: ({ status }) => status === 204,
    gone: ({ status }) => status === 404,
    naming: (name) => ['POST', '/dns-zones/', `{"domain":"${name}"}`],
    list: '/dns-zones/',
    broken: { detail: 'Internal Server Error', error_code: 'internal_server_error' },
    flood: ['GET', '/dns-zones/x/'],
    flooded: { detail: expect.stringMatching(/^Request was throttled/), error_code: 'throttled' },
  },
  {
    dialect: 'CustomDNS',
    prefix: '/customdns/jpower-admin/rest',
    headers: (key) => ({ 'x-customdns-api-key': key, 'content-type': 'application/json', accept: 'application/json' }),
    async make(send, zone) {
      await send('POST', '/zone', `{"name":"${zone}"}`);
      const records: string[] = [];
      for (const name of LABELS)
        records.push((await send('POST', `/zone/${zone}`, `{"name":"${name}","type":"A","content":"192.0.2.1"}`)).text);
      return { zone, records };
    },
    remove: ({ zone, records }, at) => ['DELETE', `/zone/${zone}/record/${records[at]}`],
    touch: ({ zone, records: [id] }) => [
      ['GET', `/zone/${zone}`],
      ['PUT', '/zone', `{"name":"${zone}","type":"MASTER"}`],
      ['DELETE', `/zone/${zone}`],
      ['DELETE', `/zone?name=${zone}`],
      ['GET', `/zone/${zone}/count`],
      ['GET', `/zone/${zone}/records`],
      ['POST', `/zone/${zone}`, '{"name":"x","type":"A","content":"192.0.2.9"}'],
      ['GET', `/zone/${zone}/record/${id}`],
      ['PUT', `/zone/${zone}`, `{"id":${id},"ttl":60}`],
      ['DELETE', `/zone/${zone}/record/${id}`],
    ],
    deleted: ({ status }) => status === 204,
    gone: ({ status }) => status === 404,
    naming: (name) => ['POST', '/zone', `{"name":"${name}"}`],
    list: '/zone/list',
    broken: { status: 500, message: 'Internal Server Error' },
    flood: ['GET', '/zone/x'],
    flooded: { status: 429, message: 'Too Many Requests' },
  },
  {
    dialect: 'TonicDNS',
    prefix: '/tonicdns',
    headers: (key) => ({ 'x-authentication-token': key }),
    async make(send, zone) {
      const records = LABELS.map((name) => ({ name: `${name}.${zone}`, type: 'A', content: '192.0.2.1' }));
      await send('PUT', '/zone', JSON.stringify({ name: zone, type: 'MASTER', records }));
      return { zone, records: records.map((record) => JSON.stringify(record)) };
    },
    remove: ({ zone, records }, at) => ['DELETE', '/zone', `{"name":"${zone}","records":[${records[at]}]}`],
    touch: ({ zone, records: [record] }) => [
      ['GET', `/zone/${zone}`],
      ['PUT', `/zone/${zone}`, `{"records":[${record}]}`],
      ['POST', `/zone/${zone}`, '{"type":"NATIVE"}'],
      ['DELETE', `/zone/${zone}`],
      ['DELETE', '/zone', `{"name":"${zone}","records":[${record}]}`],
    ],
    // It says the same where nothing was there.
    deleted: ({ status, text }) => status === 200 && text === 'true',
    gone: ({ status, text }) => status === 200 && text === 'true',
    naming: (name) => ['PUT', '/zone', `{"name":"${name}","type":"MASTER"}`],
    list: '/zone',
    broken: { error: 'Internal Server Error', detail: { code: 'INTERNAL_SERVER_ERROR' } },
    flood: ['GET', '/zone/x.example'],
    flooded: { error: 'Too Many Requests', detail: { code: 'TOO_MANY_REQUESTS' } },
  },
  {
    dialect: 'PacketFrame',
    prefix: '/packetframe/api',
    headers: (key) => ({ 'x-api-key': key }),
    async make(send, zone) {
      await send('POST', '/zones/add', `{"zone":"${zone}"}`);
      for (const label of LABELS) {
        const body = `{"label":"${label}","type":"A","ttl":300,"value":"192.0.2.1","proxied":false}`;
        await send('POST', `/zone/${zone}/add`, body);
      }
      await send('GET', `/zone/${zone}/records`);
      return { zone, records: ['0', '1', '2'] };
    },
    remove: ({ zone }, at) => ['POST', `/zone/${zone}/delete_record/${at}`, ''],
    touch: ({ zone }) => [
      ['POST', `/zone/${zone}/delete`, ''],
      ['POST', `/zone/${zone}/add`, '{"label":"x","type":"A","ttl":60,"value":"192.0.2.9","proxied":false}'],
      ['GET', `/zone/${zone}/records`],
      ['GET', `/zone/${zone}/users`],
      ['POST', `/zone/${zone}/delete_record/0`, ''],
      ['GET', `/zone/${zone}/export`],
      ['GET', `/zones/${zone}/export`],
    ],
    deleted: ({ text }) => text.includes('Record deleted'),
    gone: ({ text }) => text.includes("doesn't exist"),
    naming: (name) => ['POST', '/zones/add', `{"zone":"${name}"}`],
    list: '/zones/list',
    broken: { message: 'Internal Server Error', success: false },
    flood: ['POST', '/auth/signup', '{}'],
    flooded: { message: 'Too Many Requests', success: false },
  },
];

describe.each(windows)('$dialect', (window) => {
  const { dialect, prefix, headers, make, remove, touch, deleted, gone, naming } = window;
  const as =
    (key: string): Send =>
    (method, path, body) =>
      exchange(`${server.url}${prefix}${path}`, method, headers(key), body);
  const head = (): Promise<string> => server.git('rev-parse', 'main');
  const labels = async (zone: string): Promise<string[]> => {
    const text = await server.git('show', `main:zones/${zone}.yaml`);
    return LABELS.filter((label) => new RegExp(`^ {2}${label}:`, 'm').test(text));
  };
  const nameOf = (part: string): string => `${part}-${dialect.toLowerCase().replace(/\W/g, '')}.example`;

  it('says of what is of others the same as of what is not there', async () => {
    const zone = nameOf('foreign');
    const place = await make(as(alice), zone);
    const own = await make(as(mallory), nameOf('lost'));
    for (const asked of touch(own))
      if (asked[0] === 'DELETE' || asked[1].endsWith('/delete')) await as(mallory)(...asked);
    const after = await head();
    // But for the name, which is the one that was asked for.
    const said = ({ status, text }: Exchanged): string =>
      `${status} ${text.replace(/"request_id":"[^"]*"|foreign|lost/g, '')}`;
    const [theirs, none] = [touch(place), touch(own)];
    for (const [i, [method, path, body]] of theirs.entries()) {
      const answer = await as(mallory)(method, path, body);
      expect([method, path, said(answer)]).toEqual([method, path, said(await as(mallory)(...(none[i] as Asked)))]);
      expect(answer.text).not.toContain('192.0.2.1');
    }
    expect(await head()).toBe(after);
    expect(await labels(zone)).toEqual(LABELS);
  });

  it('deletes a record once, and nothing in its place, when several send it at once or later', async () => {
    const zone = nameOf('once');
    const place = await make(as(alice), zone);
    const [method, path, body] = remove(place, 1);
    const count = async (): Promise<number> => Number(await server.git('rev-list', '--count', 'main'));
    const commits = await count();
    const answers = await Promise.all(Array.from({ length: 4 }, () => as(alice)(method, path, body)));
    expect(answers.filter(deleted).length).toBe(dialect === 'TonicDNS' ? 4 : 1);
    for (const answer of answers) expect(deleted(answer) || gone(answer), answer.text).toBe(true);
    const late = await as(alice)(method, path, body);
    expect(gone(late), late.text).toBe(true);
    expect(await count()).toBe(commits + 1);
    expect(await labels(zone)).toEqual(['a', 'c']);
  });

  it('takes no other encoding than UTF-8 for one', async () => {
    const [method, path, body] = naming('bücher.example');
    const before = await head();
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(body, 'utf16le')]);
    const overlong = Buffer.concat([Buffer.from(body.split('ü')[0] as string), Buffer.from([0xc0, 0xaf, 0x22, 0x7d])]);
    for (const wrong of [Buffer.from(body, 'latin1'), utf16, overlong, Buffer.from([0x80])]) {
      const { status, text } = await as(alice)(method, path, wrong);
      expect(status === 400 || status === 508, `${status} ${text}`).toBe(true);
      expect(text).not.toMatch(/\n\s+at |Error:/);
    }
    expect(await head()).toBe(before);
  });

  it('has an answer to every body, none of which is that it failed', async () => {
    const place = await make(as(alice), nameOf('fuzz'));
    const keys = fc.constantFrom(...FIELDS);
    const value = fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue({ maxDepth: 2 }));
    const record = fc.dictionary(keys, value, { maxKeys: 6 });
    const fields = fc.dictionary(keys, fc.oneof(value, fc.array(record, { maxLength: 2 })), { maxKeys: 8 });
    const body = fc.oneof(
      { arbitrary: fields.map((each) => JSON.stringify(each)), weight: 8 },
      fc.constantFrom('', 'null', 'false', '[]', '[null]', '"x"', '{', '<a/>', '{"__proto__":{"a":1}}'),
    );
    const requests = [...touch(place), naming('x.example')].filter(([method]) => method !== 'GET');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...requests), body, async ([method, path], sent) => {
        // What deletes the zone would leave nothing to be tried.
        fc.pre(!(method === 'DELETE' && /zones?\/[^/]+\/?$|\?/.test(path)) && !/\/delete$/.test(path));
        const { status, text } = await as(alice)(method, path, sent);
        expect(status < 500 || status === 508 || text.includes('Creation data invalid'), `${status} ${text}`).toBe(
          true,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('has a form of its own for what nobody foresaw, and tells nothing of it', async () => {
    const { origin } = server.services;
    const { list } = origin;
    const failing = Object.assign(origin, { list: () => Promise.reject(new Error('secret detail at /srv/state')) });
    const { status, text } = await as(alice)('GET', window.list);
    Object.assign(failing, { list });
    expect([status, JSON.parse(text)]).toEqual([500, window.broken]);
    expect((await as(alice)('GET', window.list)).status).toBe(200);
  });

  it('has a form of its own for too many requests', async () => {
    // Who has no key is counted by the address.
    const [method, path, body] = window.flood;
    const send = (): Promise<Exchanged> =>
      exchange(`${server.url}${prefix}${path}`, method, { accept: 'application/json' }, body);
    await server.edit('zonewright.yaml', () => 'server: { rate_limit: { requests: 20, window: 1m } }\n');
    const answers = await Promise.all(Array.from({ length: 21 }, send));
    await server.edit('zonewright.yaml', () => '{}\n');
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
    const last = answers.find(({ status }) => status === 429);
    expect(JSON.parse(last?.text ?? '')).toEqual(window.flooded);
    // Its own client fails over an answer without them.
    if (dialect === 'LuaDNS')
      for (const each of ['limit', 'reset']) expect(last?.headers[`x-ratelimit-${each}`]).toMatch(/^\d+$/);
    if (dialect !== 'PacketFrame') expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe.each([
  ['CustomDNS', '/customdns/jpower-admin/rest/zone', 'POST', { 'content-type': 'application/xml' }],
  ['TonicDNS', '/tonicdns/zone', 'PUT', {}],
] as const)('XML for %s', (_, path, method, headers) => {
  const name = (text: string): string => `<domain><name>${text}</name><type>MASTER</type></domain>`;
  const bombs: Readonly<Record<string, string>> = {
    'entities that grow': `<!DOCTYPE z [<!ENTITY a "x.example"><!ENTITY b "&a;&a;&a;&a;">]>${name('&b;')}`,
    'an external entity': `<!DOCTYPE z [<!ENTITY a SYSTEM "file:///etc/hostname">]>${name('&a;')}`,
    'an entity of parameters': `<!DOCTYPE z [<!ENTITY % a SYSTEM "http://192.0.2.1/x"> %a;]>${name('x.example')}`,
    'an external document type': `<!DOCTYPE z SYSTEM "http://192.0.2.1/x.dtd">${name('x.example')}`,
    'an inclusion': name('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>'),
    'elements in elements': name(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`),
    'attributes without end': `<domain ${Array.from({ length: 50_000 }, (_, i) => `a${i}="x"`).join(' ')}/>`,
    'another encoding': `<?xml version="1.0" encoding="UTF-7"?>${name('x.example')}`,
    'two encodings': `<?xml version="1.0" encoding="ISO-8859-1"?>${name('b\u00fccher.example')}`,
    'a character that is none': name('x&#0;.example'),
    'no end': '<domain><name>x.example',
  };

  it.each(Object.keys(bombs))('is refused with %s', async (what) => {
    const before = await server.git('rev-parse', 'main');
    const keys = { 'x-customdns-api-key': alice, 'x-authentication-token': alice };
    const { status, text } = await exchange(`${server.url}${path}`, method, { ...keys, ...headers }, bombs[what]);
    expect([status === 400 || status === 508, text.length < 2000]).toEqual([true, true]);
    expect(text).not.toMatch(/\n\s+at /);
    expect(await server.git('rev-parse', 'main')).toBe(before);
  });
});
