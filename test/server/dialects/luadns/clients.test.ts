import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs, runTool } from '../../../setup/tools.ts';
import { type DialectServer, dialectServer } from '../server.ts';
import { type LuaClient, luaClient, settled } from './client.ts';

let server: DialectServer;
let key: string;
let ask: LuaClient;
let zone: number;
beforeAll(async () => {
  server = await dialectServer();
  key = await server.token('root', { admin: true });
  ask = luaClient(server.url, key);
  zone = (await ask('POST', '/zones', { name: 'example.com' })).body.id;
});
afterAll(() => server.close());

/** Debian's Python, which has the module of the package. */
const PYTHON = '/usr/bin/python3';

/** lexicon as it is installed, told another address in the one place where it has the provider's. */
const wrapper = `
import os, sys
from lexicon.providers import luadns
from lexicon.cli import main

def configured(self, config, original=luadns.Provider.__init__):
    original(self, config)
    self.api_endpoint = os.environ["LUADNS_ENDPOINT"]

luadns.Provider.__init__ = configured
sys.exit(main())
`;

describe.skipIf(needs('lexicon', PYTHON))('lexicon', () => {
  async function lexicon(...args: string[]): Promise<{ status: number; output: unknown; stderr: string }> {
    const command = ['luadns', '--auth-username', 'joe@example.com', '--auth-token', key, '--output', 'JSON', ...args];
    const env = { LUADNS_ENDPOINT: `${server.url}/luadns/v1`, PYTHONWARNINGS: 'ignore' };
    const { status, stdout, stderr } = await runTool(PYTHON, ['-c', wrapper, ...command], { env });
    return { status, output: status === 0 ? JSON.parse(stdout) : undefined, stderr };
  }

  it('lists, creates, updates and deletes', async () => {
    const www = ['--name', 'www', '--content', '192.0.2.1'];
    expect(await lexicon('create', 'example.com', 'A', ...www)).toMatchObject({
      status: 0,
      output: true,
    });
    // Once more: it looks first, and does nothing.
    const commits = await server.git('rev-list', '--count', 'main');
    expect(await lexicon('create', 'example.com', 'A', ...www)).toMatchObject({ status: 0 });
    expect(await server.git('rev-list', '--count', 'main')).toBe(commits);
    const listed = await lexicon('list', 'example.com', 'A', ...www);
    expect(listed.output).toEqual([
      { id: expect.any(Number), type: 'A', name: 'www.example.com', ttl: 3600, content: '192.0.2.1' },
    ]);
    const [{ id }] = listed.output as [{ id: number }];
    const changes = ['--identifier', String(id), '--content', '192.0.2.7', '--ttl', '300'];
    expect(await lexicon('update', 'example.com', 'A', ...changes)).toMatchObject({ status: 0 });
    expect((await ask('GET', `/zones/${zone}/records/${id}`)).body).toMatchObject({ content: '192.0.2.7', ttl: 300 });
    expect((await lexicon('list', 'example.com', 'NS')).output).toHaveLength(2);
    expect(await lexicon('delete', 'example.com', 'A', '--identifier', String(id))).toMatchObject({ status: 0 });
    expect((await lexicon('list', 'example.com', 'A')).output).toEqual([]);
  });

  it('answers an ACME challenge and tidies up', async () => {
    const token = 'vqOYS_8HZ3NzZ-2yzRrV6tkM9Y0c1h3MDzvG8ud9SAo';
    const challenge = ['--name', '_acme-challenge.www.example.com', '--content', token];
    expect(await lexicon('create', 'example.com', 'TXT', ...challenge, '--ttl', '60')).toMatchObject({ status: 0 });
    expect(await server.git('show', 'main:zones/example.com.yaml')).toContain(`TXT: { ttl: 1m, values: ${token} }`);
    expect(await lexicon('delete', 'example.com', 'TXT', ...challenge)).toMatchObject({ status: 0 });
    expect(await server.git('show', 'main:zones/example.com.yaml')).not.toContain('_acme-challenge');
  });

  it('says what is wrong', async () => {
    const unknown = await lexicon('list', 'nothere.example', 'A');
    expect(unknown.status).not.toBe(0);
    expect(unknown.stderr).toContain('No domain found');
    const bad = await lexicon('create', 'example.com', 'A', '--name', 'x', '--content', 'nonsense');
    expect(bad.status).not.toBe(0);
    expect(bad.stderr).toContain('400 Client Error');
  });
});

