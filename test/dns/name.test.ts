import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../src/dns/fault.ts';
import {
  canonicalKey,
  compareNames,
  type DomainName,
  displayName,
  domainToWire,
  escapeLabel,
  firstLabel,
  isAtOrBelow,
  isBelow,
  isWildcard,
  labelCount,
  labelsOf,
  lowerAscii,
  nameFromLabels,
  nameToWire,
  nameWireLength,
  parentName,
  parseName,
  ROOT,
  readEscape,
  relativeName,
  toALabel,
  wireNameEnd,
  wireNameToDomain,
  wireNameToText,
} from '../../src/dns/name.ts';
import { labels, octetString } from './types/arbitrary.ts';

const example = parseName('example.com.');

/** The rule that a text breaks. */
function brokenRule(text: string, origin?: DomainName): string | undefined {
  const rules = [() => parseName(text, origin), () => nameToWire(text, origin)].map((read) => {
    try {
      read();
      return undefined;
    } catch (error) {
      if (!(error instanceof DnsSyntaxError)) throw error;
      expect(error.fix).not.toBe('');
      return error.rule;
    }
  });
  expect(rules[0]).toBe(rules[1]);
  return rules[0];
}

describe('parseName', () => {
  it.each([
    ['www.example.org.', 'www.example.org.'],
    ['WWW.Example.Org.', 'www.example.org.'],
    ['www', 'www.example.com.'],
    ['a.b', 'a.b.example.com.'],
    ['@', 'example.com.'],
    ['.', '.'],
    ['*', '*.example.com.'],
    ['_443._tcp', '_443._tcp.example.com.'],
    ['0-25.2.0.192.in-addr.arpa.', '0-25.2.0.192.in-addr.arpa.'],
    ['0/25.2.0.192.in-addr.arpa.', '0/25.2.0.192.in-addr.arpa.'],
    ['__proto__', '__proto__.example.com.'],
    ['constructor.', 'constructor.'],
    ['xn--bcher-kva', 'xn--bcher-kva.example.com.'],
  ])('reads %s as %s', (text, name) => {
    expect(parseName(text, example)).toBe(name);
  });

  it.each([
    ['a\\.b', 'a\\.b.example.com.', 'a dot inside a label'],
    ['a\\046b', 'a\\.b.example.com.', 'the same by its number'],
    ['\\065', 'a.example.com.', 'a letter by its number'],
    ['\\a\\-', 'a-.example.com.', 'what needs no escape'],
    ['\\@', '\\@.example.com.', 'an at sign that is not the origin'],
    ['a@b', 'a\\@b.example.com.', 'an at sign between letters'],
    ['a+b=c', 'a\\+b\\=c.example.com.', 'what Knot reads with an escape only'],
    ['\\#', '\\035.example.com.', 'what NSD takes for the generic form'],
    ['\\[x', '\\091x.example.com.', 'what NSD takes for a bit label'],
    ['a\\\\b', 'a\\092b.example.com.', 'a backslash'],
    ['\\000\\255', '\\000\\255.example.com.', 'octets that are not printable'],
    ['a\\032b', 'a\\032b.example.com.', 'a space'],
    ['\\*', '*.example.com.', 'an escaped asterisk, which is the same label'],
  ])('has one spelling for %s: %s (%s)', (text, name) => {
    expect(parseName(text, example)).toBe(name);
    expect(parseName(name)).toBe(name);
  });

  it.each([
    ['bücher', 'xn--bcher-kva.example.com.'],
    ['BÜCHER', 'xn--bcher-kva.example.com.'],
    ['faß.de.', 'xn--fa-hia.de.'],
    ['例え.テスト.', 'xn--r8jz45g.xn--zckzah.'],
    ['_sip._tcp.bücher.', '_sip._tcp.xn--bcher-kva.'],
    ['☃', 'xn--n3h.example.com.'],
  ])('takes %s as U-labels', (text, name) => {
    expect(parseName(text, example)).toBe(name);
  });

  it.each([
    ['', 'name-syntax'],
    ['a..b', 'empty-label'],
    ['..', 'empty-label'],
    ['.a', 'empty-label'],
    ['a b', 'name-whitespace'],
    [' a', 'name-whitespace'],
    ['a\tb', 'name-whitespace'],
    ['a\u0000', 'name-whitespace'],
    ['a\u007f', 'name-whitespace'],
    ['a\\', 'bad-escape'],
    ['a\\25', 'bad-escape'],
    ['a\\256', 'bad-escape'],
    ['a\\2x5', 'bad-escape'],
    ['a\\é', 'bad-escape'],
    ['a'.repeat(64), 'label-length'],
    ['ü/x', 'idn-label'],
    ['u:p@ü', 'idn-label'],
    ['ü%41', 'idn-label'],
    ['ü\\200', 'idn-label'],
    ['\u00ad', 'idn-label'],
    ['xn--a.ü\u202e', 'idn-label'],
    ['ü'.repeat(63), 'label-length'],
  ])('refuses %j by the rule %s', (text, rule) => {
    expect(brokenRule(text, example)).toBe(rule);
  });

  it('refuses relative names where there is nothing that they are relative to', () => {
    expect(brokenRule('www')).toBe('name-syntax');
    expect(brokenRule('@')).toBe('name-syntax');
    expect(brokenRule('ü')).toBe('name-syntax');
  });

  it('takes labels of 63 octets and names of 255, and not one more', () => {
    const label = 'a'.repeat(63);
    expect(parseName(`${label}.`)).toBe(`${label}.`);
    const longest = `${label}.${label}.${label}.${'b'.repeat(61)}.`;
    expect(nameWireLength(parseName(longest))).toBe(255);
    expect(nameToWire(longest)).toHaveLength(255);
    expect(brokenRule(`${label}.${label}.${label}.${'b'.repeat(62)}.`)).toBe('name-length');
    const origin = parseName(`${label}.${label}.${label}.`);
    expect(parseName('b'.repeat(61), origin)).toBe(`${'b'.repeat(61)}.${origin}`);
    expect(brokenRule('b'.repeat(62), origin)).toBe('name-length');
    expect(brokenRule('b'.repeat(62).concat('\\.'), origin)).toBe('name-length');
    expect(parseName(longest.slice(0, -1), ROOT)).toBe(longest);
    expect(brokenRule(`${longest.slice(0, -1)}b`, ROOT)).toBe('name-length');
  });

  it('counts the octets of escapes, not their characters', () => {
    const label = '\\000'.repeat(63);
    expect(nameWireLength(parseName(`${label}.`))).toBe(65);
    expect(brokenRule(`${label}\\000.`)).toBe('label-length');
  });
});

