import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DialectServer, dialectServer } from './server.ts';

let server: DialectServer;
let key: string;
beforeAll(async () => {
  server = await dialectServer();
  key = await server.token('root', { admin: true });
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

async function send(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text === '' ? 'null' : text) };
}

/** How a dialect adds an A record to a zone, how it says that this was only proposed, and what it says once it is there. */
interface Writer {
  readonly dialect: string;
  readonly add: (zone: string, address: string) => Promise<Answer>;
  readonly proposed: unknown;
  readonly done: unknown;
  readonly wrong: unknown;
}

const only = expect.stringMatching(
  /^This is not done: changes are reviewed here\. It was proposed \(branch proposals\/[0-9a-f]{16}\)/,
);

const writers: readonly Writer[] = [
  {
    dialect: 'luadns',
    async add(zone, content) {
      const headers = { authorization: `Basic ${Buffer.from(`:${key}`).toString('base64')}` };
      const zones = await send('GET', '/luadns/v1/zones', headers);
      const { id } = (zones.json as unknown as { id: number; name: string }[]).find(({ name }) => name === zone) ?? {};
      return send('POST', `/luadns/v1/zones/${id}/records`, headers, { name: 'www', type: 'A', content });
    },
    proposed: { status: 403, json: { status: 'Forbidden', message: only } },
    done: { status: 200, json: { content: '192.0.2.1' } },
    wrong: { status: 400, json: [{ fieldNames: ['content'] }] },
  },
  {
    dialect: 'vps',
    async add(zone, value) {
      const headers = { authorization: `Bearer ${key}` };
      const zones = await send('GET', `/vps/api/v1/dns-zones/?domain=${zone}`, headers);
      const [found] = zones.json as unknown as { uuid: string }[];
      const record = { record_type: 'A', name: 'www', value };
      return send('POST', `/vps/api/v1/dns-zones/${found?.uuid}/records/`, headers, record);
    },
    proposed: { status: 403, json: { detail: only, error_code: 'review_required' } },
    done: { status: 201, json: { value: '192.0.2.1' } },
    wrong: { status: 400, json: { field: 'value' } },
  },
  {
    dialect: 'customdns',
    add: (zone, content) =>
      send(
        'POST',
        `/customdns/jpower-admin/rest/zone/${zone}`,
        { 'x-customdns-api-key': key, accept: 'application/json' },
        { name: 'www', type: 'A', content, prio: 0 },
      ),
    proposed: { status: 403, json: { message: only } },
    done: { status: 400, json: { message: 'there is such a record already' } },
    wrong: { status: 400 },
  },
  {
    dialect: 'tonicdns',
    add: (zone, content) =>
      send(
        'PUT',
        `/tonicdns/zone/${zone}`,
        { 'x-authentication-token': key },
        { records: [{ name: `www.${zone}`, type: 'A', content }] },
      ),
    proposed: { status: 403, json: { error: only, detail: { code: 'REVIEW_REQUIRED' } } },
    done: { status: 200, text: 'true' },
    wrong: { status: 508 },
  },
  {
    dialect: 'packetframe',
    add: (zone, value) =>
      send(
        'POST',
        `/packetframe/api/zone/${zone}/add`,
        { 'x-api-key': key },
        { label: 'www', type: 'A', ttl: 300, value, proxied: false },
      ),
    proposed: { status: 200, json: { success: false, message: only } },
    done: { status: 200, json: { success: true } },
    wrong: { status: 200, json: { success: false, message: 'Invalid IPv4 address' } },
  },
];

