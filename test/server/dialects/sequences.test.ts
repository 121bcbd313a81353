import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addAccount } from '../../../src/state/accounts/account.ts';
import { type Exchanged, exchange } from './exchange.ts';
import { type DialectServer, dialectServer } from './server.ts';

const account = { username: 'joe@example.com', password: 'a password of 24 letters' };

let server: DialectServer;
let key: string;
beforeAll(async () => {
  server = await dialectServer();
  key = await server.token('root', { admin: true });
  const { state } = server.services;
  const { username, password } = account;
  await addAccount(state.query, username, { password }, state.now());
});
afterAll(() => server.close());

let zone: number;

type Send = (method: string, path: string, headers?: Record<string, string>, body?: string) => Promise<Exchanged>;

/** A client with a user name, and the headers that it always sends. */
function as(user: string, always: Record<string, string> = {}): Send {
  const authorization = `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`;
  return (method, path, headers = {}, body = undefined) =>
    exchange(`${server.url}/luadns/v1${path}`, method, { authorization, ...always, ...headers }, body);
}

interface LuaRow {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly zone_id: number;
}

function read<T = LuaRow>({ text }: Exchanged): T {
  return JSON.parse(text) as T;
}

const accept = { accept: 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };

describe('the requests to LuaDNS of', () => {
  beforeAll(async () => {
    const made = await as('joe@example.com')('POST', '/zones', {}, '{"name":"example.com"}');
    zone = read(made).id;
  });

  it('acme.sh, which reads answers with grep', async () => {
    const send = as('joe@example.com', { ...accept, 'user-agent': 'acme.sh/3.1.4' });
    const name = '_acme-challenge.www.example.com';
    const idOf = async (path: string, pattern: RegExp): Promise<string> =>
      pattern.exec((await send('GET', path)).text)?.[1] ?? '';
    expect(await idOf('/zones', /"id":([^,]*),"name":"example.com"/)).toBe(String(zone));
    const body = `{"type":"TXT","name":"${name}.","content":"XKrxpRBosdIKFzxW_CT3","ttl":120}`;
    expect((await send('POST', `/zones/${zone}/records`, form, body)).text).toContain(name);
    const listed = new RegExp(`"id":([^,]*),"name":"${name}.","type":"TXT"`);
    const id = await idOf(`/zones/${zone}/records`, listed);
    // Older ones change what is there, and send ids as texts.
    const other = `{"id":"${id}","type":"TXT","name":"${name}.","content":"other","zone_id":"${zone}","ttl":120}`;
    expect(read(await send('PUT', `/zones/${zone}/records/${id}`, form, other))).toMatchObject({ content: 'other' });
    expect((await send('DELETE', `//zones/${zone}/records/${id}`)).text).toContain(id);
    expect(await idOf(`/zones/${zone}/records`, listed)).toBe('');
  });

  it('lego, which takes 200 alone for success and sends a record to delete it', async () => {
    const send = as('joe@example.com', { ...accept, ...json, 'user-agent': 'goacme-lego/5' });
    const zones = read<LuaRow[]>(await send('GET', '/zones', {}, ''));
    expect(zones.find(({ name }) => 'example.com'.endsWith(name))?.id).toBe(zone);
    const body = '{"name":"_acme-challenge.example.com.","type":"TXT","content":"w6uP8Tcg6K2QR905Rms8iXTl","ttl":300}';
    const made = await send('POST', `/zones/${zone}/records`, {}, body);
    expect(made.status).toBe(200);
    const { id, zone_id } = read(made);
    expect([Number.isInteger(id), zone_id]).toEqual([true, zone]);
    expect((await send('DELETE', `/zones/${zone_id}/records/${id}`, {}, made.text)).status).toBe(200);
  });

  it('luadns-go, and so of DNSControl and libdns, without a type and with zero values', async () => {
    const send = as('joe@example.com', { ...accept, 'user-agent': 'luadns-go/0.0.3' });
    const me = await send('GET', '/users/me');
    expect(me.headers['content-type']).toMatch(/^application\/json/);
    for (const name of read<{ name_servers: string[] }>(me).name_servers) expect(name).toMatch(/\.$/);
    expect(read<LuaRow[]>(await send('GET', '/zones?query=example.com'))[0]).toMatchObject({ id: zone });
    const zero = '"zone_id":0,"created_at":"0001-01-01T00:00:00Z","updated_at":"0001-01-01T00:00:00Z"';
    const one = `{"name":"go.example.com.","type":"A","content":"192.0.2.1","ttl":300,${zero}}`;
    const made = await send('POST', `/zones/${zone}/records`, {}, one);
    expect([made.status, Number.isInteger(read(made).id)]).toEqual([200, true]);
    const many = [
      { name: 'go.example.com.', type: 'MX', content: '10 mail.example.com.', ttl: 300 },
      { name: '_sip._tcp.example.com.', type: 'SRV', content: '0 5 5060 sip.example.com.', ttl: 300 },
      { name: 'go.example.com.', type: 'CAA', content: '0 issue "letsencrypt.org"', ttl: 300 },
      { name: 'go.example.com.', type: 'TXT', content: 'v=spf1 -all; "x"', ttl: 300 },
    ];
    const created = await send('POST', `/zones/${zone}/records/create_many`, {}, JSON.stringify(many));
    expect([created.status, read<LuaRow[]>(created).map(({ content }) => content)]).toEqual([
      200,
      many.map(({ content }) => content),
    ]);
    const instead = JSON.stringify([{ ...many[0], content: '20 mail.example.com.' }]);
    expect(read(await send('PATCH', `/zones/${zone}/records`, {}, instead))).toMatchObject([
      { content: '20 mail.example.com.' },
    ]);
    const gone = '[{"name":"go.example.com."},{"name":"_sip._tcp.example.com.","type":"SRV"}]';
    const deleted = await send('POST', `/zones/${zone}/records/delete_many`, {}, gone);
    expect([deleted.status, read<LuaRow[]>(deleted).length]).toEqual([200, 5]);
    const bad = read<Record<string, unknown>[]>(await send('POST', '/zones', {}, '{"name":""}'));
    expect(bad[0]).toEqual({ classification: 'RequiredError', fieldNames: ['name'], message: expect.any(String) });
    const taken = await send('POST', '/zones', {}, '{"name":"example.com"}');
    expect([taken.status, read(taken)]).toEqual([403, expect.objectContaining({ status: 'Forbidden' })]);
  });

  it('luadns-ruby, which says JSON of bodies that are empty', async () => {
    const send = as('joe@example.com', { ...accept, ...json });
    expect(read(await send('GET', `/zones/${zone}`, {}, ''))).toMatchObject({ id: zone });
    const made = read(
      await send('POST', `/zones/${zone}/records`, {}, '{"name":"r.example.com.","type":"A","content":"192.0.2.1"}'),
    );
    expect(read(await send('DELETE', `/zones/${zone}/records/${made.id}`, {}, ''))).toMatchObject({ id: made.id });
    const unknown = await exchange(`${server.url}/luadns/v1/zones`, 'GET', { ...accept, ...json });
    expect([unknown.status, unknown.headers['content-type']]).toEqual([
      401,
      expect.stringMatching(/^application\/json/),
    ]);
    expect(read(unknown)).toMatchObject({ message: expect.any(String) });
  });

  it('the hook of dehydrated, without a TTL and with an id too many', async () => {
    const send = as('joe@example.com', { ...accept, ...json });
    const body = `{"zone_id":${zone},"name":"_acme-challenge.example.com.","type":"TXT","content":"d3hydr4t3d"}`;
    expect(read(await send('POST', `/zones/${zone}/records`, {}, body)).content).toBe('d3hydr4t3d');
    const rows = read<LuaRow[]>(await send('GET', `/zones/${zone}/records`));
    const found = rows.find(({ type, content }) => type === 'TXT' && content === 'd3hydr4t3d');
    expect(read(await send('DELETE', `/zones/${zone}/records/${found?.id}`)).id).toBe(found?.id);
  });

  it('programs that follow an address that changes', async () => {
    const made = '{"name":"home.example.com.","type":"A","content":"192.0.2.1","ttl":60}';
    const { id } = read(await as('joe@example.com')('POST', `/zones/${zone}/records`, form, made));
    const path = `/zones/${zone}/records/${id}`;

    // luadns-ddns takes the placeholders of the document for fields, and answers below 100 characters for errors.
    const ddns = as('joe@example.com', accept);
    const odd = `{ ":zone_id":${zone}, ":id":${id}, "name":"home.example.com.", "type":"A", "content":"192.0.2.2"}`;
    const answers = [await ddns('GET', '/zones'), await ddns('GET', `/zones/${zone}/records`)];
    const put = await ddns('PUT', path, form, odd);
    expect(read(put)).toMatchObject({ id, content: '192.0.2.2', ttl: 60 });
    for (const { text } of [...answers, put]) expect(text.length).toBeGreaterThanOrEqual(100);

    // luadnsupd asks with a body of nothing.
    const rows = read<LuaRow[]>(await ddns('GET', `/zones/${zone}/records`, json, ''));
    expect(rows.find(({ name }) => name === 'home.example.com.')?.id).toBe(id);

    // ddns-updater says nothing of what it sends or takes.
    const plain = as('joe@example.com');
    const [row] = read<LuaRow[]>(await plain('GET', `/zones/${zone}/records`)).filter(({ type }) => type === 'A');
    const changed = JSON.stringify({ id: row?.id, name: row?.name, type: 'A', content: '192.0.2.3', ttl: row?.ttl });
    expect(read(await plain('PUT', path, {}, changed))).toMatchObject({ id, content: '192.0.2.3', ttl: 60 });
    expect((await plain('DELETE', path)).status).toBe(200);
  });

  it('the webhook of cert-manager, whose user has no name and whose query ends in a dot', async () => {
    const send = as('', accept);
    expect(read<LuaRow[]>(await send('GET', '/zones?query=example.com'))[0]).toMatchObject({ name: 'example.com' });
    const body = '{"name":"_acme-challenge.example.com.","type":"TXT","content":"k3y","ttl":60}';
    await send('POST', `/zones/${zone}/records`, json, body);
    const found = read<LuaRow[]>(await send('GET', `/zones/${zone}/records?query=_acme-challenge.example.com.`));
    expect(found).toMatchObject([{ type: 'TXT', name: '_acme-challenge.example.com.', content: 'k3y', ttl: 60 }]);
    expect((await send('DELETE', `/zones/${zone}/records/${found[0]?.id}`)).status).toBe(200);
  });

  it('dns-update, which turns pages until one is not full, and quotes texts', async () => {
    const send = as('joe@example.com', { ...accept, ...json });
    const page = (page: number): Promise<Exchanged> => send('GET', `/zones/${zone}/records?limit=500&page=${page}`);
    const first = await page(1);
    expect([first.headers['x-total-count'], first.headers['x-pages-count']]).toEqual([
      String(read<LuaRow[]>(first).length),
      '1',
    ]);
    expect(read(await page(2))).toEqual([]);
    const body = JSON.stringify({ name: 'q.example.com.', type: 'TXT', content: '"quoted text"', ttl: 3600 });
    const made = read(await send('POST', `/zones/${zone}/records`, {}, body));
    expect(made.content).toBe('"quoted text"');
    expect((await send('DELETE', `/zones/${zone}/records/${made.id}`)).status).toBe(200);
  });
});

