import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSettledZones } from '../../src/compile/signing/settled.ts';
import { parseName } from '../../src/dns/name.ts';
import type { Serial } from '../../src/dns/serial.ts';
import { type BuildOptions, buildRelease } from '../../src/pipeline/build.ts';
import { confirmDs } from '../../src/pipeline/keys/confirm.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { rollKeys } from '../../src/pipeline/keys/roll.ts';
import { signingSchedule } from '../../src/pipeline/keys/schedule.ts';
import { statusOfKeys } from '../../src/pipeline/keys/status.ts';
import { newMemory } from '../../src/pipeline/memory.ts';
import { scratchFolder, writeOrRemove } from '../git/scratch-repository.ts';
import { DAY, document, HOUR, start, succeed } from './signed-project.ts';

const config = `dnssec:
  policies:
    one: { rollover: { csk: 20d } }
    two: { keys: ksk+zsk, rollover: { ksk: 30d, zsk: 9d }, signatures: { lifetime: 6d, refresh: 2d, jitter: 1d } }
`;

/** A project of two signed zones, whose clock is moved by hand, and a memory of it. */
async function project() {
  const folder = scratchFolder();
  const release = join(scratchFolder(), 'release');
  const memory = newMemory();
  let now = start;
  const workspace = () => ({ folder, now, version: '1.0.0' });
  writeOrRemove(join(folder, 'zonewright.yaml'), config);
  writeOrRemove(join(folder, 'zones/one.example.yaml'), document('one'));
  writeOrRemove(join(folder, 'zones/two.example.yaml'), document('two'));
  succeed(await generateKeys(workspace(), { zones: [] }));
  const build = async (cache = true, more: Partial<BuildOptions> = {}) => {
    const built = await buildRelease({ ...workspace(), cache }, { out: release, ...more });
    if (built.kind !== 'built') throw new Error(JSON.stringify(built));
    return built;
  };
  return {
    folder,
    release,
    workspace,
    build,
    goOn(by: number): void {
      now += by;
    },
    /** The schedule as a process tells it that has told it before, and as one tells it that begins now. */
    schedules: async () => [
      succeed(await signingSchedule({ ...workspace(), memory }, { release })),
      succeed(await signingSchedule(workspace(), { release })),
    ],
    /** The parents do what they were asked for. */
    async answerForParents(): Promise<void> {
      for (const { zone, wanted = [] } of succeed(await statusOfKeys(workspace(), { zones: [], release })).zones)
        if (wanted.length > 0) succeed(await confirmDs(workspace(), { zone, ds: wanted, release }));
    },
    roll: async () => succeed(await rollKeys(workspace(), { zones: [], due: true, release })),
  };
}

type Step = { readonly wait: number; readonly what: 'build' | 'look' | 'parents' | 'roll' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    // What was begun goes on within hours.
    wait: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1000, max: HOUR }) },
      fc.integer({ min: HOUR, max: 12 * HOUR }),
      fc.integer({ min: 12 * HOUR, max: 2 * DAY }),
    ),
    what: fc.constantFrom('build', 'build', 'look', 'parents', 'roll'),
  }),
  { minLength: 25, maxLength: 40 },
);

describe('what a build remembers of the signing of zones', () => {
  it('leaves nothing to do for a build that remembers nothing, whatever happens in some weeks', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (course) => {
        const { build, goOn, schedules, answerForParents, roll } = await project();
        await build();
        for (const { wait, what } of course) {
          goOn(Math.floor(wait / 1000) * 1000);
          if (what === 'parents') await answerForParents();
          if (what === 'roll') await roll();
          const [remembered, fresh] = await schedules();
          expect(remembered).toEqual(fresh);
          if (what === 'look') continue;
          await build();
          expect(await build(false)).toMatchObject({ untouched: true, changed: [] });
        }
      }),
      { numRuns: 2, endOnFailure: true },
    );
  });

  it('is not believed where the keys are others', async () => {
    const { folder, build, release } = await project();
    await build();
    await build();
    expect(readFileSync(join(folder, '.zonewright/cache/signing'), 'utf8')).toContain('one.example.');
    expect((await build()).untouched).toBe(true);
    writeFileSync(join(folder, '.zonewright/keys/one.example/keys.json'), '{');
    const refused = await buildRelease({ folder, now: start, version: '1.0.0' }, { out: release });
    expect(refused).toMatchObject({
      kind: 'refused',
      report: { findings: [expect.objectContaining({ rule: 'signing-key-unusable' })] },
    });
  });

  it('is made anew where the file is cut off or changed', async () => {
    const { folder, build } = await project();
    await build();
    await build();
    const file = join(folder, '.zonewright/cache/signing');
    const text = readFileSync(file, 'utf8');
    for (const damaged of [text.slice(0, -9), text.replace('"from":1', '"from":0'), '', 'x']) {
      writeFileSync(file, damaged);
      expect((await build()).untouched).toBe(true);
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });
});

it('comes back from its file as it was', () => {
  const file = { path: join(scratchFolder(), 'below/signing'), compiler: '1.0.0' };
  const zone = { mark: 'm', policy: 'p', from: 1, until: null, digest: 'd', serial: 7 as Serial };
  const [a, b] = [parseName('__proto__.example.'), parseName('b.example.')];
  const one = openSettledZones(file);
  one.note(a, zone);
  one.note(b, { ...zone, until: 9, serial: null });
  one.note(parseName('gone.example.'), zone);
  one.save((apex) => apex !== 'gone.example.');
  const other = openSettledZones(file);
  expect([other.get(a), other.get(b)]).toEqual([zone, { ...zone, until: 9, serial: null }]);
  expect(other.get(parseName('gone.example.'))).toBeUndefined();
  // Another version may sign otherwise.
  expect(openSettledZones({ ...file, compiler: '1.0.1' }).get(a)).toBeUndefined();
});
