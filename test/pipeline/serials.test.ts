import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findRelease } from '../../src/compile/release/place.ts';
import { type BuildOptions, type Built, buildRelease } from '../../src/pipeline/build.ts';
import { type ScratchRepository, scratchFolder, scratchRepository } from '../git/scratch-repository.ts';

const ZONE = 'zones/example.com.yaml';
const OTHER = 'zones/example.net.yaml';
const NOW = 1_800_000_000;

function zone(address: string, ...top: string[]): string {
  return [
    ...top,
    'soa: { primary: ns1.example.org., contact: hostmaster@example.org }',
    'records:',
    '  "@": { NS: [ns1.example.org., ns2.example.org.] }',
    `  www: { A: ${address} }`,
    '',
  ].join('\n');
}

let repository: ScratchRepository;
let outputs: string;
let count = 0;

beforeEach(() => {
  repository = scratchRepository();
  outputs = scratchFolder();
  count = 0;
});

async function build(options: Partial<BuildOptions> & { now?: number; folder?: string } = {}): Promise<Built> {
  const { now = NOW, folder = repository.folder, ...rest } = options;
  const out = join(outputs, `release-${count++}`);
  const built = await buildRelease({ folder, now: now * 1000, version: '1.0.0' }, { out, ...rest });
  if (built.kind === 'failure') throw new Error(`${built.status}: ${built.message}`);
  if (built.kind === 'refused') throw new Error(built.report.findings.map(({ message }) => message).join('; '));
  return built;
}

/** The serial of a zone as history alone gives it, and where it comes from. */
async function serial(name = 'example.com.', options: Parameters<typeof build>[0] = {}): Promise<number> {
  return entry(await build(options), name).serial;
}

function entry({ folder }: Pick<Built, 'folder'>, name = 'example.com.') {
  return findRelease(folder)!.manifest.zones.get(name as never)!.zone;
}

