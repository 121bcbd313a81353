import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeMessage } from '../../src/dns/message/encode.ts';
import { frame } from '../../src/dns/message/framing.ts';
import type { ResourceRecord } from '../../src/dns/message/message.ts';
import { CLASS, newMessage } from '../../src/dns/message/message.ts';
import { parseName } from '../../src/dns/name.ts';
import { rdataFromText } from '../../src/dns/rdata.ts';
import { type ImportReport, type ImportRequest, importZones } from '../../src/pipeline/import.ts';
import { programOf, startServer } from '../setup/name-servers.ts';
import { MAIN, put, scratch } from '../setup/program.ts';
import { needs } from '../setup/tools.ts';

const SOA = '$TTL 1h\n@ SOA ns1.example.net. hostmaster.example.net. 7 4h 1h 2w 1h\n@ NS ns1.example.net.\n';
const ZONE = `$ORIGIN example.com.\n${SOA}`;
const isRoot = process.getuid?.() === 0;

/** Imports files of a scratch folder, or addresses, into its folder `out`. */
function run(folder: string, sources: readonly string[], more: Partial<ImportRequest> = {}): Promise<ImportReport> {
  return importZones({
    sources: sources.map((source) => (source.includes('://') ? source : join(folder, source))),
    zone: undefined,
    out: join(folder, 'out'),
    force: false,
    include: undefined,
    key: undefined,
    ...more,
  });
}

function rules({ findings }: ImportReport): string[] {
  return findings.map(({ severity, rule }) => `${severity} ${rule}`);
}

/** Everything that stands in the folder `out`. */
function written(folder: string): string[] {
  return existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')).sort() : [];
}

function document(folder: string, zone: string): string {
  return readFileSync(join(folder, 'out', `${zone}.yaml`), 'utf8');
}

describe('sources', () => {
  it('of a folder are what looks like a zone, and one that is refused leaves the others', async () => {
    const folder = scratch({
      'in/db.one.example': SOA,
      'in/two.example.zone': SOA,
      'in/three.example.db': 'broken\n',
      'in/four.example.yaml': 'www: { type: A, value: 192.0.2.1 }\n',
      'in/octodns.yaml': 'providers: { config: { class: x } }\nzones: { four.example.: { sources: [config] } }\n',
      'in/README.md': '# no zone\n',
      'in/sub/five.example.zone': SOA,
    });
    const report = await run(folder, ['in']);
    expect(written(folder)).toEqual(['four.example.yaml', 'one.example.yaml', 'two.example.yaml']);
    expect(report.files.map(({ zone, names, records }) => `${zone} ${names} ${records}`)).toEqual([
      'one.example. 1 2',
      'two.example. 1 2',
      'four.example. 1 1',
    ]);
    expect(rules(report).filter((rule) => rule.startsWith('error'))).not.toEqual([]);
    expect(rules(report)).toContain('info import-octodns');
  });

  it('of octoDNS may be split over a folder, beside a file or alone', async () => {
    const folder = scratch({
      'in/example.com.yaml': "'': { type: NS, values: [ns1.example.net.] }\n",
      'in/example.com./$example.com.yaml': "'*': { type: TXT, value: wild }\n",
      'in/example.com./www.yaml': '# the web\n\nwww:\n  type: A\n  value: 192.0.2.1  # front\n',
      'in/example.com./notes.txt': 'no YAML',
      'tst/example.org.tst/$example.org.yaml': "'': { type: TXT, value: apex }\n",
      'tst/example.org.tst/a.yaml': 'a: { type: TXT, value: a }\n',
    });
    const report = await run(folder, ['in', 'tst/example.org.tst']);
    expect(rules(report)).toEqual([]);
    expect(document(folder, 'example.com')).toBe(`# the web

ttl: 1h
records:
  "@": { NS: ns1.example.net. }
  "*": { TXT: wild }
  www:
    A: 192.0.2.1  # front
`);
    expect(document(folder, 'example.org')).toContain('  a: { TXT: a }\n');
    expect((await run(folder, ['in/example.com.'], { force: true })).files).toMatchObject([{ zone: 'example.com.' }]);
    put(folder, 'in/example.com./www2.yaml', 'www: { type: A, value: 192.0.2.2 }\n');
    expect(rules(await run(folder, ['in'], { force: true }))).toEqual(['error rrset-twice']);
  });

  it('are not taken twice for one zone, and no document is replaced unasked', async () => {
    const folder = scratch({ 'a.zone': ZONE, 'b.zone': ZONE });
    expect(rules(await run(folder, ['a.zone', 'b.zone'], { force: true }))).toEqual(['error import-exists']);
    const before = statSync(join(folder, 'out/example.com.yaml')).ino;
    expect(rules(await run(folder, ['a.zone']))).toEqual(['error import-exists']);
    expect(statSync(join(folder, 'out/example.com.yaml')).ino).toBe(before);
    expect(written(folder)).toEqual(['example.com.yaml']);
  });

  it('that are signed say so', async () => {
    const signature = 'RRSIG SOA 13 2 3600 20300101000000 20290101000000 1 @ AAAA';
    const folder = scratch({ 'a.zone': `${ZONE}@ ${signature}\n` });
    expect(rules(await run(folder, ['a.zone']))).toEqual(['info import-signed']);
  });

  it('that are no files are refused in a sentence', async () => {
    const folder = scratch({ 'empty/x.txt': '', 'a.yaml': Buffer.from([0xff, 0xfe, 0x61, 0]), '.yaml': 'a: b\n' });
    symlinkSync('loop', join(folder, 'loop'));
    expect(rules(await run(folder, ['missing']))).toEqual(['error import-unreadable']);
    expect(rules(await run(folder, ['loop']))).toEqual(['error import-unreadable']);
    expect(rules(await run(folder, ['a.yaml']))).toEqual(['error file-encoding']);
    expect(rules(await run(folder, ['.yaml']))).toEqual(['error import-zone-name']);
    expect(rules(await run(folder, ['empty']))).toEqual([]);
    const devices = await importZones({ ...(await request(folder)), sources: ['/dev/zero', '/dev/null'] });
    expect(rules(devices)).toEqual(['error import-unreadable', 'error import-unreadable']);
    truncateSync(join(folder, 'empty/x.txt'), 600 * 1024 * 1024);
    expect((await run(folder, ['empty/x.txt'])).findings[0]?.message).toMatch(/is larger than \d+ octets$/);
    expect(written(folder)).toEqual([]);
  });

  it.each([
    'axfr://',
    'axfr://h',
    'axfr://h/',
    'axfr://h:0/x',
    'axfr://h:99999/x',
    'axfr://u@h/x',
    'axfr://h/%zz',
    'axfr://h/a..b',
  ])('%s is no address', async (address) => {
    expect(rules(await run(scratch(), [address]))).toEqual(['error import-address']);
  });

  it.skipIf(!isRoot)('that nobody may read are refused', async () => {
    const folder = scratch({ 'a.zone': ZONE });
    chmodSync(join(folder, 'a.zone'), 0);
    mkdirSync(join(folder, 'out'));
    // As root, but for the right to read what nobody may: another user might not be let to where this project is.
    const { status, stderr } = spawnSync(
      'setpriv',
      [
        '--bounding-set=-dac_override,-dac_read_search',
        process.execPath,
        MAIN,
        'import',
        join(folder, 'a.zone'),
        '--out',
        join(folder, 'out'),
      ],
      { cwd: '/', encoding: 'utf8' },
    );
    expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining('permission denied') });
    expect(written(folder)).toEqual([]);
  });
});

