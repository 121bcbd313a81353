import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../src/compile/manifest.ts';
import { sha256 } from '../../src/compile/release/state.ts';
import type { BuildOptions, Built, NotBuilt } from '../../src/pipeline/build.ts';
import { buildRelease } from '../../src/pipeline/build.ts';
import type { Failure } from '../../src/pipeline/failure.ts';
import { scratchFolder, scratchRepository, writeOrRemove } from '../git/scratch-repository.ts';
import { compileScript, runScript, type Script } from '../setup/script.ts';
import { needs, runTool } from '../setup/tools.ts';
import { type Change, contentsOf, firstEstate, numbersFrom } from './random-estate.ts';

const now = Date.UTC(2026, 10, 22, 12);
const SOA = 'soa: { primary: ns1.example.org., contact: hostmaster@example.org }\n';
const NS = '  "@": { NS: [ns1.example.org., ns2.example.org.] }\n';

function zone(...lines: string[]): string {
  return `${SOA}records:\n${NS}${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** A project without git, and a folder beside it for releases. */
function project(files: Change): { folder: string; out: string; write(files: Change): void } {
  const folder = scratchFolder();
  const write = (changed: Change): void => {
    for (const [path, text] of Object.entries(changed)) writeOrRemove(join(folder, path), text);
  };
  write(files);
  return { folder, out: join(scratchFolder(), 'release'), write };
}

function build(folder: string, out: string, options: Partial<BuildOptions> = {}): Promise<Built | NotBuilt | Failure> {
  return buildRelease({ folder, now, version: '1.0.0' }, { out, ...options });
}

async function built(folder: string, out: string, options: Partial<BuildOptions> = {}): Promise<Built> {
  const result = await build(folder, out, options);
  if (result.kind === 'built') return result;
  throw new Error(result.kind === 'failure' ? result.message : result.report.findings.map((f) => f.message).join('; '));
}

/** Holds every file of a release against its manifest. Gives the names of its zones. */
function inspect(out: string): string[] {
  const manifest = readManifest(readFileSync(join(out, 'manifest.json'), 'utf8'));
  const zones = [...manifest.zones.values()].map((entry) => entry.zone);
  const files = [...manifest.files, ...zones.flatMap((each) => each.files)];
  for (const { path, sha256: digest, size } of files) {
    const octets = readFileSync(join(out, path));
    expect([path, octets.length, sha256(octets)]).toEqual([path, size, digest]);
  }
  expect(Object.keys(contentsOf(out)).sort()).toEqual([...files.map(({ path }) => path), 'manifest.json'].sort());
  return zones.map(({ apex }) => apex);
}

describe('a release', () => {
  it('holds what its manifest lists', async () => {
    const { folder, out } = project({
      'zones/example.com.yaml': zone('www: { A: 203.0.113.1 }'),
      'zones/0_25.2.0.192.in-addr.arpa.yaml': zone('1: { PTR: www.example.com. }'),
      'zones/bücher.example.yaml': zone('www: { A: [203.0.113.1, { value: 203.0.113.2, nodes: [fra1] }] }'),
    });
    const result = await built(folder, out);
    expect(result).toMatchObject({ zones: 3, records: 12, commit: null, dirty: true, untouched: false });
    inspect(out);
    expect(Object.keys(contentsOf(out))).toEqual([
      'manifest.json',
      'nameservers/knot.conf',
      'nameservers/named.conf',
      'nameservers/nsd.conf',
      'nodes/fra1/zones/xn--bcher-kva.example.zone',
      'zones/0_25.2.0.192.in-addr.arpa.zone',
      'zones/example.com.zone',
      'zones/xn--bcher-kva.example.zone',
    ]);
  });

  it('of zones that were named holds those alone', async () => {
    const { folder, out } = project({ 'zones/a.example.yaml': zone(), 'zones/b.example.yaml': zone('x: { A: oops }') });
    expect((await build(folder, out)).kind).toBe('refused');
    await built(folder, out, { zones: ['a.example'] });
    expect(inspect(out)).toEqual(['a.example.']);
    expect(await build(folder, out, { zones: ['c.example'] })).toMatchObject({ kind: 'failure', status: 'usage' });
    expect(inspect(out)).toEqual(['a.example.']);
  });

  it('is left as it is where nothing has changed', async () => {
    const { folder, out, write } = project({ 'zones/a.example.yaml': zone() });
    await built(folder, out);
    const before = contentsOf(out);
    expect(await built(folder, out)).toMatchObject({ untouched: true, changed: [] });
    expect(contentsOf(out)).toEqual(before);
    write({ 'zones/a.example.yaml': `# a comment\n${zone()}` });
    expect(await built(folder, out)).toMatchObject({ untouched: false, changed: [] });
    expect(contentsOf(out)['zones/a.example.zone']).toBe(before['zones/a.example.zone']);
    expect(inspect(out)).toEqual(['a.example.']);
  });

  it('says which zones are new, changed and gone', async () => {
    const { folder, out, write } = project({ 'zones/a.example.yaml': zone(), 'zones/b.example.yaml': zone() });
    await built(folder, out);
    write({
      'zones/a.example.yaml': undefined,
      'zones/b.example.yaml': zone('x: { A: 203.0.113.1 }'),
      'zones/c.example.yaml': zone(),
    });
    const result = await built(folder, out);
    expect(result.changed.map((each) => each.zone)).toEqual(['b.example.', 'c.example.']);
    expect(result.removed).toEqual(['a.example.']);
    expect(inspect(out)).toEqual(['b.example.', 'c.example.']);
  });

  it('is repaired where somebody has changed its files', async () => {
    const { folder, out } = project({ 'zones/a.example.yaml': zone(), 'zones/b.example.yaml': zone() });
    await built(folder, out);
    const before = contentsOf(out);
    writeFileSync(join(out, 'zones/a.example.zone'), 'x');
    rmSync(join(out, 'nameservers/knot.conf'));
    expect(await built(folder, out)).toMatchObject({ untouched: false, changed: [] });
    expect(contentsOf(out)).toEqual(before);
  });
});

