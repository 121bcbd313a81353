import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects } from '../../../src/server/dialects/list.ts';
import { type DialectServer, dialectServer } from './server.ts';
import { type Access, type TableRecord, type Window, windows } from './windows.ts';

let server: DialectServer;
let access: Access;
beforeAll(async () => {
  server = await dialectServer();
  access = { url: server.url, token: await server.token('root', { admin: true }) };
});
afterAll(() => server.close());

/** The records of the table's zone: one of each type that some provider knows, two values, TTLs of their own. */
function recordsOf(zone: string): TableRecord[] {
  const at = (name: string): string => (name === '@' ? `${zone}.` : `${name}.${zone}.`);
  return [
    { owner: at('@'), type: 'A', ttl: 300, value: '192.0.2.1' },
    { owner: at('@'), type: 'A', ttl: 300, value: '192.0.2.2' },
    { owner: at('@'), type: 'MX', ttl: 3600, value: '10 mail.example.net.' },
    { owner: at('@'), type: 'TXT', ttl: 3600, value: 'v=spf1 mx include:_spf.example.net -all' },
    { owner: at('@'), type: 'CAA', ttl: 3600, value: '0 issue "letsencrypt.org"' },
    { owner: at('www'), type: 'AAAA', ttl: 60, value: '2001:db8::1' },
    { owner: at('blog'), type: 'CNAME', ttl: 3600, value: `www.${zone}.` },
    { owner: at('*.apps'), type: 'CNAME', ttl: 3600, value: 'ingress.example.net.' },
    { owner: at('_sip._tcp'), type: 'SRV', ttl: 3600, value: '5 10 5060 sip.example.net.' },
    { owner: at('sub'), type: 'NS', ttl: 3600, value: 'ns1.example.net.' },
  ];
}

function asTable(zone: string, records: readonly TableRecord[]): string[] {
  return records
    .filter(({ owner, type }) => type !== 'SOA' && !(type === 'NS' && owner === `${zone}.`))
    .map(({ owner, type, ttl, value }) => {
      // Some show the text, others the presentation form.
      const text = type === 'TXT' ? value.replace(/^"(.*)"$/, '$1') : value;
      return `${owner} ${ttl} ${type} ${text}`;
    })
    .sort();
}

it('has a row for every dialect', () => {
  expect(windows.map(({ name }) => name).sort()).toEqual(['native', ...dialects.map(({ name }) => name)].sort());
});

describe.each(windows)('a zone that is made through $name', (maker: Window) => {
  const zone = `by-${maker.name}.example`;
  const made = recordsOf(zone).filter(({ type }) => maker.makes.has(type));
  beforeAll(() => maker.make(access, zone, made));

  it.each(windows)('is the same through $name', async (reader: Window) => {
    expect(asTable(zone, await reader.read(access, zone))).toEqual(asTable(zone, made));
  });

  it('is the same in the repository, each change a commit that names the window', async () => {
    const log = await server.git(
      'log',
      '--format=%(trailers:key=Zonewright-Dialect,valueonly,separator=%x2C)',
      'main',
      '--',
      `zones/${zone}.yaml`,
    );
    const trailers = new Set(log.trim() === '' ? [''] : log.trim().split('\n'));
    expect([...trailers]).toEqual([maker.name === 'native' ? '' : maker.name]);
  });
});
