import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { readTsigKey } from '../../src/pipeline/tsig-file.ts';
import { programOf, startServer } from '../setup/name-servers.ts';
import { put, scratch, zonewright, zonewrightAside } from '../setup/program.ts';
import { needs } from '../setup/tools.ts';

const head =
  '@ 3600 SOA ns1.example.net. hostmaster.example.net. 7 1h 1h 2w 1h\n@ 3600 NS ns1.example.net.\n@ 3600 NS ns2.example.net.\n';

/** Nothing of the program's inside may be shown for what a source holds. */
function isPolite({ stdout, stderr }: { stdout: string; stderr: string }): void {
  expect(stdout + stderr).not.toMatch(/\n\s+at .*\.(js|ts):\d+|fault of zonewright|TypeError|RangeError/);
}

describe('import', () => {
  it('writes a document that builds to the same records, into zones/ unless told otherwise', () => {
    const cwd = scratch({
      'db.example.com': `${head}; the web\nwww 300 A 192.0.2.1 ; front\n`,
      'zones/other.example.yaml': 'records: {}\n',
    });
    const result = zonewright(['import', 'db.example.com'], { cwd });
    expect(result).toMatchObject({ status: 0, stdout: 'zones/example.com.yaml: 2 names, 4 records\n' });
    const document = readFileSync(join(cwd, 'zones/example.com.yaml'), 'utf8');
    expect(document).toContain('# the web\n');
    expect(document).toContain('# front');
    expect(document).toContain('serial_after: 7\n');
    expect(zonewright(['export', 'example.com'], { cwd }).stdout).toMatch(/^www +300 +A +192\.0\.2\.1$/m);
  });

  it('puts documents where the next command finds them', () => {
    const cwd = scratch({ 'db.example.com': head, 'project/zones/other.example.yaml': 'records: {}\n' });
    for (const [out, file] of [
      ['new', 'new/example.com.yaml'],
      ['new/zones', 'new/zones/example.com.yaml'],
      ['project', 'project/zones/example.com.yaml'],
    ] as const) {
      expect(zonewright(['import', 'db.example.com', '--out', out], { cwd })).toMatchObject({ status: 0 });
      expect(existsSync(join(cwd, file)), file).toBe(true);
    }
    expect(zonewright(['-C', 'project', 'export', 'example.com'], { cwd }).status).toBe(0);
  });

  it('replaces no document unless it is told to', () => {
    const cwd = scratch({ 'example.com.zone': head, 'zones/example.com.yaml': '# mine\n' });
    const refused = zonewright(['import', 'example.com.zone'], { cwd });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('--force');
    expect(readFileSync(join(cwd, 'zones/example.com.yaml'), 'utf8')).toBe('# mine\n');
    expect(zonewright(['import', 'example.com.zone', '--force'], { cwd }).status).toBe(0);
    expect(readdirSync(join(cwd, 'zones'))).toEqual(['example.com.yaml']);
  });

  it('reads includes from the folder of the source and from nowhere else', () => {
    const outside = scratch({ secret: 'leak A 192.0.2.66\n' });
    const cwd = scratch({
      'in/db.a.example': `${head}$INCLUDE hosts\n`,
      'in/hosts': 'www A 192.0.2.1\n',
      above: 'www A 192.0.2.66\n',
    });
    expect(zonewright(['import', 'in/db.a.example', '--out', 'out'], { cwd }).status).toBe(0);
    symlinkSync(join(outside, 'secret'), join(cwd, 'in/link'));
    for (const path of ['/etc/passwd', '../above', 'link', 'missing', '"/etc/\\112asswd"', '.']) {
      put(cwd, 'in/db.b.example', `${head}$INCLUDE ${path}\n`);
      const result = zonewright(['import', 'in/db.b.example', '--out', 'out'], { cwd });
      expect(result.status, path).toBe(1);
      expect(result.stdout + result.stderr).not.toMatch(/root:|192\.0\.2\.66/);
      expect(existsSync(join(cwd, 'out/b.example.yaml'))).toBe(false);
      isPolite(result);
    }
    put(cwd, 'in/db.b.example', `${head}$INCLUDE db.b.example\n`);
    isPolite(zonewright(['import', 'in/db.b.example', '--out', 'out'], { cwd }));
    put(cwd, 'in/db.b.example', `${head}$INCLUDE ../above\n`);
    expect(zonewright(['import', 'in/db.b.example', '--out', 'out', '--include', '.'], { cwd }).status).toBe(0);
  });

  it.each(['../../x', '/etc/x', 'a/b', '..', '%2e%2e', 'a\nb', ''])(
    'keeps the document of the zone %j inside the folder',
    (zone) => {
      const cwd = scratch({ 'deep/in/db': head });
      const result = zonewright(['import', 'db', '--zone', zone, '--out', 'out'], { cwd: join(cwd, 'deep/in') });
      isPolite(result);
      const written = readdirSync(cwd, { recursive: true })
        .map(String)
        .filter((path) => path.endsWith('.yaml'));
      for (const path of written) expect(path).toMatch(/^deep\/in\/out\/[^/]+\.yaml$/);
    },
  );

  it('refuses what is no zone, politely and at once', () => {
    const cwd = scratch({
      'db.noise': Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919 + (i >> 3)) % 256)),
      'db.line': `${head}long TXT "${'x'.repeat(20_000_000)}"\n`,
      'db.empty': '',
      'db.nosoa': 'www A 192.0.2.1\n',
    });
    for (const file of [
      'db.noise',
      'db.line',
      'db.empty',
      'db.nosoa',
      'missing',
      'axfr://',
      'axfr://127.0.0.1:99999/a.example',
      'axfr://127.0.0.1:1/../x',
    ]) {
      const result = zonewright(['import', file, '--zone', 'a.example', '--out', 'out'], { cwd });
      expect([1, 64, 69], file).toContain(result.status);
      expect(result.stderr.length, file).toBeLessThan(60_000);
      isPolite(result);
    }
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });

  it('says that a server is not there with a status of its own', () => {
    const result = zonewright(['import', 'axfr://127.0.0.1:1/a.example', '--out', 'out'], { cwd: scratch() });
    expect(result.status).toBe(69);
    expect(result.stderr).toContain('127.0.0.1 port 1');
  });
});

