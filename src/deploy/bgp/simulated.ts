import { mustRun } from '../node/words.ts';
import type { BgpAdapter } from './adapter.ts';

/**
 * Announcements that nobody hears, for demonstrations and tests. Commands: `simulated state`, which prints `announced`,
 * `withdrawn`, or `down` where it is to announce and its sessions are down; `simulated withdraw`, `simulated announce`.
 */
export const simulated: BgpAdapter = {
  kind: 'simulated',
  control: (_, run) => ({
    async state() {
      const said = (await mustRun(run, ['simulated', 'state'])).trim();
      const announced = said === 'announced' ? 'yes' : said === 'withdrawn' || said === 'down' ? 'no' : 'unknown';
      return { announced, offered: said !== 'withdrawn', sessions: [], note: 'simulated' };
    },
    async withdraw() {
      await mustRun(run, ['simulated', 'withdraw']);
    },
    async announce() {
      await mustRun(run, ['simulated', 'announce']);
    },
  }),
};
