import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { git, put, scratch, zonewright } from '../setup/program.ts';

const soa = 'soa: { primary: ns1.example.net., contact: hostmaster@example.net }\n';
const good = `${soa}records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n  www: { A: 192.0.2.1 }\n`;
const bad = good.replace('192.0.2.1', '192.0.2.300');

function schema(name: string): (document: unknown) => string {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  for (const file of readdirSync('schemas')) {
    if (file !== name && /^(findings)\.schema\.json$/.test(file))
      ajv.addSchema(JSON.parse(readFileSync(join('schemas', file), 'utf8')));
  }
  const validate = ajv.compile(JSON.parse(readFileSync(join('schemas', name), 'utf8')));
  return (document) => (validate(document) ? '' : JSON.stringify(validate.errors));
}

describe('exit status and streams', () => {
  it('0 for good zones, 1 for bad ones, with results on standard output', () => {
    expect(zonewright(['check'], { cwd: scratch({ 'zones/example.com.yaml': good }) })).toEqual({
      status: 0,
      stdout: '1 zone: nothing found\n',
      stderr: '',
    });
    const { status, stdout, stderr } = zonewright(['check'], { cwd: scratch({ 'zones/example.com.yaml': bad }) });
    expect(status).toBe(1);
    expect(stdout).toContain('zones/example.com.yaml:4:13: error ipv4-syntax: "192.0.2.300" is not an IPv4 address');
    expect(stderr).toBe('');
  });

  it.each([
    [['chek']],
    [['check', '--nope']],
    [['build']],
    [['check', 'no-such-zone.example']],
    [['plan', '--format', 'html']],
    [['check', '--fix', '--at', 'HEAD']],
    [[]],
  ])('64 for %j', (args) => {
    const { status, stdout } = zonewright(args, { cwd: scratch({ 'zones/example.com.yaml': good }) });
    expect(status).toBe(64);
    expect(stdout).toBe('');
  });

  it('64 where there is no project, and says how to name one', () => {
    const { status, stderr } = zonewright(['check'], { cwd: scratch() });
    expect(status).toBe(64);
    expect(stderr).toContain('-C');
  });

  it('says its version quickly and its help on standard output', () => {
    expect(zonewright(['--version']).stdout).toBe(`${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
    const help = zonewright(['--help']);
    expect(help.status).toBe(0);
    for (const name of ['check', 'fmt', 'plan', 'build', 'import', 'export', 'preview', 'demo'])
      expect(help.stdout).toContain(`  ${name} `);
    for (const name of ['check', 'fmt', 'plan', 'build', 'import', 'export', 'preview', 'demo'])
      expect(zonewright([name, '--help']).status).toBe(0);
  });

  it('works from a folder below, and on the folder of -C', () => {
    const folder = scratch({ 'zonewright.yaml': 'defaults: { ttl: 5m }\n', 'zones/a/example.com.yaml': good });
    expect(zonewright(['check'], { cwd: join(folder, 'zones/a') }).stdout).toBe('1 zone: nothing found\n');
    expect(zonewright(['-C', folder, 'check']).stdout).toBe('1 zone: nothing found\n');
    expect(zonewright(['-C', folder, 'export', 'example.com']).stdout).toContain('$TTL 300\n');
  });
});

describe('folders', () => {
  it('takes -C at its word, whatever lies above', () => {
    const folder = scratch({ 'zones/example.com.yaml': good, 'below/nothing.txt': '' });
    expect(zonewright(['-C', join(folder, 'below'), 'check']).status).toBe(64);
    expect(zonewright(['check'], { cwd: join(folder, 'below') }).status).toBe(0);
  });

  it('takes a folder of zone documents alone for the zones/ of a project', () => {
    const folder = scratch({ 'docs/example.com.yaml': good });
    expect(zonewright(['-C', 'docs', 'build', '--out', 'release'], { cwd: folder }).status).toBe(0);
    expect(readFileSync(join(folder, 'release/zones/example.com.zone'), 'utf8')).toContain('192.0.2.1');
    put(folder, 'docs/example.com.yaml', bad);
    expect(zonewright(['-C', 'docs', 'check'], { cwd: folder }).stdout).toContain('zones/example.com.yaml:4:13: error');
  });
});

describe('formats', () => {
  it('prints findings as text, JSON, GitHub annotations and SARIF', () => {
    const cwd = scratch({ 'zones/example.com.yaml': bad });
    const json = zonewright(['check', '--json'], { cwd });
    expect(json.status).toBe(1);
    expect(schema('findings.schema.json')(JSON.parse(json.stdout))).toBe('');
    expect(zonewright(['check', '--format', 'json'], { cwd }).stdout).toBe(json.stdout);
    expect(zonewright(['check', '--format', 'github'], { cwd }).stdout).toMatch(
      /^::error file=zones\/example\.com\.yaml,line=4,endLine=4,col=13,endColumn=24,title=ipv4-syntax::/,
    );
    const sarif = JSON.parse(zonewright(['check', '--format', 'sarif'], { cwd }).stdout);
    expect(sarif.runs[0].results[0].ruleId).toBe('ipv4-syntax');
    expect(sarif.runs[0].tool.driver.rules[0].id).toBe('ipv4-syntax');
  });

  it('prints plans and builds as JSON under their schemas', () => {
    const cwd = scratch({ 'zones/example.com.yaml': good });
    git(cwd, 'init', '-q');
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'one');
    put(cwd, 'zones/example.com.yaml', good.replace('192.0.2.1', '192.0.2.2'));
    const plan = zonewright(['plan', '--json', '--detailed-exitcode'], { cwd });
    expect(plan.status).toBe(2);
    expect(schema('plan.schema.json')(JSON.parse(plan.stdout))).toBe('');
    const build = zonewright(['build', '--out', 'release', '--json'], { cwd });
    expect(build.status).toBe(0);
    expect(schema('build.schema.json')(JSON.parse(build.stdout))).toBe('');
    expect(schema('manifest.schema.json')(JSON.parse(readFileSync(join(cwd, 'release/manifest.json'), 'utf8')))).toBe(
      '',
    );
    put(cwd, 'zones/example.com.yaml', bad);
    const refused = zonewright(['build', '--out', 'release', '--json'], { cwd });
    expect(refused.status).toBe(1);
    expect(schema('build.schema.json')(JSON.parse(refused.stdout))).toBe('');
  });
});

describe('check --fix', () => {
  it('makes the repairs it announces and leaves everything else alone', () => {
    const cwd = scratch({
      'zones/example.com.yaml': `# mine\n${good}  api: { CNAME: www.example.com }  # keep\n  x: { A: [192.0.2.1, 192.0.2.1] }\n  t: { TTXT: hi }\n`,
    });
    const fixed = zonewright(['check', '--fix'], { cwd });
    expect(fixed).toMatchObject({ status: 0, stderr: 'repaired zones/example.com.yaml\n' });
    expect(readFileSync(join(cwd, 'zones/example.com.yaml'), 'utf8')).toBe(
      `# mine\n${good}  api: { CNAME: www.example.com. }  # keep\n  x: { A: [192.0.2.1] }\n  t: { TXT: hi }\n`,
    );
    expect(zonewright(['check', '--fix'], { cwd }).stderr).toBe('');
  });
});

