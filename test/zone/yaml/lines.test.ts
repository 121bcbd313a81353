import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineColumn, lineIndex } from '../../../src/zone/yaml/lines.ts';

describe('lineIndex', () => {
  it('counts lines and columns from 1, columns in UTF-16 units', () => {
    const index = lineIndex('ab\nc😀d\r\n\nend');
    expect(index.at(0)).toEqual({ line: 1, column: 1 });
    expect(index.at(2)).toEqual({ line: 1, column: 3 });
    expect(index.at(3)).toEqual({ line: 2, column: 1 });
    expect(index.at(6)).toEqual({ line: 2, column: 4 });
    expect(index.at(9)).toEqual({ line: 3, column: 1 });
    expect(index.at(10)).toEqual({ line: 4, column: 1 });
    expect(index.at(99)).toEqual({ line: 4, column: 4 });
  });

  it('gives the text of a line without its line end', () => {
    const index = lineIndex('a\r\nb\n\nc');
    expect([0, 1, 2, 3, 4, 5].map((line) => index.lineText(line))).toEqual(['', 'a', 'b', '', 'c', '']);
  });

  it('agrees with splitting the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '😀')), fc.nat(60), (pieces, offset) => {
        const text = pieces.join('');
        const before = text.slice(0, offset).split('\n');
        expect(lineColumn(text, offset)).toEqual({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
      }),
    );
  });
});
