import { mustRun } from '../../node/words.ts';
import type { NameServerAdapter } from '../adapter.ts';

/**
 * The embedded name server. Commands: `embedded state`, `embedded check ID`, and `embedded load`, which reads the zones that
 * are to be looked at again from standard input, and `embedded reload`, which looks at all of them.
 */
export const embedded: NameServerAdapter = {
  kind: 'embedded',
  control: (_, run) => ({
    async state() {
      await mustRun(run, ['embedded', 'state']);
      return { running: true, version: undefined };
    },
    needsRestart: () => false,
    check: (id) => [{ words: ['embedded', 'check', id] }],
    load({ added, changed, removed, unknown = false }) {
      if (unknown) return [{ words: ['embedded', 'reload'] }];
      const input = [...added, ...changed, ...removed].map((apex) => `${apex}\n`).join('');
      return [{ words: ['embedded', 'load'], input }];
    },
  }),
};