describe('nameToWire', () => {
  it('keeps the case', () => {
    expect(nameToWire('WwW', parseName('Example.'))).toBe('\x03WwW\x07example\0');
    expect(wireNameToText(nameToWire('WwW.Ex\\065mple.'), 0)).toBe('WwW.ExAmple.');
  });

  it('gives the octets of the parsed name, but for the case', () => {
    fc.assert(
      fc.property(labels, (all) => {
        const text = `${all.map(escapeLabel).join('.')}.`;
        expect(lowerAscii(nameToWire(text))).toBe(domainToWire(parseName(text)));
      }),
    );
  });
});

describe('names of any labels', () => {
  it('are read as they are printed', () => {
    fc.assert(
      fc.property(labels, (all) => {
        const name = nameFromLabels(all);
        const lower = all.map(lowerAscii);
        expect(parseName(name)).toBe(name);
        expect(labelsOf(name)).toEqual(lower);
        expect(name).toMatch(/^[\x21-\x7e]+$/);
        expect(nameFromLabels(labelsOf(name))).toBe(name);
        expect(labelCount(name)).toBe(all.length);
        expect(firstLabel(name)).toBe(all.length === 0 ? '' : escapeLabel(lower[0] as string));
        expect(nameWireLength(name)).toBe(domainToWire(name).length);
      }),
    );
  });

  it('go to the wire and back', () => {
    fc.assert(
      fc.property(labels, octetString(0, 9), octetString(0, 9), (all, before, after) => {
        const name = nameFromLabels(all);
        const wire = before + domainToWire(name) + after;
        const end = wireNameEnd(wire, before.length, wire.length);
        expect(end).toBe(wire.length - after.length);
        expect(wireNameToDomain(wire, before.length)).toBe(name);
        expect(wireNameToText(wire, before.length)).toBe(name);
      }),
    );
  });

  it('have parents up to the root', () => {
    fc.assert(
      fc.property(labels, (all) => {
        let name: DomainName | undefined = nameFromLabels(all);
        for (let i = 0; i <= all.length; i++) {
          expect(name).toBe(nameFromLabels(all.slice(i)));
          name = parentName(name as DomainName);
        }
        expect(name).toBeUndefined();
      }),
    );
  });

  it('are at or below another exactly where its labels are their last ones', () => {
    const related = fc
      .tuple(labels, fc.nat(3), labels)
      .map(([all, cut, other]): [string[], string[]] => (cut === 3 ? [all, other] : [all, all.slice(cut)]));
    fc.assert(
      fc.property(related, ([all, other]) => {
        const tail = all.slice(all.length - other.length).map(lowerAscii);
        const expected = all.length >= other.length && tail.join('\0') === other.map(lowerAscii).join('\0');
        const [name, ancestor] = [nameFromLabels(all), nameFromLabels(other)];
        expect(isAtOrBelow(name, ancestor)).toBe(expected);
        expect(isBelow(name, ancestor)).toBe(expected && all.length > other.length);
        expect(parseName(relativeName(name, ancestor), ancestor)).toBe(name);
      }),
    );
  });

  it('are ordered by their labels from the right, octet by octet', () => {
    const order = (a: string[], b: string[]): number => {
      const [x, y] = [a, b].map((all) => all.map(lowerAscii).reverse()) as [string[], string[]];
      for (let i = 0; i < Math.min(x.length, y.length); i++) {
        if (x[i] !== y[i]) return (x[i] as string) < (y[i] as string) ? -1 : 1;
      }
      return Math.sign(x.length - y.length);
    };
    const low = fc.array(
      octetString(1, 3).map((label) => label.replace(/[\x03-\xff]/g, 'a')),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.oneof(labels, low), fc.oneof(labels, low), (a, b) => {
        const [x, y] = [nameFromLabels(a), nameFromLabels(b)];
        expect(Math.sign(compareNames(x, y))).toBe(order(a, b));
        expect(canonicalKey(x) === canonicalKey(y)).toBe(x === y);
        expect(canonicalKey(x) < canonicalKey(y)).toBe(order(a, b) < 0);
      }),
    );
  });
});