/** As the client sends everything: to the root of its host, with a body of JSON, `false` where it has nothing to say. */
async function tonic(method: string, path: string, token: string, data: unknown = false): Promise<Exchanged> {
  const headers = {
    host: 'ns.example.net',
    'content-type': 'application/json',
    'user-agent': 'Python-urllib/3.11',
    'accept-encoding': 'identity',
    connection: 'close',
    ...(token !== '' && { 'x-authentication-token': token }),
  };
  return exchange(`${server.url}${path}`, method, headers, JSON.stringify(data));
}

async function logIn(): Promise<string> {
  const said = await tonic('PUT', '/authenticate', '', {
    ...account,
    local_user: account.username,
  });
  return (JSON.parse(said.text) as { hash: string }).hash;
}

type Asked = readonly [method: string, path: string, data?: unknown];

/** A command of the client: it logs in first, and takes every status from 400 for the end. */
async function command(...requests: readonly Asked[]): Promise<string[]> {
  const token = await logIn();
  const texts: string[] = [];
  for (const [method, path, data] of requests) {
    const { status, text } = await tonic(method, path, token, data);
    expect(`${method} ${path} ${status}`).toBe(`${method} ${path} 200`);
    texts.push(text);
  }
  return texts;
}

type TonicRow = Readonly<Record<'name' | 'type' | 'content' | 'ttl', string>> & {
  readonly priority: string | null;
  readonly change_date: string;
};

