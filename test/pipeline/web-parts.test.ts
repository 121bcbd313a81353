import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRelease } from '../../src/pipeline/build.ts';
import { writeOrRemove } from '../git/scratch-repository.ts';
import { freePort } from '../setup/name-servers.ts';
import { needs, runTool, tool } from '../setup/tools.ts';
import { contentsOf } from './random-estate.ts';

const HEAD = 'soa: { primary: ns1.example.org., contact: hostmaster@example.org }\nrecords:\n';
const NS = '  "@": { NS: [ns1.example.org., ns2.example.org.] }\n';
const NODES = `nodes:
  fra-1.x:
    host: fra1.example.org
    web: true
    location: { name: Zürich, datacenter: ZRH-1, provider: 'Example "Net"' }
    nameserver: { kind: knot }
    bgp: { kind: bird, asn: 64513 }
    probe: { address: 198.51.100.11 }
  ${'n'.repeat(63)}: { host: "2001:db8::12", bgp: { kind: frr }, probe: { port: 5353 } }
  table: { host: 192.0.2.7 }
collector: { asn: 64512, router_id: 192.0.2.1 }
monitoring: { zones: [example.com], exporters: { node: 9100, varnish: 9131 } }
`;

/** All that RFC 3986 allows in a query, and what means something in configurations. */
const ODD = `https://www.example.com/a;b,c!$&'()*+=:@-._~[1]%20%7B%24/?q=$HOME&r=*#f`;
const EXAMPLE = `owners: [alice, nobody]
${HEAD}${NS}  cdn: { A: { value: 203.0.113.5, proxied: true } }
  two: { A: [{ value: 203.0.113.5, proxied: true }, { value: 203.0.113.6, proxied: true }] }
  "*.apps": { A: { value: 203.0.113.7, proxied: true } }
  www: { CNAME: cdn }
  far: { CNAME: www.example.net. }
  old: { REDIRECT: "301 ${ODD}" }
  older: { CNAME: old }
  plain: { A: 203.0.113.9 }
  other: { CNAME: plain }
`;