describe('the serial, from the history alone', () => {
  it('is the time of the commit that gave the zone its content', async () => {
    const first = repository.commit(1000, { [ZONE]: zone('203.0.113.1'), [OTHER]: zone('203.0.113.1') });
    const second = repository.commit(2000, { [ZONE]: zone('203.0.113.2') });
    const built = await build();
    expect(entry(built)).toMatchObject({ serial: 2000, serialFrom: 'history', commit: second });
    expect(entry(built, 'example.net.')).toMatchObject({ serial: 1000, serialFrom: 'history', commit: first });
    expect(built).toMatchObject({ commit: second, dirty: false });
  });

  it('stays where only comments, layout, waivers, the place of the file or other zones change', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1') });
    repository.commit(2000, { [ZONE]: zone('203.0.113.1', '# a comment') });
    repository.commit(3000, { [ZONE]: zone('203.0.113.1', '', 'waive: { single-ns: we know }') });
    repository.commit(4000, { [ZONE]: undefined, 'zones/customers/example.com.yaml': zone('203.0.113.1') });
    repository.commit(5000, { [OTHER]: zone('203.0.113.9'), 'README.md': 'x' });
    repository.commit(6000, { 'zonewright.yaml': 'defaults: { owners: [alice] }\n' });
    expect(await serial()).toBe(1000);
  });

  it('counts the changes of a zone of which each commit changes little', async () => {
    const hosts = Array.from({ length: 600 }, (_, i) => `  host-${i}: { A: 203.0.113.${i % 250} }`);
    const text = (...lines: string[]): string =>
      [
        'serial: increment',
        'records:',
        '  "@": { NS: [ns1.example.org., ns2.example.org.] }',
        ...hosts,
        ...lines,
        '',
      ].join('\n');
    const steps = [
      text(),
      text('  a: { A: 203.0.113.1 }'),
      text('  a: { A: [203.0.113.1, 203.0.113.2] }'),
      // The same in another order, and with a comment.
      text('  a: { A: [203.0.113.2, 203.0.113.1] } # two'),
      text('  a: { A: [203.0.113.1] }'),
      text(),
      text('  A: { A: 203.0.113.1 }'),
      text('  a: { TXT: last }').replace('host-7: { A: 203.0.113.7 }', 'host-7: { A: 203.0.113.7 } # and said of it'),
    ];
    for (const [i, step] of steps.entries()) repository.commit(1000 + i, { [ZONE]: step });
    expect(await serial()).toBe(7);
  });

  it('changes with templates, the configuration and other zones that the content hangs on', async () => {
    repository.commit(1000, {
      [ZONE]: zone('203.0.113.1', 'use: [mail]'),
      'templates/mail.yaml': 'records: { "@": { MX: 10 a.example.org. } }\n',
    });
    repository.commit(2000, { 'templates/mail.yaml': 'records: { "@": { MX: 10 b.example.org. } }\n' });
    expect(await serial()).toBe(2000);
    repository.commit(3000, { 'zonewright.yaml': 'defaults: { ttl: 2h }\n' });
    expect(await serial()).toBe(3000);
    repository.commit(4000, {
      [ZONE]: zone('203.0.113.1').replace('{ A: 203.0.113.1 }', '{ ALIAS: www.example.net. }'),
      [OTHER]: zone('203.0.113.1'),
    });
    repository.commit(5000, { [OTHER]: zone('203.0.113.2') });
    expect(await serial()).toBe(5000);
    repository.commit(6000, { [OTHER]: zone('203.0.113.2', '# nothing') });
    expect(await serial()).toBe(5000);
  });

  it('changes with the values of single nodes and with the addresses of web nodes', async () => {
    const pinned = zone('[203.0.113.1, { value: 203.0.113.2, nodes: [a] }]');
    const nodes = (address: string): string => `nodes:\n  a: { web: true, probe: { address: ${address} } }\n  b: {}\n`;
    repository.commit(1000, { [ZONE]: pinned, 'nodes.yaml': nodes('203.0.113.50') });
    repository.commit(2000, { [ZONE]: pinned.replace('[a]', '[b]') });
    expect(await serial()).toBe(2000);
    repository.commit(3000, { 'nodes.yaml': nodes('203.0.113.51') });
    expect(await serial()).toBe(2000);
    repository.commit(4000, { [ZONE]: zone('{ value: 192.0.9.1, proxied: true }') });
    repository.commit(5000, { 'nodes.yaml': nodes('203.0.113.52') });
    expect(await serial()).toBe(5000);
  });

  it('grows in one second, where clocks run backwards, and after a zone was away', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1'), [OTHER]: zone('203.0.113.1') });
    repository.commit(1000, { [ZONE]: zone('203.0.113.2') });
    expect(await serial()).toBe(1001);
    repository.commit(500, { [ZONE]: zone('203.0.113.3') });
    expect(await serial()).toBe(1002);
    repository.commit(600, { [ZONE]: undefined });
    repository.commit(700, { [ZONE]: zone('203.0.113.3') });
    expect(await serial()).toBe(1003);
    repository.commit(9000, { [ZONE]: zone('203.0.113.4') });
    expect(await serial()).toBe(9000);
  });

  it('passes over states that could not be released', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1') });
    repository.commit(2000, { [ZONE]: 'records: {{{' });
    repository.commit(3000, { [ZONE]: zone('203.0.113.1') });
    expect(await serial()).toBe(1000);
    repository.commit(4000, { [ZONE]: 'records: {{{' });
    repository.commit(5000, { [ZONE]: zone('203.0.113.2') });
    expect(await serial()).toBe(5000);
  });

  it('takes a merge for one step', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1'), [OTHER]: zone('203.0.113.1') });
    repository.git('checkout', '-q', '-b', 'side');
    repository.commit(2000, { [ZONE]: zone('203.0.113.2') });
    repository.commit(3000, { [ZONE]: zone('203.0.113.3') });
    repository.git('checkout', '-q', 'main');
    repository.commit(4000, { [OTHER]: zone('203.0.113.2') });
    repository.git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
    const built = await build();
    expect(entry(built).commit).toBe(repository.git('rev-parse', 'HEAD'));
    expect(entry(built).serial).toBe(Number(repository.git('log', '-1', '--format=%ct')));
  });

  it('follows the policies date and increment', async () => {
    const day = Date.UTC(2026, 10, 22) / 1000;
    const dated = (address: string): string => zone(address, 'serial: date');
    repository.commit(day, { [ZONE]: dated('203.0.113.1'), [OTHER]: zone('203.0.113.1', 'serial: increment') });
    expect(await serial()).toBe(2026112201);
    repository.commit(day + 60, { [ZONE]: dated('203.0.113.2') });
    repository.commit(day + 120, { [ZONE]: dated('203.0.113.3'), [OTHER]: zone('203.0.113.2', 'serial: increment') });
    expect(await serial()).toBe(2026112203);
    repository.commit(day + 86_400, {
      [ZONE]: dated('203.0.113.4'),
      [OTHER]: zone('203.0.113.3', 'serial: increment'),
    });
    const built = await build();
    expect(entry(built).serial).toBe(2026112301);
    expect(entry(built, 'example.net.').serial).toBe(3);
  });

  it('comes after a serial that was served elsewhere', async () => {
    const above = (floor: number, address: string): string =>
      zone(address).replace('soa: {', `soa: { serial_after: ${floor},`);
    repository.commit(1000, { [ZONE]: above(2026010100, '203.0.113.1') });
    expect(await serial()).toBe(2026010101);
    repository.commit(2000, { [ZONE]: above(2026010100, '203.0.113.2') });
    expect(await serial()).toBe(2026010102);
    repository.commit(3000, { [ZONE]: above(2026010500, '203.0.113.2') });
    expect(await serial()).toBe(2026010501);
  });

  it('is the same in a folder of the repository, in a clone, at a revision and in a bare repository', async () => {
    const first = repository.commit(1000, { [`dns/${ZONE}`]: zone('203.0.113.1'), [ZONE]: zone('203.0.113.7') });
    repository.commit(2000, { [ZONE]: zone('203.0.113.8') });
    repository.commit(3000, { [`dns/${ZONE}`]: zone('203.0.113.2') });
    const folder = join(repository.folder, 'dns');
    expect(await serial('example.com.', { folder })).toBe(3000);
    expect(await serial('example.com.', { folder, at: first })).toBe(1000);
    const clone = join(outputs, 'clone');
    repository.git('clone', '-q', repository.folder, clone);
    expect(await serial('example.com.', { folder: join(clone, 'dns') })).toBe(3000);
    const bare = join(outputs, 'bare');
    repository.git('clone', '-q', '--bare', repository.folder, bare);
    expect(await serial('example.com.', { folder: bare, at: 'main' })).toBe(2000);
  });
});