describe('a release that is refused', () => {
  it.each<[string, Change]>([
    ['an error in a zone', { 'zones/b.example.yaml': zone('x: { A: oops }') }],
    ['text that is no YAML', { 'zones/b.example.yaml': 'records: {{{' }],
    ['an error in the configuration', { 'zonewright.yaml': 'serial: never\n' }],
    ['an inventory that is no YAML', { 'nodes.yaml': 'nodes: [' }],
    ['a file that is named like no zone', { 'zones/b..example.yaml': zone() }],
    ['a name that fits into no file name', { [`zones/${'%41'.repeat(40)}.${'%41'.repeat(43)}.yaml`]: zone() }],
    ['an ALIAS out of the repository', { 'zones/b.example.yaml': zone('x: { ALIAS: www.example.org. }') }],
  ])('because of %s leaves the one before', async (_, files) => {
    const { folder, out, write } = project({ 'zones/a.example.yaml': zone() });
    await built(folder, out);
    const before = contentsOf(out);
    write(files);
    write({ 'zones/a.example.yaml': zone('www: { A: 203.0.113.1 }') });
    const result = await build(folder, out);
    expect(result).toMatchObject({ kind: 'refused' });
    expect((result as NotBuilt).report.findings.length).toBeGreaterThan(0);
    expect(contentsOf(out)).toEqual(before);
    expect(readdirSync(join(out, '..'))).toEqual(['release']);
  });

  it('because of links that lead out of the folder, sockets and the like tells where they are', async () => {
    const { folder, out } = project({ 'zones/a.example.yaml': zone() });
    symlinkSync('/etc/hostname', join(folder, 'zones/b.example.yaml'));
    symlinkSync('nothing', join(folder, 'zones/c.example.yaml'));
    symlinkSync('/etc', join(folder, 'zones/d'));
    await runTool('mkfifo', [join(folder, 'zones/e.example.yaml')]);
    const result = (await build(folder, out)) as NotBuilt;
    expect(result.report.findings.map(({ rule, place }) => `${rule} ${place.file}`)).toEqual([
      'source-link zones/b.example.yaml',
      'source-link zones/c.example.yaml',
      'source-link zones/d',
      'source-link zones/e.example.yaml',
    ]);
    expect(existsSync(out)).toBe(false);
  });

  it('because there is nothing to build leaves the one before', async () => {
    const { folder, out, write } = project({ 'zones/a.example.yaml': zone() });
    await built(folder, out);
    write({ 'zones/a.example.yaml': undefined });
    expect(await build(folder, out)).toMatchObject({ kind: 'failure', status: 'refused' });
    expect(inspect(out)).toEqual(['a.example.']);
  });

  it('because of where it is to go says so', async () => {
    const { folder, out } = project({ 'zones/a.example.yaml': zone() });
    for (const where of [folder, join(folder, 'zones'), join(folder, 'zones/out'), join(folder, '..')]) {
      expect(await build(folder, where)).toMatchObject({ kind: 'failure', status: 'usage' });
    }
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'x');
    expect(await build(folder, out)).toMatchObject({ kind: 'failure', status: 'refused' });
    expect(await build(folder, join(out, 'new'), { previous: out })).toMatchObject({ kind: 'failure' });
    expect(await build(folder, join(out, 'new'), { at: 'HEAD' })).toMatchObject({ kind: 'failure', status: 'refused' });
    expect(contentsOf(out)).toEqual({ 'thesis.txt': 'x' });
    await built(folder, join(folder, 'release'));
  });
});

