import { describe, expect, it } from 'vitest';
import { sample, type TextFile, textFiles, treePaths } from './tree.ts';

/** Names that say nothing about what is inside. */
const emptyNames = /^(utils?|helpers?|common|managers?|misc)$/;

const longest = 400;
/** Source files that are longer, with the reason why they are not split. */
const longFiles = new Map<string, string>([]);

describe('files', () => {
  it('are named after what is inside', () => {
    expect(treePaths().filter(saysNothing)).toEqual([]);
  });

  it(`have at most ${longest} lines in src/, or a reason here`, () => {
    expect(tooLong(textFiles(/^src\/.*\.ts$/))).toEqual([]);
  });
});

describe('the rules themselves', () => {
  it('find empty names of files and folders', () => {
    const paths = [
      'src/dns/utils/name.ts',
      'src/zone/helpers.ts',
      'src/zone/common-mistakes.ts',
      'src/cli/misc.test.ts',
    ];
    expect(paths.filter(saysNothing)).toEqual([paths[0], paths[1], paths[3]]);
  });

  it('find long files', () => {
    const long = sample('src/dns/long.ts', ...Array(longest + 1).fill('x'), '');
    expect(tooLong([long, sample('src/dns/short.ts', 'x')])).toEqual(['src/dns/long.ts:401: 401 lines']);
  });
});

function saysNothing(path: string): boolean {
  return path.split('/').some((segment) => emptyNames.test(segment.replace(/\..*$/, '')));
}

function tooLong(files: readonly TextFile[]): string[] {
  return files
    .map(({ path, lines }) => ({ path, count: lines.at(-1) === '' ? lines.length - 1 : lines.length }))
    .filter(({ path, count }) => count > longest && !longFiles.has(path))
    .map(({ path, count }) => `${path}:${longest + 1}: ${count} lines`);
}