async function recordsOf(zone: string): Promise<TonicRow[]> {
  const [text = ''] = await command(['GET', `/zone/${zone}`]);
  return (JSON.parse(text) as { records: TonicRow[] }).records;
}

describe('the requests of tonicdnscli', () => {
  beforeAll(() => server.edit('zonewright.yaml', () => 'dialects: { tonicdns: { hosts: [ns.example.net] } }\n'));

  const made = (zone: string, type: string, master: string | null): readonly Asked[] => {
    const id = zone.replace('.', '_');
    const soa = `ns.${zone} hostmaster.${zone} 2026112801 3600 900 86400 3600`;
    const entries = [
      { name: zone, type: 'SOA', content: soa, ttl: 3600 },
      { name: zone, type: 'NS', content: `ns.${zone}`, ttl: 3600 },
      { name: `ns.${zone}`, type: 'A', content: '10.0.0.1', ttl: 3600 },
    ];
    return [
      ['PUT', `/template/${id}`, { identifier: id, description: '', entries }],
      ['PUT', '/zone', { name: zone, type, master, templates: [{ identifier: id }] }],
      ['DELETE', `/template/${id}`],
    ];
  };

  it('make zones of each type, whose rows it can print', async () => {
    expect(await command(...made('cli.org', 'MASTER', null))).toEqual(['true', 'true', 'true']);
    expect(await command(...made('native.org', 'NATIVE', null))).toEqual(['true', 'true', 'true']);
    expect(await command(...made('slave.org', 'SLAVE', '10.0.0.9'))).toEqual(['true', 'true', 'true']);
    const [zones = ''] = await command(['GET', '/zone']);
    const rows = JSON.parse(zones) as Record<string, unknown>[];
    expect(rows.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'cli.org MASTER',
      'native.org NATIVE',
      'slave.org SLAVE',
    ]);
    for (const row of rows) {
      expect(Object.keys(row).length).toBeLessThanOrEqual(3);
      for (const value of Object.values(row)) expect(typeof value).toBe('string');
    }
    for (const record of await recordsOf('cli.org')) {
      expect(Object.keys(record).length).toBeLessThanOrEqual(6);
      for (const value of Object.values(record)) expect(value === null || typeof value === 'string').toBe(true);
      expect(Number(record.change_date)).toBeGreaterThan(0);
    }
    expect(await command(['DELETE', '/zone/native.org'], ['DELETE', '/zone/slave.org'])).toEqual(['true', 'true']);
  });

  it('create, change and delete records', async () => {
    const www = { name: 'www.cli.org', type: 'A', content: '10.0.0.2', ttl: 3600 };
    const mx = { name: 'cli.org', type: 'MX', content: 'ns.cli.org', ttl: 3600, priority: 10 };
    const zone = '/zone/cli.org';
    expect(await command(['PUT', zone, { records: [www] }])).toEqual(['true']);
    expect(await command(['PUT', zone, { records: [mx] }])).toEqual(['true']);
    // It looks, deletes what it found, and creates anew.
    const old = (await recordsOf('cli.org')).find(({ name }) => name === 'www.cli.org');
    expect(old).toMatchObject({ content: '10.0.0.2', ttl: '3600', priority: null });
    const changed = { ...www, content: '10.0.0.20' };
    const update = await command(
      ['DELETE', '/zone', { name: 'cli.org', records: [www] }],
      ['PUT', zone, { records: [changed] }],
    );
    expect(update).toEqual(['true', 'true']);
    expect(await command(['DELETE', '/zone', { name: 'cli.org', records: [mx] }])).toEqual(['true']);
    expect((await recordsOf('cli.org')).map(({ type, content }) => `${type} ${content}`.slice(0, 13))).toEqual([
      'SOA ns.cli.or',
      'NS ns.cli.org',
      'A 10.0.0.1',
      'A 10.0.0.20',
    ]);
  });

  it('count the serial on: the new SOA comes before the old one goes', async () => {
    const soa = (await recordsOf('cli.org')).find(({ type }) => type === 'SOA') as TonicRow;
    const words = soa.content.split(' ');
    expect(Number(words[2])).toBeGreaterThan(1_000_000_000);
    const { priority: _, change_date: __, ...old } = { ...soa, ttl: Number(soa.ttl) };
    const next = { ...old, content: [...words.slice(0, 2), Number(words[2]) + 1, ...words.slice(3)].join(' ') };
    const said = await command(
      ['PUT', '/zone/cli.org', { records: [next] }],
      ['DELETE', '/zone', { name: 'cli.org', records: [old] }],
    );
    expect(said).toEqual(['true', 'true']);
    expect((await recordsOf('cli.org')).filter(({ type }) => type === 'SOA')).toHaveLength(1);
  });

  it('that are wrong are told by their status', async () => {
    const token = await logIn();
    const record = { name: 'x', type: 'A', content: '10.0.0.2', ttl: 3600 };
    expect((await tonic('PUT', '/zone/cli.org', token, { records: [record] })).status).toBe(508);
    expect((await tonic('GET', '/zone/nothing.org', token)).status).toBe(404);
    expect((await tonic('GET', '/template/nothing', token)).status).toBe(404);
    expect((await tonic('GET', '/template', token)).text).toBe('[]');
  });
});

