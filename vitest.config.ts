import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import Order from './test/setup/order.ts';

const annotations = process.env.GITHUB_ACTIONS === 'true' ? ['github-actions'] : [];

/** Tests that put something in the place of modules, or of what these find when they are loaded. */
const ALONE = ['test/git/power-cut.test.ts'];

export default defineConfig({
  test: {
    projects: [
      // Files share processes: to load the modules anew for each of them takes as long as many of their tests.
      { extends: true, test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
    setupFiles: ['test/setup/properties.ts'],
    // Nothing takes that long: it is for slow machines on which much else goes on.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Half of the time tests wait for the programs that they start.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    sequence: { sequencer: Order },
    silent: 'passed-only',
    reporters: ['default', ...annotations, './test/setup/reporter.ts'],
  },
});
