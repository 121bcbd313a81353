import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeToken } from '../../../src/pipeline/access/tokens.ts';
import { needs, runTool } from '../../setup/tools.ts';
import { type DialectServer, dialectServer } from './server.ts';

let server: DialectServer;
let base: string;
let token: string;
let ask: Ask;
beforeAll(async () => {
  server = await dialectServer();
  base = `${server.url}/vps/api/v1`;
  token = await server.token('root', { admin: true, prefix: 'vps' });
  ask = client(token);
});
afterAll(() => server.close());

const RECORD = ['uuid', 'record_type', 'name', 'value', 'ttl', 'priority', 'created_at'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NOBODY = '6b025f8a-88fa-472a-85c0-9510239ab05e';

/** What bodies hold: a zone or a record. */
interface Row {
  readonly uuid: string;
  readonly created_at: string;
  readonly record_count: number;
  readonly records: readonly Row[];
  readonly record_type: string;
  readonly name: string;
  readonly value: string;
  readonly priority: number | null;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Row & readonly [Row, ...Row[]];
}

type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answered>;

function client(secret: string | undefined): Ask {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${base}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(secret !== undefined && { authorization: `Bearer ${secret}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
}

async function newZone(domain: string): Promise<string> {
  const { status, body } = await ask('POST', '/dns-zones/', { domain });
  expect(status).toBe(201);
  return body.uuid;
}

describe('zones', () => {
  it('are made, listed, shown and deleted', async () => {
    const made = await ask('POST', '/dns-zones/', { domain: 'newdomain.com' });
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(['uuid', 'domain', 'created_at', 'record_count', 'records']);
    expect(made.body).toMatchObject({ domain: 'newdomain.com', record_count: 0, records: [] });
    const { uuid, created_at } = made.body;
    expect(uuid).toMatch(UUID);
    expect(created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const row = { uuid, domain: 'newdomain.com', created_at, record_count: 0 };
    for (const path of [
      '/dns-zones/',
      '/dns-zones',
      '/dns-zones/?domain=NewDomain.com',
      '/dns-zones?domain=newdomain.com',
    ])
      expect((await ask('GET', path)).body).toEqual([row]);
    expect((await ask('GET', '/dns-zones/?domain=domain.com')).body).toEqual([]);
    expect((await ask('GET', '/dns-zones/?domain=..')).body).toEqual([]);
    expect(await ask('GET', `/dns-zones/${uuid}/`)).toMatchObject({ status: 200, body: made.body });
    expect((await ask('GET', `/dns-zones/${uuid.toUpperCase()}`)).body).toEqual(made.body);
    const gone = await ask('DELETE', `/dns-zones/${uuid}/`);
    expect(gone.status).toBe(204);
    expect(gone.body).toBeUndefined();
    for (const method of ['GET', 'DELETE'])
      expect(await ask(method, `/dns-zones/${uuid}/`)).toMatchObject({
        status: 404,
        body: { detail: 'Zone not found', error_code: 'not_found' },
      });
  });

  it.each([
    [{}, 'This field is required.'],
    [{ domain: '' }, 'This field may not be blank.'],
    [{ domain: null }, 'This field may not be null.'],
    [{ domain: 7 }, 'Not a valid string.'],
    [{ domain: 'not a domain' }, 'Invalid domain name'],
    [{ domain: 'a..b' }, 'Invalid domain name'],
    [{ domain: '../../etc/passwd' }, 'Invalid domain name'],
    [{ domain: 'https://example.com' }, 'Invalid domain name'],
    [{ domain: `${'a'.repeat(64)}.com` }, 'Invalid domain name'],
  ])('refuse %j', async (body, detail) => {
    expect(await ask('POST', '/dns-zones/', body)).toMatchObject({
      status: 400,
      body: { detail, error_code: 'validation_error', field: 'domain' },
    });
  });

  it('that are there already are refused', async () => {
    await newZone('twice.example');
    const { status, body } = await ask('POST', '/dns-zones/', { domain: 'Twice.Example' });
    expect(status).toBe(400);
    expect(body).toEqual({ detail: 'Zone already exists', error_code: 'validation_error', field: 'domain' });
  });

  it('show name servers that are not those of every new zone', async () => {
    const uuid = await newZone('delegated.example');
    const { body } = await ask('POST', `/dns-zones/${uuid}/records/`, {
      record_type: 'NS',
      name: '@',
      value: 'ns9.example.net',
    });
    expect(body).toMatchObject({ record_type: 'NS', name: '@', value: 'ns9.example.net' });
    const zone = (await ask('GET', `/dns-zones/${uuid}/`)).body;
    expect(zone.record_count).toBe(3);
    expect(zone.records.map(({ record_type }) => record_type)).toEqual(['NS', 'NS', 'NS']);
    expect((await ask('GET', '/dns-zones/?domain=delegated.example')).body[0].record_count).toBe(3);
  });
});

describe('records', () => {
  it.each([
    ['A', '@', '192.0.2.1', undefined],
    ['AAAA', 'www', '2001:0db8::1', undefined],
    ['CNAME', 'blog', 'example.com', undefined],
    ['MX', '@', 'mail.example.com', 10],
    ['TXT', '@', 'v=spf1 include:_spf.google.com ~all', undefined],
    ['NS', 'sub', 'ns1.example.com', undefined],
    ['SRV', '_sip._tcp', '10 5060 sip.example.com', 5],
    ['CAA', '@', '0 issue "letsencrypt.org"', undefined],
  ])('of type %s are made, shown, changed and deleted', async (record_type, name, value, priority) => {
    const zone =
      (await ask('GET', '/dns-zones/?domain=types.example')).body[0]?.uuid ?? (await newZone('types.example'));
    const made = await ask('POST', `/dns-zones/${zone}/records/`, { record_type, name, value, priority });
    expect(made.status).toBe(201);
    expect(Object.keys(made.body)).toEqual(RECORD);
    expect(made.body).toMatchObject({ record_type, name, value, ttl: 3600, priority: priority ?? null });
    const { uuid } = made.body;
    expect(uuid).toMatch(UUID);
    expect((await ask('GET', `/dns-records/${uuid}/`)).body).toEqual(made.body);
    expect((await ask('GET', `/dns-records/?zone=${zone}&record_type=${record_type}`)).body).toEqual([made.body]);
    expect((await ask('GET', `/dns-zones/${zone}/records`)).body).toEqual([made.body]);
    expect((await ask('GET', `/dns-zones/${zone}/`)).body).toMatchObject({ record_count: 1, records: [made.body] });
    const patched = await ask('PATCH', `/dns-records/${uuid}/`, { ttl: 1800 });
    expect(patched).toMatchObject({ status: 200, body: { ...made.body, ttl: 1800 } });
    const put = await ask('PUT', `/dns-records/${uuid}/`, { record_type, name, value, priority, ttl: 900 });
    expect(put).toMatchObject({ status: 200, body: { ...made.body, ttl: 900 } });
    expect((await ask('DELETE', `/dns-records/${uuid}/`)).status).toBe(204);
    for (const method of ['GET', 'DELETE', 'PATCH'])
      expect(await ask(method, `/dns-records/${uuid}/`, method === 'PATCH' ? {} : undefined)).toMatchObject({
        status: 404,
        body: { detail: 'Record not found', error_code: 'not_found' },
      });
  });

  it('keep their UUID whatever is changed of them', async () => {
    const zone = await newZone('stable.example');
    const { body } = await ask('POST', `/dns-zones/${zone}/records/`, {
      record_type: 'A',
      name: 'www.stable.example',
      value: '192.0.2.1',
      ttl: 300,
    });
    expect(body.name).toBe('www');
    const path = `/dns-records/${body.uuid}/`;
    expect((await ask('PATCH', path, { value: '192.0.2.2' })).body).toEqual({ ...body, value: '192.0.2.2' });
    expect((await ask('PATCH', path, { name: 'web' })).body).toEqual({ ...body, name: 'web', value: '192.0.2.2' });
    expect((await ask('PATCH', path, { record_type: 'MX', value: 'mail.example.net', priority: 10 })).body).toEqual({
      ...body,
      name: 'web',
      record_type: 'MX',
      value: 'mail.example.net',
      priority: 10,
    });
    expect((await ask('PATCH', path, { priority: 20 })).body).toMatchObject({
      value: 'mail.example.net',
      priority: 20,
    });
    expect(await ask('PUT', path, { record_type: 'MX', name: 'web', value: 'mail.example.net' })).toMatchObject({
      status: 400,
    });
    expect(await server.git('show', 'main:zones/stable.example.yaml')).toContain(
      'MX: { ttl: 5m, values: 20 mail.example.net. }',
    );
  });

  it('of all zones are listed by type', async () => {
    const zones = [await newZone('one.example'), await newZone('two.example')];
    for (const zone of zones)
      await ask('POST', `/dns-zones/${zone}/records/`, {
        record_type: 'SRV',
        name: '_x._tcp',
        value: '1 2 h.example.net',
        priority: 3,
      });
    const { body } = await ask('GET', '/dns-records/?record_type=srv');
    expect(body.map(({ name, value, priority }) => `${name} ${priority} ${value}`)).toEqual([
      '_x._tcp 3 1 2 h.example.net',
      '_x._tcp 3 1 2 h.example.net',
    ]);
  });

  it.each([
    [{ record_type: 'MX', name: '@', value: 'mail.example.com' }, 'priority', 'MX records require a priority value'],
    [{ record_type: 'SRV', name: '@', value: '1 2 a.example.com' }, 'priority', 'SRV records require a priority value'],
    [
      { record_type: 'MX', name: '@', value: 'mail', priority: 65536 },
      'priority',
      'Ensure this value is less than or equal to 65535.',
    ],
    [{ record_type: 'MX', name: '@', value: 'mail', priority: '1.5' }, 'priority', 'A valid integer is required.'],
    [{ name: '@', value: '192.0.2.1' }, 'record_type', 'This field is required.'],
    [{ record_type: 'A', value: '192.0.2.1' }, 'name', 'This field is required.'],
    [{ record_type: 'A', name: '@' }, 'value', 'This field is required.'],
    [{ record_type: 'A', name: '@', value: ['192.0.2.1'] }, 'value', 'Not a valid string.'],
    [
      { record_type: 'A', name: '@', value: '192.0.2.1', ttl: -1 },
      'ttl',
      'Ensure this value is greater than or equal to 0.',
    ],
    [{ record_type: 'A', name: '@', value: '192.0.2.1', ttl: 'x' }, 'ttl', 'A valid integer is required.'],
    [{ record_type: 'A', name: 'a b', value: '192.0.2.1' }, 'name', 'Invalid record name'],
    [
      { record_type: 'A', name: 'a.example.net.', value: '192.0.2.1' },
      'name',
      expect.stringContaining('not in the zone'),
    ],
    [{ record_type: 'A', name: '@', value: 'x' }, 'value', expect.stringContaining('IPv4 address')],
    [{ record_type: 'TXT', name: '@', value: 'a\nb' }, 'value', expect.stringContaining('control character')],
    [{ record_type: 'NOSUCH', name: '@', value: 'x' }, 'record_type', expect.stringContaining('no record type')],
    [{ record_type: 'CNAME', name: '@', value: 'example.net' }, 'value', expect.stringContaining('CNAME')],
  ])('refuse %j', async (sent, field, detail) => {
    const zone = (await ask('GET', '/dns-zones/?domain=bad.example')).body[0]?.uuid ?? (await newZone('bad.example'));
    const head = await server.git('rev-parse', 'main');
    const { status, body } = await ask('POST', `/dns-zones/${zone}/records/`, sent);
    expect(status).toBe(400);
    expect(body).toEqual({ detail, error_code: 'validation_error', field });
    expect(await server.git('rev-parse', 'main')).toBe(head);
  });

  it('are found by UUID in any case and by nothing else', async () => {
    for (const uuid of [NOBODY, 'rec-001', '1', '..%2f1', '%00'])
      expect(await ask('GET', `/dns-records/${uuid}/`)).toMatchObject({
        status: 404,
        body: { detail: 'Record not found' },
      });
    expect(await ask('GET', `/dns-records/?zone=${NOBODY}`)).toMatchObject({ status: 400, body: { field: 'zone' } });
  });
});

describe('tokens', () => {
  it('that are none are refused', async () => {
    const body = { detail: 'Invalid API token', error_code: 'authentication_failed' };
    for (const secret of ['vps_abc123def456', `${token}x`, 'x']) {
      const answer = await client(secret)('GET', '/dns-zones/');
      expect(answer).toMatchObject({ status: 401, body });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    expect(await client(undefined)('GET', '/dns-zones/')).toMatchObject({ status: 401 });
    const basic = { authorization: `Basic ${Buffer.from(`root:${token}`).toString('base64')}` };
    expect(await client(undefined)('GET', '/dns-zones/', undefined, basic)).toMatchObject({ status: 401 });
  });

  it('have permissions', async () => {
    const uuid = await newZone('permissions.example');
    const { body } = await ask('POST', `/dns-zones/${uuid}/records/`, {
      record_type: 'A',
      name: '@',
      value: '192.0.2.1',
    });
    const only = async (...verbs: ('read' | 'create' | 'update' | 'delete')[]) =>
      client(await server.token('root', { prefix: 'vps', scope: { verbs } }));
    const forbidden = (permission: string) => ({
      status: 403,
      body: {
        detail: expect.stringContaining(`Token lacks ${permission} permission`),
        error_code: 'permission_denied',
      },
    });
    const record = { record_type: 'A', name: 'www', value: '192.0.2.1' };
    const reader = await only('read');
    expect(await reader('GET', '/dns-zones/')).toMatchObject({ status: 200 });
    expect(await reader('POST', '/dns-zones/', { domain: 'x.example' })).toMatchObject(forbidden('dns:create'));
    expect(await reader('POST', `/dns-zones/${uuid}/records/`, record)).toMatchObject(forbidden('dns:create'));
    expect(await reader('PATCH', `/dns-records/${body.uuid}/`, { ttl: 60 })).toMatchObject(forbidden('dns:update'));
    expect(await reader('DELETE', `/dns-records/${body.uuid}/`)).toMatchObject(forbidden('dns:delete'));
    expect(await reader('DELETE', `/dns-zones/${uuid}/`)).toMatchObject(forbidden('dns:delete'));
    const maker = await only('create');
    expect(await maker('GET', '/dns-zones/')).toMatchObject(forbidden('dns:list'));
    expect(await maker('GET', '/dns-records/')).toMatchObject(forbidden('dns:list'));
    expect(await maker('POST', '/dns-zones/', { domain: 'maker.example' })).toMatchObject({ status: 201 });
  });

  it('for this dialect begin with vps_, know its permissions, and are of no use elsewhere', async () => {
    const limits = { zones: [], names: [], types: [], networks: [], dialect: 'vps' };
    const made = await makeToken(server.services.state, {
      user: 'root',
      scopes: ['dns:list', 'dns:create'],
      ...limits,
    });
    if (made.kind !== 'created') throw new Error(made.message);
    expect(made.secret).toMatch(/^vps_/);
    const its = client(made.secret);
    expect(await its('GET', '/dns-zones/')).toMatchObject({ status: 200 });
    const { status, body } = await its('POST', '/dns-zones/', { domain: 'its.example' });
    expect(status).toBe(201);
    expect(await its('DELETE', `/dns-zones/${body.uuid}/`)).toMatchObject({ status: 403 });
    const native = await fetch(`${server.url}/api/v1/zones/its.example`, {
      headers: { authorization: `Bearer ${made.secret}` },
    });
    expect(native.status).toBe(403);
    expect(
      await makeToken(server.services.state, { user: 'root', scopes: [], ...limits, dialect: 'nope' }),
    ).toMatchObject({
      kind: 'failure',
      status: 'usage',
    });
  });

  it('do not tell of zones of others', async () => {
    const uuid = await newZone('private.example');
    const { body } = await ask('POST', `/dns-zones/${uuid}/records/`, {
      record_type: 'A',
      name: '@',
      value: '192.0.2.1',
    });
    const other = client(await server.token('mallory', { prefix: 'vps' }));
    expect((await other('GET', '/dns-zones/')).body).toEqual([]);
    for (const [method, path] of [
      ['GET', `/dns-zones/${uuid}/`],
      ['GET', `/dns-zones/${uuid}/records/`],
      ['DELETE', `/dns-zones/${uuid}/`],
      ['GET', `/dns-records/${body.uuid}/`],
      ['DELETE', `/dns-records/${body.uuid}/`],
    ] as const)
      expect((await other(method, path)).status).toBe(404);
    expect((await other('GET', `/dns-records/?zone=${uuid}`)).body).toEqual(
      (await other('GET', `/dns-records/?zone=${NOBODY}`)).body,
    );
  });
});

it('answers in its own shape, whatever is wrong', async () => {
  const errors: readonly [string, string, unknown, Record<string, string>, number, string][] = [
    ['GET', '/', undefined, {}, 404, 'not_found'],
    ['POST', '/dns-records/', {}, {}, 405, 'method_not_allowed'],
    ['PUT', '/dns-zones/', {}, {}, 405, 'method_not_allowed'],
    ['POST', '/dns-zones/', '{"domain":', {}, 400, 'parse_error'],
    ['POST', '/dns-zones/', '[]', {}, 400, 'validation_error'],
    ['GET', '/dns-zones/%zz', undefined, {}, 404, 'not_found'],
    ['POST', '/dns-zones/', '<domain/>', { 'content-type': 'text/xml' }, 415, 'unsupported_media_type'],
    ['POST', '/dns-zones/', `{"domain":"${'a'.repeat(1024 * 1024)}"}`, {}, 413, 'payload_too_large'],
  ];
  for (const [method, path, body, headers, status, error_code] of errors)
    expect(await ask(method, path, body, headers)).toMatchObject({
      status,
      body: { detail: expect.any(String), error_code },
    });
});

/** The document's own command lines and snippets, but for the address, the token and the UUIDs. */
function fromDocument(snippet: string, uuids: Record<string, string> = {}): string {
  return Object.entries({
    'https://admin.vps.org': `${server.url}/vps`,
    YOUR_API_TOKEN: token,
    ...uuids,
  }).reduce((text, [from, to]) => text.replaceAll(from, to), snippet);
}

async function runScript(program: string, script: string, ...args: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-snippet-'));
  try {
    const file = join(folder, 'snippet');
    writeFileSync(file, script);
    const { status, stdout, stderr } = await runTool(program, [...args, file]);
    expect(`${status} ${stderr}`).toBe('0 ');
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const headerLines = `  -H "Authorization: Bearer YOUR_API_TOKEN" \\
  -H "Content-Type: application/json" \\`;

describe.skipIf(needs('curl'))("the document's command lines", () => {
  const curl = async (line: string, uuids?: Record<string, string>): Promise<unknown> =>
    JSON.parse(await runScript('/bin/sh', `${fromDocument(line, uuids).replace(/^curl/, 'curl -s -S')}\n`));

  it('work', async () => {
    const zone = (await curl(`curl -X POST "https://admin.vps.org/api/v1/dns-zones/" \\
${headerLines}
  -d '{"domain": "curl.example"}'`)) as { uuid: string };
    expect(zone).toMatchObject({ domain: 'curl.example', records: [] });
    const made = (await curl(
      `curl -X POST "https://admin.vps.org/api/v1/dns-zones/{uuid}/records/" \\
${headerLines}
  -d '{
    "record_type": "A",
    "name": "www",
    "value": "192.0.2.1",
    "ttl": 3600
  }'`,
      { '{uuid}': zone.uuid },
    )) as { uuid: string };
    expect(made).toMatchObject({ record_type: 'A', name: 'www', value: '192.0.2.1', ttl: 3600, priority: null });
    const patched = await curl(
      `curl -X PATCH "https://admin.vps.org/api/v1/dns-records/{rec-uuid}/" \\
${headerLines}
  -d '{"ttl": 1800}'`,
      { '{rec-uuid}': made.uuid },
    );
    expect(patched).toEqual({ ...made, ttl: 1800 });
    expect(
      await curl(
        `curl -X GET "https://admin.vps.org/api/v1/dns-zones/{uuid}/records/" \\
  -H "Authorization: Bearer YOUR_API_TOKEN"`,
        { '{uuid}': zone.uuid },
      ),
    ).toEqual([patched]);
    expect(
      await curl(`curl -X GET "https://admin.vps.org/api/v1/dns-zones/" \\
  -H "Authorization: Bearer YOUR_API_TOKEN"`),
    ).toContainEqual(expect.objectContaining({ uuid: zone.uuid, record_count: 1 }));
  });
});