describe('links to files of the project', () => {
  it('are followed, in the folder and at a commit', async () => {
    const repository = scratchRepository();
    repository.write({ 'zones/a.example.yaml': zone('www: { A: 203.0.113.1 }'), 'templates/t.yaml': 'records: {}\n' });
    symlinkSync('a.example.yaml', join(repository.folder, 'zones/b.example.yaml'));
    repository.commit(1000);
    const outputs = scratchFolder();
    await built(repository.folder, join(outputs, 'folder'));
    await built(repository.folder, join(outputs, 'commit'), { at: 'HEAD' });
    expect(inspect(join(outputs, 'folder'))).toEqual(['a.example.', 'b.example.']);
    expect(contentsOf(join(outputs, 'commit'))).toEqual(contentsOf(join(outputs, 'folder')));
  });
});

describe('the cache', () => {
  it('is not believed where it is damaged, and never in the way', async () => {
    const next = numbersFrom(11);
    const { folder, out, write } = project(firstEstate(next));
    await built(folder, out);
    const expected = contentsOf(out);
    const file = join(folder, '.zonewright/cache/folder');
    const good = readFileSync(file);
    for (let i = 0; i < 40; i++) {
      const octets = Buffer.from(good);
      const at = next(octets.length);
      octets[at] = (octets[at] as number) ^ (1 << next(8));
      writeFileSync(file, i % 4 === 0 ? octets.subarray(0, at) : octets);
      const fresh = join(out, '..', `release-${i}`);
      await built(folder, fresh, { previous: out });
      expect(contentsOf(fresh)).toEqual(expected);
    }
    rmSync(join(folder, '.zonewright'), { recursive: true });
    writeFileSync(join(folder, '.zonewright'), 'in the way');
    expect(await built(folder, out)).toMatchObject({ untouched: true });
    write({ 'zones/example.net.yaml': `# comment\n${readFileSync(join(folder, 'zones/example.net.yaml'), 'utf8')}` });
    expect(await built(folder, out)).toMatchObject({ untouched: false, changed: [] });
  });

  it('stays out of git', async () => {
    const repository = scratchRepository();
    repository.commit(1000, { 'zones/a.example.yaml': zone() });
    await built(repository.folder, join(scratchFolder(), 'out'));
    expect(existsSync(join(repository.folder, '.zonewright/cache/folder'))).toBe(true);
    expect(repository.git('status', '--porcelain', '--untracked-files=all')).toBe('');
  });

  it('sees a change within the same instant, size and all', async () => {
    const { folder, out, write } = project({ 'zones/a.example.yaml': zone('www: { A: 203.0.113.1 }') });
    for (let i = 1; i < 9; i++) {
      write({ 'zones/a.example.yaml': zone(`www: { A: 203.0.113.${i} }`) });
      await built(folder, out);
      expect(contentsOf(out)['zones/a.example.zone']).toContain(`203.0.113.${i}\n`);
    }
  });
});