async function request(folder: string): Promise<ImportRequest> {
  return { sources: [], zone: undefined, out: join(folder, 'out'), force: false, include: undefined, key: undefined };
}

describe('names', () => {
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '\\.\\.',
    '%2e%2e',
    'a\\010b',
    'a\\000b',
    "it's",
    '\\"',
    '\\@',
    '\\$ORIGIN',
    'records',
    '~',
    'null',
    '<<',
    '010',
    '1e3',
    '*',
  ];

  it('of records are taken for names', async () => {
    const lines = names.map((name, i) => `${name} TXT "t${i}"\n`).join('');
    const folder = scratch({ 'a.zone': `${ZONE}${lines}` });
    const report = await run(folder, ['a.zone'], { out: join(folder, 'zones') });
    expect(rules(report)).toEqual([]);
    expect(report.files).toMatchObject([{ names: names.length + 1 }]);
    const args = ['-C', folder, 'export', 'example.com'];
    const { stdout } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
    expect(stdout.match(/TXT +"t\d+"$/gm)).toHaveLength(names.length);
  });

  it.each([
    ['a/b', 'a%2Fb.yaml'],
    ['0/25.2.0.192.in-addr.arpa', '0_25.2.0.192.in-addr.arpa.yaml'],
    ['\\046\\046', '%2E%2E.yaml'],
    ['a\\010b', 'a%0Ab.yaml'],
    ['%2e%2e', '%252e%252e.yaml'],
    ['.', 'root.yaml'],
    ['__proto__', '__proto__.yaml'],
  ])('of the zone %s stay inside the folder', async (zone, file) => {
    const folder = scratch({ 'a/b/db': SOA });
    const apex = parseName(zone.endsWith('.') ? zone : `${zone}.`);
    const { files } = await importZones({ ...(await request(folder)), sources: [join(folder, 'a/b/db')], zone: apex });
    expect(files).toHaveLength(1);
    expect(written(folder)).toEqual([expect.stringContaining(file)]);
  });
});

