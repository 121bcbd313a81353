import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runTool } from './tools.ts';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const config = fileURLToPath(new URL('fixtures/reporter/vitest.config.ts', import.meta.url));

it('closes a run with the skipped tests, their reasons, and one line that counts', async () => {
  const run = await runTool(process.execPath, [vitest, 'run', '--config', config], { env: { CI: '', NO_COLOR: '1' } });
  expect(run.status).toBe(1);
  expect(run.stdout.trimEnd().split('\n').slice(-5)).toEqual([
    'Skipped:',
    '  tests.case.ts: says itself why it does not run: no IPv6 here',
    '  tests.case.ts: with a program > runs: not installed: no-such-program',
    '',
    '1 passed, 2 failed, 2 skipped',
  ]);
});
