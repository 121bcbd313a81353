import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Piece, piecesOf } from '../../../src/deploy/release/pieces.ts';

/** What a node makes of them. */
function made(before: Buffer, pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.map((piece) =>
      piece.kind === 'data' ? piece.octets : before.subarray(piece.offset, piece.offset + piece.size),
    ),
  );
}

function dataIn(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + (piece.kind === 'data' ? piece.octets.length : 0), 0);
}

const lines = Array.from({ length: 5000 }, (_, i) => `host${i}.example. 3600 IN A 192.0.2.${i % 256}`);
const text = (of: readonly string[]) => Buffer.from(`${of.join('\n')}\n`);

describe('the pieces that a file is made of', () => {
  it('are little where little differs', () => {
    const after = lines
      .with(0, 'another line at the beginning of it')
      .with(2500, 'and another one in the middle of it');
    after.splice(4000, 1);
    const pieces = piecesOf(text(lines), text(after)) ?? [];
    expect(made(text(lines), pieces).equals(text(after))).toBe(true);
    expect(pieces.filter(({ kind }) => kind === 'copy')).toHaveLength(3);
    expect(dataIn(pieces)).toBeLessThan(300);
  });

  it('are not sought where the files have much less in common', () => {
    const every = lines.map((line, i) => (i % 100 === 0 ? `${line}0` : line));
    expect(piecesOf(text(lines), text(every))).toBeUndefined();
    const other = text(lines.map((line) => `${line} ; changed`));
    const [whole, ...rest] = piecesOf(text(lines), other) ?? [];
    expect(whole?.kind === 'data' && whole.octets.equals(other) && rest.length === 0).toBe(true);
  });

  it('are not sought for long where what is the same is short', () => {
    const before = text(Array.from({ length: 5000 }, (_, i) => `a line that stands here and there ${i}`));
    const after = text(Array.from({ length: 5000 }, (_, i) => `a line that stands here and there ${(i * 7) % 5000}`));
    const pieces = piecesOf(before, after);
    if (pieces !== undefined) expect(made(before, pieces).equals(after)).toBe(true);
  });

  it('give the file whatever it is and whatever was there before', () => {
    const line = fc.oneof(fc.constantFrom(...lines.slice(0, 40)), fc.string({ maxLength: 60 }));
    const long = fc.array(line, { maxLength: 200 });
    const edits = fc.array(fc.tuple(fc.nat(5000), fc.nat(30), fc.array(line, { maxLength: 5 })), { maxLength: 12 });
    fc.assert(
      fc.property(long, long, (one, other) => {
        const [before, after] = [Buffer.from(one.join('\n')), Buffer.from(other.join('\n'))];
        const pieces = piecesOf(before, after);
        if (pieces !== undefined) expect(made(before, pieces).equals(after)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(edits, (all) => {
        const changed = [...lines];
        for (const [at, gone, come] of all) changed.splice(at, gone, ...come);
        const pieces = piecesOf(text(lines), text(changed)) ?? [];
        if (pieces.length > 0) expect(made(text(lines), pieces).equals(text(changed))).toBe(true);
        // Only so a node can read them line by line.
        for (const piece of pieces) if (piece.kind === 'data') expect(piece.octets.at(-1)).toBe(10);
      }),
      { numRuns: 60 },
    );
  });
});
