import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { put, scratch, zonewright } from '../setup/program.ts';

const head =
  'soa: { primary: ns1.example.net., contact: hostmaster@example.net }\nrecords:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n';

/** Nothing of the program's inside may be shown for what a user did. */
function isPolite({ stdout, stderr }: { stdout: string; stderr: string }): void {
  expect(stdout + stderr).not.toMatch(/\n\s+at .*\.(js|ts):\d+|fault of zonewright|TypeError|RangeError/);
}

describe('documents that are meant to hurt', () => {
  it('stops a billion laughs at its place', () => {
    const bomb = `a: &a [${'x, '.repeat(9)}x]\n${'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]}, `.repeat(9)}*${'abcdefgh'[i]}]\n`)
      .join('')}`;
    const cwd = scratch({ 'zones/example.com.yaml': `${bomb}${head}` });
    const result = zonewright(['check'], { cwd });
    expect(result.status).toBe(1);
    expect(result.stdout).toMatch(/zones\/example\.com\.yaml:\d+:\d+: error alias-bomb/);
    isPolite(result);
  });

  it('reads a line of 100 MB, and says what is wrong with it without showing all of it', () => {
    const cwd = scratch();
    put(cwd, 'zones/example.com.yaml', `${head}  long: { TXT: "${'x'.repeat(100_000_000)}" }\n`);
    const result = zonewright(['check', '--no-cache'], { cwd });
    expect(result.status).toBe(1);
    expect(result.stdout).toContain('zones/example.com.yaml:4:');
    expect(result.stdout.length).toBeLessThan(2000);
    isPolite(result);
  });

  it('takes names for names, whatever JavaScript, shells and file systems make of them', () => {
    const names = [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '%2e%2e',
      '$(id)',
      '`id`',
      '-rf',
      "it's",
      '<script>',
      '\\"',
      'a\\010b',
      '\\@',
      '\\$ORIGIN',
    ];
    const cwd = scratch({
      'zones/example.com.yaml': `${head}${names.map((name, i) => `  '${name.replaceAll("'", "''")}': { TXT: t${i} }\n`).join('')}`,
    });
    const check = zonewright(['check'], { cwd });
    isPolite(check);
    const result = zonewright(['build', '--out', 'release'], { cwd });
    expect(result.status, result.stderr).toBe(0);
    const text = readFileSync(join(cwd, 'release/zones/example.com.zone'), 'utf8');
    for (const i of names.keys()) expect(text).toContain(`"t${i}"`);
    expect(text.split('\n').filter((line) => line.startsWith('$'))).toEqual(['$ORIGIN example.com.', '$TTL 3600']);
  });

  it.each(['..', '.', 'a..b', '.hidden', 'x'.repeat(64), 'a b', '"a\\nb"', '"a\\0b"'])(
    'refuses the owner %j at its place',
    (name) => {
      const cwd = scratch({
        'zones/example.com.yaml': `${head}  ${name.startsWith('"') ? name : `"${name}"`}: { A: 192.0.2.1 }\n`,
      });
      const result = zonewright(['check'], { cwd });
      expect(result.status).toBe(1);
      expect(result.stdout).toMatch(/zones\/example\.com\.yaml:4:\d+: error/);
      isPolite(result);
    },
  );

  it('lets no value break out of the zone file', () => {
    const cwd = scratch({
      'zones/example.com.yaml': `${head}  a: { TXT: '"\\010$INCLUDE /etc/passwd" "\\"; (" "\\\\"' }\n  b: { TXT: 'plain " quote; $ORIGIN . \\ ( )' }\n`,
    });
    expect(zonewright(['build', '--out', 'release'], { cwd })).toMatchObject({ status: 0 });
    const lines = readFileSync(join(cwd, 'release/zones/example.com.zone'), 'utf8').split('\n');
    expect(lines.filter((line) => line.startsWith('$')).length).toBe(2);
    expect(lines.filter((line) => line.includes('passwd'))).toEqual([
      'a                               TXT     "\\010$INCLUDE /etc/passwd" "\\"; (" "\\\\"',
    ]);
  });

  it('follows no link out of the repository', () => {
    const outside = scratch({ 'secret.yaml': `# top secret\n${head}  leak: { TXT: top secret }\n` });
    const cwd = scratch({ 'zones/example.com.yaml': head });
    symlinkSync(join(outside, 'secret.yaml'), join(cwd, 'zones/leak.example.yaml'));
    symlinkSync('/etc', join(cwd, 'zones/etc'));
    const result = zonewright(['build', '--out', 'release'], { cwd });
    expect(result.status).toBe(1);
    expect(result.stdout + result.stderr).not.toContain('top secret');
    expect(existsSync(join(cwd, 'release'))).toBe(false);
    isPolite(result);
  });

  it('says where a file is not UTF-8, and refuses files whose names are no zones', () => {
    const cwd = scratch({
      'zones/example.com.yaml': Buffer.concat([
        Buffer.from(head),
        Buffer.from('  caf\xe9: { A: 192.0.2.1 }\n', 'latin1'),
      ]),
      'zones/a..b.yaml': head,
      'zones/a b.yaml': head,
    });
    const result = zonewright(['check'], { cwd });
    expect(result.status).toBe(1);
    expect(result.stdout).toContain('zones/example.com.yaml:4:6: error file-encoding');
    expect(result.stdout).toContain('zones/a..b.yaml:1:1: error zone-file-name');
    expect(result.stdout).toContain('zones/a b.yaml:1:1: error zone-file-name');
    isPolite(result);
  });

  it('takes templates only from its own folder', () => {
    const cwd = scratch({
      'zones/example.com.yaml': `use: [../../etc/passwd, /etc/passwd, "a/../b", missing]\n${head}`,
    });
    const result = zonewright(['check'], { cwd });
    expect(result.status).toBe(1);
    expect(result.stdout.match(/ error template-/g)?.length).toBe(3);
    expect(result.stdout).toContain('missing');
    isPolite(result);
  });

  it('takes no revision for an option of git', () => {
    const cwd = scratch({ 'zones/example.com.yaml': head });
    for (const revision of ['--upload-pack=touch pwned', '-h', '--output=pwned', 'HEAD:zones', '']) {
      const result = zonewright(['check', `--at=${revision}`], { cwd });
      expect([1, 64, 69]).toContain(result.status);
      isPolite(result);
    }
    expect(readdirSync(cwd).filter((name) => name.includes('pwned'))).toEqual([]);
  });

  it('puts no release where its sources are', () => {
    const cwd = scratch({ 'zones/example.com.yaml': head, 'important/file.txt': 'keep me' });
    for (const out of ['zones', '.', 'zones/new', 'important']) {
      const result = zonewright(['build', '--out', out], { cwd });
      expect([1, 64]).toContain(result.status);
      isPolite(result);
    }
    expect(readFileSync(join(cwd, 'important/file.txt'), 'utf8')).toBe('keep me');
    expect(readFileSync(join(cwd, 'zones/example.com.yaml'), 'utf8')).toBe(head);
  });

  it('names the one bad record among a million', () => {
    const cwd = scratch();
    const lines: string[] = [head];
    for (let i = 0; i < 1_000_000; i++) lines.push(`  h${i}: { A: ${i === 777_777 ? '192.0.2.256' : '192.0.2.1'} }\n`);
    put(cwd, 'zones/example.com.yaml', lines.join(''));
    const result = zonewright(['check', '--no-cache'], { cwd });
    expect(result.status).toBe(1);
    expect(result.stdout).toContain(
      'zones/example.com.yaml:777781:17: error ipv4-syntax: "192.0.2.256" is not an IPv4 address',
    );
  });
});

