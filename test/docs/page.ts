import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { treePaths } from '../house/tree.ts';

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A page of documentation. */
export interface Page {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block of a page. */
export interface Block {
  readonly page: string;
  /** The line of its first line, from 1. */
  readonly line: number;
  /** What stands behind the opening fence. */
  readonly language: string;
  readonly text: string;
}

/** The README and every page of docs/. */
export function pages(): Page[] {
  return treePaths()
    .filter((path) => path === 'README.md' || path === 'CHANGELOG.md' || /^docs\/.*\.md$/.test(path))
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }));
}

/** One page. */
export function page(path: string): Page {
  return { path, text: readFileSync(`${root}${path}`, 'utf8') };
}

/** The fenced blocks of a page. */
export function blocksOf({ path, text }: Page): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const language = /^```(\w*)$/.exec(lines[i] as string)?.[1];
    if (language === undefined) continue;
    const first = i + 1;
    while (i + 1 < lines.length && lines[i + 1] !== '```') i++;
    i++;
    blocks.push({ page: path, line: first + 1, language, text: lines.slice(first, i).join('\n') });
  }
  return blocks;
}

/** A page without its fenced blocks. */
export function proseOf({ text }: Page): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

/** The anchors that GitHub gives the headings of a page. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of proseOf({ path: '', text }).matchAll(/^#+ (.*)$/gm)) {
    const slug = (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let i = 1; anchors.has(anchor); i++) anchor = `${slug}-${i}`;
    anchors.add(anchor);
  }
  return anchors;
}
