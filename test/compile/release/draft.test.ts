import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Manifest, ManifestEntry, ReleaseFile } from '../../../src/compile/manifest.ts';
import { allFiles, manifestEntry, printManifest, readManifest } from '../../../src/compile/manifest.ts';
import { openDraft } from '../../../src/compile/release/draft.ts';
import { findRelease } from '../../../src/compile/release/place.ts';
import { sha256 } from '../../../src/compile/release/state.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { scratchFolder } from '../../git/scratch-repository.ts';
import { compileScript, runScript, type Script } from '../../setup/script.ts';
import { manifestZone } from '../manifest-zone.ts';

/** What a release shall hold: the text of each zone. */
type Zones = Readonly<Record<string, string>>;

function manifestOf(files: ReadonlyMap<string, ReleaseFile>): Manifest {
  const zones = new Map<DomainName, ManifestEntry>();
  for (const [name, file] of files) {
    zones.set(name as DomainName, manifestEntry(manifestZone(name, [file], { content: file.sha256 })));
  }
  return { generator: 'test', commit: null, dirty: false, files: [], zones };
}

/** Publishes zones as the compiler does: what is unchanged is kept, the rest is written. Gives what was written. */
function publish(folder: string, zones: Zones, previous?: string): string[] {
  const draft = openDraft(folder);
  try {
    const files = new Map<string, ReleaseFile>();
    for (const [name, text] of Object.entries(zones)) {
      files.set(name, { path: `zones/${name}zone`, sha256: sha256(text), size: Buffer.byteLength(text) });
    }
    const elsewhere = previous === undefined ? undefined : findRelease(previous);
    const before = elsewhere ?? draft.existing;
    const had = before === undefined ? [] : allFiles(before.manifest);
    const same = had.filter((file) => [...files.values()].some((wanted) => sameFile(wanted, file)));
    const damaged =
      before === undefined
        ? []
        : elsewhere === undefined
          ? draft.keepAll(new Set(had.filter((file) => !same.includes(file)).map(({ path }) => path)))
          : draft.keepFrom(elsewhere, same).map(({ path }) => path);
    const written = [...files].filter(
      ([, { path }]) => !same.some((file) => file.path === path) || damaged.includes(path),
    );
    for (const [name, file] of written) {
      const sink = draft.create(file.path);
      sink.write(zones[name] as string);
      expect(sink.end()).toEqual(file);
    }
    draft.publish(manifestOf(files));
    return written.map(([name]) => name);
  } finally {
    draft.close();
  }
}

function sameFile(a: ReleaseFile, b: ReleaseFile): boolean {
  return a.path === b.path && a.sha256 === b.sha256;
}

/** Every file of a release but the manifest, held against the manifest. */
function contentOf(folder: string): Zones {
  const manifest = readManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const zones: Record<string, string> = {};
  for (const [name, { zone }] of manifest.zones) {
    const text = readFileSync(join(folder, zone.files[0]!.path), 'utf8');
    expect(sha256(text)).toBe(zone.files[0]!.sha256);
    zones[name] = text;
  }
  const onDisk = existsSync(join(folder, 'zones')) ? readdirSync(join(folder, 'zones')) : [];
  expect(onDisk.sort()).toEqual(
    Object.keys(zones)
      .map((name) => `${name}zone`)
      .sort(),
  );
  return zones;
}

function many(count: number, change: (i: number) => string = () => ''): Zones {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`z${i}.`, `zone ${i}${change(i)}\n`]));
}

const inode = (path: string): number => statSync(path).ino;