describe('fmt', () => {
  const loose = 'records:\n      www:   {A: 192.0.2.1}   # web\n';
  const tight = 'records:\n  www: { A: 192.0.2.1 }  # web\n';

  it('formats in place, names what it changed, and --check only says so', () => {
    const cwd = scratch({ 'zones/a.example.yaml': loose, 'zones/b.example.yaml': tight, 'templates/x/y.yaml': loose });
    const check = zonewright(['fmt', '--check'], { cwd });
    expect(check).toMatchObject({ status: 1, stdout: 'templates/x/y.yaml\nzones/a.example.yaml\n' });
    expect(readFileSync(join(cwd, 'zones/a.example.yaml'), 'utf8')).toBe(loose);
    expect(zonewright(['fmt'], { cwd })).toMatchObject({
      status: 0,
      stdout: 'templates/x/y.yaml\nzones/a.example.yaml\n',
    });
    expect(readFileSync(join(cwd, 'zones/a.example.yaml'), 'utf8')).toBe(tight);
    expect(zonewright(['fmt', '--check'], { cwd })).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('reads standard input, and leaves broken documents as they are', () => {
    expect(zonewright(['fmt', '-'], { input: loose }).stdout).toBe(tight);
    const cwd = scratch({ 'zones/a.example.yaml': 'records: [\n', 'zones/b.example.yaml': loose });
    const { status, stderr } = zonewright(['fmt'], { cwd });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^zones\/a\.example\.yaml: line \d+, column \d+: /);
    expect(readFileSync(join(cwd, 'zones/a.example.yaml'), 'utf8')).toBe('records: [\n');
    expect(readFileSync(join(cwd, 'zones/b.example.yaml'), 'utf8')).toBe(tight);
  });
});

describe('a release', () => {
  it('has the layout that scripts rely on', () => {
    const pinned = `${good}  k: { A: [{ value: 192.0.2.5, nodes: [fra1] }, { value: 192.0.2.6, nodes: [ams1] }] }\n`;
    const cwd = scratch({
      'zones/bücher.example.yaml': good,
      'zones/deep/er/128_27.2.0.192.in-addr.arpa.yaml': `${soa}records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n`,
      'zones/example.com.yaml': pinned,
    });
    expect(zonewright(['build', '--out', 'out/release'], { cwd }).status).toBe(0);
    const files = readdirSync(join(cwd, 'out/release'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(cwd, 'out/release').length + 1));
    expect(files.sort()).toEqual([
      'manifest.json',
      'nameservers/knot.conf',
      'nameservers/named.conf',
      'nameservers/nsd.conf',
      'nodes/ams1/zones/example.com.zone',
      'nodes/fra1/zones/example.com.zone',
      'zones/128_27.2.0.192.in-addr.arpa.zone',
      'zones/example.com.zone',
      'zones/xn--bcher-kva.example.zone',
    ]);
    expect(readFileSync(join(cwd, 'out/release/nodes/fra1/zones/example.com.zone'), 'utf8')).toMatch(
      /^k +A +192\.0\.2\.5$/m,
    );
    expect(existsSync(join(cwd, 'out/release/ds'))).toBe(false);
  });

  it('is left as it was when the zones are bad', () => {
    const cwd = scratch({ 'zones/example.com.yaml': good });
    zonewright(['build', '--out', 'release'], { cwd });
    const before = readFileSync(join(cwd, 'release/manifest.json'), 'utf8');
    put(cwd, 'zones/example.com.yaml', bad);
    const { status, stdout, stderr } = zonewright(['build', '--out', 'release'], { cwd });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('ipv4-syntax');
    expect(readFileSync(join(cwd, 'release/manifest.json'), 'utf8')).toBe(before);
    expect(readdirSync(cwd).sort()).toEqual(['.zonewright', 'release', 'zones']);
  });

  it('keeps serial and bytes of what has not changed, and gives a greater serial to what has', () => {
    const cwd = scratch({ 'zones/a.example.yaml': good, 'zones/b.example.yaml': good });
    const serial = (zone: string): number =>
      JSON.parse(readFileSync(join(cwd, 'release/manifest.json'), 'utf8')).zones.find(
        (each: { zone: string }) => each.zone === zone,
      ).serial;
    zonewright(['build', '--out', 'release'], { cwd });
    const [a, b] = [serial('a.example.'), serial('b.example.')];
    const bytes = readFileSync(join(cwd, 'release/zones/b.example.zone'), 'utf8');
    put(cwd, 'zones/a.example.yaml', good.replace('192.0.2.1', '192.0.2.2'));
    put(cwd, 'zones/b.example.yaml', `# a comment says nothing to anybody\n${good}`);
    zonewright(['build', '--out', 'release'], { cwd });
    expect(serial('a.example.')).toBeGreaterThan(a);
    expect(serial('b.example.')).toBe(b);
    expect(readFileSync(join(cwd, 'release/zones/b.example.zone'), 'utf8')).toBe(bytes);
  });

  it('is the same on every machine for one commit', () => {
    const cwd = scratch({ 'zones/a.example.yaml': good, 'zones/b.example.yaml': good });
    git(cwd, 'init', '-q');
    git(cwd, 'add', '.');
    git(cwd, 'commit', '-qm', 'one');
    const clone = join(scratch(), 'clone');
    git(cwd, 'clone', '-q', cwd, clone);
    zonewright(['build', '--out', 'release'], { cwd });
    zonewright(['build', '--at', 'HEAD', '--out', '../elsewhere'], {
      cwd: clone,
      env: { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8' },
    });
    for (const file of ['manifest.json', 'zones/a.example.zone', 'nameservers/knot.conf']) {
      expect(readFileSync(join(clone, '../elsewhere', file), 'utf8')).toBe(
        readFileSync(join(cwd, 'release', file), 'utf8'),
      );
    }
  });
});
