import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { madeNames, masterFile, writeFile, zoneDocument } from './inputs.ts';
import { debian } from './peers.ts';
import { build, forget } from './project.ts';

/** One zone of 540,000 names and a million records. */
export const coldBuildMillion: Bench = {
  name: 'cold build, 1 zone of 540,000 names',
  about: 'zonewright build (YAML, checked) : named-compilezone (reading and writing the same records)',
  goal: { time: 1, memory: 3 },
  prepare: async (folder, scale) => {
    const count = Math.round(540_000 * scale);
    writeFile(join(folder, 'repo/zones/example.com.yaml'), zoneDocument(madeNames(count, 1), 'example.com'));
    writeFile(join(folder, 'example.com.zone'), masterFile(madeNames(count, 1), 'example.com'));
    return {
      ours: build(folder, () => forget(folder)),
      peer: debian('named-compilezone', 'bind9-utils', [
        '-q',
        '-i',
        'none',
        '-k',
        'ignore',
        '-o',
        join(folder, 'compiled.zone'),
        'example.com',
        join(folder, 'example.com.zone'),
      ]),
    };
  },
};