describe('canonical order', () => {
  it('is that of RFC 4034 section 6.1', () => {
    const sorted = [
      'example.',
      'a.example.',
      'yljkjljk.a.example.',
      'Z.a.example.',
      'zABC.a.EXAMPLE.',
      'z.example.',
      '\\001.z.example.',
      '*.z.example.',
      '\\200.z.example.',
    ].map((name) => parseName(name));
    for (const mixed of [sorted.toReversed(), [...sorted.slice(4), ...sorted.slice(0, 4)]]) {
      expect(mixed.toSorted(compareNames)).toEqual(sorted);
    }
    expect(compareNames(ROOT, sorted[0] as DomainName)).toBe(-1);
  });
});

describe('isAtOrBelow', () => {
  it('does not take a dot inside a label for the end of one', () => {
    expect(isAtOrBelow(parseName('a\\.example.com.'), example)).toBe(false);
    expect(isAtOrBelow(parseName('a\\092.example.com.'), example)).toBe(true);
    expect(isAtOrBelow(parseName('aexample.com.'), example)).toBe(false);
    expect(isAtOrBelow(example, example)).toBe(true);
    expect(isAtOrBelow(example, ROOT)).toBe(true);
    expect(isBelow(example, example)).toBe(false);
  });
});

describe('relativeName', () => {
  it('is @ for the apex, relative below it, absolute elsewhere', () => {
    expect(relativeName(example, example)).toBe('@');
    expect(relativeName(parseName('a.b', example), example)).toBe('a.b');
    expect(relativeName(parseName('example.org.'), example)).toBe('example.org.');
    expect(relativeName(example, ROOT)).toBe('example.com');
    expect(relativeName(ROOT, ROOT)).toBe('@');
  });
});

describe('isWildcard', () => {
  it('is about the left-most label alone', () => {
    expect(isWildcard(parseName('*.example.'))).toBe(true);
    expect(isWildcard(parseName('*.'))).toBe(true);
    expect(isWildcard(parseName('a.*.example.'))).toBe(false);
    expect(isWildcard(parseName('*a.example.'))).toBe(false);
  });
});

describe('names for people', () => {
  it('show U-labels where they decode', () => {
    expect(displayName(parseName('xn--bcher-kva.example.'))).toBe('bücher.example.');
    expect(displayName(parseName('xn--zzzzzzzzz99999.example.'))).toBe('xn--zzzzzzzzz99999.example.');
    expect(displayName(example)).toBe('example.com.');
  });

  it('come from labels that IDNA allows', () => {
    expect(toALabel('bücher')).toBe('xn--bcher-kva');
    expect(toALabel('１２３')).toBe('123');
    expect(toALabel('a。b')).toBeUndefined();
    expect(toALabel('ü@')).toBeUndefined();
  });
});

describe('readEscape', () => {
  it('gives the octet and the characters that it takes', () => {
    expect(readEscape('\\046x', 0)).toEqual({ octet: '.', length: 4 });
    expect(readEscape('a\\.', 1)).toEqual({ octet: '.', length: 2 });
  });
});

describe('wire names that are cut off or too long', () => {
  it.each(['', '\x03ab', '\x03abc', `${'\x3f'.padEnd(64, 'a').repeat(4)}\0`, '\x40aa\0', '\xc0\x0c'])('%j', (wire) => {
    expect(() => wireNameEnd(wire, 0, wire.length)).toThrow(DnsSyntaxError);
  });
});

it('takes any text as a name or refuses it with a sentence', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'aZ0.\\-_*@éß☃\u3002 ;"('), maxLength: 40 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      if (brokenRule(text, example) !== undefined) return;
      const name = parseName(text, example);
      expect(parseName(name)).toBe(name);
      expect(lowerAscii(nameToWire(text, example))).toBe(domainToWire(name));
    }),
  );
});
