import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf } from '../../src/zone/source.ts';

function place(text: string, start: number, end = start) {
  return placeOf({ source: { path: 'zones/a.yaml', text }, start, end });
}

describe('the place of a stretch of a file', () => {
  it('counts lines and columns from 1, columns in UTF-16 units', () => {
    const text = 'ab\nc😀d\r\n\nend';
    expect(place(text, 0, 2)).toEqual({ file: 'zones/a.yaml', line: 1, column: 1, endLine: 1, endColumn: 3 });
    expect(place(text, 3, 10)).toEqual({ file: 'zones/a.yaml', line: 2, column: 1, endLine: 4, endColumn: 1 });
    expect(place(text, 6)).toEqual({ file: 'zones/a.yaml', line: 2, column: 4, endLine: 2, endColumn: 4 });
    expect(place('', 0)).toEqual({ file: 'zones/a.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 });
  });

  it('agrees with splitting the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '😀')), fc.nat(60), (pieces, wanted) => {
        const text = pieces.join('');
        const offset = Math.min(wanted, text.length);
        const before = text.slice(0, offset).split('\n');
        expect(place(text, offset)).toMatchObject({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
      }),
    );
  });
});
