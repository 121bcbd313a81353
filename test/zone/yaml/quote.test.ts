import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { readFast } from '../../../src/zone/yaml/fast.ts';
import { readGeneral } from '../../../src/zone/yaml/general.ts';
import { quoteScalar, type ScalarContext } from '../../../src/zone/yaml/quote.ts';
import { readYaml } from '../../../src/zone/yaml/read.ts';
import { plainValue } from './plain-value.ts';

/** Documents in which a spelling stands at all places that a context means, and what they hold. */
function documents(spelling: string, text: string, context: ScalarContext): [string, unknown][] {
  const other = text === 'b' ? 'd' : 'b';
  switch (context) {
    case 'key':
      return [
        [`${spelling}: x\n`, { map: [[text, 'x']] }],
        [`a:\n  ${spelling}:\n    - x\n`, { map: [['a', { map: [[text, ['x']]] }]] }],
        [
          `{ ${spelling}: x, ${other}: c }\n`,
          {
            map: [
              [text, 'x'],
              [other, 'c'],
            ],
          },
        ],
      ];
    case 'block-value':
      return [
        [
          `a: ${spelling} # c\nb: c\n`,
          {
            map: [
              ['a', text],
              ['b', 'c'],
            ],
          },
        ],
        [`- ${spelling}\n- b\n`, [text, 'b']],
        [`a:\n  - ${spelling}`, { map: [['a', [text]]] }],
      ];
    case 'flow-value':
      return [
        [`a: [${spelling}, b]\n`, { map: [['a', [text, 'b']]] }],
        [`{a: ${spelling}}\n`, { map: [['a', text]] }],
        [
          `a: { b: ${spelling}, c: [ ${spelling} ] }\n`,
          {
            map: [
              [
                'a',
                {
                  map: [
                    ['b', text],
                    ['c', [text]],
                  ],
                },
              ],
            ],
          },
        ],
      ];
  }
}

const contexts: ScalarContext[] = ['key', 'block-value', 'flow-value'];
const awkward = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        '1',
        ' ',
        ':',
        '#',
        '-',
        '?',
        ',',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '\\',
        '\n',
        '\r',
        '\t',
        '@',
        '*',
        '&',
        '!',
      ],
      ...[
        '%',
        '|',
        '>',
        '`',
        '.',
        '---',
        '...',
        '<<',
        '~',
        '=',
        'é',
        '😀',
        '\u00a0',
        '\u0085',
        '\u2028',
        '\ufeff',
        '\0',
        '\x7f',
      ],
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('quoteScalar', () => {
  it.each([
    ['300', '300', '300', '300'],
    ['no', 'no', 'no', 'no'],
    ['012', '012', '012', '012'],
    ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1', '2001:db8::1', '2001:db8::1'],
    ['::1', '"::1"', '::1', '"::1"'],
    ['@', '"@"', '"@"', '"@"'],
    ['', '""', '""', '""'],
    ['*.apps', '"*.apps"', '"*.apps"', '"*.apps"'],
    ['_sip._tcp', '_sip._tcp', '_sip._tcp', '_sip._tcp'],
    ['v=spf1 mx -all', 'v=spf1 mx -all', 'v=spf1 mx -all', 'v=spf1 mx -all'],
    ['10 mail, x', '"10 mail, x"', '10 mail, x', '"10 mail, x"'],
    ['"two" "strings"', `'"two" "strings"'`, `'"two" "strings"'`, `'"two" "strings"'`],
    ['\\# 4 0a000001', '\\# 4 0a000001', '\\# 4 0a000001', '\\# 4 0a000001'],
    [
      '0 issue "letsencrypt.org"',
      '0 issue "letsencrypt.org"',
      '0 issue "letsencrypt.org"',
      '0 issue "letsencrypt.org"',
    ],
    ["it's", "it's", "it's", "it's"],
    ['a: b', '"a: b"', '"a: b"', '"a: b"'],
    ['a #b', '"a #b"', '"a #b"', '"a #b"'],
    ['dhcp-{i}', '"dhcp-{i}"', 'dhcp-{i}', '"dhcp-{i}"'],
    ['-', '"-"', '"-"', '"-"'],
    ['-1', '-1', '-1', '-1'],
    ['- a', '"- a"', '"- a"', '"- a"'],
    [' a', '" a"', '" a"', '" a"'],
    ['<<', '"<<"', '"<<"', '"<<"'],
    ['a\nb\t"c"\\', '"a\\nb\\t\\"c\\"\\\\"', '"a\\nb\\t\\"c\\"\\\\"', '"a\\nb\\t\\"c\\"\\\\"'],
    ['\0\u2028é', '"\\x00\\u2028é"', '"\\x00\\u2028é"', '"\\x00\\u2028é"'],
  ])('writes %j as %s, %s, %s', (text, key, blockValue, flowValue) => {
    expect(contexts.map((context) => quoteScalar(text, context))).toEqual([key, blockValue, flowValue]);
  });

  it.each(contexts)('reads back as the same text by every reader: %s', (context) => {
    const texts = fc.oneof(
      awkward,
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme-ascii' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const spelling = quoteScalar(text, context);
        expect(spelling).not.toMatch(/[\r\n]/);
        for (const [document, expected] of documents(spelling, text, context)) {
          const fast = readFast(document, [], undefined, undefined);
          expect(fast.done && plainValue((fast as { root: Parameters<typeof plainValue>[0] }).root)).toEqual(expected);
          const general = readGeneral(document, [], undefined);
          expect(general && plainValue(general)).toEqual(expected);
          expect(readYaml(document).problems).toEqual([]);
        }
      }),
      { numRuns: 700 },
    );
  });

  it.each(['1.1', '1.2'] as const)('reads back in YAML %s', (version) => {
    fc.assert(
      fc.property(awkward, (text) => {
        const document = parseDocument(
          `a: [${quoteScalar(text, 'flow-value')}]\nb: ${quoteScalar(text, 'block-value')}\n`,
          {
            version,
            schema: 'failsafe',
          },
        );
        expect(document.errors).toEqual([]);
        expect(document.toJS()).toEqual({ a: [text], b: text });
      }),
      { numRuns: 700 },
    );
  });

  it('reads back by another parser', () => {
    fc.assert(
      fc.property(awkward, (text) => {
        // Its core schema has types, so the text is kept from being a number or a word.
        const typed = `x${text}x`;
        expect(load(`a: [${quoteScalar(typed, 'flow-value')}]\nb: ${quoteScalar(typed, 'block-value')}\n`)).toEqual({
          a: [typed],
          b: typed,
        });
      }),
      { numRuns: 700 },
    );
  });
});
