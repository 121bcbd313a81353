import type { Bench } from './bench.ts';
import { ZONEWRIGHT } from './bench.ts';
import { debian } from './peers.ts';

/** What every call costs before it does anything. The goal of the design is 120 ms, whatever the ratio. */
export const startUp: Bench = {
  name: 'start-up',
  about: 'zonewright --version : dig -v',
  goal: { time: 12 },
  prepare: async () => ({
    ours: { kind: 'command', argv: [...ZONEWRIGHT, '--version'] },
    peer: debian('dig', 'bind9-dnsutils', ['-v']),
  }),
};