describe.each(['bind', 'knot', 'nsd'] as const)('a zone transfer from %s', (kind) => {
  it.skipIf(needs(programOf[kind]))('with a key is the zone, without it or with another one nothing', async () => {
    const cwd = scratch({
      'a.example.zone': `$ORIGIN a.example.\n${head}www 300 A 192.0.2.1\nt TXT "x;y" "z"\n`,
      key: 'hmac-sha256:xfr.:c2VjcmV0c2VjcmV0',
      wrong: 'hmac-sha256:xfr.:d3Jvbmd3cm9uZw==',
    });
    const server = await startServer(kind, {
      zones: [{ zone: parseName('a.example.'), path: join(cwd, 'a.example.zone') }],
      key: readTsigKey(readFileSync(join(cwd, 'key'), 'utf8')),
    });
    try {
      const source = `axfr://127.0.0.1:${server.port}/a.example`;
      const run = (...more: string[]) => zonewrightAside(['import', source, '--out', 'zones', ...more], cwd);
      for (const more of [[], ['--tsig-file', 'wrong']]) {
        const refused = await run(...more);
        expect(refused.status).toBe(69);
        expect(refused.stderr).not.toMatch(/d3Jvbm|c2VjcmV0/);
        expect(existsSync(join(cwd, 'zones'))).toBe(false);
      }
      expect(await run('--tsig-file', 'key')).toMatchObject({
        status: 0,
        stdout: 'zones/a.example.yaml: 3 names, 5 records\n',
      });
    } finally {
      await server.stop();
    }
    const zone = zonewright(['export', 'a.example'], { cwd }).stdout;
    expect(zone).toMatch(/^www +300 +A +192\.0\.2\.1$/m);
    expect(zone).toMatch(/^t +(300 +)?TXT +"x;y" "z"$/m);
  });
});
