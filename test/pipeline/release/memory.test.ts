import { appendFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DomainName } from '../../../src/dns/name.ts';
import { type Memory, newMemory } from '../../../src/pipeline/memory.ts';
import { makeRelease } from '../../../src/pipeline/release/make.ts';
import { openReleaseStore, type ReleaseStore } from '../../../src/pipeline/release/store.ts';
import { scratchFolder, scratchRepository } from '../../git/scratch-repository.ts';
import { contentsOf, firstEstate, numbersFrom, randomChange } from '../random-estate.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

interface Place {
  /** Commits files (`undefined` removes one). Gives the commit. */
  commit(files: Readonly<Record<string, string | undefined>>): string;
  /** A place for releases of its own. */
  store(memory?: Memory, now?: () => number): ReleaseStore;
}

function placeOf(): Place {
  const source = scratchRepository();
  const bare = scratchRepository('--bare').folder;
  let time = 1_700_000_000;
  return {
    commit(files) {
      const commit = source.commit(time++, files);
      source.git('push', '-q', '--force', bare, 'main');
      return commit;
    },
    store: (memory, now = () => NOW) =>
      openReleaseStore({
        repository: bare,
        branch: 'main',
        folder: scratchFolder(),
        now,
        version: '1.0.0',
        memory,
      }),
  };
}

function memoryOf(): Memory {
  const memory = newMemory();
  onTestFinished(() => memory.rest());
  return memory;
}

/** Two halves of so many zones that a release is made from a spare one. Neither is so many that a whole disk is flushed. */
const [half, otherHalf] = [0, 1].map((rest) =>
  Object.fromEntries(
    Array.from({ length: 260 }, (_, i) => [
      `zones/filler/z${2 * i + rest}.test.yaml`,
      'soa: { primary: ns1.example.net., contact: hostmaster@example.net }\nrecords: { "@": { NS: [ns1.example.net., ns2.example.org.] } }\n',
    ]),
  ),
) as [Record<string, string>, Record<string, string>];

describe('a process that stays', () => {
  it.each([1, 2, 3])('makes, octet by octet, the releases of new processes (seed %d)', async (seed) => {
    const next = numbersFrom(seed * 104_729);
    const place = placeOf();
    const memory = memoryOf();
    const [resident, fresh] = [place.store(memory), place.store()];
    const commits: string[] = [];
    let built = 0;
    for (let step = 0; step < (seed % 2 === 0 ? 8 : 16); step++) {
      const change =
        step === 0
          ? { ...firstEstate(next), ...(seed % 2 === 0 ? half : {}) }
          : step === 1 && seed % 2 === 0
            ? { ...otherHalf }
            : {};
      for (let i = next(3); step > 0 && i > 0; i--) Object.assign(change, randomChange(next));
      commits.push(place.commit(change));
      if (next(5) === 0) memory.rest();
      // Now and then the release of an older commit is made, as while one is held.
      const at = next(8) === 0 ? commits[Math.max(0, commits.length - 2)] : undefined;
      const wanted = { signed: [], at, liftedFor: at ?? commits.at(-1) };
      const [ours, theirs] = [await makeRelease(resident, wanted), await makeRelease(fresh, wanted)];
      expect({ ...ours.built, folder: '' }, `step ${step}`).toEqual({ ...theirs.built, folder: '' });
      if (ours.built.kind !== 'built') continue;
      built++;
      expect(contentsOf(resident.folder), `release of step ${step}`).toEqual(contentsOf(fresh.folder));
    }
    expect(built).toBeGreaterThan(3);
  });

  it('looks at the release again where somebody has been at it', async () => {
    const place = placeOf();
    const memory = memoryOf();
    const [resident, fresh] = [place.store(memory), place.store()];
    const change = (text: string) => ({
      'zones/example.test.yaml': `soa: { primary: ns1.example.net., contact: hostmaster@example.net }\nrecords: { "@": { NS: [ns1.example.net., ns2.example.org.] }, www: { A: ${text} } }\n`,
    });
    let count = 1;
    const make = async (store: ReleaseStore): Promise<void> => {
      const { built } = await makeRelease(store, { signed: [] });
      expect(built.kind).toBe('built');
    };
    const both = async (): Promise<void> => {
      place.commit(change(`192.0.2.${count++}`));
      await make(resident);
      await make(fresh);
      expect(contentsOf(resident.folder)).toEqual(contentsOf(fresh.folder));
    };
    for (const files of [half, { ...otherHalf, ...change('192.0.2.0') }]) {
      place.commit(files);
      await make(resident);
      await make(fresh);
    }
    await both();
    // A file is gone: the folder tells.
    rmSync(join(resident.folder, 'zones/z7.test.zone'));
    await both();
    // Another one has more lines: that is found when there is time.
    appendFileSync(join(resident.folder, 'zones/z8.test.zone'), '; more\n');
    memory.rest();
    await both();
    await both();
  });
});

