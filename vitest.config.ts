import { defineConfig } from 'vitest/config';

const annotations = process.env.GITHUB_ACTIONS === 'true' ? ['github-actions'] : [];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup/properties.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most of the time tests wait for the programs that they start.
    maxWorkers: '100%',
    silent: 'passed-only',
    reporters: ['default', ...annotations, './test/setup/reporter.ts'],
  },
});
