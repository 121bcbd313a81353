import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRelease } from '../../src/compile/release/place.ts';
import { buildRelease } from '../../src/pipeline/build.ts';
import { checkProject } from '../../src/pipeline/check.ts';
import { scratchFolder, scratchRepository } from '../git/scratch-repository.ts';
import { contentsOf, firstEstate, numbersFrom, randomChange } from './random-estate.ts';

const now = Date.UTC(2026, 10, 22, 12);

/** The zones of a release: `ZONE CONTENT SERIAL`. */
function serialsOf(release: string): string[] {
  const found = findRelease(release);
  return [...(found?.manifest.zones.values() ?? [])].map(({ zone }) => `${zone.apex} ${zone.content} ${zone.serial}`);
}

function withoutSerial(line: string): string {
  return line.slice(0, line.lastIndexOf(' '));
}

describe('what is built step by step', () => {
  it.each([1, 2, 3, 4])('is, octet by octet, what is built at once from the history (seed %d)', async (seed) => {
    const next = numbersFrom(seed * 7919);
    const repository = scratchRepository();
    const outputs = scratchFolder();
    const out = join(outputs, 'step-by-step');
    const workspace = { folder: repository.folder, now, version: '1.0.0' };
    let time = 1_700_000_000;
    let released = 0;
    let compared = 0;
    for (let step = 0; step < 30; step++) {
      // Clocks of committers stand still and run backwards, too.
      time += [1, 1, 0, 100, 86_400, -50][next(6)] as number;
      if (step === 0) repository.write(firstEstate(next));
      else for (let i = next(2); i >= 0; i--) repository.write(randomChange(next));
      repository.commit(time);

      const cached = await checkProject(workspace);
      const checked = await checkProject({ ...workspace, cache: false });
      expect(cached, `check in step ${step}`).toEqual(checked);
      // Some commits are not built, so that the next build has several to look at.
      if (next(4) === 0) continue;
      const before = serialsOf(out);
      const built = await buildRelease(workspace, { out });
      const fresh = join(outputs, `fresh-${step}`);
      const atOnce = await buildRelease({ ...workspace, cache: false }, { out: fresh });
      expect(built.kind).toBe(atOnce.kind);
      if (built.kind !== 'built') continue;
      released++;
      // A zone that was changed and changed back between two releases keeps its serial; the history alone tells of a change.
      const kept = serialsOf(fresh)
        .filter((line) => !serialsOf(out).includes(line))
        .map(withoutSerial);
      const there = serialsOf(out)
        .filter((line) => before.includes(line))
        .map(withoutSerial);
      if (kept.length > 0 && kept.every((line) => there.includes(line))) {
        rmSync(out, { recursive: true });
        cpSync(fresh, out, { recursive: true });
        continue;
      }
      compared++;
      expect(contentsOf(out), `release of step ${step}`).toEqual(contentsOf(fresh));
    }
    expect(released).toBeGreaterThan(2);
    expect(compared).toBeGreaterThan(released / 2);
  });
});