describe('a release', () => {
  it('appears as a whole, and leaves nothing beside it', () => {
    const parent = scratchFolder();
    const folder = join(parent, 'out');
    publish(folder, { 'a.': 'A\n', 'b.': 'B\n' });
    expect(contentOf(folder)).toEqual({ 'a.': 'A\n', 'b.': 'B\n' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  it('takes the place of an empty folder, and of the release before', () => {
    const parent = scratchFolder();
    const folder = join(parent, 'out');
    mkdirSync(folder);
    publish(folder, { 'a.': 'A\n', 'b.': 'B\n' });
    expect(publish(folder, { 'b.': 'B\n', 'c.': 'C\n' })).toEqual(['c.']);
    expect(contentOf(folder)).toEqual({ 'b.': 'B\n', 'c.': 'C\n' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  it('shares the files that did not change with the one before', () => {
    const folder = join(scratchFolder(), 'out');
    publish(folder, { 'a.': 'A\n', 'b.': 'B\n' });
    const before = inode(join(folder, 'zones/a.zone'));
    publish(folder, { 'a.': 'A\n', 'b.': 'changed\n' });
    expect(inode(join(folder, 'zones/a.zone'))).toBe(before);
  });

  it('shares files with a previous release elsewhere, if they are what its manifest says', () => {
    const parent = scratchFolder();
    const [previous, folder] = [join(parent, 'previous'), join(parent, 'out')];
    publish(previous, { 'a.': 'A\n', 'b.': 'B\n' });
    writeFileSync(join(previous, 'zones/b.zone'), 'X\n');
    expect(publish(folder, { 'a.': 'A\n', 'b.': 'B\n' }, previous)).toEqual(['b.']);
    expect(inode(join(folder, 'zones/a.zone'))).toBe(inode(join(previous, 'zones/a.zone')));
    expect(contentOf(folder)).toEqual({ 'a.': 'A\n', 'b.': 'B\n' });
  });

  it('is written again where a file of the one before is damaged or missing', () => {
    const folder = join(scratchFolder(), 'out');
    const zones = { 'a.': 'A\n', 'b.': 'B\n', 'c.': 'C\n' };
    publish(folder, zones);
    writeFileSync(join(folder, 'zones/a.zone'), 'X\n');
    rmSync(join(folder, 'zones/b.zone'));
    const draft = openDraft(folder);
    expect(draft.findDamage()).toEqual(['zones/a.zone', 'zones/b.zone']);
    draft.close();
    expect(publish(folder, zones)).toEqual(['a.', 'b.']);
    expect(contentOf(folder)).toEqual(zones);
  });

  it('that is abandoned leaves the one before', () => {
    const parent = scratchFolder();
    const folder = join(parent, 'out');
    publish(folder, { 'a.': 'A\n' });
    const draft = openDraft(folder);
    draft.create('zones/b.zone').write('B');
    draft.close();
    expect(contentOf(folder)).toEqual({ 'a.': 'A\n' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  it('gets another manifest in one step where all files stay', () => {
    const folder = join(scratchFolder(), 'out');
    publish(folder, { 'a.': 'A\n' });
    const before = statSync(folder).ino;
    const draft = openDraft(folder);
    draft.replaceManifest({ ...draft.existing!.manifest, commit: '1'.repeat(40) });
    draft.close();
    expect(statSync(folder).ino).toBe(before);
    expect(findRelease(folder)?.manifest.commit).toBe('1'.repeat(40));
    expect(contentOf(folder)).toEqual({ 'a.': 'A\n' });
  });

  it('can be reached through a symbolic link', () => {
    const parent = scratchFolder();
    mkdirSync(join(parent, 'real'));
    symlinkSync('real', join(parent, 'link'));
    publish(join(parent, 'link'), { 'a.': 'A\n' });
    expect(contentOf(join(parent, 'real'))).toEqual({ 'a.': 'A\n' });
    symlinkSync('nowhere', join(parent, 'dangling'));
    expect(() => openDraft(join(parent, 'dangling'))).toThrow(/symbolic link to nothing/);
  });
});

describe('a release with many files', () => {
  it('is made from a spare, so that only what changed is touched', () => {
    const parent = scratchFolder();
    const folder = join(parent, 'out');
    publish(folder, many(600));
    for (let round = 1; round <= 6; round++) {
      const zones = many(600 + round, (i) => (i === 7 || i === round ? ` in round ${round}` : ''));
      publish(folder, zones);
      expect(contentOf(folder)).toEqual(zones);
    }
    publish(folder, many(550));
    expect(contentOf(folder)).toEqual(many(550));
    expect(readdirSync(parent).sort()).toEqual(['.out.spare', '.out.state', 'out']);
    publish(folder, { 'a.': 'A\n' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  it('is right whatever was done to the spare, the state and the release in between', () => {
    const parent = scratchFolder();
    const folder = join(parent, 'out');
    const spare = join(parent, '.out.spare');
    publish(folder, many(600));
    publish(
      folder,
      many(600, (i) => (i === 1 ? 'x' : '')),
    );
    const harm: (() => void)[] = [
      () => appendFileSync(join(spare, 'zones/z5.zone'), 'shared with the release'),
      () => {
        rmSync(join(spare, 'zones/z6.zone'));
        writeFileSync(join(spare, 'zones/z6.zone'), 'zone 6\n');
      },
      () => writeFileSync(join(spare, 'zones/stray.zone'), 'x'),
      () => mkdirSync(join(spare, 'zones/z9999.zone/deep'), { recursive: true }),
      () => {
        rmSync(join(spare, 'zones/z8.zone'));
        mkdirSync(join(spare, 'zones/z8.zone'));
      },
      () => {
        rmSync(join(spare, 'zones/z9.zone'));
        symlinkSync('/etc/hostname', join(spare, 'zones/z9.zone'));
      },
      () => rmSync(join(spare, 'zones'), { recursive: true }),
      () => rmSync(spare, { recursive: true }),
      () => writeFileSync(join(parent, '.out.state'), 'garbage'),
      () => rmSync(join(parent, '.out.state')),
      () => {
        const file = join(parent, '.out.state');
        writeFileSync(file, readFileSync(file, 'utf8').replace(/\t\d+\ts/, '\t1\ts'));
      },
      () => appendFileSync(join(folder, 'zones/z3.zone'), 'damage'),
    ];
    harm.forEach((act, round) => {
      act();
      const zones = many(600, (i) => (i === round + 20 ? `r${round}` : ''));
      publish(folder, zones);
      expect(contentOf(folder), `round ${round}`).toEqual(zones);
    });
  });

  it('never writes to a file of the release that is in use', () => {
    const folder = join(scratchFolder(), 'out');
    publish(folder, many(600));
    publish(
      folder,
      many(600, (i) => (i < 3 ? 'a' : '')),
    );
    const open = join(folder, 'zones/z1.zone');
    const held = { inode: inode(open), text: readFileSync(open, 'utf8') };
    const draft = openDraft(folder);
    draft.keepAll(new Set());
    const sink = draft.create('zones/z1.zone');
    sink.write('other');
    expect({ inode: inode(open), text: readFileSync(open, 'utf8') }).toEqual(held);
    sink.abort();
    draft.close();
    expect(contentOf(folder)['z1.']).toBe(held.text);
  });
});

describe('the folder', () => {
  it('is refused where it holds something else', () => {
    const parent = scratchFolder();
    mkdirSync(join(parent, 'full'));
    writeFileSync(join(parent, 'full/photo.jpg'), 'x');
    writeFileSync(join(parent, 'file'), 'x');
    for (const name of ['full', 'file']) {
      expect(() => openDraft(join(parent, name)), name).toThrow(expect.objectContaining({ kind: 'refused' }));
    }
    expect(() => openDraft(join(parent, 'file/below'))).toThrow(expect.objectContaining({ kind: 'unavailable' }));
    expect(() => openDraft('/')).toThrow(expect.objectContaining({ kind: 'refused' }));
    expect(readdirSync(parent).sort()).toEqual(['file', 'full']);
    expect(readFileSync(join(parent, 'full/photo.jpg'), 'utf8')).toBe('x');
  });

  it('is refused where its manifest is of a later format, or damaged and its zones have no serials', () => {
    const folder = join(scratchFolder(), 'out');
    publish(folder, { 'a.': 'A\n' });
    const manifest = join(folder, 'manifest.json');
    const text = readFileSync(manifest, 'utf8');
    for (const spoilt of [text.slice(0, 100), '', text.replace('"1.1"', '"2.0"')]) {
      writeFileSync(manifest, spoilt);
      expect(() => openDraft(folder)).toThrow(/is damaged/);
    }
    writeFileSync(manifest, text);
    expect(contentOf(folder)).toEqual({ 'a.': 'A\n' });
  });

  it('gives its serials where its manifest is damaged, and is taken for nothing else', () => {
    const folder = join(scratchFolder(), 'out');
    const soa = '$ORIGIN a.\n$TTL 3600\n@  600 SOA  ns.b. hostmaster (\n   4294967295   ; serial\n';
    publish(folder, { 'a.': soa });
    const manifest = join(folder, 'manifest.json');
    const text = readFileSync(manifest, 'utf8');
    const open = () => {
      const draft = openDraft(folder);
      draft.close();
      return draft.existing;
    };
    for (const spoilt of [text.slice(0, 100), '', '{}', text.replace('"generator"', '"other"')]) {
      writeFileSync(manifest, spoilt);
      const { manifest: salvaged, damage } = open() ?? {};
      expect(damage).toContain('manifest.json is damaged: ');
      expect([...(salvaged?.zones ?? [])].map(([apex, { zone }]) => [apex, zone.serial, zone.files])).toEqual([
        ['a.', 4294967295, []],
      ]);
    }
    writeFileSync(manifest, text.replace('"1.1"', '"2.0"'));
    expect(open).toThrow(/its format_version is 2.0/);
    // The manifest of a web page, and a zone under another's name.
    writeFileSync(manifest, '{}');
    writeFileSync(join(folder, 'index.html'), 'x');
    expect(open).toThrow(/is damaged/);
    rmSync(join(folder, 'index.html'));
    writeFileSync(join(folder, 'zones/b.zone'), soa);
    expect(open).toThrow(/is damaged/);
  });
});

describe('after a build that was killed', () => {
  it('half a release is cleared away', () => {
    const parent = scratchFolder();
    publish(join(parent, 'out'), { 'a.': 'A\n' });
    mkdirSync(join(parent, '.out.next-1-x/zones'), { recursive: true });
    publish(join(parent, 'out'), { 'a.': 'A\n' });
    expect(readdirSync(parent)).toEqual(['out']);
  });

  it('a switch that was half done is finished', () => {
    const parent = scratchFolder();
    publish(join(parent, '.out.spare'), { 'a.': 'A\n' });
    publish(join(parent, '.out.next-1-x'), { 'a.': 'B\n' });
    const draft = openDraft(join(parent, 'out'));
    expect(draft.existing?.manifest.zones.size).toBe(1);
    draft.close();
    expect(contentOf(join(parent, 'out'))).toEqual({ 'a.': 'B\n' });
  });
});

describe('processes', () => {
  let publishing: Script;
  beforeAll(async () => {
    publishing = await compileScript(new URL('publishing-process.ts', import.meta.url));
  });
  afterAll(() => publishing.remove());

  it.each([20, 700])('killed at any moment leave one release of %d files as a whole', async (count) => {
    const parent = scratchFolder();
    const folder = join(parent, 'out');
    let published = 0;
    for (let kill = 0; kill < 12; kill++) {
      const script = runScript(publishing, folder, String(count), '1000');
      // Half of them die in their first release, the others later.
      if (kill % 2 === 1) await script.spoke;
      await new Promise((resolve) => setTimeout(resolve, 60 + Math.random() * 120));
      script.kill();
      const { stderr } = await script.ended;
      expect(stderr).toBe('');
      // Only the next build clears up; until then the folder may be away, but never half a release.
      if (existsSync(folder)) contentOf(folder);
      const draft = openDraft(folder);
      draft.close();
      if (draft.existing === undefined) continue;
      published++;
      const zones = Object.entries(contentOf(folder));
      expect(zones).toHaveLength(count);
      const states = new Set(zones.map(([, text]) => text).filter((text) => text !== 'same'));
      expect(states.size).toBe(1);
    }
    expect(published).toBeGreaterThan(0);
    const left = readdirSync(parent).filter((name) => !/^(out|\.out\.(spare|state))$/.test(name));
    expect(left).toEqual([]);
  });

  it('that build at once: one publishes, the others are told who is at it', async () => {
    const folder = join(scratchFolder(), 'out');
    const draft = openDraft(folder);
    onTestFinished(() => draft.close());
    const told = await runScript(publishing, folder, '5', '1').ended;
    expect(told.stderr).toContain(`process ${process.pid} on`);
    draft.close();
    const scripts = Array.from({ length: 6 }, () => runScript(publishing, folder, '20', '20'));
    const ends = await Promise.all(scripts.map(({ ended }) => ended));
    for (const { stderr } of ends) if (stderr !== '') expect(stderr).toMatch(/is building into the same folder/);
    expect(Object.keys(contentOf(folder))).toHaveLength(20);
  });
});

/** A file system of one megabyte; `undefined` where this user may not mount one. */
function tinyFileSystem(megabytes = 1): string | undefined {
  const folder = scratchFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

describe('a full disk', () => {
  it('is told, and leaves the release before and no litter', (context) => {
    const disk = tinyFileSystem();
    if (disk === undefined) return context.skip('only root may mount a file system');
    const folder = join(disk, 'out');
    publish(folder, { 'a.': 'A\n' });
    const full = { ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`z${i}.`, 'x'.repeat(60_000)])) };
    expect(() => publish(folder, full)).toThrow(
      expect.objectContaining({ kind: 'unavailable', message: expect.stringContaining('no space is left') }),
    );
    expect(contentOf(folder)).toEqual({ 'a.': 'A\n' });
    expect(readdirSync(disk)).toEqual(['out']);
    publish(folder, { 'a.': 'B\n' });
    expect(contentOf(folder)).toEqual({ 'a.': 'B\n' });
  });
});

describe('what a killed process has left', () => {
  it('is cleared away by whoever comes next, at once', () => {
    const parent = scratchFolder();
    const folder = join(parent, 'out');
    publish(folder, { 'a.': 'A\n' });
    for (const name of ['.out.state.new', '.out.lock.0123456789abcdef']) writeFileSync(join(parent, name), '');
    mkdirSync(join(parent, '.out.next-1-ab'));
    publish(folder, { 'a.': 'B\n' });
    expect(readdirSync(parent).filter((name) => !/^(out|\.out\.(spare|state))$/.test(name))).toEqual([]);
    expect(contentOf(folder)).toEqual({ 'a.': 'B\n' });
  });
});

describe('a long file', () => {
  it('is what was written, though it is brought to the disk while it is written', async () => {
    const folder = join(scratchFolder(), 'out');
    const draft = openDraft(folder);
    const sink = draft.create('zones/long.zone');
    const pieces = Array.from({ length: 40 }, (_, i) => Buffer.alloc(1 << 20, i));
    for (const piece of pieces) {
      sink.write(piece);
      // So that what goes on beside has its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const whole = Buffer.concat(pieces);
    expect(sink.end()).toEqual({ path: 'zones/long.zone', sha256: sha256(whole), size: whole.length });
    expect(draft.read('zones/long.zone')?.equals(whole)).toBe(true);
    draft.close();
  });

  it('that the disk has no room for is told, and leaves nothing', (context) => {
    const disk = tinyFileSystem(20);
    if (disk === undefined) return context.skip('only root may mount a file system');
    const draft = openDraft(join(disk, 'out'));
    const sink = draft.create('zones/long.zone');
    expect(() => {
      for (let i = 0; i < 40; i++) sink.write(Buffer.alloc(1 << 20, i));
      sink.end();
    }).toThrow(expect.objectContaining({ kind: 'unavailable' }));
    draft.close();
    expect(readdirSync(disk)).toEqual([]);
  });
});

describe('printManifest', () => {
  it('of what was read from a folder is what stands there', () => {
    const folder = join(scratchFolder(), 'out');
    publish(folder, { 'a.': 'A\n' });
    const found = findRelease(folder)!;
    expect(printManifest(found.manifest)).toBe(found.text);
  });
});
