import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { testEstate } from '../pipeline/rollout/estate.ts';
import { MAIN } from '../setup/program.ts';
import { needs, tool } from '../setup/tools.ts';

const LONG = 'a-node-whose-name-is-longer-than-most';

describe.skipIf(needs('script'))('zonewright deploy on a terminal', () => {
  it('draws a bar for each node, and ends with lines of what has become of them', async () => {
    const estate = await testEstate(['fra1', 'ams1', LONG], 'parallel: 2');
    const { status, text } = await onTerminal(estate.folder, ['deploy'], { NO_COLOR: undefined });
    expect(status).toBe(0);
    const screens = screensOf(text);
    const bars = screens.map((screen) => screen.filter((line) => line.includes('━')));
    expect(Math.max(...bars.map(({ length }) => length))).toBe(3);
    expect(bars.flat().some((line) => /^ams1 {17}━{24} verifying$/.test(line))).toBe(true);
    expect(bars.flat().some((line) => /^a-node-whose-name-i… ━{24} asking$/.test(line))).toBe(true);
    expect(Math.max(...bars.flat().map(({ length }) => length))).toBeLessThan(80);
    // Bars stand below all that was said, and none is left behind.
    for (const [i, screen] of screens.entries()) {
      const first = screen.findIndex((line) => line.includes('━'));
      expect(first < 0 ? [] : screen.slice(first)).toEqual(bars[i]);
    }
    expect(screens.at(-1)).toEqual([
      expect.stringMatching(/^rolling out \S+ to 3 nodes \(\S+\)$/),
      expect.stringMatching(/^fra1: done in \d+\.\d s, [\d.]+ k?B$/),
      ...['', ''].map(() => expect.stringMatching(/^(ams1|a-node-\S+): done in \d+\.\d s, [\d.]+ k?B$/)),
      expect.stringMatching(/^\S+: done in \d+\.\d s; 3 done$/),
    ]);
  });

  it.each([
    ['without colours', { NO_COLOR: '1' }, []],
    ['that can do nothing', { NO_COLOR: undefined, TERM: 'dumb' }, []],
    ['where none are wanted', { NO_COLOR: undefined }, ['--no-progress']],
  ])('draws no bars on one %s, but says a line for each step', async (_, env, options) => {
    const estate = await testEstate(['fra1']);
    const { status, text } = await onTerminal(estate.folder, [...options, 'deploy'], env);
    expect(status).toBe(0);
    expect(text).not.toMatch(/━|\x1b\[\d*[AJ]/);
    const steps = ['asking', 'transferring', 'checking', 'draining', 'switching', 'verifying', 'announcing'];
    const said = screensOf(text)
      .at(-1)
      ?.filter((line) => line.startsWith('fra1: '));
    expect(said).toEqual([...steps.map((step) => `fra1: ${step}`), expect.stringMatching(/^fra1: done in /)]);
  });
});

/** Runs zonewright on a terminal of its own, and gives all that it has written there. */
async function onTerminal(folder: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const command = [process.execPath, MAIN, ...args].map((word) => `'${word}'`).join(' ');
  const child: ChildProcess = spawn(tool('script') ?? 'script', ['-qefc', command, '/dev/null'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm', ...env },
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, text };
}

/** What has stood on the screen after each order that moved the cursor or cleared, and at the end. Colours are left out. */
function screensOf(text: string): string[][] {
  const screens: string[][] = [];
  let lines = [''];
  let row = 0;
  const keep = (): void => void screens.push(lines.filter((line) => line !== ''));
  for (const [token] of text.replace(/\x1b\[[\d;]*m/g, '').matchAll(/\x1b\[\d*[A-Z]|[\r\n]|[^\x1b\r\n]+/g)) {
    const [, count = '', order] = /^\x1b\[(\d*)([A-Z])$/.exec(token) ?? [];
    if (order === 'A') {
      keep();
      row -= Number(count || 1);
    } else if (order === 'J') lines = [...lines.slice(0, row), ''];
    else if (order === 'K') lines[row] = '';
    else if (order !== undefined) throw new Error(`what does ${JSON.stringify(token)} do?`);
    else if (token === '\n') lines[++row] ??= '';
    else if (token !== '\r') lines[row] += token;
  }
  keep();
  return screens;
}
