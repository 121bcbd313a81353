import { spawn } from 'node:child_process';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCommitter } from '../../src/git/committer.ts';
import { initRepository } from '../../src/git/new-repository.ts';
import { compileScript } from '../setup/script.ts';
import { gitIn, scratchFolder } from './scratch-repository.ts';

/** Starts a writer, kills it some milliseconds after its first commit, and gives the commits that it told of. */
async function writeAndKill(program: string, folder: string, round: number, after: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, folder, `round ${round}`, '4'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (told.push(line) === 1) pause(after).then(() => child.kill('SIGKILL'));
  });
  await Promise.all([
    new Promise((resolve) => lines.on('close', resolve)),
    new Promise((resolve) => child.on('exit', resolve)),
  ]);
  // The kill may have cut the last line.
  return told.filter((line) => line.length === 40);
}

describe('a process that writes', () => {
  it('loses nothing that it told of when it is killed, 200 times', { timeout: 600_000 }, async () => {
    const writing = await compileScript(new URL('writing-process.ts', import.meta.url));
    onTestFinished(() => writing.remove());
    const folder = join(scratchFolder(), 'served');
    const repository = await initRepository(folder, { branch: 'main' });
    const git = gitIn(folder);
    const told: string[] = [];
    let seed = 1;
    for (let round = 0; round < 200; round++) {
      seed = (seed * 16_807) % 2_147_483_647;
      told.push(...(await writeAndKill(writing.file, folder, round, seed % 40)));
      if (round % 50 === 49) expect(git('fsck', '--strict', '--no-dangling')).toBe('');
    }
    const history = new Set(git('rev-list', 'main').split('\n'));
    expect(told.length).toBeGreaterThan(200);
    expect(told.filter((commit) => !history.has(commit))).toEqual([]);
    expect(git('rev-list', '--merges', 'main')).toBe('');
    expect(readdirSync(join(folder, 'refs/heads'))).toEqual(['main']);

    // Who comes next finds no lock, and tidies up what is not of this very moment.
    for (const name of readdirSync(join(folder, 'zonewright'))) utimesSync(join(folder, 'zonewright', name), 1, 1);
    const person = { name: 'A', email: 'a@example.org' };
    const committer = await openCommitter(repository, { branch: 'main', committer: person, now: () => 1 });
    const file = { kind: 'put' as const, path: 'last', content: 'x' };
    const outcome = await committer.commit({
      author: person,
      apply: async () => ({ kind: 'change', files: [file], message: { subject: 'last' } }),
    });
    await committer.close();
    expect(outcome.kind).toBe('committed');
    expect(readdirSync(join(folder, 'zonewright'))).toEqual([]);
  });
});
