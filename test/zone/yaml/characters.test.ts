import { describe, expect, it } from 'vitest';
import { checkCharacters, isPrintable } from '../../../src/zone/yaml/characters.ts';
import { MAX_PROBLEMS, type YamlProblem } from '../../../src/zone/yaml/problem.ts';

function found(text: string): YamlProblem[] {
  const problems: YamlProblem[] = [];
  checkCharacters(text, problems);
  return problems;
}

describe('checkCharacters', () => {
  it.each([
    ['NUL', 'a\0b', 1, 'a NUL character is not allowed in a YAML file'],
    ['an escape character', 'a: \x1b[0m', 3, 'the character U+001B is not allowed in a YAML file'],
    ['DEL', '\x7f', 0, 'the character U+007F is not allowed in a YAML file'],
    ['a C1 control character', 'ab\x9f', 2, 'the character U+009F is not allowed in a YAML file'],
    ['a carriage return alone', 'a\rb', 1, 'a carriage return without a line feed'],
    ['a second byte order mark', '\ufeffa\ufeff', 2, 'a byte order mark (U+FEFF) in the middle of the text'],
    ['half a surrogate pair', 'a\ud83db', 1, 'the character U+D83D is not allowed in a YAML file'],
    ['the other half', '\ude00', 0, 'the character U+DE00 is not allowed in a YAML file'],
    ['a noncharacter', '\uffff', 0, 'the character U+FFFF is not allowed in a YAML file'],
  ])('refuses %s', (_, text, start, message) => {
    expect(found(text)).toEqual([
      expect.objectContaining({ code: 'control-character', message, start, end: start + 1 }),
    ]);
  });

  it('lets everything else pass', () => {
    expect(found('\ufeffkey:\tvalue # é 😀 \u{10ffff} \u00a0\u2028\r\nnext\n')).toEqual([]);
  });

  it('finds all of them, up to a limit', () => {
    expect(found('\x01a\x02').map(({ start }) => start)).toEqual([0, 2]);
    const many = found('\0'.repeat(10_000));
    expect(many).toHaveLength(MAX_PROBLEMS);
    expect(many.at(-1)?.code).toBe('too-many-problems');
  });

  it('agrees with isPrintable on what may stand in a line', () => {
    for (let c = 0; c <= 0xffff; c++) {
      if (c === 0x09 || c === 0x0a || c === 0x85) continue;
      expect(found(`x${String.fromCharCode(c)}`).length === 0, c.toString(16)).toBe(isPrintable(c));
    }
  });
});
