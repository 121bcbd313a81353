import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../src/dns/fault.ts';
import {
  hasMore,
  parseUnsigned,
  take,
  takeBare,
  takeRest,
  tokenEnd,
  tokenize,
  unescapeOctets,
} from '../../src/dns/token.ts';

/** Tokens with those in quotes shown in quotes. */
function cut(text: string): string[] {
  const { texts, quotes } = tokenize(text);
  return texts.map((token, i) => (quotes[i] === true ? `"${token}"` : token));
}

describe('tokenize', () => {
  it.each([
    ['10 mail', ['10', 'mail']],
    ['  a\tb \r\n c ', ['a', 'b', 'c']],
    ['"a b" c', ['"a b"', 'c']],
    ['""', ['""']],
    ['a\\ b', ['a\\ b']],
    ['a\\"b', ['a\\"b']],
    ['"a\\"b"', ['"a\\"b"']],
    ['a;comment', ['a']],
    ['a ; comment "with quote\nb', ['a', 'b']],
    ['a\\;b', ['a\\;b']],
    ['"a;b"', ['"a;b"']],
    ['( a\n b ) c', ['a', 'b', 'c']],
    ['a(b)c', ['a', 'b', 'c']],
    ['((a))', ['a']],
    ['"("', ['"("']],
    ['a"b"c', ['a', '"b"', 'c']],
    ['', []],
    ['\\', ['\\']],
  ])('cuts %j into %j', (text, tokens) => {
    expect(cut(text)).toEqual(tokens);
  });

  it.each(['"a', 'a "', '"a\\"', '(', 'a )', '(a))', '"\\'])('refuses %j', (text) => {
    expect(() => tokenize(text)).toThrow(DnsSyntaxError);
  });

  it('says which quoted tokens touch an equals sign before them', () => {
    expect([...(tokenize('a="b" c= "d" "e"f="g"').touching ?? [])]).toEqual([1, 6]);
    expect(tokenize('a b').touching?.size).toBe(0);
  });

  it('cuts any text or refuses it with a sentence, and does not care about white space between tokens', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab"\\;() \t\n'), maxLength: 30 }), (text) => {
        let tokens: string[];
        try {
          tokens = cut(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DnsSyntaxError);
          return;
        }
        // A backslash at the very end escapes nothing here and the white space there.
        if (!/\\$/.test(text)) expect(cut(tokens.join(' \n\t'))).toEqual(tokens);
      }),
    );
  });
});

describe('tokenEnd', () => {
  it('is where an unquoted token ends', () => {
    expect(tokenEnd('a\\ b c', 0)).toBe(4);
    expect(tokenEnd('a;b', 0)).toBe(1);
    expect(tokenEnd('ab\\', 0)).toBe(3);
  });
});

describe('taking tokens', () => {
  it('goes on to the next one', () => {
    const tokens = tokenize('a "b" c d');
    expect(take(tokens, 'first')).toBe('a');
    expect(() => takeBare(tokens, 'second')).toThrow('the second stands in quotes');
    expect(take(tokens, 'second')).toBe('b');
    expect(takeRest(tokens, 'rest')).toBe('cd');
    expect(hasMore(tokens)).toBe(false);
    expect(() => take(tokens, 'port')).toThrow(expect.objectContaining({ message: 'the port is missing' }));
  });
});

describe('unescapeOctets', () => {
  it('gives octets: escapes resolved, other text as UTF-8', () => {
    expect(unescapeOctets('a\\.b\\065\\000')).toBe('a.bA\0');
    expect(unescapeOctets('é☃')).toBe('\xc3\xa9\xe2\x98\x83');
    expect(unescapeOctets('😀')).toBe('\xf0\x9f\x98\x80');
  });
});

describe('parseUnsigned', () => {
  it('reads decimal digits up to a limit', () => {
    expect(parseUnsigned('0', 9, 'x')).toBe(0);
    expect(parseUnsigned('00000000000000000000000009', 9, 'x')).toBe(9);
    expect(parseUnsigned('4294967295', 4294967295, 'x')).toBe(4294967295);
  });

  it.each(['', '-1', '+1', '1.0', '1e1', '0x1', '10', '٣', ' 1', '9'.repeat(400)])('refuses %j', (text) => {
    expect(() => parseUnsigned(text, 9, 'x')).toThrow(expect.objectContaining({ rule: 'rdata-number' }));
  });
});