/** The Debian packages of Python modules are for this one. */
const PYTHON = '/usr/bin/python3';

describe.skipIf(needs(PYTHON))("the document's Python", () => {
  it('works', async () => {
    const python = async (snippet: string, before = ''): Promise<unknown> => {
      const printed = await runScript(PYTHON, `${before}${fromDocument(snippet)}\n`);
      const asJson = 'import ast, json, sys; print(json.dumps(ast.literal_eval(sys.stdin.read())))';
      return JSON.parse((await runTool(PYTHON, ['-c', asJson], { input: printed })).stdout);
    };
    const zone = (await python(`import requests

url = "https://admin.vps.org/api/v1/dns-zones/"
headers = {
    "Authorization": "Bearer YOUR_API_TOKEN",
    "Content-Type": "application/json"
}
data = {"domain": "newdomain.example"}

response = requests.post(url, headers=headers, json=data)
print(response.json())`)) as { uuid: string };
    expect(zone).toMatchObject({ domain: 'newdomain.example', record_count: 0, records: [] });
    expect(
      await python(
        `import requests

url = f"https://admin.vps.org/api/v1/dns-zones/{zone_uuid}/records/"
headers = {
    "Authorization": "Bearer YOUR_API_TOKEN",
    "Content-Type": "application/json"
}
data = {
    "record_type": "A",
    "name": "www",
    "value": "192.0.2.1",
    "ttl": 3600
}

response = requests.post(url, headers=headers, json=data)
print(response.json())`,
        `zone_uuid = "${zone.uuid}"\n`,
      ),
    ).toMatchObject({ record_type: 'A', name: 'www', value: '192.0.2.1', ttl: 3600, priority: null });
    expect(
      await python(`import requests

url = "https://admin.vps.org/api/v1/dns-zones/"
headers = {"Authorization": "Bearer YOUR_API_TOKEN"}

response = requests.get(url, headers=headers)
print(response.json())`),
    ).toContainEqual(expect.objectContaining({ domain: 'newdomain.example', record_count: 1 }));
  });
});

it("runs the document's JavaScript", async () => {
  const node = async (snippet: string): Promise<unknown> => {
    const script = fromDocument(snippet).replace(/console\.log\((\w+)\)/, 'console.log(JSON.stringify($1))');
    const { status, stdout } = await runTool(process.execPath, ['--input-type=module', '-e', script]);
    expect(status).toBe(0);
    return JSON.parse(stdout);
  };
  const zone = await node(`const response = await fetch('https://admin.vps.org/api/v1/dns-zones/', {
  method: 'POST',
  headers: {
    'Authorization': 'Bearer YOUR_API_TOKEN',
    'Content-Type': 'application/json'
  },
  body: JSON.stringify({domain: 'javascript.example'})
});

const zone = await response.json();
console.log(zone);`);
  expect(zone).toMatchObject({ domain: 'javascript.example', records: [] });
  const zones = await node(`const response = await fetch('https://admin.vps.org/api/v1/dns-zones/', {
  headers: {'Authorization': 'Bearer YOUR_API_TOKEN'}
});

const zones = await response.json();
console.log(zones);`);
  expect(zones).toContainEqual(expect.objectContaining({ domain: 'javascript.example' }));
});