describe('a big zone in a process that stays', () => {
  it.each([
    ['unsigned', ''],
    ['signed with NSEC', 'dnssec: plain\n'],
    ['signed with NSEC3', 'dnssec: hashed\n'],
    ['signed with NSEC3 and opt-out', 'dnssec: opted-out\n'],
  ])('is what new processes make of it, %s', async (_, setting) => {
    const next = numbersFrom(setting.length + 77);
    const place = placeOf();
    let now = NOW;
    let amended = 0;
    const memory = memoryOf();
    const [resident, fresh] = [place.store(memory, () => now), place.store(undefined, () => now)];
    const zone = bigZone(next, setting);
    const times = 'signatures: { lifetime: 14d, refresh: 7d, jitter: 6d }';
    const config = `dnssec: { policies: { plain: { algorithm: 15, ${times} }, hashed: { algorithm: 15, denial: nsec3, ${times} }, opted-out: { algorithm: 15, denial: nsec3, opt_out: true, ${times} } } }\n`;
    place.commit({ 'zonewright.yaml': config, 'zones/big.test.yaml': zone.text(), 'zones/other.test.yaml': OTHER });
    const signed = setting === '' ? [] : ['big.test.' as DomainName];
    await makeRelease(resident, { signed });
    if (setting !== '') cpSync(join(resident.folder, '../keys'), join(fresh.folder, '../keys'), { recursive: true });
    await makeRelease(fresh, { signed });
    rmSync(resident.folder, { recursive: true });
    cpSync(fresh.folder, resident.folder, { recursive: true });
    for (let step = 0; step < 14; step++) {
      now += [1000, 3_600_000, 86_400_000, 0][next(4)] as number;
      for (let i = next(3); i >= 0; i--) zone.change(next(3) === 0);
      const other = next(6) === 0 ? { 'zones/other.test.yaml': `${OTHER}# ${step}\n` } : {};
      const commit = place.commit({ 'zones/big.test.yaml': zone.text(), ...other });
      const wanted = { signed, liftedFor: commit };
      const [ours, theirs] = [await makeRelease(resident, wanted), await makeRelease(fresh, wanted)];
      expect({ ...ours.built, folder: '' }, `step ${step}`).toEqual({ ...theirs.built, folder: '' });
      expect(ours.schedule).toEqual(theirs.schedule);
      expect(contentsOf(resident.folder), `release of step ${step}`).toEqual(contentsOf(fresh.folder));
      const file = resident.zone('big.test.' as DomainName)?.files.find(({ path }) => path.startsWith('zones/'));
      if (memory.indexes.get('big.test.' as DomainName)?.sha256 === file?.sha256) amended++;
    }
    if (setting !== '') expect(amended).toBeGreaterThan(3);
  });
});