describe('the serial of what is not committed', () => {
  it('is the time of the clock where the content differs from the commit, else that of the commit', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1'), [OTHER]: zone('203.0.113.1') });
    repository.write({ [ZONE]: zone('203.0.113.2'), [OTHER]: zone('203.0.113.1', '# a comment') });
    const built = await build();
    expect(built.dirty).toBe(true);
    expect(entry(built)).toMatchObject({ serial: NOW, serialFrom: 'clock', commit: null });
    expect(entry(built, 'example.net.')).toMatchObject({ serial: 1000, serialFrom: 'history' });
  });

  it('is greater than that of the commit though the clock is behind', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1') });
    repository.write({ [ZONE]: zone('203.0.113.2') });
    expect(await serial('example.com.', { now: 500 })).toBe(1001);
  });

  it('is the time of the clock for new zones, in a repository without commits, and outside of git', async () => {
    repository.write({ [ZONE]: zone('203.0.113.1') });
    expect(await serial()).toBe(NOW);
    repository.commit(1000);
    repository.write({ [OTHER]: zone('203.0.113.1') });
    const built = await build();
    expect(entry(built, 'example.net.')).toMatchObject({ serial: NOW, commit: null });
    expect(entry(built)).toMatchObject({ serial: 1000 });
    rmSync(join(repository.folder, '.git'), { recursive: true });
    const outside = await build();
    expect(outside).toMatchObject({ commit: null, dirty: true });
    expect(entry(outside)).toMatchObject({ serial: NOW, serialFrom: 'clock' });
  });

  it('is that of the commit for what is the same among thousands of changed files', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1') });
    const notes = Array.from({ length: 1500 }, (_, i) => [`zones/notes/${i}.txt`, 'x']);
    repository.write({ [ZONE]: zone('203.0.113.1', '# a comment'), ...Object.fromEntries(notes) });
    expect(entry(await build())).toMatchObject({ serial: 1000, serialFrom: 'history' });
  });

  it('outside of git goes on from the release before', async () => {
    rmSync(join(repository.folder, '.git'), { recursive: true });
    repository.write({ [ZONE]: zone('203.0.113.1'), [OTHER]: zone('203.0.113.1') });
    const first = await build({ now: 5000 });
    repository.write({ [ZONE]: zone('203.0.113.2') });
    const second = await build({ now: 4000, previous: first.folder });
    expect(entry(second).serial).toBe(5001);
    expect(entry(second, 'example.net.').serial).toBe(5000);
    expect(second.changed.map(({ zone: name }) => name)).toEqual(['example.com.']);
  });
});

