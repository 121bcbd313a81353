import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { ZONEWRIGHT } from './bench.ts';
import { madeNames, masterFile, writeFile } from './inputs.ts';
import { debian } from './peers.ts';

/** A master file of a million records. */
export const importMillion: Bench = {
  name: 'import, master file of 1,000,000 records',
  about: 'zonewright import (master file -> YAML) : ldns-read-zone (master file -> master file)',
  goal: { time: 1 },
  prepare: async (folder, scale) => {
    const file = join(folder, 'example.com.zone');
    writeFile(file, masterFile(madeNames(Math.round(540_000 * scale), 1), 'example.com'));
    return {
      ours: {
        kind: 'command',
        argv: [...ZONEWRIGHT, 'import', file, '--zone', 'example.com', '--out', join(folder, 'imported'), '--force'],
      },
      peer: debian('ldns-read-zone', 'ldnsutils', [file]),
    };
  },
};
