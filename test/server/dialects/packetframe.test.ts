import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, runTool } from '../../setup/tools.ts';
import { type DialectServer, dialectServer } from './server.ts';

let server: DialectServer;
let base: string;
let admin: Client;
let alice: Client;
let bob: Client;

/** What messages hold: a text, zones, records, or counts. */
interface Row {
  readonly zone: string;
  readonly type: string;
  readonly label: string;
  readonly value: string;
  readonly current_ready: number;
}

interface Said {
  readonly status: number;
  readonly headers: Headers;
  readonly success: boolean;
  readonly message: string & Row & readonly [Row, ...Row[]];
  readonly text: string;
}

type Client = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Said>;

function client(key: string | undefined, agent = 'test'): Client {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(base + path, {
      method,
      headers: { 'user-agent': agent, ...(key !== undefined && { 'x-api-key': key }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const { success, message } = JSON.parse(text) as Said;
    return { status: response.status, headers: response.headers, success, message, text };
  };
}

beforeAll(async () => {
  server = await dialectServer();
  base = `${server.url}/packetframe/api`;
  admin = client(await server.token('root', { admin: true }));
  alice = client(await server.token('alice'));
  bob = client(await server.token('bob'));
  await admin('POST', '/nodes/add', node('fra1', { http: true }));
  await admin('POST', '/nodes/add', node('ams1', { management_ip: 'ams1.example.org', location: 'Amsterdam' }));
});
afterAll(() => server.close());

function node(name: string, values: Record<string, unknown> = {}) {
  return {
    name,
    provider: 'ExampleNet',
    connectivity: '10G',
    datacenter: `${name}-dc`,
    geoloc: '50.11, 8.68',
    location: 'Frankfurt',
    management_ip: '198.51.100.11',
    http: false,
    ...values,
  };
}

let zones = 0;
async function newZone(as: Client = alice): Promise<string> {
  const zone = `z${++zones}.example.com`;
  expect(await as('POST', '/zones/add', { zone })).toMatchObject({ success: true, message: `Added ${zone}` });
  return zone;
}

/** Adds an A record. */
async function addA(as: Client, zone: string, label: string, value = '192.0.2.1', more = {}): Promise<Said> {
  return as('POST', `/zone/${zone}/add`, { label, type: 'A', ttl: 300, value, proxied: false, ...more });
}

async function rows(as: Client, zone: string): Promise<readonly Row[]> {
  return (await as('GET', `/zone/${zone}/records`)).message;
}

async function labels(as: Client, zone: string): Promise<unknown[]> {
  return (await rows(as, zone)).map(({ label }) => label);
}

describe('answers', () => {
  it('are 200 with sorted keys, compact, and a line end', async () => {
    const { status, text, headers } = await client(undefined)('GET', '/zones/list');
    expect([status, text]).toEqual([200, '{"message":"X-API-Key or Cookie must not be blank","success":false}\n']);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  it.each([
    ['GET', '/nowhere', undefined, 404, 'Not Found'],
    ['DELETE', '/zones/list', undefined, 405, 'Method Not Allowed'],
    ['POST', '/zones/add', '{"zone":', 400, "request body isn't valid JSON"],
    ['POST', '/zones/add', undefined, 200, "request body isn't valid JSON"],
    ['POST', '/zones/add', '[]', 200, "request body isn't valid JSON"],
    ['POST', '/zones/add', '{}', 200, 'required argument "zone" not supplied.'],
    ['POST', '/zones/add', `{"zone":"${'x'.repeat(1_100_000)}"}`, 413, 'Request body is too large'],
    ['GET', '/zone/..%2f..%2fetc/records', undefined, 200, "zone doesn't exist"],
    ['GET', '/zone/%00/records', undefined, 200, "zone doesn't exist"],
    ['GET', '/zone/%zz/records', undefined, 200, "zone doesn't exist"],
  ])('%s %s is answered in the same shape', async (method, path, body, status, message) => {
    expect(await alice(method, path, body)).toMatchObject({ status, success: false, message });
  });

  it('know keys in the header and in the cookie, whatever the content type says', async () => {
    for (const key of ['nonsense', 'zw_0000']) {
      expect(await client(key)('GET', '/zones/list')).toMatchObject({ status: 200, message: 'Not authenticated' });
      expect(await client(key)('GET', '/zone/nowhere.example/records')).toMatchObject({ message: 'Access Denied' });
    }
    const cookie = `theme=dark; apikey=${await server.token('alice')}`;
    const answer = await client(undefined)('POST', '/zones/add', '{"zone":"cookie.example"}', { cookie });
    expect(answer).toMatchObject({ success: true, message: 'Added cookie.example' });
    expect(await client('')('GET', '/admin', undefined, { cookie })).toMatchObject({ success: false, message: '200' });
    expect(await admin('GET', '/admin')).toMatchObject({ success: true, message: '200' });
  });
});

describe('accounts', () => {
  const password = 'correct horse battery';
  const who = { username: 'Carol@Example.com', password, message: 'hello' };

  it('sign up, wait to be let in, log in and out', async () => {
    const nobody = client(undefined);
    expect(await nobody('POST', '/auth/signup', who)).toMatchObject({ success: true, message: 'Signup success' });
    expect(await nobody('POST', '/auth/signup', who)).toMatchObject({ success: false, message: 'User already exists' });
    expect((await nobody('POST', '/auth/login', who)).message).toMatch(/^This account is inactive\. /);
    const toggled = await admin('POST', '/user/carol@example.com/toggle');
    expect(toggled).toMatchObject({ success: true, message: 'User enabled state is now True' });
    const login = await nobody('POST', '/auth/login', who, { 'x-api-key': '' });
    expect(login.success).toBe(true);
    const set = login.headers.get('set-cookie') ?? '';
    expect(set).toContain(`apikey=${login.message}; Path=/; HttpOnly; SameSite=Strict`);
    const cookie = set.split(';')[0] as string;
    expect(await nobody('GET', '/zones/list', undefined, { cookie })).toMatchObject({ success: true, message: [] });
    expect(await nobody('POST', '/auth/logout', undefined, { cookie })).toMatchObject({ message: 'Logged out' });
    expect((await nobody('GET', '/zones/list', undefined, { cookie })).message).toBe('Not authenticated');
    const other = await nobody('POST', '/auth/login', who);
    await admin('POST', '/user/carol@example.com/toggle');
    expect((await client(other.message)('GET', '/zones/list')).message).toBe('Not authenticated');
    await admin('POST', '/user/carol@example.com/toggle');
  });

  it.each([
    [{ username: 'nobody@example.com', password }, 'Invalid username or password'],
    [{ username: 'carol@example.com', password: 'wrong' }, 'Invalid username or password'],
    [{ username: { $ne: 1 }, password: { $ne: 1 } }, 'Invalid username or password'],
    [{ username: 'carol@example.com' }, 'required argument "password" not supplied.'],
  ])('are not let in with %j', async (body, message) => {
    expect(await client(undefined)('POST', '/auth/login', body)).toMatchObject({
      status: 200,
      success: false,
      message,
    });
  });

  it.each([
    [{ username: 'plain', password }, 'Invalid username'],
    [{ username: 'a b@example.com', password }, 'Invalid username'],
    [{ username: `${'x'.repeat(100)}@example.com`, password }, 'Invalid username'],
    [{ username: 'd@example.com', password: 'short' }, 'Password must be longer than 16 characters'],
    [{ username: 'd@example.com', password: 'x'.repeat(201) }, 'Password must not be longer than 200 characters'],
  ])('cannot be made of %j', async (body, message) => {
    expect(await client(undefined)('POST', '/auth/signup', body)).toMatchObject({ success: false, message });
  });

  it('change their password, but not with a token for some zones', async () => {
    const who = { username: 'dave@example.com', password };
    await client(undefined)('POST', '/auth/signup', who);
    await admin('POST', '/user/dave@example.com/toggle');
    const login = await client(undefined)('POST', '/auth/login', who);
    const dave = client(login.message);
    const change = (as: Client, text: string) =>
      as('POST', '/user/change_password', JSON.stringify({ password: text }));
    expect((await change(dave, 'x'.repeat(16))).message).toBe('Password must be longer than 16 characters');
    expect(await change(dave, 'another long password')).toMatchObject({ message: 'Password updated successfully' });
    expect((await client(undefined)('POST', '/auth/login', who)).success).toBe(false);
    const limited = client(await server.token('dave@example.com', { scope: { zones: ['example.com'] } }));
    expect((await change(limited, 'x'.repeat(30))).message).toBe('Access Denied');
  });

  it('are listed without secrets, for admins', async () => {
    expect((await alice('GET', '/users')).message).toBe('Unauthorized');
    const { message, text } = await admin('GET', '/users');
    expect(message).toContainEqual({ admin: true, enabled: true, username: 'root' });
    expect(text).not.toMatch(/password|scrypt|key/);
    expect((await admin('POST', '/user/nobody/toggle')).message).toBe("User doesn't exist");
  });

  it('have networks from which they may purge', async () => {
    expect(await bob('GET', '/user/acl')).toMatchObject({ success: true, message: [] });
    for (const address of ['192.0.2.1/24', 'nonsense', 7, '192.0.2.0/24"; }'])
      expect((await alice('PUT', '/user/acl', { address })).message).toBe('Invalid CIDR notation');
    expect(await alice('PUT', '/user/acl', { address: '192.0.2.0/24' })).toMatchObject({ message: 'ACL updated' });
    expect((await alice('GET', '/user/acl')).message).toEqual(['192.0.2.0/24']);
    expect(await server.git('log', '-1', '--format=%an %s', 'main', '--', 'web.yaml')).toMatch(
      /^alice web\.yaml: let alice purge/,
    );
  });
});

describe('zones', () => {
  it('are added, listed, exported and deleted', async () => {
    const zone = await newZone();
    await addA(alice, zone, 'www');
    const listed = (await alice('GET', '/zones/list')).message.find((each) => each.zone === zone);
    expect(listed).toEqual({
      records: [{ label: 'www', ttl: 300, type: 'A', value: '192.0.2.1' }],
      serial: expect.stringMatching(/^\d+$/),
      type: 'forward',
      users: ['alice'],
      zone,
    });
    expect((await alice('GET', `/zone/${zone}/users`)).message).toEqual(['alice']);
    for (const path of [`/zone/${zone}/export`, `/zones/${zone}/export`]) {
      const { message } = await alice('GET', path);
      expect(message).toMatch(
        new RegExp(`^; ${zone} exported from PacketFrame at [A-Z][a-z]{2} \\d\\d \\d{4} \\d\\d:\\d\\d\n\n\\$ORIGIN`),
      );
      expect(message).toMatch(/^www +300 +A +192\.0\.2\.1$/m);
    }
    expect(await alice('POST', `/zone/${zone}/delete`)).toMatchObject({ success: true, message: `Deleted ${zone}` });
    expect((await alice('GET', `/zone/${zone}/records`)).message).toBe("zone doesn't exist");
  });

  it.each(['example.com.', 'Example.com', 'a_b.com', '', 'a b.example', '-a.example', '../x', 7])(
    'cannot be called %j',
    async (zone) => {
      expect((await alice('POST', '/zones/add', { zone })).message).toBe('Invalid zone');
    },
  );

  it('of others are as if they were not there', async () => {
    const zone = await newZone();
    await addA(alice, zone, 'www');
    expect((await alice('POST', '/zones/add', { zone })).message).toBe('Zone already exists');
    const paths = ['records', 'users', 'export'].map((name) => ['GET', `/zone/${zone}/${name}`]);
    for (const [method, path] of [
      ...paths,
      ['POST', `/zone/${zone}/delete`],
      ['POST', `/zone/${zone}/delete_record/0`],
    ])
      expect((await bob(method as string, path as string)).message).toBe("zone doesn't exist");
    expect((await addA(bob, zone, 'evil')).message).toBe("zone doesn't exist");
    expect((await bob('GET', '/zones/list')).message).toEqual([]);
    expect(await labels(admin, zone)).toEqual(['www']);
  });
});

describe('records', () => {
  it('come back as they were sent, in the order in which they were made', async () => {
    const zone = await newZone();
    const send = async (body: object) => {
      expect((await alice('POST', `/zone/${zone}/add`, { ttl: 300, ...body })).message).toBe(`Record added to ${zone}`);
    };
    await send({ label: 'www', type: 'A', value: '192.0.2.1', proxied: false, priority: null, weight: null });
    await send({ label: '@', type: 'MX', value: 'mail.example.net.', priority: '10' });
    await send({ label: `abs.${zone}.`, type: 'AAAA', value: '2001:db8::1', proxied: false });
    await send({ label: '_sip._tcp', type: 'SRV', value: 'sip.example.net.', priority: 0, weight: '5', port: 5060 });
    await send({ label: `_acme-challenge.${zone}.`, type: 'TXT', value: 'a "bare" text', proxied: false });
    await send({ label: '*', type: 'CNAME', value: 'www', proxied: false });
    expect(await rows(alice, zone)).toEqual([
      { label: 'www', ttl: 300, type: 'A', value: '192.0.2.1' },
      { label: '@', ttl: 300, type: 'MX', value: '10 mail.example.net.' },
      { label: 'abs', ttl: 300, type: 'AAAA', value: '2001:db8::1' },
      { label: '_sip._tcp', ttl: 300, type: 'SRV', value: '0 5 5060 sip.example.net.' },
      { label: '_acme-challenge', ttl: 300, type: 'TXT', value: 'a "bare" text' },
      { label: '*', ttl: 300, type: 'CNAME', value: `www.${zone}.` },
    ]);
  });

  it.each([
    [{ label: undefined }, 'required argument "label" not supplied.'],
    [{ ttl: undefined }, 'required argument "ttl" not supplied.'],
    [{ proxied: undefined }, 'required argument "proxied" not supplied.'],
    [{ value: undefined }, 'required argument "value" not supplied.'],
    [{ type: 'MX' }, 'required argument "priority" not supplied.'],
    [{ type: 'SRV', priority: 1, weight: 1 }, 'required argument "port" not supplied.'],
    [{ ttl: '300' }, 'Invalid TTL !(0 > ttl > 2147483647)'],
    [{ ttl: 0 }, 'Invalid TTL !(0 > ttl > 2147483647)'],
    [{ ttl: 1.5 }, 'Invalid TTL !(0 > ttl > 2147483647)'],
    [{ label: '.x' }, 'Invalid label'],
    [{ label: 'a b' }, 'Invalid label'],
    [{ label: 'www.example.org.' }, 'Invalid label'],
    [{ label: ['www'] }, 'Invalid label'],
    [{ type: 'CAA' }, 'Invalid record type (Allowed values are A/AAAA/CNAME/TXT/MX/SRV'],
    [{ type: 'PTR' }, 'Invalid record type (Allowed values are A/AAAA/CNAME/TXT/MX/SRV'],
    [{ type: '__proto__' }, 'Invalid record type (Allowed values are A/AAAA/CNAME/TXT/MX/SRV'],
    [{ value: '300.1.1.1' }, 'Invalid IPv4 address'],
    [{ type: 'AAAA' }, 'Invalid IPv6 address'],
    [{ type: 'CNAME', value: 'a..b' }, 'Invalid CNAME value'],
    [{ type: 'MX', value: 'm m', priority: 1 }, 'Invalid MX server label'],
    [{ type: 'MX', value: 'mail.example.net.', priority: 'x' }, 'MX priority must be an integer'],
    [{ type: 'MX', value: 'mail.example.net.', priority: -1 }, 'MX priority must be an integer'],
    [
      { type: 'SRV', value: 'sip.example.net.', priority: 1, weight: 1, port: 70000 },
      'SRV priority, weight, and port must be a positive integer',
    ],
    [{ type: 'TXT', value: 'a\nb' }, 'Invalid TXT value'],
    [{ pinned_nodes: 'nowhere' }, 'Node nowhere is not a valid node'],
    [{ pinned_nodes: ['fra1', { a: 1 }] }, 'Node [object Object] is not a valid node'],
  ])('are refused with %j', async (wrong, message) => {
    const zone = 'wrong.example';
    await alice('POST', '/zones/add', { zone });
    const body = { label: 'www', type: 'A', ttl: 300, value: '192.0.2.1', proxied: false, ...wrong };
    expect(await alice('POST', `/zone/${zone}/add`, body)).toMatchObject({ status: 200, success: false, message });
    expect(await rows(alice, zone)).toEqual([]);
  });

  it('that break a rule are refused in its words', async () => {
    const zone = await newZone();
    await addA(alice, zone, 'www');
    const { success, message } = await alice('POST', `/zone/${zone}/add`, {
      label: 'www',
      type: 'CNAME',
      ttl: 300,
      value: 'other',
    });
    expect([success, message]).toEqual([false, expect.stringMatching(/CNAME/)]);
  });

  it('of reverse zones are PTR', async () => {
    const zone = '2.0.192.in-addr.arpa';
    await alice('POST', '/zones/add', { zone });
    const ptr = { label: '1', type: 'PTR', ttl: 300, value: 'www.example.org.' };
    expect((await alice('POST', `/zone/${zone}/add`, ptr)).success).toBe(true);
    expect((await addA(alice, zone, '1')).message).toBe('Invalid record type (Allowed values are PTR');
    const listed = (await alice('GET', '/zones/list')).message.find((each) => each.zone === zone);
    expect(listed?.type).toBe('reverse');
  });

  it('that are proxied or pinned end in what web nodes and nodes are given', async () => {
    const zone = await newZone();
    await alice('PUT', '/user/acl', { address: '192.0.2.0/24' });
    expect((await addA(alice, zone, 'cdn', '203.0.113.5', { proxied: true })).message).toBe(`Record added to ${zone}`);
    await addA(alice, zone, 'near', '192.0.2.61', { pinned_nodes: 'fra1' });
    await addA(alice, zone, 'near', '192.0.2.62', { pinned_nodes: 'ams1, fra1' });
    expect(await rows(alice, zone)).toEqual([
      { label: 'cdn', proxied: true, ttl: 300, type: 'A', value: '203.0.113.5' },
      { label: 'near', pinned_nodes: ['fra1'], ttl: 300, type: 'A', value: '192.0.2.61' },
      { label: 'near', pinned_nodes: ['ams1', 'fra1'], ttl: 300, type: 'A', value: '192.0.2.62' },
    ]);
    const { services } = server;
    await admin('GET', '/debug/refresh_cache');
    const head = (await server.git('rev-parse', 'main')).trim();
    await expect
      .poll(() => services.releases.current()?.manifest.commit, { timeout: 90_000, interval: 100 })
      .toBe(head);
    const file = (path: string) => services.releases.read(path);
    expect(file('web/Caddyfile')).toContain(`\ncdn.${zone} {`);
    expect(file('web/varnish.vcl')).toContain('"203.0.113.5"');
    expect(file('web/varnish.vcl')).toContain('"192.0.2.0"/24;');
    expect(file(`zones/${zone}.zone`)).toMatch(/^cdn +300 +A +198\.51\.100\.11$/m);
    expect(file(`nodes/ams1/zones/${zone}.zone`)).not.toContain('192.0.2.61');
  });
});

describe('positions', () => {
  async function zoneWith(...names: string[]): Promise<string> {
    const zone = await newZone();
    for (const [i, name] of names.entries()) await addA(alice, zone, name, `192.0.2.${i + 1}`);
    return zone;
  }

  it('are those of the list that the caller saw, whatever happened since', async () => {
    const zone = await zoneWith('a', 'b', 'c');
    expect(await labels(alice, zone)).toEqual(['a', 'b', 'c']);
    const remove = (as: Client, index: number | string) => as('POST', `/zone/${zone}/delete_record/${index}`);
    expect(await remove(alice, 0)).toMatchObject({ success: true, message: `Record deleted at index 0 from ${zone}` });
    expect(await remove(alice, 0)).toMatchObject({
      success: true,
      message: `Record at index 0 doesn't exist in ${zone}`,
    });
    expect(await remove(alice, 2)).toMatchObject({ message: `Record deleted at index 2 from ${zone}` });
    expect(await labels(alice, zone)).toEqual(['b']);
    expect(await remove(alice, 0)).toMatchObject({ message: `Record deleted at index 0 from ${zone}` });
    expect(await labels(alice, zone)).toEqual([]);
  });

  it('of two clients of one account never mean another record than each has seen', async () => {
    const zone = await zoneWith('a', 'b', 'c');
    const [one, two] = [client(await server.token('alice')), client(await server.token('alice'))];
    const remove = (as: Client, index: number) => as('POST', `/zone/${zone}/delete_record/${index}`);
    await labels(one, zone);
    await labels(two, zone);
    await remove(one, 0);
    expect(await labels(one, zone)).toEqual(['b', 'c']);
    // For the second client 0 still is "a", and 1 is "b".
    expect((await remove(two, 0)).message).toBe(`Record at index 0 doesn't exist in ${zone}`);
    expect((await remove(two, 1)).message).toBe(`Record deleted at index 1 from ${zone}`);
    expect(await labels(admin, zone)).toEqual(['c']);
  });

  it('that two send at the same moment delete one record once', async () => {
    const zone = await zoneWith('a', 'b', 'c');
    await labels(alice, zone);
    const answers = await Promise.all([1, 1, 1].map((i) => alice('POST', `/zone/${zone}/delete_record/${i}`)));
    const words = answers.map(({ message }) => message.split(' ')[1]);
    expect(words.sort()).toEqual(['at', 'at', 'deleted']);
    expect(await labels(alice, zone)).toEqual(['a', 'c']);
  });

  it('of a client that has seen nothing count only where all others saw the same', async () => {
    const zone = await zoneWith('a', 'b');
    const stranger = client(await server.token('alice'), 'stranger');
    expect((await stranger('POST', `/zone/${zone}/delete_record/0`)).message).toMatch(/^Record deleted/);
    const [one, two] = [client(await server.token('alice')), client(await server.token('alice'))];
    await labels(one, zone);
    await addA(alice, zone, 'c');
    await one('POST', `/zone/${zone}/delete_record/0`);
    await labels(two, zone);
    const answer = await stranger('POST', `/zone/${zone}/delete_record/0`);
    expect(answer).toMatchObject({ success: false, message: expect.stringMatching(/get them again/) });
    expect(await labels(stranger, zone)).toEqual(['c']);
  });

  it('do not mean a record whose content became another meanwhile', async () => {
    const zone = await zoneWith('a', 'b');
    await labels(alice, zone);
    await server.edit(`zones/${zone}.yaml`, (text) => text.replace('192.0.2.1', '192.0.2.99'));
    expect((await alice('POST', `/zone/${zone}/delete_record/0`)).message).toMatch(/doesn't exist/);
    expect((await rows(alice, zone)).map(({ value }) => value)).toContain('192.0.2.99');
  });

  it.each(['x', '-1', '1.5', '%00', '0x1'])('are no %s', async (index) => {
    const zone = await zoneWith();
    const { success, message } = await alice('POST', `/zone/${zone}/delete_record/${index}`);
    expect([success, message]).toEqual([false, 'Index must be a positive, nonzero integer']);
  });
});

describe('nodes', () => {
  it('are counted and shown to everybody, with their secrets to admins', async () => {
    const nobody = client(undefined);
    expect((await nobody('GET', '/counters')).message).toEqual({ locations: 2, nodes: 2, pops: 2 });
    expect((await nobody('GET', '/nodes/geoloc')).message).toEqual({ ams1: '50.11, 8.68', fra1: '50.11, 8.68' });
    expect((await admin('GET', '/nodes/list')).message[0]).toEqual(node('fra1', { http: true }));
    const { management_ip, datacenter, connectivity, http, ...shown } = node('fra1');
    expect((await alice('GET', '/nodes/list')).message[0]).toEqual(shown);
    expect(Object.keys((await admin('GET', '/stats')).message)).toEqual(['locations', 'nodes', 'users', 'zones']);
  });

  it('are added by admins, once, and only what can be one', async () => {
    expect((await alice('POST', '/nodes/add', node('x1'))).message).toBe('Unauthorized');
    expect((await admin('POST', '/nodes/add', { name: 'x1' })).message).toBe(
      'required argument "provider" not supplied.',
    );
    expect((await admin('POST', '/nodes/add', node('fra1'))).message).toMatch(/there is a node fra1 already/);
    expect((await admin('POST', '/nodes/add', node('../x'))).success).toBe(false);
    expect((await admin('POST', '/nodes/add', node('x1', { management_ip: '-oProxyCommand=x' }))).success).toBe(false);
    expect((await admin('POST', '/nodes/add', node('x1', { geoloc: 'here' }))).success).toBe(false);
    expect(await server.git('show', 'main:nodes.yaml')).not.toContain('x1');
  });

  it('are not said to be on or off where nothing was done', async () => {
    const power = (name: string, state: unknown) => admin('POST', '/nodes/power', { name, state });
    expect((await alice('POST', '/nodes/power', { name: 'fra1', state: 'on' })).message).toBe('Unauthorized');
    expect((await power('fra1', 'up')).message).toBe('state must be either "on" or "off"');
    expect((await power('nowhere', 'on')).message).toBe('node "nowhere" doesn\'t exist');
    expect((await power('fra1', 'off')).message).toMatch(/names no BGP daemon of fra1/);
    const away = '{ host: 127.0.0.1, ssh: { port: 1 }, nameserver: { kind: knot }, bgp: { kind: bird } }';
    await server.edit('nodes.yaml', (text) => text.replace('nodes: {', `nodes: { away: ${away},`));
    for (const state of ['off', 'on'])
      expect(await power('away', state)).toMatchObject({ status: 200, success: false });
  });
});

describe('debug routes', () => {
  it('are for admins', async () => {
    const names = ['refresh_zones', 'refresh_all_zones', 'clear_queue', 'queue_status', 'queue_stats', 'refresh_cache'];
    for (const name of [...names, 'update_collector_monitoring', 'healthcheck'])
      expect((await alice('GET', `/debug/${name}`)).message).toBe('Unauthorized');
  });

  it('show and clear the queue, and do nothing that they only say', async () => {
    for (const name of ['queue_status', 'queue_stats'])
      expect((await admin('GET', `/debug/${name}`)).message).toEqual({
        current_ready: expect.any(Number),
        current_reserved: expect.any(Number),
      });
    expect((await admin('GET', '/debug/update_collector_monitoring')).success).toBe(false);
    await server.edit(
      'nodes.yaml',
      (text) => `${text}collector: { asn: 64512, router_id: 192.0.2.1 }\nmonitoring: {}\n`,
    );
    const queued = await admin('GET', '/debug/update_collector_monitoring');
    expect(queued).toMatchObject({ success: true, message: 'Queued collector and monitoring update' });
    const { releases } = server.services;
    const head = (await server.git('rev-parse', 'main')).trim();
    await expect.poll(() => releases.current()?.manifest.commit, { timeout: 90_000, interval: 100 }).toBe(head);
    expect(releases.read('collector/bird.conf')).toContain('router id 192.0.2.1;');
    expect(releases.read('monitoring/prometheus.yml')).toContain('job_name: zonewright-dns');
    expect((await admin('GET', '/debug/refresh_zones')).message).toBe('Refreshing zones');
    expect((await admin('GET', '/debug/healthcheck')).message).toBe('Queued healthcheck');
    expect((await admin('GET', '/debug/clear_queue')).message).toBe('Cleared queue');
    expect((await admin('GET', '/debug/queue_status')).message.current_ready).toBe(0);
  });
});

describe.skipIf(needs('curl'))('curl', () => {
  it('adds and lists as the document says, with a body of any type and none', async () => {
    const key = `X-API-Key: ${await server.token('alice')}`;
    const curl = async (...args: string[]) => JSON.parse((await runTool('curl', ['-sS', '-H', key, ...args])).stdout);
    expect(await curl('-d', '{"zone":"curl.example"}', `${base}/zones/add`)).toEqual({
      message: 'Added curl.example',
      success: true,
    });
    const record = '{"label":"www.curl.example","type":"A","ttl":300,"value":"192.0.2.1","proxied":false}';
    await curl('-d', record, `${base}/zone/curl.example/add`);
    expect((await curl(`${base}/zone/curl.example/records`)).message).toHaveLength(1);
    expect((await curl('-X', 'POST', `${base}/zone/curl.example/delete_record/0`)).message).toMatch(/^Record deleted/);
  });
});
