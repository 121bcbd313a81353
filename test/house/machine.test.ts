import { describe, expect, it } from 'vitest';
import packageLock from '../../package-lock.json' with { type: 'json' };
import { sample, textFiles, violations } from './tree.ts';

/** Folders of one machine, put together so that this file does not name them. */
const [work, root, brief] = ['work', 'root', 'tmp/brief'].map((folder) => `/${folder}`);
const folders = new RegExp(String.raw`(?<![\w.~-])(${work}/|${root}/|${brief})`);

describe('the repository', () => {
  it('installs from any registry: the lock file names none', () => {
    const named = Object.entries(packageLock.packages).filter(([, entry]) => 'resolved' in entry);
    expect(named.map(([path]) => path)).toEqual([]);
    expect(violations(textFiles(/(^|\/)\.npmrc$/), (line) => (/registry\s*=/.test(line) ? line : undefined))).toEqual(
      [],
    );
  });

  it('names no folder of the machine that it was written on', () => {
    expect(violations(textFiles(/./), namesMachine)).toEqual([]);
  });
});

describe('the rule itself', () => {
  it('finds such folders, not those that look alike', () => {
    const lines = [
      `cd '${work}/x'`,
      `${root}/.npmrc`,
      `at .${work}/x`,
      `/home/runner${work}/`,
      `${brief}.md`,
      '/workspace/',
    ];
    const found = violations([sample('x', ...lines)], namesMachine);
    expect(found.map((text) => text.split(':')[1])).toEqual(['1', '2', '5']);
  });
});

function namesMachine(line: string): string | undefined {
  const found = folders.exec(line);
  return found === null ? undefined : `names ${found[0]}`;
}
