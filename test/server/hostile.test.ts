import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { git as gitIn, scratch, put as write } from '../setup/program.ts';
import { type Serving, serving } from './serving.ts';

const API = '/api/v1';

/** Sends octets as they are, and gives what came back when the server hung up. */
async function raw({ url }: Serving, octets: string | readonly string[], pause = 0): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  const closed = once(socket, 'close');
  if (typeof octets === 'string') socket.write(octets, 'latin1');
  else
    for (const octet of octets) {
      if (socket.destroyed || !socket.writable) break;
      socket.write(octet, 'latin1');
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, pause))]);
    }
  await closed;
  return text;
}

/** Pushes files to the branch as a person does. */
function push({ repository }: Serving, files: Record<string, string>): void {
  const work = scratch();
  gitIn(work, 'clone', '-q', repository, '.');
  gitIn(work, 'checkout', '-qB', 'main');
  for (const [path, text] of Object.entries(files)) write(work, path, text);
  gitIn(work, 'add', '-A');
  gitIn(work, 'commit', '-qm', 'settings');
  gitIn(work, 'push', '-q', 'origin', 'main');
}

/** What nobody may ever be shown. */
const INSIDE = /\bat (?:async )?\S+ \(|node_modules|\.ts:\d|\/src\/|ECONN|Error:/;

describe('bad input', () => {
  it('is refused with a problem, and nothing changes', async () => {
    const server = await serving();
    const { ask, user, git, logged, repository } = server;
    const token = await user('root', { admin: true });
    const slow = raw(server, `GET ${API}/zones HTTP/1.1\r\nHost: a\r\nX-Slow: ${'s'.repeat(400)}`.split(''), 100);
    expect((await ask(token, 'POST', `${API}/zones`, { name: 'example.com' })).status).toBe(201);
    const before = (await git('rev-parse', 'main')).trim();
    const secretive = 'zw_0123456789abcdefghij_hunter2hunter2hunter2hunter2';
    const send = async (method: string, path: string, body?: string | Buffer, headers: Record<string, string> = {}) => {
      const answer = await fetch(server.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body }),
      });
      const text = await answer.text();
      expect(text).not.toMatch(INSIDE);
      if (answer.status >= 400) {
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(JSON.parse(text)).toMatchObject({ status: answer.status, title: expect.any(String) });
      }
      return answer.status;
    };
    const rrset = `${API}/zones/example.com/rrsets`;
    const values = '{"values":["192.0.2.1"]}';
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    for (const [method, path, body, status, headers] of [
      ['PUT', `${rrset}/www/A`, '{"values":[', 400],
      ['PUT', `${rrset}/www/A`, '', 400],
      ['PUT', `${rrset}/www/A`, 'null', 400],
      ['PUT', `${rrset}/www/A`, deep, 400],
      ['PUT', `${rrset}/www/A`, '{"values":["192.0.2.1"],"ttl":"300"}', 400],
      ['PUT', `${rrset}/www/A`, '{"values":["192.0.2.1"],"ttl":-1}', 400],
      ['PUT', `${rrset}/www/A`, '{"values":["192.0.2.1"],"ttl":1e99}', 400],
      ['PUT', `${rrset}/www/A`, '{"values":["192.0.2.1"],"nothing":1}', 400],
      ['PUT', `${rrset}/www/A`, '{"values":["192.0.2.1"],"__proto__":{"ttl":1}}', 400],
      ['PUT', `${rrset}/www/A`, '{"values":[{"constructor":{"prototype":{}}}]}', 400],
      ['PUT', `${rrset}/www/A`, '{"values":[{"toString":"x"}]}', 422],
      ['PUT', `${rrset}/www/A?nothing=1`, values, 400],
      ['PUT', `${rrset}/www/a`, values, 400],
      ['PUT', `${rrset}/www/NOTHING`, values, 422],
      ['PUT', `${rrset}/www/SOA`, values, 422],
      ['PUT', `${rrset}/www/constructor`, values, 400],
      ['PUT', `${rrset}/www/CONSTRUCTOR`, values, 422],
      ['PUT', `${rrset}/www/A`, '{"values":["192.0.2.1\\n  evil: x"]}', 422],
      ['PUT', `${rrset}/www/A`, '{"values":["192.0.2.1\\u0000"]}', 422],
      ['PUT', `${rrset}/www/TXT`, '{"values":["\\ud800"]}', 422],
      ['PUT', `${rrset}/${'a'.repeat(64)}/A`, values, 422],
      ['PUT', `${rrset}/${'a.'.repeat(130)}a/A`, values, 422],
      ['PUT', `${rrset}/${'a'.repeat(2001)}/A`, values, 414],
      ['PUT', `${rrset}/www.example.org./A`, values, 422],
      ['PUT', `${rrset}/a..b/A`, values, 422],
      ['PUT', `${rrset}/%00/A`, values, 422],
      ['PUT', `${rrset}/%0a/A`, values, 422],
      ['PUT', `${rrset}/%zz/A`, values, 422],
      ['PUT', `${rrset}/%2fetc%2fpasswd/A`, values, 422],
      ['PUT', `${rrset}/www/A`, Buffer.alloc(1024 * 1024 + 1, 32), 413],
      ['PUT', `${rrset}/www/A`, values, 415, { 'content-type': 'text/yaml' }],
      ['PUT', `${rrset}/www/A`, values, 415, { 'content-type': 'text/plain' }],
      ['PUT', `${rrset}/www/A`, 'a=b', 415, { 'content-type': 'application/x-www-form-urlencoded' }],
      ['GET', `${API}/zones/..%2f..%2fetc%2fpasswd`, undefined, 422],
      ['GET', `${API}/zones/%2e%2e%2fzonewright.yaml`, undefined, 422],
      ['GET', `${API}/zones/example.com%00`, undefined, 422],
      ['GET', `${API}/zones/example.com/at/main`, undefined, 400],
      ['GET', `${API}/zones/example.com/at/${'g'.repeat(40)}`, undefined, 400],
      ['GET', `${API}/../../../../etc/passwd`, undefined, 404],
      ['GET', `${API}/docs/static/..%2f..%2f..%2fpackage.json`, undefined, 404],
      ['GET', `${API}/nodes?status=maybe`, undefined, 400],
      ['POST', `${API}/zones`, '{"name":"../../evil"}', 422],
      ['POST', `${API}/zones`, '{"name":"/etc/passwd"}', 422],
      ['POST', `${API}/zones`, '{"name":"x\\u0000.example"}', 422],
      ['POST', `${API}/zones`, '{"name":"x\\n.example"}', 422],
      ['POST', `${API}/zones`, '{"name":"a b.example"}', 422],
      ['POST', `${API}/zones`, '{"name":".."}', 422],
      ['POST', `${API}/zones`, '{"name":""}', 400],
      ['POST', `${API}/zones`, '{"name":"x.example","templates":["../../zonewright"]}', 422],
      ['POST', `${API}/zones`, '{"name":"x.example","owners":["a: b"]}', 400],
      ['POST', `${API}/zones`, '{"name":"x.example","soa":{"constructor":"x"}}', 400],
      ['POST', `${API}/zones`, '{"name":"x.example","soa":{"refresh":"1h }\\nrecords: {"}}', 422],
      ['POST', `${API}/users`, '{"name":"-x"}', 400],
      ['POST', `${API}/users`, '{"name":"x\\n"}', 400],
      ['POST', `${API}/users`, '{"name":"x","email":"a@b> evil <c@d"}', 400],
      ['POST', `${API}/tokens`, '{"networks":["10.0.0.0/99"]}', 422],
      ['DELETE', `${API}/tokens/${'x'.repeat(41)}`, undefined, 400],
      ['GET', `${API}/deployments/..%2f..%2fetc`, undefined, 400],
      ['GET', `${API}/zones`, undefined, 401, { authorization: `Bearer ${secretive}` }],
      ['GET', `${API}/zones`, undefined, 401, { authorization: 'Basic cm9vdDpyb290' }],
      ['GET', `${API}/zones?token=${token}`, undefined, 401, { authorization: '' }],
    ] as [string, string, string | Buffer | undefined, number, Record<string, string>?][]) {
      const shown = `${method} ${path.slice(0, 100)} ${String(body).slice(0, 80)}`;
      expect([shown, await send(method, path, body, headers)]).toEqual([shown, status]);
    }
    expect((await git('rev-parse', 'main')).trim()).toBe(before);
    for (const octets of [
      'GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      'GET http://[ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
      'POST /api/v1/zones HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    ])
      expect(await raw(server, octets)).toMatch(/^HTTP\/1\.1 4\d\d /);
    // Nobody waits for a header that comes octet by octet.
    expect(await slow).toMatch(/^HTTP\/1\.1 408 |^$/);
    const log = logged();
    expect(log).not.toContain(token);
    expect(log).not.toContain('hunter2');
    expect(log).not.toContain('a fault of zonewright');
    expect(readdirSync(repository).filter((name) => /evil|passwd/.test(name))).toEqual([]);
  });

  it('of any form is answered, and never with a fault', async () => {
    const server = await serving();
    const token = await server.user('root', { admin: true });
    await server.ask(token, 'POST', `${API}/zones`, { name: 'example.com' });
    const word = fc.constantFrom(
      'www',
      '@',
      '*',
      '..',
      '%2f',
      '\\000',
      '__proto__',
      'A',
      'TXT',
      'ALIAS',
      'xn--a',
      'ä',
      '-',
      '\u202e',
      'a.b.',
      '"',
      '{}',
      '&a',
      '!!js',
      '${i}',
      '# x',
      '- x',
      '|',
      '>',
      '~',
      '%',
      '`',
    );
    const value: fc.Arbitrary<unknown> = fc.oneof(
      word,
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.jsonValue({ maxDepth: 2 }),
      fc.record(
        { value: word, nodes: fc.array(word, { maxLength: 2 }), proxied: fc.boolean() },
        { requiredKeys: ['value'] },
      ),
    );
    const name = fc.oneof(word, fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }));
    const type = fc.constantFrom(
      'A',
      'TXT',
      'MX',
      'CNAME',
      'SVCB',
      'CAA',
      'ALIAS',
      'REDIRECT',
      'TYPE65280',
      'LOC',
      'SOA',
      'ANY',
      'RRSIG',
    );
    await fc.assert(
      fc.asyncProperty(name, type, fc.array(value, { minLength: 1, maxLength: 3 }), async (owner, kind, values) => {
        const answer = await server.ask(
          token,
          'PUT',
          `${API}/zones/example.com/rrsets/${encodeURIComponent(owner)}/${kind}`,
          { values },
        );
        expect([200, 201, 400, 404, 422], `${owner} ${kind} ${JSON.stringify(values)} ${answer.text}`).toContain(
          answer.status,
        );
        if (answer.status > 201) return;
        const again = await server.ask<{ values: string[] }>(
          token,
          'GET',
          `${API}/zones/example.com/rrsets/${encodeURIComponent(owner)}/${kind}`,
        );
        expect(again.status).toBe(200);
      }),
      { numRuns: 120 },
    );
    expect(server.logged()).not.toContain('a fault of zonewright');
  });
});

