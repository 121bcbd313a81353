import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../../src/zone/yaml/utf8.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('decodeUtf8', () => {
  it('gives back every text that was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeUtf8(new TextEncoder().encode(text))).toEqual({ text, problems: [] });
      }),
    );
  });

  it('keeps the byte order mark, which has a place in the text', () => {
    expect(decodeUtf8(bytes(0xef, 0xbb, 0xbf, 0x61)).text).toBe('\ufeffa');
  });

  it('names the broken byte and its place in the text', () => {
    const { text, problems } = decodeUtf8(bytes(0xc3, 0xa9, 0x0a, 0x6d, 0xfc, 0x6c));
    expect(text).toBe('é\nm\ufffdl');
    expect(problems).toEqual([
      expect.objectContaining({ code: 'encoding', start: 3, end: 4, message: expect.stringContaining('0xFC (byte 5') }),
    ]);
  });

  it('does not blame a replacement character that was in the file', () => {
    expect(decodeUtf8(new TextEncoder().encode('a\ufffdb')).problems).toEqual([]);
  });

  it('tells what is wrong with a file in UTF-16', () => {
    expect(decodeUtf8(bytes(0xff, 0xfe, 0x61, 0x00)).problems[0]).toMatchObject({
      message: 'the file is encoded in UTF-16',
      fix: 'save it as UTF-8',
    });
  });

  it('places its problems at the replacement characters, whatever the bytes', () => {
    const chunk = fc.constantFrom(
      ...[[0x61], [0x80], [0xc0], [0xc3], [0xa9], [0xe0], [0xa0], [0xed], [0xf0], [0x90], [0xf4], [0xff], [0xe2, 0x82]],
      ...[
        [0xe2, 0x82, 0xac],
        [0xf0, 0x9f, 0x98, 0x80],
        [0xef, 0xbf, 0xbd],
      ],
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
        const { text, problems } = decodeUtf8(bytes(0x23, ...chunks.flat()));
        const real = chunks.flat().join().split('239,191,189').length - 1;
        expect(problems.every(({ start }) => text[start] === '\ufffd')).toBe(true);
        expect(text.split('\ufffd').length - 1).toBe(problems.length + real);
      }),
      { numRuns: 2000 },
    );
  });
});