describe('processes that build', () => {
  let building: Script;
  beforeAll(async () => {
    building = await compileScript(new URL('building-process.ts', import.meta.url));
  });
  afterAll(() => building.remove());

  /** An estate that takes some tenths of a second, one state of which differs from the other in every zone. */
  function estate(state: number): Change {
    const zones = Array.from({ length: 60 }, (_, i) => [
      `zones/z${i}.example.yaml`,
      zone(...Array.from({ length: 30 }, (_unused, k) => `h${k}: { A: 203.0.113.${state * 100 + k} }`)),
    ]);
    return Object.fromEntries(zones);
  }

  it('and are killed at any moment leave one release, and the next build finishes the work', async () => {
    const { folder, out, write } = project(estate(0));
    const first = join(out, '..', 'first');
    await built(folder, first);
    cpSync(first, out, { recursive: true });
    // How long it takes where nothing happens, which machines differ in.
    write(estate(1));
    const unharmed = runScript(building, folder, out, String(now));
    await unharmed.spoke;
    const began = performance.now();
    expect((await unharmed.ended).stdout).toContain('built');
    const whole = performance.now() - began;
    let killed = 0;
    for (let i = 0; i < 24; i++) {
      write(estate(i % 2));
      const script = runScript(building, folder, out, String(now));
      await script.spoke;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1.2 * whole));
      script.kill();
      const { stdout } = await script.ended;
      if (!stdout.includes('built')) killed++;
      if (existsSync(out)) expect(inspect(out)).toHaveLength(60);
      if (i % 3 === 2) {
        await built(folder, out);
        inspect(out);
        expect(contentsOf(out)['zones/z7.example.zone']).toContain(`203.0.113.${(i % 2) * 100 + 5}\n`);
        expect(readdirSync(join(out, '..')).sort()).toEqual(['first', 'release']);
      }
    }
    expect(killed).toBeGreaterThan(5);
  });

  it('at once into one folder: one does, the others say who is at it', async () => {
    const { folder, out } = project(estate(0));
    const scripts = Array.from({ length: 4 }, () => runScript(building, folder, out, String(now)));
    const said = (await Promise.all(scripts.map(({ ended }) => ended))).map(({ stdout }) =>
      stdout.replace('ready\n', ''),
    );
    expect(said.filter((text) => text === 'built\n').length).toBeGreaterThan(0);
    for (const text of said)
      expect(text).toMatch(/^(built|again process \d+ on .* is building into the same folder .*)\n$/);
    expect(inspect(out)).toHaveLength(60);
  });
});

describe('the zone files', () => {
  const everything = async (): Promise<string> => {
    const folder = fileURLToPath(new URL('../../', import.meta.url));
    const copy = scratchFolder();
    for (const name of ['zones', 'templates', 'zonewright.yaml', 'nodes.yaml']) {
      if (existsSync(join(folder, name))) cpSync(join(folder, name), join(copy, name), { recursive: true });
    }
    const out = join(scratchFolder(), 'release');
    await built(copy, out);
    return out;
  };

  it.skipIf(needs('named-checkzone', 'kzonecheck', 'nsd-checkzone'))('are loaded by BIND, Knot and NSD', async () => {
    const out = await everything();
    const manifest = readManifest(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(manifest.zones.size).toBeGreaterThan(10);
    for (const { zone: entry } of manifest.zones.values()) {
      const file = join(out, entry.files[0]!.path);
      const name = entry.apex === '.' ? '.' : entry.apex.slice(0, -1);
      for (const [tool, args] of [
        ['named-checkzone', ['-i', 'local', '-k', 'ignore', name, file]],
        ['kzonecheck', ['-o', name, file]],
        ['nsd-checkzone', [name, file]],
      ] as const) {
        const { status, stdout, stderr } = await runTool(tool, args);
        expect(status, `${tool} ${name}\n${stdout}${stderr}`).toBe(0);
      }
    }
  });
});