describe('a big zone that passes thresholds', () => {
  it('is held where its name servers change, and not for delegations that come and go', async () => {
    const place = placeOf();
    const store = place.store(memoryOf(), () => NOW);
    const commit = async (servers: string, ...lines: readonly string[]) => {
      const hosts = Array.from({ length: 600 }, (_, i) => `n${i}: { A: 192.0.2.1 }`);
      const body = [`"@": { NS: [${servers}] }`, ...hosts, ...lines].map((line) => `  ${line}\n`).join('');
      const head = 'ttl: 1h\nsoa: { primary: ns1.example.net., contact: hostmaster@example.net }\nrecords:\n';
      place.commit({ 'zones/big.test.yaml': head + body });
      const { built } = await makeRelease(store, { signed: [] });
      return built.kind === 'held' ? built.blocks.map(({ rule }) => rule) : built.kind;
    };
    const before = 'ns1.example.net., ns2.example.org.';
    const sub = 'sub: { NS: [ns1.example.net., ns2.example.org.] }';
    expect(await commit(before)).toBe('built');
    for (const lines of [['x: { A: 192.0.2.1 }'], [sub], [sub.replace('ns1', 'ns7')], []]) {
      expect(await commit(before, ...lines)).toBe('built');
    }
    expect(await commit('ns1.example.net., ns3.example.org.')).toEqual(['apex-ns-changed']);
  });
});

const OTHER =
  'soa: { primary: ns1.example.net., contact: hostmaster@example.net }\nrecords: { "@": { NS: [ns1.example.net., ns2.example.org.] } }\n';

const DS = `12345 13 2 ${'AB12CD34'.repeat(8)}`;

/** A zone of some hundred names, of which some change. */
function bigZone(next: (below: number) => number, setting: string): { text(): string; change(values: boolean): void } {
  const lines = new Map<string, string>();
  const value = (): string => {
    const kind = next(12);
    if (kind === 0) return `{ A: 192.0.2.${next(200)}, TXT: text ${next(9)} }`;
    if (kind === 1) return `{ A: { ttl: ${1 + next(3)}h, values: 192.0.2.${next(200)} } }`;
    if (kind === 2) return `{ MX: 10 n${next(600)}, A: [192.0.2.${next(100)}, 192.0.2.${100 + next(100)}] }`;
    if (kind === 3) return `{ AAAA: "2001:db8::${1 + next(900)}" }`;
    return `{ A: 192.0.2.${next(200)} }`;
  };
  for (let i = 0; i < 600; i++) lines.set(`n${i}`, value());
  return {
    text: () => {
      const body = [...lines].map(([name, text]) => `  ${name}: ${text}\n`).join('');
      return `ttl: 1h\n${setting}soa: { primary: ns1.example.net., contact: hostmaster@example.net }\nrecords:\n  "@": { NS: [ns1.example.net., ns2.example.org.] }\n${body}`;
    },
    /** Changes one name; `values`: only what it says, not which types it has. */
    change(values) {
      const name = `n${next(620)}`;
      const there = lines.get(name);
      if (values && there !== undefined) {
        lines.set(name, there.replace(/192\.0\.2\.\d+/, `192.0.2.${200 + next(50)}`));
        return;
      }
      const kind = next(22);
      if (kind === 0) lines.set(`sub${next(3)}`, '{ NS: [ns1.example.net., ns2.example.org.] }');
      else if (kind === 20) lines.set(`sub${next(3)}`, `{ NS: [ns1.example.net., ns2.example.org.], DS: ${DS} }`);
      else if (kind === 21) lines.set(`ns.sub${next(3)}`, value());
      else if (kind === 1) lines.set(`deep.empty${next(3)}.n${next(600)}`, value());
      else if (kind === 2) lines.set('"*.wild"', value());
      else if (kind < 7) lines.delete([...lines.keys()][next(lines.size)] as string);
      else lines.set(kind < 14 ? name : `x${next(40)}`, value());
    },
  };
}
