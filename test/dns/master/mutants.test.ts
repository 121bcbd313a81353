import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import { octets } from '../../../src/dns/octets.ts';
import { needs } from '../../setup/tools.ts';
import { APEX, findFaults, namedReads, recordLines, START } from './named.ts';

/** Entries of every kind, to be torn apart. */
const entries = [
  'a 300 IN A 192.0.2.1',
  ' IN TXT "x y" z',
  '  300 MX 10 mail',
  'b IN 1h AAAA 2001:db8::1',
  '$ORIGIN sub',
  '$ORIGIN example.com.',
  '$TTL 1d',
  '$GENERATE 1-3 h$ A 10.0.0.$',
  '$GENERATE 0-6/2 h${0,3,d}.x 60 TXT "a $ b"',
  'c ( TXT "a"\n   b ; comment\n  )',
  '; comment',
  '',
  'www PTR a',
  '_s._tcp SRV 0 5 80 @',
  'x\\.y TXT \\"q\\" "a\\"b\\\\"',
  't TYPE65280 \\# 4 ( 0a00\n0001 )',
  '* TXT a\\;b;c',
  '@ TXT "" ""',
  '"q q" A 192.0.2.2',
  'out.example.org. A 192.0.2.3',
  'f TXT \\# 2 0161',
  'g\\065\\000 TXT "\\255\\000"',
  '\tA 192.0.2.4',
  '\\# TXT \\#',
  'IN IN IN PTR IN',
  '300 300 TXT 300',
];

/** What named does by accident or to its harm, and we do not. */
const deliberate: readonly [what: string, test: RegExp][] = [
  ['a "(" that is not closed behind TXT \\#', /\\#/],
  ['text behind the range of $GENERATE', /\$GENERATE/i],
  ['"\\[" was a bit-string label (RFC 2673)', /\\\[/],
  ['a NUL behind a backslash, or in $GENERATE, ends the text', /\0/],
  ['a directive in the last line must end in a newline', /(^|\n)\$[^\n]*$/],
  ['owners that differ in case are different to the rule of the first TTL', /^[A-Z]/m],
];

const bits = [
  ...[
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '"',
    '\\',
    '(',
    ')',
    ';',
    '@',
    '$',
    '.',
    '0',
    '300',
    'IN',
    'CH',
    '1h',
    'A',
    'TXT',
    '*',
  ],
  ...[
    '\\"',
    '\\\\',
    '\\000',
    '\\25',
    '\\.',
    '\x7f',
    '\xff',
    '$TTL',
    '$ORIGIN',
    '\n ',
    ';\n',
    '(\n',
    '\n)',
    '""',
    '..',
    ',',
  ],
];

const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 4 }),
  put: fc.oneof(
    fc.constant(''),
    fc.constantFrom(...bits),
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
  ),
});

const mutant = fc
  .tuple(fc.array(fc.constantFrom(...entries), { minLength: 1, maxLength: 6 }), fc.array(edit, { maxLength: 3 }))
  .map(([lines, edits]) =>
    edits.reduce(
      (text, { at, cut, put }) => {
        const from = Math.floor(at * text.length);
        return text.slice(0, from) + put + text.slice(from + cut);
      },
      `${lines.join('\n')}\n`,
    ),
  );

describe('torn master files', () => {
  it.skipIf(needs('named-compilezone'))('are read, or refused, as named does', async () => {
    const seed = Number(process.env.MUTANT_SEED ?? 1);
    const texts = fc.sample(mutant, { numRuns: Number(process.env.MUTANTS ?? 300), seed });
    const faults = await findFaults(texts, async (text) => {
      const zone = octets(START + text);
      const { rrsets, errors } = readRRsets({ name: 'x', octets: zone }, { apex: APEX });
      const ours = errors === 0 ? recordLines(rrsets) : undefined;
      const named = await namedReads(zone);
      if (JSON.stringify(ours) === JSON.stringify(named)) return undefined;
      if (deliberate.some(([, test]) => test.test(text))) return undefined;
      return JSON.stringify({ text, ours, named });
    });
    expect(faults).toEqual([]);
  });
});
