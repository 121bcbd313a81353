import { describe, expect, it } from 'vitest';
import { sample, type TextFile, textFiles, violations } from './tree.ts';

const comment = /^\s*(\/\/|\/\*|\*|#)/;
const declaration = /^export (?:declare |abstract |async )*(?:function\*?|const|let|class|interface|type|enum) (\w+)/;
const oneConstant = /^export const [^{]*;/;
const skipped = /^\/\/ biome-ignore /;
const unfinished = new RegExp(String.raw`(\/\/|\*|#).*\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\b`);
const dead = /^\s*\/\/\s*(const|let|var|if|for|while|return|import|export|await|throw|function)\b.*[;{]\s*$/;
const untyped = /(:|\bas|<)\s*any\s*([;,)\]>=|&{[]|$)/;
const unchecked = /@ts-(ignore|nocheck)/;

const source = textFiles(/^src\/.*\.ts$/);
const code = textFiles(/^(src|test)\/.*\.(ts|js|sh)$|^\.ci\//).filter(
  ({ path }) => path !== 'test/house/source.test.ts',
);

describe('source text', () => {
  it('documents all that src/ exports', () => {
    expect(violations(source, undocumented)).toEqual([]);
  });

  it('has no unfinished and no commented-out parts', () => {
    expect(violations(code, leftover)).toEqual([]);
  });

  it('is checked by the compiler everywhere', () => {
    expect(violations(code, escapesTheCompiler)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  it('find exports without a doc comment', () => {
    const file = sample(
      'src/dns/x.ts',
      '/** A TTL. */',
      'export type Ttl = number;',
      'export const maximum = 1;',
      '/** Reads. */',
      'export function read(text: string): Ttl;',
      'export function read(text: Buffer): Ttl;',
      '// Not a doc comment.',
      'export interface Name {',
      "export * from './y.ts';",
      'export { z };',
      '/** Octets. */',
      'export const TAB = 9;',
      'export const LF = 10;',
    );
    expect(violations([file], undocumented)).toEqual([
      'src/dns/x.ts:3: maximum has no doc comment',
      'src/dns/x.ts:8: Name has no doc comment',
    ]);
  });

  it('find notes to oneself and code that is switched off', () => {
    const lines = [
      `// ${'TO'}DO: later`,
      '  // const old = 1;',
      '// if (signed) {',
      '// If the zone is signed, its serial counts.',
    ];
    expect(violations([sample('src/dns/x.ts', ...lines)], leftover)).toEqual([
      'src/dns/x.ts:1: unfinished',
      'src/dns/x.ts:2: commented-out code',
      'src/dns/x.ts:3: commented-out code',
    ]);
  });

  it('find what the compiler does not check', () => {
    const lines = [
      'const x: any = 1;',
      'f(x as any);',
      'let y: Map<any, 1>;',
      `// @ts${'-ignore'}`,
      '// class: any',
      'const any = 1;',
    ];
    expect(violations([sample('src/dns/x.ts', ...lines)], escapesTheCompiler)).toEqual([
      'src/dns/x.ts:1: any',
      'src/dns/x.ts:2: any',
      'src/dns/x.ts:3: any',
      'src/dns/x.ts:4: switches the compiler off',
    ]);
  });
});

function undocumented(line: string, index: number, file: TextFile): string | undefined {
  const name = declaration.exec(line)?.[1];
  if (name === undefined) return undefined;
  // One comment may stand above a block of constants.
  const above = file.lines
    .slice(0, index)
    .findLast((text) => !skipped.test(text) && !(oneConstant.test(line) && oneConstant.test(text)));
  if (above?.trimEnd().endsWith('*/')) return undefined;
  // The comment of an overloaded function stands above its first form.
  const overloaded = file.lines.slice(0, index).some((text) => declaration.exec(text)?.[1] === name);
  return overloaded ? undefined : `${name} has no doc comment`;
}

function leftover(line: string): string | undefined {
  if (unfinished.test(line)) return 'unfinished';
  return dead.test(line) ? 'commented-out code' : undefined;
}

function escapesTheCompiler(line: string): string | undefined {
  if (unchecked.test(line)) return 'switches the compiler off';
  return !comment.test(line) && untyped.test(line) ? 'any' : undefined;
}