describe('the serial, with the release before', () => {
  it('goes on from it in a shallow clone, which alone is refused', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1'), [OTHER]: zone('203.0.113.1') });
    const previous = (await build()).folder;
    repository.commit(2000, { [ZONE]: zone('203.0.113.2') });
    repository.commit(3000);
    const folder = join(outputs, 'shallow');
    repository.git('clone', '-q', '--depth', '1', `file://${repository.folder}`, folder);
    await expect(build({ folder })).rejects.toThrow(/unavailable: the history of this clone is cut off/);
    const built = await build({ folder, previous });
    expect(entry(built)).toMatchObject({ serial: 3000, serialFrom: 'previous' });
    expect(entry(built, 'example.net.')).toMatchObject({ serial: 1000, serialFrom: 'history' });
  });

  it('is greater than there when an older commit is built again', async () => {
    const first = repository.commit(1000, { [ZONE]: zone('203.0.113.1') });
    repository.commit(2000, { [ZONE]: zone('203.0.113.2') });
    const previous = (await build()).folder;
    const back = await build({ at: first, previous });
    expect(entry(back)).toMatchObject({ serial: 2001, serialFrom: 'previous', commit: first });
  });

  it('is greater than that of a release with changes that were not committed', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1') });
    repository.write({ [ZONE]: zone('203.0.113.2') });
    const previous = (await build({ now: 5000 })).folder;
    repository.commit(6000);
    expect(await serial('example.com.', { previous })).toBe(5000);
    repository.commit(7000, { [ZONE]: zone('203.0.113.3') });
    expect(await serial('example.com.', { previous })).toBe(7000);
    repository.git('checkout', '-q', 'HEAD~2');
    expect(await serial('example.com.', { previous })).toBe(5001);
  });

  it('wraps around', async () => {
    repository.commit(1000, {
      [ZONE]: zone('203.0.113.1', 'serial: increment').replace('soa: {', 'soa: { serial_after: 4294967294,'),
    });
    const first = await build();
    expect(entry(first).serial).toBe(4_294_967_295);
    repository.commit(2000, {
      [ZONE]: zone('203.0.113.2', 'serial: increment').replace('soa: {', 'soa: { serial_after: 4294967294,'),
    });
    expect(await serial('example.com.', { previous: first.folder })).toBe(0);
    expect(await serial()).toBe(0);
  });

  it('of a zone that was not in it follows from the whole history', async () => {
    repository.commit(1000, { [ZONE]: zone('203.0.113.1') });
    repository.commit(1000, { [ZONE]: zone('203.0.113.2'), [OTHER]: zone('203.0.113.1') });
    const previous = (await build({ zones: ['example.net'] })).folder;
    repository.commit(2000, { 'README.md': 'x' });
    const built = await build({ previous });
    expect(entry(built).serial).toBe(1001);
    expect(built.changed.map(({ zone: name }) => name)).toEqual(['example.com.']);
  });
});

describe('the serial of a presigned zone', () => {
  /** What matters here is the serial, not the signatures. */
  const UNSIGNED = 'checks: { rrsig-missing: off, nsec-chain: off }\n';
  const presigned = (serialNumber: number, address: string): string =>
    zone(address, 'dnssec: presigned').replace('soa: {', `soa: { serial: ${serialNumber},`);

  it('is the one that the document gives', async () => {
    repository.commit(1000, { [ZONE]: presigned(7, '203.0.113.1'), 'zonewright.yaml': UNSIGNED });
    expect(entry(await build())).toMatchObject({ serial: 7, serialFrom: 'document' });
  });

  it('must be greater than before where the content has changed', async () => {
    repository.commit(1000, { [ZONE]: presigned(7, '203.0.113.1'), 'zonewright.yaml': UNSIGNED });
    const previous = (await build()).folder;
    repository.commit(2000, { [ZONE]: presigned(7, '203.0.113.2') });
    await expect(build({ previous })).rejects.toThrow(/its serial 7 is not greater than 7/);
    await expect(build()).rejects.toThrow(/its serial 7 is not greater than 7/);
    repository.commit(3000, { [ZONE]: presigned(8, '203.0.113.2') });
    expect(await serial('example.com.', { previous })).toBe(8);
  });
});
