import type { BgpAdapter } from './adapter.ts';
import { ask, orderEach, stateOf } from './daemon.ts';
import { tally } from './tally.ts';

/** BIRD 2, by `birdc`: its protocols are disabled and enabled. What is announced are the routes that they export. */
export const bird: BgpAdapter = {
  kind: 'bird',
  control: ({ protocols }, run) => ({
    state: () =>
      stateOf(async () => {
        const shown = await Promise.all(protocols.map((name) => ask(run, ['bird', 'show', name])));
        const read = shown.map((text, i) => ({ name: protocols[i] ?? '', ...readProtocol(text) }));
        const hearings = read.map(({ name, established, exported }) => ({
          prefix: name,
          neighbor: name,
          heard: established && exported > 0,
        }));
        return tally(
          protocols,
          hearings,
          read.map(({ name, established }) => ({ name, established })),
          read.some(({ enabled }) => enabled),
        );
      }),
    withdraw: () => orderEach(run, ['bird', 'disable'], protocols, 'protocols'),
    announce: () => orderEach(run, ['bird', 'enable'], protocols, 'protocols'),
  }),
};

/** `show protocols all`: one line for the state, one for each channel with the numbers of its routes. */
function readProtocol(text: string): { enabled: boolean; established: boolean; exported: number } {
  const counts = [...text.matchAll(/^\s*Routes:.*?(\d+) exported/gm)].map(([, count]) => Number(count));
  return {
    // One that waits for its neighbour is started.
    enabled: !/^\s*BGP state:\s+Down$/m.test(text),
    established: /^\s*BGP state:\s+Established$/m.test(text),
    exported: counts.reduce((sum, count) => sum + count, 0),
  };
}
