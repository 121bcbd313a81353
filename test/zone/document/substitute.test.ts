import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { substituteText } from '../../../src/zone/document/substitute.ts';

const values = new Map([
  ['a', '1'],
  ['b', '${' + 'a}'],
]);

function replaced(text: string): { result: string; unknown: string[] } {
  const unknown: string[] = [];
  return {
    result: substituteText(
      text,
      (name) => values.get(name),
      (name) => unknown.push(name),
    ),
    unknown,
  };
}

describe('placeholders', () => {
  it.each([
    ['x', 'x', []],
    ['$', '$', []],
    ['$a', '$a', []],
    ['${' + 'a}-${' + 'a}', '1-1', []],
    ['${' + 'b}', '${' + 'a}', []],
    ['$${' + 'a}', '${' + 'a}', []],
    ['$$${' + 'a}', '$${' + 'a}', []],
    ['${' + 'c}', '', ['c']],
    ['${' + '}', '', ['']],
    ['x${' + 'a', 'xa', ['${']],
    ['${' + ' a}', '', [' a']],
  ])('%s becomes %s', (text, result, unknown) => {
    expect(replaced(text)).toEqual({ result, unknown });
  });

  it('never change a text without them, and what is escaped stays', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a') }), (text) => {
        expect(replaced(text.replace(/\$(?=\{)/g, () => '$$')).result).toBe(text);
      }),
    );
  });
});
