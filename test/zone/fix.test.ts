import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src/zone/finding.ts';
import { applyEdits } from '../../src/zone/fix.ts';

function edit(start: number, end: number, text: string): Edit {
  return { file: 'x', start, end, text };
}

describe('applyEdits', () => {
  it('replaces, inserts and deletes', () => {
    const edits = [edit(0, 1, 'A'), edit(3, 3, '--'), edit(4, 6, '')];
    expect(applyEdits('abcdef', edits)).toBe('Abc--d');
  });

  it('leaves out what overlaps an earlier edit', () => {
    expect(applyEdits('abcdef', [edit(1, 4, 'X'), edit(2, 5, 'Y'), edit(4, 5, 'Z')])).toBe('aXZf');
  });

  it('makes an edit that several findings want once', () => {
    expect(applyEdits('abc', [edit(3, 3, '.'), edit(3, 3, '.'), edit(0, 1, 'x'), edit(0, 1, 'x')])).toBe('xbc.');
  });

  it('leaves out what is not in the text', () => {
    expect(applyEdits('abc', [edit(2, 9, 'x'), edit(-1, 0, 'x'), edit(2, 1, 'x')])).toBe('abc');
  });

  it('equals one edit after the other, from the last to the first, where none overlap', () => {
    const pieces = fc.array(fc.tuple(fc.string({ maxLength: 5 }), fc.option(fc.string({ maxLength: 5 }))), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(pieces, (list) => {
        const text = list.map(([piece]) => piece).join('');
        const edits: Edit[] = [];
        let at = 0;
        for (const [piece, replacement] of list) {
          if (replacement !== null && piece !== '') edits.push(edit(at, at + piece.length, replacement));
          at += piece.length;
        }
        const expected = edits.reduceRight(
          (result, { start, end, text: by }) => result.slice(0, start) + by + result.slice(end),
          text,
        );
        expect(applyEdits(text, edits)).toBe(expected);
        expect(applyEdits(text, [...edits].reverse())).toBe(expected);
      }),
    );
  });
});