describe.each(writers)('a zone that is reviewed, through $dialect', ({ dialect, add, proposed, done, wrong }) => {
  const zone = `reviewed-${dialect}.example`;
  const path = `zones/${zone}.yaml`;
  const proposals = async (): Promise<string[]> =>
    (await server.git('branch', '--format=%(refname:short)', '--list', 'proposals/*', '--contains', 'main'))
      .trim()
      .split('\n')
      .filter((branch) => branch !== '');

  it('has its changes proposed, once, and is not said to be changed before somebody merged them', async () => {
    await server.edit(path, () => "review: true\nrecords:\n  '@': { NS: [ns1.example.net., ns2.example.net.] }\n");
    const head = await server.git('rev-parse', 'main');
    expect(await add(zone, 'nonsense')).toMatchObject(wrong as object);
    expect(await proposals()).toEqual([]);

    const first = await add(zone, '192.0.2.1');
    expect(first).toMatchObject(proposed as object);
    const [branch] = (await proposals()) as [string];
    expect(first.text).toContain(
      JSON.stringify(branch)
        .slice(1, -1)
        .replaceAll('/', dialect === 'tonicdns' ? '\\/' : '/'),
    );
    expect((await add(zone, '192.0.2.1')).text.replace(/"request_id":"[^"]*"/, '')).toBe(
      first.text.replace(/"request_id":"[^"]*"/, ''),
    );
    expect(await proposals()).toEqual([branch]);
    expect(await server.git('rev-parse', 'main')).toBe(head);
    expect(await server.git('show', `${branch}:${path}`)).toContain('192.0.2.1');
    expect(await server.git('log', '-1', '--format=%(trailers:key=Zonewright-Dialect,valueonly)', branch)).toContain(
      dialect,
    );
    expect(await add(zone, '192.0.2.2')).toMatchObject(proposed as object);
    expect(await proposals()).toHaveLength(2);

    await server.git('update-ref', 'refs/heads/main', branch);
    await server.services.origin.follow();
    expect(await add(zone, '192.0.2.1')).toMatchObject(done as object);
    expect(await server.git('rev-parse', 'main', branch)).toMatch(/^(\w+)\n\1\n$/);
  });
});

describe('files that are no zones', () => {
  const tonic = (method: string, path: string, body?: unknown): Promise<Answer> =>
    send(method, `/tonicdns${path}`, { 'x-authentication-token': key }, body);
  const packet = (method: string, path: string, body?: unknown): Promise<Answer> =>
    send(method, `/packetframe/api${path}`, { 'x-api-key': key }, body);
  const template = (content: string): unknown => ({
    identifier: 'used',
    description: '',
    entries: [{ name: 'www.[ZONE]', type: 'A', content }],
  });
  const merge = async (text: string): Promise<void> => {
    const [branch = ''] = /proposals[\\/]+[0-9a-f]{16}/.exec(text) ?? [];
    await server.git('update-ref', 'refs/heads/main', branch.replaceAll('\\', ''));
    await server.services.origin.follow();
  };

  it('are proposed where a zone that uses them is reviewed, or all changes are', async () => {
    expect(await tonic('PUT', '/template', template('192.0.2.1'))).toMatchObject({ status: 200, text: 'true' });
    const users = "review: true\nuse: [used]\nrecords:\n  '@': { NS: [ns1.example.net., ns2.example.net.] }\n";
    await server.edit('zones/user.example.yaml', () => users);
    const head = await server.git('rev-parse', 'main');
    const said = { status: 403, json: { error: only, detail: { code: 'REVIEW_REQUIRED' } } };
    const first = await tonic('POST', '/template/used', template('192.0.2.2'));
    expect(first).toMatchObject(said);
    expect((await tonic('POST', '/template/used', template('192.0.2.2'))).text).toBe(first.text);
    expect((await tonic('DELETE', '/template/used')).status).toBe(508);
    expect(await server.git('rev-parse', 'main')).toBe(head);
    await merge(first.text);
    expect(await server.git('show', 'main:templates/used.yaml')).toContain('192.0.2.2');
    expect(await tonic('POST', '/template/used', template('192.0.2.2'))).toMatchObject({ status: 200, text: 'true' });

    await server.edit('zonewright.yaml', () => 'server: { review: true }\n');
    const other = { ...(template('192.0.2.3') as object), identifier: 'other' };
    expect(await tonic('PUT', '/template', other)).toMatchObject(said);
    const network = { address: '192.0.2.0/24' };
    const acl = await packet('PUT', '/user/acl', network);
    expect(acl).toMatchObject({ status: 200, json: { success: false, message: only } });
    expect((await packet('PUT', '/user/acl', network)).text).toBe(acl.text);
    expect((await packet('GET', '/user/acl')).json).toMatchObject({ message: [] });
    await merge(acl.text);
    expect((await packet('GET', '/user/acl')).json).toMatchObject({ message: ['192.0.2.0/24'] });
    expect((await packet('PUT', '/user/acl', network)).json).toEqual({ success: true, message: 'ACL updated' });
    const node = {
      name: 'fra1',
      provider: '',
      connectivity: '',
      datacenter: '',
      geoloc: '',
      location: '',
      http: false,
    };
    const added = await packet('POST', '/nodes/add', { ...node, management_ip: '198.51.100.11' });
    expect(added).toMatchObject({ status: 200, json: { success: false, message: only } });
    expect((await packet('GET', '/nodes/list')).json).toMatchObject({ message: [] });
  });
});
