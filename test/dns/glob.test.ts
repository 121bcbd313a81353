import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob, parseGlob, type ZoneGlob } from '../../src/dns/glob.ts';
import { parseName } from '../../src/dns/name.ts';

function matches(pattern: string, name: string): boolean {
  const glob = parseGlob(pattern);
  if (glob === undefined) throw new Error(`${pattern} is no pattern`);
  return matchesGlob(glob, parseName(name));
}

describe('patterns of zone names', () => {
  it.each([
    ['*', '.', true],
    ['*', 'example.com.', true],
    ['.', '.', true],
    ['.', 'com.', false],
    ['example.com', 'example.com.', true],
    ['Example.COM.', 'example.com.', true],
    ['example.com', 'sub.example.com.', false],
    ['*.example.com', 'sub.example.com.', true],
    ['*.example.com', 'a.b.example.com.', true],
    ['*.example.com', 'example.com.', false],
    ['*example.com', 'myexample.com.', true],
    ['?.example.com', 'a.example.com.', true],
    ['?.example.com', 'ab.example.com.', false],
    ['*.in-addr.arpa', '0/25.2.0.192.in-addr.arpa.', true],
    ['0/25.*', '0/25.2.0.192.in-addr.arpa.', true],
    ['bücher.*', 'xn--bcher-kva.example.', true],
    ['*.bücher.example', 'www.xn--bcher-kva.example.', true],
    ['a*b*c', 'axbxbxc.', true],
    ['a*b*c', 'axcxb.', false],
    ['a*', 'b.', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it.each(['', '..', 'a..b', 'a b', '*ü*', 'a\\b', '{a,b}', '[ab]', '!a', 'a\n', 'x'.repeat(256)])(
    '%j is none',
    (text) => {
      expect(parseGlob(text)).toBeUndefined();
    },
  );

  it('agree with a regular expression on every name', () => {
    const pattern = fc.stringMatching(/^[ab*?]{1,6}(\.[ab*?]{1,6}){0,2}$/);
    const name = fc.stringMatching(/^[ab]{1,6}(\.[ab]{1,6}){0,2}$/);
    fc.assert(
      fc.property(pattern, name, (glob, zone) => {
        const expression = glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matches(glob, `${zone}.`)).toBe(new RegExp(`^${expression}$`).test(zone));
      }),
    );
  });

  it('take no exponential time', () => {
    const glob = parseGlob(`${'a*'.repeat(100)}b`) as ZoneGlob;
    expect(matchesGlob(glob, parseName(`${`${'a'.repeat(60)}.`.repeat(4)}`))).toBe(false);
  });
});