const python = { 'user-agent': 'python-requests/2.28.1', 'accept-encoding': 'gzip, deflate', accept: '*/*' };

/** As `requests.request(method, url, json=body)` sends it: without a body there is no type, and a POST has the length 0. */
function requests(method: string, route: string, headers: Record<string, string>, body?: unknown): Promise<Exchanged> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const text = body === undefined ? (method === 'POST' ? '' : undefined) : JSON.stringify(body);
  return exchange(`${server.url}/packetframe/api/${route}`, method, { ...python, ...json, ...headers }, text);
}

/** What clients of this API look at: the status, and then `success` and `message`. */
function message<T>({ status, text }: Exchanged): T {
  expect(status).toBe(200);
  const { success, message } = JSON.parse(text) as { success: boolean; message: T };
  expect(success, text).toBe(true);
  return message;
}

interface PacketRow {
  readonly label: string;
  readonly ttl: number;
  readonly type: string;
  readonly value: string;
}

describe('the requests to PacketFrame of', () => {
  it('pfctl', async () => {
    const key = message<string>(await requests('POST', 'auth/login', { 'X-API-Key': '' }, account));
    const headers = { 'X-API-Key': key };
    message(await requests('POST', 'zones/add', headers, { zone: 'pfctl.example' }));
    const zones = message<{ zone: string; records: []; users: [] }[]>(await requests('GET', 'zones/list', headers));
    expect(zones).toContainEqual(
      expect.objectContaining({ zone: 'pfctl.example', records: [], users: ['joe@example.com'] }),
    );
    // What does not end in the zone gets it and a final dot; what does is sent as it was typed.
    for (const label of ['www.pfctl.example.', 'mail.pfctl.example']) {
      const record = { label, type: 'A', ttl: 86_400, value: '192.0.2.1', proxied: false };
      expect(message(await requests('POST', 'zone/pfctl.example/add', headers, record))).toBe(
        'Record added to pfctl.example',
      );
    }
    const rows = message<PacketRow[]>(await requests('GET', 'zone/pfctl.example/records', headers));
    expect(rows.map(({ label, ttl, type, value }) => [label, ttl, type, value])).toEqual([
      ['www', 86_400, 'A', '192.0.2.1'],
      ['mail', 86_400, 'A', '192.0.2.1'],
    ]);
    const deleted = await requests('POST', 'zone/pfctl.example/delete_record/0', headers);
    expect(message(deleted)).toBe('Record deleted at index 0 from pfctl.example');
    expect(message<PacketRow[]>(await requests('GET', 'zone/pfctl.example/records', headers))).toMatchObject([
      { label: 'mail' },
    ]);
  });

  it('packetframectl, which goes through each list', async () => {
    const headers = { 'X-API-Key': await server.token('joe@example.com') };
    for (const route of ['zones/list', 'zone/pfctl.example/records', 'user/acl', 'zone/pfctl.example/users'])
      expect(Array.isArray(message(await requests('GET', route, headers))), route).toBe(true);
  });

  it('import-zone and the hook of certbot', async () => {
    const headers = { 'X-API-Key': await server.token('joe@example.com') };
    message(await requests('POST', 'zones/add', headers, { zone: 'import.example' }));
    const common = { ttl: 3600, proxied: false };
    const records = [
      { ...common, label: 'import.example.', type: 'MX', value: 'mail', priority: 10 },
      { ...common, label: 'mail.import.example.', type: 'A', value: '192.0.2.1' },
      {
        ...common,
        label: '_sip._tcp.import.example.',
        type: 'SRV',
        priority: '0',
        weight: '5',
        port: '5060',
        value: '@',
      },
      { ...common, label: 't.import.example.', type: 'TXT', value: '"a b" "c;d"' },
      { type: 'TXT', ttl: 300, label: '_acme-challenge.import.example.', value: 'gfj9Xq...Rg85nM' },
    ];
    for (const record of records) message(await requests('POST', 'zone/import.example/add', headers, record));
    const rows = message<PacketRow[]>(await requests('GET', 'zone/import.example/records', headers));
    expect(rows.map(({ label, value }) => `${label} ${value}`)).toEqual([
      '@ 10 mail.import.example.',
      'mail 192.0.2.1',
      '_sip._tcp 0 5 5060 import.example.',
      't "a b" "c;d"',
      '_acme-challenge gfj9Xq...Rg85nM',
    ]);
  });

  it('the dashboard, which has a cookie and leaves no field out', async () => {
    const browser = { accept: '*/*', origin: server.url, 'sec-fetch-mode': 'cors' };
    const send = (method: string, route: string, headers: Record<string, string>, body?: string): Promise<Exchanged> =>
      exchange(`${server.url}/packetframe/api/${route}`, method, { ...browser, ...headers }, body);
    const json = { 'content-type': 'application/json' };
    const entered = await send('POST', 'auth/login', json, JSON.stringify(account));
    const cookie = (entered.headers['set-cookie']?.[0] ?? '').split(';')[0] as string;
    expect(cookie).toMatch(/^apikey=./);
    const record = { type: 'A', label: '@', value: '192.0.2.9', priority: null, port: null, weight: null, ttl: 300 };
    const body = JSON.stringify({ ...record, proxied: false });
    expect(message(await send('POST', 'zone/import.example/add', { ...json, cookie }, body))).toMatch(/^Record added/);
    // This one is sent without a type.
    const password = JSON.stringify({ password: 'another one of 27 letters!!' });
    expect(message(await send('POST', 'user/change_password', { cookie }, password))).toMatch(/successfully/);
    expect(message(await send('GET', 'zones/import.example/export', { cookie }))).toMatch(
      /^; import\.example exported/,
    );
    message(await send('POST', 'auth/logout', { cookie }, ''));
    expect((await send('GET', 'zones/list', { cookie })).text).toContain('"success":false');
  });
});
