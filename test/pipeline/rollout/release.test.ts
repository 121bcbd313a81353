import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manifestEntry, printManifest } from '../../../src/compile/manifest.ts';
import { differenceFor } from '../../../src/deploy/release/difference.ts';
import type { Release } from '../../../src/deploy/release/release.ts';
import type { Serial } from '../../../src/dns/serial.ts';
import { type KnownRelease, readRelease, readReleaseAfter } from '../../../src/pipeline/rollout/release.ts';
import { manifestZone } from '../../compile/manifest-zone.ts';
import { scratchFolder } from '../../git/scratch-repository.ts';

/** Names of zones and what each has: a serial, and whether a node has a file of its own. */
type Estate = ReadonlyMap<string, readonly [number, boolean]>;

function writeRelease(folder: string, estate: Estate, commit: number): void {
  const zones = [...estate].map(([name, [serial, isOwn]]) => {
    const file = { path: `zones/${name}zone`, sha256: serial.toString(16).padStart(64, '0'), size: 1 };
    const files = isOwn ? [file, { ...file, path: `nodes/n1/${file.path}` }] : [file];
    return manifestZone(name, files, { serial: serial as Serial });
  });
  const text = printManifest({
    generator: 'zonewright 1.0.0',
    commit: commit.toString(16).padStart(40, '0'),
    dirty: false,
    files: [],
    zones: new Map(zones.map((zone) => [zone.apex, manifestEntry(zone)])),
  });
  writeFileSync(join(folder, 'manifest.json'), text);
}

const zone = fc.tuple(
  fc.nat(40).map((i) => `z${i}.example.`),
  fc.tuple(fc.nat(3), fc.boolean()),
);
/** What changes from one release to the next: mostly what zones say, at times also which there are. */
const step = fc.record({ changes: fc.array(zone, { maxLength: 4 }), adds: fc.boolean() });

it('releases that are read one after the other differ as they do when each is read by itself', () => {
  const folder = scratchFolder();
  fc.assert(
    fc.property(fc.array(zone, { maxLength: 40 }), fc.array(step, { maxLength: 6 }), (first, steps) => {
      const estate = new Map(first);
      let known: KnownRelease | undefined;
      const [inTurn, alone]: [Release[], Release[]] = [[], []];
      for (const [commit, { changes, adds }] of [{ changes: [], adds: false }, ...steps].entries()) {
        for (const [name, says] of changes) if (adds || estate.has(name)) estate.set(name, says);
        writeRelease(folder, estate, commit);
        known = readReleaseAfter(folder, known);
        inTurn.push(known.release);
        alone.push(readRelease(folder));
      }
      for (const [i, from] of inTurn.entries()) {
        for (const [j, to] of inTurn.entries()) {
          const sorted = (of: ReturnType<typeof differenceFor>) => ({
            send: of.send.map(({ path, file }) => `${path} ${file.sha256}`).sort(),
            remove: [...of.remove].sort(),
            zones: of.zones,
          });
          const plain = differenceFor('n1', alone[i], alone[j] as Release);
          expect(sorted(differenceFor('n1', from, to))).toEqual(sorted(plain));
          expect([...to.ownNodes]).toEqual(expect.arrayContaining([...(alone[j] as Release).ownNodes]));
        }
      }
    }),
    { numRuns: 60 },
  );
});
