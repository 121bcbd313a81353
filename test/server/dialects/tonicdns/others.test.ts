import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serving } from '../../serving.ts';
import { type DialectServer, dialectServer } from '../server.ts';
import { type Speaking, speakTo } from './speaking.ts';

let running: DialectServer;
let shared: Speaking;
beforeAll(async () => {
  running = await dialectServer();
  shared = speakTo(running, await running.token('admin', { admin: true }));
});
afterAll(() => running.close());

const fault = (status: number, code: string): object => ({
  status,
  json: { error: expect.any(String), detail: { code } },
});
const broken = (...code: string[]): object => ({
  status: 508,
  json: {
    error: expect.stringMatching(/^The following properties were invalid:\n/),
    detail: { id: expect.any(Number), code },
  },
});

describe('TonicDNS', () => {
  test('logs in and out, by either name of the resource', async () => {
    const served = await serving();
    await served.user('admin', { admin: true, password: 'secret word' });
    const server = speakTo(served, undefined);
    const login = { username: 'admin', password: 'secret word', local_user: 'admin' };
    const { hash: token } = (await server.say('PUT', '/authenticate', login)).json as { hash: string };
    server.token = token;
    expect(await server.say('GET', '/zone')).toMatchObject({ status: 200, text: '[]' });
    expect(token).toMatch(/^[0-9a-f]{40}$/);
    const again = await server.say('PUT', '/authentication', login);
    const { valid_until: until, ...rest } = again.json as {
      valid_until: number;
      hash: string;
      token: string;
      username: string;
    };
    expect(rest).toEqual({ username: 'admin', hash: rest.token, token: rest.token });
    expect(Math.abs(until - Date.now() / 1000 - 60)).toBeLessThan(10);
    expect(await server.say('POST', `/authenticate/${token}`)).toMatchObject({ status: 200, text: 'true' });
    expect(await server.say('DELETE', `/authenticate/${rest.token}`, 'false')).toMatchObject({
      status: 200,
      text: 'true',
    });
    expect(await server.say('DELETE', `/authenticate/${rest.token}`)).toMatchObject(fault(403, 'AUTH_INVALID_TOKEN'));
    expect(await server.say('POST', `/authenticate/${'0'.repeat(40)}`)).toMatchObject(fault(403, 'AUTH_INVALID_TOKEN'));
    expect(await server.say('POST', '/authenticate/xyz')).toMatchObject(broken('AUTH_INVALID_TOKEN'));
    expect(await server.say('POST', '/authenticate')).toMatchObject(fault(508, 'MISSING_REQUIRED_PARAMETERS'));
    expect(await server.say('PUT', '/authenticate', { ...login, password: 'wrong' })).toMatchObject({
      status: 403,
      text: '{"error":"Username and\\/or password was invalid.","detail":{"code":"AUTH_INVALID_CREDENTIALS"}}',
    });
    expect(await server.say('PUT', '/authenticate', { username: 'admin' })).toMatchObject(
      fault(508, 'MISSING_REQUIRED_PARAMETERS'),
    );
    expect(await server.say('PUT', '/authenticate', 'x')).toMatchObject(fault(508, 'BODY_MALFORMED'));
    expect(await server.say('PUT', '/authenticate', { username: 'a b', password: '' })).toMatchObject(
      broken('AUTH_INVALID_NAME', 'AUTH_INVALID_PASSWORD'),
    );
    expect(await server.say('GET', '/authenticate')).toMatchObject(fault(405, 'METHOD_NOT_ALLOWED'));

    server.token = undefined;
    expect(await server.say('GET', '/zone')).toMatchObject(fault(401, 'UNAUTHORIZED'));
    server.token = 'f'.repeat(40);
    expect(await server.say('GET', '/zone')).toMatchObject(fault(403, 'AUTHENTICATION_FAILED'));
    // A token of an account, with its limits, is as good as a session.
    server.token = await served.user('reader', { scopes: ['read'], zones: ['example.org'] });
    expect(await server.say('GET', '/zone')).toMatchObject({ status: 200, json: [] });
    expect(await server.say('PUT', '/zone', { name: 'example.org', type: 'MASTER' })).toMatchObject({ status: 403 });
    expect(await server.say('PATCH', '/zone')).toMatchObject(fault(405, 'METHOD_NOT_ALLOWED'));
    expect(await server.say('GET', '/record')).toMatchObject(fault(405, 'METHOD_NOT_ALLOWED'));
    const nothing = await server.say('GET', '/nothing');
    expect([nothing.status, nothing.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await server.say('GET', '/zone/%zz')).toMatchObject(broken('ZONE_INVALID_DOMAIN'));
    expect(await server.say('GET', '/zone/%ff')).toMatchObject(broken('ZONE_INVALID_DOMAIN'));
    const large = await server.say('PUT', '/zone', `{"name":"${'x'.repeat(1_100_000)}"}`);
    expect(large).toMatchObject(fault(413, 'BODY_MALFORMED'));
    expect(served.logged()).not.toContain('secret word');
    expect(served.logged()).not.toContain(token);
  });

  test('keeps templates in the repository and copies them into zones', async () => {
    const server = shared;
    await server.clear();
    const sample = {
      identifier: 'sample1',
      description: 'sample template',
      entries: [
        {
          name: '[ZONE]',
          type: 'SOA',
          content: 'ns.example.org hostmaster.[ZONE] 2012020501 3600 900 86400 3600',
          ttl: 86400,
        },
        { name: '[ZONE]', type: 'NS', content: 'ns.[ZONE]', ttl: 86400 },
        { name: 'ns.[ZONE]', type: 'A', content: '10.0.0.100', ttl: 86400 },
        { name: '[ZONE]', type: 'MX', content: 'mx.[ZONE]', ttl: 3600, priority: 10 },
        { name: 'mx.[ZONE]', type: 'A', content: '10.0.0.101', ttl: 86400 },
        { name: '[ZONE]', type: 'TXT', content: '"v=spf1 a:[ZONE] ${x} -all"', ttl: 86400 },
      ],
    };
    expect(await server.say('PUT', '/template', sample)).toMatchObject({ status: 200, text: 'true' });
    expect(await server.say('PUT', '/template/sample1', sample)).toMatchObject(fault(409, 'TEMPLATE_ALREADY_EXISTS'));
    expect(await server.git('log', '-1', '--format=%an: %s', 'main')).toBe('admin: template sample1: new template\n');
    const text = await server.git('show', 'main:templates/sample1.yaml');
    expect(text).toContain('values: 10 mx.${zone}.\n');
    const shown = await server.say('GET', '/template/sample1', undefined);
    expect(shown.json).toEqual({
      identifier: 'sample1',
      description: 'sample template',
      entries: expect.arrayContaining(
        sample.entries.map(({ ttl, priority, content, ...entry }) => ({
          ...entry,
          content: content.replace('2012020501', '0'),
          ttl: String(ttl),
          priority: priority === undefined ? null : String(priority),
        })),
      ),
    });
    expect(await server.say('GET', '/template')).toMatchObject({ status: 200, json: [{ identifier: 'sample1' }] });

    const zone = {
      name: 'example.com',
      type: 'MASTER',
      master: null,
      templates: [{ identifier: 'sample1' }, { identifier: 'not_there' }],
    };
    const www = { name: 'www.example.com', type: 'A', content: '10.10.10.200', ttl: 86400 };
    expect(await server.say('PUT', '/zone/', { ...zone, records: [www] })).toMatchObject({ status: 200, text: 'true' });
    // The template was copied: it can go.
    expect(await server.say('DELETE', '/template/sample1', 'false')).toMatchObject({ status: 200, text: 'true' });
    expect(await server.say('DELETE', '/template/sample1')).toMatchObject({ status: 404, text: '[]' });
    const { records } = (await server.say('GET', '/zone/example.com')).json as {
      records: { type: string; content: string }[];
    };
    expect(records.map(({ type, content }) => `${type} ${content.replace(/ \d{10} /, ' N ')}`).sort()).toEqual([
      'A 10.0.0.100',
      'A 10.0.0.101',
      'A 10.10.10.200',
      'MX mx.example.com',
      'NS ns.example.com',
      'SOA ns.example.org hostmaster.example.com N 3600 900 86400 3600',
      'TXT "v=spf1 a:example.com ${x} -all"',
    ]);

    // Names that do not hang on the zone, as some clients make templates.
    const own = {
      identifier: 'd_org',
      description: '',
      entries: [
        { name: 'ns.d.org', type: 'A', content: '10.0.0.1', ttl: 3600 },
        { name: 'd.org', type: 'NS', content: 'ns.d.org', ttl: 3600 },
      ],
    };
    expect(await server.say('PUT', '/template/d_org', own)).toMatchObject({ status: 200 });
    expect(await server.say('PUT', '/zone', { ...zone, name: 'd.org', templates: ['d_org'] })).toMatchObject({
      status: 200,
    });
    const changed = { ...own, entries: [own.entries[1]] };
    expect(await server.say('POST', '/template/d_org', changed)).toMatchObject({ status: 200, text: 'true' });
    expect((await server.say('GET', '/template/d_org')).json).toMatchObject({
      entries: [{ name: 'd.org', priority: null }],
    });

    expect(await server.say('POST', '/template/other', { ...own, identifier: 'other' })).toMatchObject({
      status: 404,
      text: '[]',
    });
    expect(await server.say('POST', '/template/d_org', { ...own, identifier: 'other' })).toMatchObject(broken());
    expect(await server.say('PUT', '/template', { ...own, identifier: '../x' })).toMatchObject(broken());
    expect(await server.say('PUT', '/template', { identifier: 'x' })).toMatchObject(
      fault(508, 'MISSING_REQUIRED_PARAMETERS'),
    );
    expect(
      await server.say('PUT', '/template', { ...own, identifier: 'y', entries: [{ ...own.entries[0], content: 'x' }] }),
    ).toMatchObject(broken('RECORD_RHS_INVALID_IPV4'));
    expect(await server.say('GET', '/template/..%2f..%2fzones%2fd.org')).toMatchObject({ status: 404, text: '[]' });
    expect(await server.say('DELETE', '/template')).toMatchObject(fault(508, 'BODY_MALFORMED'));
    const validate = { 'x-http-method-override': 'VALIDATE' };
    expect(await server.say('POST', '/template', { identifier: 'a', description: 'b' }, validate)).toMatchObject({
      text: 'true',
    });
    expect(await server.say('POST', '/template', { identifier: 'a b', description: 'b' }, validate)).toMatchObject(
      broken(),
    );
  });

  test('shows templates whose variables must be given, and leaves them to the repository', async () => {
    const { edit } = running;
    const server = shared;
    const template = [
      'vars: { mx: , address: , host: www }',
      'records:',
      "  '@': { MX: '10 ${mx}', TXT: 'v=spf1 a:${zone} -all' }",
      "  '${host}': { A: { ttl: 5m, values: ['${address}', 192.0.2.1] } }",
      '',
    ];
    await edit('templates/mail/own.yaml', () => template.join('\n'));
    const shown = {
      identifier: 'mail/own',
      description: '',
      entries: [
        { name: '[ZONE]', type: 'MX', content: '${mx}', ttl: '86400', priority: '10' },
        { name: '[ZONE]', type: 'TXT', content: '"v=spf1 a:[ZONE] -all"', ttl: '86400', priority: null },
        { name: 'www.[ZONE]', type: 'A', content: '${address}', ttl: '300', priority: null },
        { name: 'www.[ZONE]', type: 'A', content: '192.0.2.1', ttl: '300', priority: null },
      ],
    };
    expect((await server.say('GET', '/template/mail%2Fown')).json).toEqual(shown);
    expect((await server.say('GET', '/template')).json).toContainEqual(shown);
    await edit('templates/open.yaml', () => "vars: [mx]\nrecords:\n  '@': { MX: '10 ${mx}' }\n");
    const head = await server.git('rev-parse', 'main');
    const zone = { name: 'open.example', type: 'MASTER', templates: ['open'] };
    expect(await server.say('PUT', '/zone', zone)).toMatchObject(broken('ZONE_INVALID_TEMPLATES'));
    const entries = [{ name: '[ZONE]', type: 'MX', content: 'mx.example.net', priority: 10 }];
    expect(await server.say('POST', '/template/open', { identifier: 'open', entries })).toMatchObject(broken());
    expect(await server.git('rev-parse', 'main')).toBe(head);
  });

  test('gives addresses names', async () => {
    const server = shared;
    await server.clear();
    const zoneOf = (name: string): object => ({
      name,
      type: 'MASTER',
      records: [{ name, type: 'NS', content: 'ns.example.org' }],
    });
    await server.say('PUT', '/zone', zoneOf('2.0.192.in-addr.arpa'));
    await server.say('PUT', '/zone', zoneOf('8.b.d.0.1.0.0.2.ip6.arpa'));
    expect(await server.say('PUT', '/arpa/192.0.2.10', { reverse_dns: 'host.example.org' })).toMatchObject({
      status: 200,
      text: 'true',
    });
    expect(await server.say('PUT', '/arpa/192.0.2.10', { reverse_dns: 'x.example.org' })).toMatchObject(
      fault(409, 'ARPA_ALREADY_EXISTS'),
    );
    expect(await server.say('PUT', '/arpa/2001:DB8::1', { reverse_dns: 'six.example.org' })).toMatchObject({
      status: 200,
    });
    const row = {
      name: '10.2.0.192.in-addr.arpa',
      ip: '192.0.2.10',
      reverse_dns: 'host.example.org',
      arpa_zone: '2.0.192.in-addr.arpa',
    };
    expect((await server.say('GET', '/arpa/192.0.2.10')).json).toEqual(row);
    expect((await server.say('GET', '/arpa/2001:db8::1')).json).toMatchObject({
      ip: '2001:db8::1',
      reverse_dns: 'six.example.org',
    });
    const six = { ip: '2001:0db8:0000:0000:0000:0000:0000:0001', arpa_zone: '8.b.d.0.1.0.0.2.ip6.arpa' };
    expect((await server.say('GET', '/arpa')).json).toEqual(
      [expect.objectContaining(six), row].sort((a) => (a === row ? -1 : 1)),
    );
    expect((await server.say('GET', '/arpa?query=192.0.2.0/24,198.51.100.1,192.0.2.11')).json).toEqual([
      row,
      { name: '1.100.51.198.in-addr.arpa', ip: '198.51.100.1', reverse_dns: null, arpa_zone: null },
      { name: '11.2.0.192.in-addr.arpa', ip: '192.0.2.11', reverse_dns: null, arpa_zone: '2.0.192.in-addr.arpa' },
    ]);
    expect((await server.say('GET', '/arpa?query=2001:db8::/32')).json).toMatchObject([six]);
    expect((await server.say('GET', '/zone/192.0.2.77')).json).toMatchObject({
      name: '2.0.192.in-addr.arpa',
      type: 'MASTER',
    });
    for (const query of ['x', '0.0.0.0/0', '192.0.2.0/33', '1.2.3', ''.padEnd(3, ',')])
      expect(await server.say('GET', `/arpa?query=${query}`), query).toMatchObject(broken('ARPA_INVALID_QUERY'));
    expect(await server.say('GET', '/arpa?query=192.0.2.128/25')).toMatchObject(fault(404, 'ARPA_NO_RECORDS'));
    expect(await server.say('GET', '/arpa/198.51.100.1')).toMatchObject(fault(404, 'ARPA_NO_ZONE_FOR_IP'));
    expect(await server.say('GET', '/arpa/host')).toMatchObject(broken('ARPA_INVALID_IDENTIFIER'));
    expect(await server.say('PUT', '/arpa/198.51.100.1', { reverse_dns: 'a.example.org' })).toMatchObject(
      fault(404, 'ARPA_ZONE_NOT_FOUND'),
    );
    expect(await server.say('PUT', '/arpa/192.0.2.12', { reverse_dns: 'a.example.org.' })).toMatchObject(
      broken('RECORD_RHS_INVALID_FQDN'),
    );
    expect(await server.say('PUT', '/arpa/192.0.2.12', {})).toMatchObject(fault(508, 'MISSING_REQUIRED_PARAMETERS'));
    expect(await server.say('DELETE', '/arpa/192.0.2.10', 'false')).toMatchObject({ status: 200, text: 'true' });
    expect(await server.say('DELETE', '/arpa/192.0.2.10')).toMatchObject(fault(404, 'ARPA_NO_ZONE_FOR_IP'));
    const validate = { 'x-http-method-override': 'VALIDATE' };
    const good = { identifier: '192.0.2.1', reverse_dns: 'a.example.org' };
    expect(await server.say('POST', '/arpa', { arpa: [good] }, validate)).toMatchObject({ status: 200, text: 'true' });
    expect(
      await server.say('POST', '/arpa', { arpa: [good, { ...good, identifier: 'x' }, {}] }, validate),
    ).toMatchObject({
      status: 508,
      json: { detail: [{ id: 1, code: ['ARPA_INVALID_IDENTIFIER'] }] },
    });
    expect(await server.say('POST', '/arpa', good)).toMatchObject(fault(405, 'METHOD_NOT_ALLOWED'));
  });
});