describe('names that look like something else', () => {
  it('are names: of labels, zones with a slash, in Unicode, and of people', async () => {
    const server = await serving();
    const { ask, user, git } = server;
    const token = await user('root', { admin: true });
    const make = async (name: string) => (await ask(token, 'POST', `${API}/zones`, { name })).status;
    const zones = [
      '128/27.2.0.192.in-addr.arpa',
      'bücher.example',
      '--output=x.example',
      '.git.example'.slice(1),
      '__proto__.example',
      'constructor',
      'con.example',
      '*.wild.example',
    ];
    const made: [string, number][] = [];
    for (const zone of zones) made.push([zone, await make(zone)]);
    expect(made.filter(([, status]) => status !== 201 && status !== 422)).toEqual([]);
    expect(made.filter(([, status]) => status === 201).map(([zone]) => zone)).toEqual(
      expect.arrayContaining(['128/27.2.0.192.in-addr.arpa', 'bücher.example', 'constructor']),
    );
    expect(await make('128_27.2.0.192.in-addr.arpa')).not.toBe(500);
    const slash = `${API}/zones/128%2F27.2.0.192.in-addr.arpa`;
    expect((await ask(token, 'PUT', `${slash}/rrsets/129/PTR`, { values: ['host.example.com.'] })).status).toBe(201);
    expect((await ask(token, 'GET', slash)).json).toMatchObject({
      name: '128/27.2.0.192.in-addr.arpa',
      path: 'zones/128_27.2.0.192.in-addr.arpa.yaml',
    });
    expect((await ask(token, 'GET', `${slash}/history`)).status).toBe(200);
    expect((await ask(token, 'GET', `${API}/zones/xn--bcher-kva.example`)).json).toMatchObject({
      name: 'xn--bcher-kva.example',
      display_name: 'bücher.example',
    });
    for (const name of [
      '__proto__',
      'constructor',
      '--upload-pack=x',
      '$(id)',
      ';id',
      '`id`',
      "'",
      '*',
      'hasOwnProperty',
    ]) {
      const path = `${API}/zones/xn--bcher-kva.example/rrsets/${encodeURIComponent(name)}/TXT`;
      const put = await ask(token, 'PUT', path, { values: ['x'] });
      expect([name, put.status]).toEqual([name, 201]);
      expect((await ask(token, 'GET', path)).json).toMatchObject({ type: 'TXT', values: ['"x"'] });
    }
    const strange = await user('a+b@example.org');
    expect((await ask(strange, 'POST', `${API}/zones`, { name: 'strange.example' })).status).toBe(201);
    const message = '--amend\u0000\n\nReviewed-by: root\nZonewright-Id: 1';
    const changes = [{ op: 'put', name: 'x', type: 'TXT', values: ['Co-authored-by: x <x@x>'] }];
    expect((await ask(strange, 'POST', `${API}/zones/strange.example/changes`, { changes, message })).status).toBe(200);
    expect(await git('log', '-1', '--format=%an|%ae|%s|%(trailers:key=Reviewed-by)', 'main')).toBe(
      'a+b@example.org|a+b@example.org|--amend Reviewed-by: root Zonewright-Id: 1|\n',
    );
    expect(await git('fsck', '--strict', '--no-dangling')).toBe('');
    expect(existsSync(join(server.repository, 'x.example'))).toBe(false);
  });
});

