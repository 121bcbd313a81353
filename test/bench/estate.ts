import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Side } from './bench.ts';
import { madeNames, octodnsDocument, writeFile, zoneDocument } from './inputs.ts';
import { octodns } from './peers.ts';
import { build, forget, zonewright } from './project.ts';

/** 10,000 zones of about 100 records, in folders of a hundred. */
function makeEstate(folder: string, scale: number): string[] {
  const zones: string[] = [];
  for (let i = 0; i < Math.round(10_000 * scale); i++) {
    const zone = `zone-${i}.example`;
    zones.push(zone);
    writeFile(
      join(folder, 'repo/zones', String(i % 100).padStart(2, '0'), `${zone}.yaml`),
      zoneDocument(madeNames(51, i), zone),
    );
  }
  return zones;
}

/** Every zone of an estate, built from nothing. */
export const coldBuildEstate: Bench = {
  name: 'cold build, 10,000 zones of 100 records',
  about: 'zonewright build : octoDNS with octodns-bind, one process each',
  goal: { time: 0.2 },
  prepare: async (folder, scale) => {
    const zones = makeEstate(folder, scale);
    zones.forEach((zone, i) => {
      writeFile(join(folder, 'octodns', `${zone}.yaml`), octodnsDocument(madeNames(51, i)));
    });
    mkdirSync(join(folder, 'zonefiles'), { recursive: true });
    return {
      ours: build(folder, () => forget(folder)),
      peer: octodns(folder, join(folder, 'octodns'), join(folder, 'zonefiles'), zones),
    };
  },
};

/** One record changed in that estate, against building all of it. */
function warm(command: string, run: (folder: string, before: () => void) => Side): Bench {
  return {
    name: `one record changed in 10,000 zones: ${command}`,
    about: `zonewright ${command} from warm state : the same cold`,
    goal: { time: 0.02 },
    prepare: async (folder, scale) => {
      makeEstate(folder, scale);
      let change = 0;
      return {
        ours: run(folder, () => {
          appendFileSync(
            join(folder, 'repo/zones/00/zone-0.example.yaml'),
            `  changed-${change++}: { A: 198.51.100.9 }\n`,
          );
        }),
        peer: run(folder, () => forget(folder)),
      };
    },
  };
}

/** Building after a change of one record. */
export const warmBuild = warm('build', build);

/** Checking after a change of one record. */
export const warmCheck = warm('check', (folder, before) => zonewright(folder, ['check'], before));