describe('a cache that something has written into', () => {
  it('is never believed', () => {
    const cwd = scratch({ 'zones/a.example.yaml': head, 'zones/b.example.yaml': `${head}  www: { A: 192.0.2.1 }\n` });
    expect(zonewright(['build', '--out', 'release'], { cwd }).status).toBe(0);
    const expected = readFileSync(join(cwd, 'release/zones/b.example.zone'), 'utf8').replace(/\d{9,}/, 'N');
    const cache = join(cwd, '.zonewright/cache');
    const files = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(0);
    const spoilers: ((content: Buffer) => Buffer)[] = [
      () => Buffer.alloc(0),
      (content) => content.subarray(0, content.length / 2),
      (content) => Buffer.from(content.toString('latin1').replace(/example/g, 'exbmple'), 'latin1'),
      () => Buffer.from('{"__proto__":1}'),
      (content) => Buffer.concat([content, content]),
    ];
    for (const spoil of spoilers) {
      for (const file of files) {
        const path = join(file.parentPath, file.name);
        if (existsSync(path)) writeFileSync(path, spoil(readFileSync(path)));
      }
      const result = zonewright(['build', '--out', 'again'], { cwd });
      expect(result.status, result.stderr).toBe(0);
      isPolite(result);
      expect(readFileSync(join(cwd, 'again/zones/b.example.zone'), 'utf8').replace(/\d{9,}/, 'N')).toBe(expected);
    }
  });
});