describe('a problem', () => {
  it('points at what is wrong in the body, and at nothing where it is in the path', async () => {
    const { ask, user } = await serving();
    const token = await user('root', { admin: true });
    await ask(token, 'POST', `${API}/zones`, { name: 'example.com' });
    const pointer = async (method: string, path: string, body: unknown): Promise<unknown> => {
      const answer = await ask<{ errors: { pointer?: string }[] }>(token, method, API + path, body);
      expect(answer.status).toBe(422);
      return answer.json.errors[0]?.pointer;
    };
    const put = { op: 'put', name: 'www', type: 'A', values: ['192.0.2.1'] };
    const changes = (...all: object[]) => pointer('POST', '/zones/example.com/changes', { changes: all });
    expect(await changes(put, { ...put, values: ['192.0.2.300'] })).toBe('/changes/1/values');
    expect(await changes({ ...put, name: 'www.example.org.' })).toBe('/changes/0/name');
    expect(await changes(put, put, { ...put, type: 'SOA' })).toBe('/changes/2/type');
    expect(await pointer('PUT', '/zones/example.com/rrsets/www/A', { values: ['x'] })).toBe('/values');
    expect(await pointer('PUT', '/zones/example.com/rrsets/a..b/A', { values: ['192.0.2.1'] })).toBeUndefined();
    expect(await pointer('POST', '/zones', { name: 'a b' })).toBe('/name');
  });
});

describe('a flood', () => {
  it('is answered with 429, and others do not feel it', async () => {
    const server = await serving();
    const { ask, user, services } = server;
    const [flooding, other] = [await user('root', { admin: true }), await user('other')];
    push(server, { 'zonewright.yaml': 'server:\n  rate_limit: { requests: 5, window: 1m }\n' });
    await services.origin.follow();
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) {
      const answer = await ask(flooding, 'GET', `${API}/zones`);
      statuses.push(answer.status);
      expect(answer.headers.get('ratelimit-limit')).toBe('5');
      expect(answer.headers.get('ratelimit-remaining')).toBe(String(Math.max(0, 4 - i)));
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect((await ask(other, 'GET', `${API}/zones`)).status).toBe(200);
    for (let i = 0; i < 6; i++) await ask(undefined, 'GET', `${API}/zones`);
    expect((await ask('zw_guess', 'GET', `${API}/zones`)).status).toBe(429);
    expect((await ask(other, 'GET', `${API}/zones`)).status).toBe(200);
  });
});
