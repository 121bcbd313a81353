import { describe, expect, it } from 'vitest';
import { needs } from '../setup/tools.ts';
import { played } from './console.ts';
import { pages } from './page.ts';

const shown = pages().filter(({ text }) => text.includes('\n```console\n'));

describe.skipIf(needs('dig', 'git'))('what pages show', () => {
  it.each(shown)('$path is what the commands print ("npm run docs" writes it)', async (page) => {
    await expect(await played(page)).toMatchFileSnapshot(`../../${page.path}`);
  });
});