/** Everything that is written here. */
const scratch = mkdtempSync(join(tmpdir(), 'zonewright-web-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function scratchFolder(): string {
  return mkdtempSync(join(scratch, 'folder-'));
}

interface Project {
  readonly folder: string;
  readonly out: string;
  write(files: Record<string, string | undefined>): void;
  build(): Promise<Record<string, string>>;
  findings(): Promise<readonly { rule: string; severity: string; message: string }[]>;
}

function project(files: Record<string, string | undefined>): Project {
  const folder = scratchFolder();
  const out = join(scratchFolder(), 'release');
  const run = () => buildRelease({ folder, now: Date.UTC(2026, 10, 22), version: '1.0.0' }, { out });
  const write = (changed: Record<string, string | undefined>): void => {
    for (const [path, text] of Object.entries(changed)) writeOrRemove(join(folder, path), text);
  };
  write(files);
  return {
    folder,
    out,
    write,
    async build() {
      const result = await run();
      if (result.kind !== 'built') throw new Error(JSON.stringify(result));
      return contentsOf(out);
    },
    async findings() {
      const result = await run();
      if (result.kind === 'failure') throw new Error(result.message);
      return result.report.findings;
    },
  };
}

const whole = {
  'nodes.yaml': NODES,
  'web.yaml': 'purge: { accounts: { alice: [192.0.2.0/24, "2001:DB8::/32"] }, zones: { "*.net": 198.51.100.7 } }\n',
  'zones/example.com.yaml': EXAMPLE,
  'zones/example.net.yaml': `${HEAD}${NS}  www: { ALIAS: cdn.example.com. }\n`,
};

describe('what a release holds for web nodes, the collector and the monitoring', () => {
  it('is there where the inventory asks for it, and nowhere else', async () => {
    const { build, write } = project({
      ...whole,
      'nodes.yaml': 'nodes: { n1: { probe: { address: 198.51.100.1 } } }\n',
    });
    write({ 'zones/example.com.yaml': HEAD + NS, 'zones/example.net.yaml': undefined });
    const others = (files: Record<string, string>) => Object.keys(files).filter((path) => /^(web|col|mon)/.test(path));
    expect(others(await build())).toEqual([]);
    write({ 'nodes.yaml': NODES });
    expect(others(await build())).toEqual([
      'collector/bird.conf',
      'monitoring/blackbox.yml',
      'monitoring/dns.json',
      'monitoring/exporters.json',
      'monitoring/prometheus.yml',
      'web/Caddyfile',
      'web/varnish.vcl',
    ]);
    write({ 'nodes.yaml': undefined });
    expect(others(await build())).toEqual([]);
  });

  it('follows CNAME and ALIAS to proxied and redirected names', async () => {
    const files = await project(whole).build();
    const hosts = [...(files['web/Caddyfile'] ?? '').matchAll(/^([^#\s(].*) \{$/gm)].map(([, address]) => address);
    expect(hosts).toEqual([
      '*.apps.example.com',
      'cdn.example.com',
      'far.example.com',
      'http://old.example.com, https://old.example.com',
      'http://older.example.com, https://older.example.com',
      'two.example.com',
      'www.example.com',
      'www.example.net',
    ]);
    expect(files['web/Caddyfile']).toContain(`redir "${ODD}" 301`);
    expect(files['web/varnish.vcl']).toMatch(/"cdn\.example\.com" \|\|\s+req\.http\.host == "far\.example\.com"/);
  });

  it('is written anew only where it changes, and changes without a zone', async () => {
    const { build, write, out } = project(whole);
    await build();
    const manifest = () =>
      JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { files: { path: string }[] };
    const before = manifest();
    expect(before.files.map(({ path }) => path)).toContain('web/varnish.vcl');
    write({ 'web.yaml': undefined });
    const files = await build();
    expect(files['web/varnish.vcl']).not.toContain('purge_');
    const changed = manifest().files.filter(
      (file) => !before.files.some((old) => JSON.stringify(old) === JSON.stringify(file)),
    );
    expect(changed.map(({ path }) => path)).toEqual(['web/varnish.vcl']);
    write({ 'zones/example.net.yaml': `${HEAD}${NS}  www: { A: 192.0.2.1 }\n` });
    expect((await build())['web/Caddyfile']).not.toContain('www.example.net');
  });

  it('says what cannot be served or watched', async () => {
    const { findings, write } = project({
      ...whole,
      'zones/example.com.yaml': `${HEAD}${NS}  'a"b': { A: { value: 203.0.113.5, proxied: true } }\n`,
      'zones/example.net.yaml': undefined,
      'nodes.yaml': NODES.replace('[example.com]', '[example.com, gone.example]'),
    });
    const rules = (await findings()).map(({ rule }) => rule);
    expect(rules).toContain('web-host-syntax');
    expect(rules).toContain('monitored-zone-missing');
    write({ 'nodes.yaml': NODES.replace('probe: { address: 198.51.100.11 }', '') });
    expect((await findings()).map(({ message }) => message)).toContain('the route collector has no address of fra-1.x');
  });

  it.each([
    ['host bits', 'purge: { accounts: { a: 192.0.2.1/24 } }'],
    ['the end of a string', `purge: { accounts: { a: '192.0.2.0"/24; }' } }`],
    ['a length of another family', 'purge: { accounts: { a: 192.0.2.0/64 } }'],
    ['a zone index', 'purge: { accounts: { a: "fe80::1%eth0" } }'],
    ['white space in an account', 'purge: { accounts: { "a b": 192.0.2.0/24 } }'],
    ['no pattern', 'purge: { zones: { "a b": 192.0.2.0/24 } }'],
    ['an unknown key', 'purgers: {}'],
  ])('refuses a web.yaml with %s', async (_, text) => {
    const { findings } = project({ ...whole, 'web.yaml': `${text}\n` });
    expect((await findings()).map(({ severity }) => severity)).toContain('error');
  });
});

describe.skipIf(needs('caddy', 'varnishd', 'bird', 'promtool', 'prometheus-blackbox-exporter'))('judges', () => {
  const made = project(whole);
  const empty = project({ 'nodes.yaml': NODES, 'zones/example.com.yaml': HEAD + NS });
  const path = (name: string): string => join(made.out, name);
  beforeAll(async () => {
    await made.build();
    await empty.build();
  });

  it.each([made, empty])('Caddy takes the hosts', async ({ out }) => {
    const env = { HOME: scratchFolder() };
    const options = ['--adapter', 'caddyfile', '--config', join(out, 'web/Caddyfile')];
    const validated = await runTool('caddy', ['validate', ...options], { env });
    expect(validated.stderr + validated.stdout).toContain('Valid configuration');
    const adapted = await runTool('caddy', ['adapt', ...options], { env });
    expect(adapted.stdout.includes(JSON.stringify(ODD).replaceAll('&', '\\u0026'))).toBe(out === made.out);
  });

  it.each([made, empty])('Varnish compiles its configuration', async ({ out }) => {
    const folder = scratchFolder();
    const compiled = await runTool('varnishd', ['-C', '-j', 'none', '-n', folder, '-f', join(out, 'web/varnish.vcl')]);
    const fault = compiled.status === 0 ? '' : compiled.stderr;
    expect([compiled.status, fault]).toEqual([0, '']);
  });

  it.each([made, empty])('a node seals them', async ({ out }) => {
    const root = scratchFolder();
    const draft = join(root, 'releases/.part-r1');
    cpSync(join(out, 'web'), join(draft, 'web'), { recursive: true });
    writeFileSync(join(root, 'input'), '10 lock abcdefgh\nthis test\n0 as abcdefgh seal r1\n');
    const env = { ...process.env, ZONEWRIGHT_ROOT: root };
    const program = fileURLToPath(new URL('../../templates/node/zonewright-node', import.meta.url));
    const sealed = await runTool('sh', ['-c', '"$0" session <"$1"', program, join(root, 'input')], { env });
    expect([sealed.status, sealed.stdout.trim(), sealed.stderr]).toEqual([
      0,
      expect.stringMatching(/^12\n[ 0]+12\n[ 0]+$/),
      '',
    ]);
  });

  it('BIRD parses the collector', async () => {
    const checked = await runTool('bird', ['-p', '-c', path('collector/bird.conf')]);
    expect([checked.status, checked.stderr]).toEqual([0, '']);
    const text = readFileSync(path('collector/bird.conf'), 'utf8');
    expect(text).toContain(`'node_fra-1.x' from nodes {\n\tneighbor 198.51.100.11 as 64513;`);
    expect(text).toContain('neighbor 2001:db8::12 as 64512;');
    expect(text).not.toContain('node_table');
  });

  it('Prometheus takes the targets', async () => {
    const checked = await runTool('promtool', ['check', 'config', path('monitoring/prometheus.yml')]);
    expect([checked.status, checked.stderr]).toEqual([0, '']);
    const targets = JSON.parse(readFileSync(path('monitoring/dns.json'), 'utf8')) as { targets: string[] }[];
    expect(targets.map((each) => each.targets[0])).toEqual([
      '198.51.100.11:53',
      '198.51.100.11:53',
      '[2001:db8::12]:5353',
      '[2001:db8::12]:5353',
      '192.0.2.7:53',
      '192.0.2.7:53',
    ]);
    expect(targets[0]).toMatchObject({
      labels: { location: 'Zürich', provider: 'Example "Net"', zone: 'example.com' },
    });
  });

  it.each([made, empty])('the black-box exporter takes its modules', async ({ out }) => {
    const file = join(out, 'monitoring/blackbox.yml');
    const checked = await runTool('prometheus-blackbox-exporter', ['--config.check', `--config.file=${file}`]);
    expect(checked.stderr).toContain('Config file is ok');
  });
});

describe.skipIf(needs('caddy', 'varnishd'))('Caddy and Varnish in front of an origin', () => {
  const children: ChildProcess[] = [];
  const asked: string[] = [];
  const origin = createServer((incoming, answer) => {
    asked.push(
      `${incoming.headers.host}${incoming.url} ${Object.keys(incoming.headers).includes('x-zonewright-client')}`,
    );
    answer.setHeader('Cache-Control', 'max-age=60');
    answer.end('from the origin');
  });
  let cache = 0;
  let web = 0;

  beforeAll(async () => {
    const { build, out } = project({
      ...whole,
      'web.yaml': 'purge: { accounts: { alice: [192.0.2.0/24, 127.0.0.1] } }\n',
      'zones/example.com.yaml': `owners: [alice]\n${HEAD}${NS}  cdn: { A: { value: 127.0.0.1, proxied: true } }
  "*.wild": { A: { value: 127.0.0.1, proxied: true } }\n  old: { REDIRECT: 308 https://www.example.org/x?y=z }\n`,
      'zones/example.net.yaml': `${HEAD}${NS}  www: { A: { value: 127.0.0.1, proxied: true } }\n`,
    });
    await build();
    origin.listen(0, '127.0.0.1');
    await once(origin, 'listening');
    [cache, web] = [await freePort(), await freePort()];
    const folder = scratchFolder();
    const vcl = join(folder, 'test.vcl');
    const port = String((origin.address() as AddressInfo).port);
    writeFileSync(vcl, readFileSync(join(out, 'web/varnish.vcl'), 'utf8').replaceAll('"80"', `"${port}"`));
    mkdirSync(join(folder, 'varnish'));
    const varnish = [
      '-F',
      '-j',
      'none',
      '-n',
      join(folder, 'varnish'),
      '-a',
      `127.0.0.1:${cache}`,
      '-f',
      vcl,
      '-s',
      'malloc,8m',
    ];
    writeFileSync(
      join(folder, 'Caddyfile'),
      `{\n\tadmin off\n\tauto_https off\n\thttp_port ${web}\n}\nimport ${folder}/sites\n`,
    );
    // Without certificates every host is served over http.
    const sites = readFileSync(join(out, 'web/Caddyfile'), 'utf8')
      .replaceAll('6081', String(cache))
      .replaceAll(/, https:\S+ \{/g, ' {')
      .replaceAll(/^([a-z*][^\s:]*) \{/gm, 'http://$1 {')
      .replaceAll(/\ttls \{[^}]*\}\n/g, '');
    writeFileSync(join(folder, 'sites'), sites);
    const start = (name: string, args: string[]): void => {
      children.push(spawn(tool(name) as string, args, { stdio: 'ignore', env: { ...process.env, HOME: folder } }));
    };
    start('varnishd', varnish);
    start('caddy', ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]);
    for (const at of [cache, web]) {
      for (
        let i = 0;
        i < 200 && (await ask(at, 'GET', 'cdn.example.com', '/ready').catch(() => undefined)) === undefined;
        i++
      ) {
        await pause(50);
      }
    }
  });

  afterAll(async () => {
    origin.close();
    for (const child of children) {
      if (child.exitCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
  });

  function ask(port: number, method: string, host: string, path: string, headers: Record<string, string> = {}) {
    return new Promise<{ status: number; cached: string; location: string; body: string }>((resolve, reject) => {
      const sent = request(
        { port, host: '127.0.0.1', method, path, headers: { host, ...headers } },
        (answer: IncomingMessage) => {
          let body = '';
          answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              cached: String(answer.headers['x-cache']),
              location: String(answer.headers.location),
              body,
            }),
          );
        },
      );
      sent.on('error', reject).end();
    });
  }

  it('fetch a proxied name from its origin, once', async () => {
    expect(await ask(web, 'GET', 'cdn.example.com', '/page')).toMatchObject({
      body: 'from the origin',
      cached: 'miss',
    });
    expect(await ask(web, 'GET', 'CDN.example.com', '/page')).toMatchObject({ body: 'from the origin', cached: 'hit' });
    expect(await ask(web, 'GET', 'a.wild.example.com', '/page')).toMatchObject({ status: 200, cached: 'miss' });
    expect(asked.filter((each) => each === 'cdn.example.com/page false')).toHaveLength(1);
  });

  it('send a redirected name elsewhere', async () => {
    const answer = await ask(web, 'GET', 'old.example.com', '/page');
    expect(answer).toMatchObject({ status: 308, location: 'https://www.example.org/x?y=z' });
    expect(await ask(cache, 'GET', 'nobody.example.com', '/')).toMatchObject({ status: 421 });
  });

  it('forget a page for the networks that may purge, and for nobody else', async () => {
    await ask(web, 'GET', 'cdn.example.com', '/kept');
    const from = { 'X-Zonewright-Client': '192.0.2.9' };
    expect(
      await ask(cache, 'PURGE', 'cdn.example.com', '/kept', { 'X-Zonewright-Client': '198.51.100.1' }),
    ).toMatchObject({
      status: 405,
    });
    expect(await ask(cache, 'PURGE', 'www.example.net', '/kept', from)).toMatchObject({ status: 405 });
    expect(await ask(web, 'GET', 'cdn.example.com', '/kept')).toMatchObject({ cached: 'hit' });
    // Caddy tells who asks, whatever the client says of itself.
    const lie = { 'X-Zonewright-Client': '198.51.100.1' };
    expect(await ask(web, 'PURGE', 'cdn.example.com', '/kept', lie)).toMatchObject({ status: 200 });
    expect(await ask(web, 'GET', 'cdn.example.com', '/kept')).toMatchObject({ cached: 'miss' });
    expect(await ask(cache, 'PURGE', 'cdn.example.com', '/kept', from)).toMatchObject({ status: 200 });
  });
});