describe('a disk that is full', () => {
  it.skipIf(!isRoot)('keeps the document that was there', async () => {
    const folder = scratch({ 'a.zone': ZONE });
    mkdirSync(join(folder, 'out'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', join(folder, 'out')], { stdio: 'ignore' });
    onTestFinished(() => void execFileSync('umount', [join(folder, 'out')]));
    expect((await run(folder, ['a.zone'])).files).toHaveLength(1);
    const before = document(folder, 'example.com');
    put(folder, 'a.zone', `${ZONE}${Array.from({ length: 20_000 }, (_, i) => `host-${i} A 192.0.2.1\n`).join('')}`);
    const report = await run(folder, ['a.zone'], { force: true });
    expect(report).toMatchObject({ files: [], findings: [] });
    expect(report.unavailable).toMatchObject([
      { source: join(folder, 'a.zone'), message: expect.stringContaining('space') },
    ]);
    expect(document(folder, 'example.com')).toBe(before);
    expect(written(folder)).toEqual(['example.com.yaml']);
  });

  it('and a folder that cannot be made are nothing that is wrong with the source', async () => {
    const folder = scratch({ 'a.zone': ZONE, out: 'a file' });
    const report = await run(folder, ['a.zone']);
    expect(report).toMatchObject({ files: [], findings: [] });
    expect(report.unavailable).toHaveLength(1);
  });
});

/** A server that answers whatever it is asked with these messages, and then hangs up. */
async function hangingUp(messages: (id: number) => readonly Uint8Array[]): Promise<string> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (query) => {
      for (const message of messages(query.readUInt16BE(2))) socket.write(message);
      socket.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `axfr://127.0.0.1:${(server.address() as AddressInfo).port}/example.com`;
}

function record(type: number, text: string): ResourceRecord {
  const owner = parseName('example.com.');
  return { owner, type, class: CLASS.IN, ttl: 3600, rdata: rdataFromText(type, text) };
}

describe('a transfer', () => {
  const soa = record(6, 'ns1.example.net. hostmaster.example.net. 7 14400 3600 1209600 3600');
  const answer = (id: number, answers: readonly ResourceRecord[]): Uint8Array =>
    frame(encodeMessage(newMessage({ id, response: true, authoritative: true, answers })));

  it.each([
    ['before it has said anything', []],
    ['in the middle', [soa, record(2, 'ns1.example.net.')]],
  ])('whose server hangs up %s leaves nothing', async (_, answers) => {
    const folder = scratch();
    const source = await hangingUp((id) => (answers.length === 0 ? [] : [answer(id, answers)]));
    const report = await run(folder, [source]);
    expect(report).toMatchObject({ files: [], findings: [] });
    expect(report.unavailable).toMatchObject([{ source, message: expect.stringContaining('closed the connection') }]);
    expect(written(folder)).toEqual([]);
  });

  it('that says things twice is taken once', async () => {
    const folder = scratch();
    const ns = record(2, 'ns1.example.net.');
    const source = await hangingUp((id) => [answer(id, [soa, ns, record(2, 'NS1.example.net.'), ns, soa])]);
    expect(await run(folder, [source])).toMatchObject({ files: [{ records: 2 }], findings: [], unavailable: [] });
    expect(document(folder, 'example.com')).toContain('"@": { NS: ns1.example.net. }');
  });

  it('from where nobody listens says so', async () => {
    const report = await run(scratch(), ['axfr://127.0.0.1:1/example.com']);
    expect(report.unavailable).toMatchObject([{ message: expect.stringContaining('127.0.0.1 port 1') }]);
  });
});

describe.each(['bind', 'knot', 'nsd'] as const)('a transfer from %s', (kind) => {
  it.skipIf(needs(programOf[kind]))('gives the document of the zone file', async () => {
    const signature = (type: string, ttl: number) => `RRSIG ${type} 13 2 ${ttl} 20300101000000 20290101000000 1 @ AAAA`;
    const folder = scratch({
      'example.com.zone': `${ZONE}@ ${signature('SOA', 3600)}\n@ ${signature('NS', 3600)}\n*.w 60 A 192.0.2.1\n*.w 60 ${signature('A', 60)}\nb TXT "x;y" "z"\na MX 10 Mail\n`,
    });
    const server = await startServer(kind, {
      zones: [{ zone: parseName('example.com.'), path: join(folder, 'example.com.zone') }],
    });
    onTestFinished(() => server.stop());
    await run(folder, [`axfr://127.0.0.1:${server.port}/Example.COM.`]);
    const transferred = document(folder, 'example.com');
    await run(folder, ['example.com.zone'], { force: true });
    const lines = (text: string): string[] => text.toLowerCase().split('\n').sort();
    expect(lines(transferred)).toEqual(lines(document(folder, 'example.com')));
    expect(transferred).toContain('dnssec: presigned');
  });
});
