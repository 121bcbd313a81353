import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { madeNames, octodnsDocument, writeFile, zoneDocument } from './inputs.ts';
import { octodns } from './peers.ts';
import { build, forget } from './project.ts';

/** The same zone of 50,000 names through octoDNS. */
export const coldBuildOctodns: Bench = {
  name: 'cold build, 1 zone of 50,000 names',
  about: 'zonewright build : octoDNS with octodns-bind (YAML -> plan -> zone file)',
  goal: { time: 0.05, memory: 0.3 },
  prepare: async (folder, scale) => {
    const count = Math.round(50_000 * scale);
    writeFile(join(folder, 'repo/zones/example.com.yaml'), zoneDocument(madeNames(count, 2), 'example.com'));
    writeFile(join(folder, 'octodns/example.com.yaml'), octodnsDocument(madeNames(count, 2)));
    mkdirSync(join(folder, 'zonefiles'), { recursive: true });
    return {
      ours: build(folder, () => forget(folder)),
      peer: octodns(folder, join(folder, 'octodns'), join(folder, 'zonefiles'), ['example.com']),
    };
  },
};
