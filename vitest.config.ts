import { defineConfig } from 'vitest/config';

const annotations = process.env.GITHUB_ACTIONS === 'true' ? ['github-actions'] : [];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    silent: 'passed-only',
    reporters: ['default', ...annotations, './test/setup/reporter.ts'],
  },
});
