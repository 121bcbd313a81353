import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clearLockLitter, takeLock } from '../../src/state/files/lock.ts';
import { scratchFolder } from '../git/scratch-repository.ts';
import { compileScript, runScript } from '../setup/script.ts';

describe('a lock', () => {
  it('clears away at once what a process left that was killed before it wrote a word', () => {
    const folder = scratchFolder();
    const file = join(folder, 'lock');
    writeFileSync(`${file}.0123456789abcdef`, '');
    const lock = takeLock(file, 'at work');
    clearLockLitter(file);
    expect(readdirSync(folder)).toEqual(['lock']);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken though others clear away its draft all the while', async () => {
    const folder = scratchFolder();
    const file = join(folder, 'lock');
    const script = await compileScript(new URL('clearing-process.ts', import.meta.url));
    const others = [runScript(script, file), runScript(script, file)];
    try {
      await Promise.all(others.map((other) => other.spoke));
      for (let i = 0; i < 2000; i++) {
        const lock = takeLock(file, 'at work');
        lock.assertHeld();
        lock.release();
      }
    } finally {
      for (const other of others) other.kill();
      await Promise.all(others.map((other) => other.ended));
      script.remove();
    }
    clearLockLitter(file);
    expect(readdirSync(folder)).toEqual([]);
  });
});