describe.skipIf(needs('curl'))("the document's command lines", () => {
  /** As they stand there, but for the address, the credentials, the ids and the JSON. */
  async function curl(line: string, changes: Record<string, string> = {}): Promise<unknown> {
    const all = {
      'https://api.luadns.com': `${server.url}/luadns`,
      '<email>:<api_key>': `joe@example.com:${key}`,
      ...changes,
    };
    const script = Object.entries(all).reduce((text, [from, to]) => text.replaceAll(from, to), line);
    const { status, stdout } = await runTool('/bin/sh', ['-c', script.replace(/^curl/, 'curl -s -S --fail')]);
    expect(status).toBe(0);
    return JSON.parse(stdout);
  }
  const begin = `curl -u <email>:<api_key> \\
        -H 'Accept: application/json' \\`;

  it('work', async () => {
    expect(await curl(`${begin}\n        https://api.luadns.com/v1/users/me`)).toMatchObject({ name: 'root' });
    const made = (await curl(
      `${begin}
        -X POST \\
        -d '<json>' \\
        https://api.luadns.com/v1/zones`,
      { '<json>': '{"name":"example.org"}' },
    )) as { id: number };
    expect(made).toMatchObject({ name: 'example.org' });
    const ids = { 'zones/3': `zones/${made.id}`, 'zones/1/': `zones/${made.id}/`, 'zones/12345': `zones/${made.id}` };
    expect(await curl(`${begin}\n        https://api.luadns.com/v1/zones`)).toContainEqual(
      expect.objectContaining({ id: made.id, records: null }),
    );
    expect(settled(await curl(`${begin}\n        https://api.luadns.com/v1/zones/3`, ids))).toEqual(settled(made));
    const updated = `${begin}
        -X PUT \\
        -d '<json>' \\
        https://api.luadns.com/v1/zones/3`;
    expect(settled(await curl(updated, { ...ids, '<json>': '{"name":"example.org"}' }))).toEqual(settled(made));
    const record = (await curl(
      `${begin}
        -X POST \\
        -d '<json>' \\
        https://api.luadns.com/v1/zones/1/records`,
      { ...ids, '<json>': '{"name":"example.org.","type":"MX","content":"10 mail.example.com.","ttl":300}' },
    )) as { id: number };
    expect(record).toMatchObject({ name: 'example.org.', type: 'MX', content: '10 mail.example.com.', ttl: 300 });
    expect(await curl(`${begin}\n        https://api.luadns.com/v1/zones/3/records`, ids)).toContainEqual(record);
    const ofRecord = { ...ids, 'records/100': `records/${record.id}` };
    expect(await curl(`${begin}\n        https://api.luadns.com/v1/zones/1/records/100`, ofRecord)).toEqual(record);
    const changed = await curl(
      `${begin}
        -X PUT \\
        -d '<json>' \\
        https://api.luadns.com/v1/zones/1/records/100`,
      { ...ofRecord, '<json>': '{"name":"example.org.","type":"MX","content":"20 mail.example.com.","ttl":300}' },
    );
    expect(changed).toMatchObject({ id: record.id, content: '20 mail.example.com.' });
    const gone = `${begin}
        -X DELETE \\
        https://api.luadns.com/v1/zones/1/records/100`;
    expect(await curl(gone, ofRecord)).toEqual(changed);
    expect(await curl(`${begin}\n        https://api.luadns.com/v1/zones/12345/ds_records`, ids)).toEqual([]);
    const zoneGone = `${begin}
        -X DELETE \\
        https://api.luadns.com/v1/zones/3`;
    expect(await curl(zoneGone, ids)).toMatchObject({ id: made.id, name: 'example.org' });
  });
});
