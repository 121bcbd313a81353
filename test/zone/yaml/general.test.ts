import { describe, expect, it } from 'vitest';
import { readGeneral } from '../../../src/zone/yaml/general.ts';
import type { YamlNode } from '../../../src/zone/yaml/node.ts';
import type { YamlProblem } from '../../../src/zone/yaml/problem.ts';
import { readYaml } from '../../../src/zone/yaml/read.ts';
import { type PlainValue, plainValue } from './plain-value.ts';

const map = (...entries: [string, PlainValue][]): PlainValue => ({ map: entries });

/** One document for each construct of YAML 1.2 (chapters 6 to 9 of its specification) and what it holds. */
const constructs: [string, string, PlainValue][] = [
  ['a list', '- a\n- b c\n- d\n', ['a', 'b c', 'd']],
  ['a map', 'a: 65\nb: 0.278\nc: 147\n', map(['a', '65'], ['b', '0.278'], ['c', '147'])],
  ['a map of lists', 'x:\n  - a\n  - b\ny:\n- c\n- d\n', map(['x', ['a', 'b']], ['y', ['c', 'd']])],
  ['a list of maps', '-\n  a: 1\n  b: 2\n-\n  a: 3\n', [map(['a', '1'], ['b', '2']), map(['a', '3'])]],
  ['a list of compact maps', '- a: 1\n  b: 2\n- c: 3\n', [map(['a', '1'], ['b', '2']), map(['c', '3'])]],
  ['a list of lists', '- - a\n  - b\n-   - c\n- []\n', [['a', 'b'], ['c'], []]],
  [
    'a list of flow lists',
    '- [a, b]\n- [c , d,]\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a map of flow maps',
    'x: {a: 1, b: 2}\ny: {\n    a: 3,\n    b: 4\n  }\n',
    map(['x', map(['a', '1'], ['b', '2'])], ['y', map(['a', '3'], ['b', '4'])]),
  ],
  ['a document marker', '--- # top\na: b\n', map(['a', 'b'])],
  ['a document end', 'a: b\n...\n# after\n', map(['a', 'b'])],
  ['a scalar on the marker', '--- |\n  a\n   b\n', 'a\n b\n'],
  ['comments', '# one\n\na: # two\n # three\n - b # four\n  # five\n\n# six\n - c\n', map(['a', ['b', 'c']])],
  ['complex spacing', 'a  :   b   \nc :\n\n\n    d\n', map(['a', 'b'], ['c', 'd'])],
  ['explicit keys', '? a\n: b\n? c\n', map(['a', 'b'], ['c', ''])],
  ['a literal block', 'a: |\n  one\n   two\n\n  three\n\n', map(['a', 'one\n two\n\nthree\n'])],
  ['a folded block', 'a: >\n  one\n  two\n\n  three\n    four\n  five\n', map(['a', 'one two\nthree\n  four\nfive\n'])],
  ['a stripped block', 'a: |-\n  one\n\n\nb: >-\n  two\n  three\n', map(['a', 'one'], ['b', 'two three'])],
  ['a kept block', 'a: |+\n  one\n\n\nb: c\n', map(['a', 'one\n\n\n'], ['b', 'c'])],
  ['an indented block', 'a: |2\n   one\n  two\n', map(['a', ' one\ntwo\n'])],
  [
    'a block with # lines',
    'a: |\n  # no comment\n  - b: c\n# comment\nd: e\n',
    map(['a', '# no comment\n- b: c\n'], ['d', 'e']),
  ],
  ['a plain scalar over lines', 'a: one\n  two\n\n  three\nb: c\n', map(['a', 'one two\nthree'], ['b', 'c'])],
  ['double quotes over lines', 'a: "one\n  two \\\n  three\n\n  four"\n', map(['a', 'one two three\nfour'])],
  ['single quotes over lines', "a: 'one\n  two''s\n\n  three'\n", map(['a', "one two's\nthree"])],
  [
    'every escape',
    'a: "\\0\\a\\b\\t\\n\\v\\f\\r\\e\\ \\"\\/\\\\\\N\\_\\L\\P\\x41\\u0042\\U00000043"\n',
    map(['a', '\0\x07\b\t\n\v\f\r\x1b "/\\\u0085\u00a0\u2028\u2029ABC']),
  ],
  ['quotes inside plain', `a: it's "so"\n`, map(['a', `it's "so"`])],
  ['colons and hashes inside plain', 'a: b:c#d ::e\n', map(['a', 'b:c#d ::e'])],
  [
    'indicators inside plain',
    'a: -1\nb: ?x\nc: ::1\nd: b, [c] {d}\n',
    map(['a', '-1'], ['b', '?x'], ['c', '::1'], ['d', 'b, [c] {d}']),
  ],
  ['quoted keys', '"a b": c\n\'d\' : e\n', map(['a b', 'c'], ['d', 'e'])],
  ['JSON', '{"a":1,"b":[true,null,"c"],"d":{}}', map(['a', '1'], ['b', ['true', 'null', 'c']], ['d', map()])],
  ['pairs in a flow list', '[a: b, {c: d}, "e": f]\n', [map(['a', 'b']), map(['c', 'd']), map(['e', 'f'])]],
  ['flow keys without values', '{a, b: , "c"}\n', map(['a', ''], ['b', ''], ['c', ''])],
  [
    'values that are nothing',
    'a:\nb: # nothing\nc:\n  -\n  - ~\nd: ""\n',
    map(['a', ''], ['b', ''], ['c', ['', '~']], ['d', '']),
  ],
  [
    'scalars as written',
    'a: [012, 0x10, 1e3, 1_000, 1:30, no, Yes, ~, null, 1.10, 2001-12-14, =, .inf]\n<<: x\n',
    map(
      ['a', ['012', '0x10', '1e3', '1_000', '1:30', 'no', 'Yes', '~', 'null', '1.10', '2001-12-14', '=', '.inf']],
      ['<<', 'x'],
    ),
  ],
  ['numbers as keys', '1: a\n01: b\n1.0: c\n', map(['1', 'a'], ['01', 'b'], ['1.0', 'c'])],
  [
    'anchors and aliases',
    'a: &x [1, 2]\nb: *x\nc: &y z\nd: {e: *y}\n',
    map(['a', ['1', '2']], ['b', ['1', '2']], ['c', 'z'], ['d', map(['e', 'z'])]),
  ],
  [
    'an anchor that is given anew',
    'a: &x 1\nb: *x\nc: &x 2\nd: *x\n',
    map(['a', '1'], ['b', '1'], ['c', '2'], ['d', '2']),
  ],
  ['the tag for text', 'a: !!str 1\n!!str b: c\n', map(['a', '1'], ['b', 'c'])],
  ['CR LF', 'a: b\r\nc:\r\n- d # e\r\n- "f\r\n  g"\r\n', map(['a', 'b'], ['c', ['d', 'f g']])],
  ['a byte order mark', '\ufeff- a\n- b\n', ['a', 'b']],
  ['tabs that do not indent', 'a:\tb\t# c\nd: "\te"\nf: [g,\th]\n', map(['a', 'b'], ['d', '\te'], ['f', ['g', 'h']])],
  [
    'names with meaning in JavaScript',
    '__proto__: a\nconstructor: {toString: b}\n',
    map(['__proto__', 'a'], ['constructor', map(['toString', 'b'])]),
  ],
  ['emoji and accents', 'é: 😀 # ü\n', map(['é', '😀'])],
  ['no content', '# nothing\n\n', ''],
  ['nothing', '', ''],
];

describe.each([
  ['general reader', general],
  ['readYaml', (text: string) => readYaml(text)],
] as const)('%s', (_, read) => {
  it.each(constructs)('reads %s', (_name, text, expected) => {
    const { root, problems } = read(text);
    expect(problems).toEqual([]);
    expect(root && plainValue(root)).toEqual(expected);
  });

  it('places scalars on their text, quotes included, and empty values where they would stand', () => {
    const text = `a: 'b'\n"c":   # d\ne: [ f g , {h} ]\ni: |\n  j\n`;
    const { root } = read(text);
    expect(spans(root, text)).toEqual(['a', "'b'", '"c"', '', 'e', 'f g', 'h', '', 'i', '|\n  j\n']);
    expect(root).toMatchObject({ entries: [{}, { value: { style: 'empty', start: 14, end: 14 } }, {}, {}] });
  });

  it('places collections from their first to their last character', () => {
    const text = 'a:\n  - b\n  - c: d # e\n\nf: [ g, { h: i } ]\n';
    const { root } = read(text);
    expect(collections(root, text)).toEqual([text.trimEnd(), '- b\n  - c: d', 'c: d', '[ g, { h: i } ]', '{ h: i }']);
  });

  it('tells the styles apart', () => {
    const { root } = read('[a, \'b\', "c"]');
    expect(root).toMatchObject({ items: [{ style: 'plain' }, { style: 'single' }, { style: 'double' }], flow: true });
    expect(read('a: |\n  b\nc:\n')).toMatchObject({
      root: { flow: false, entries: [{ value: { style: 'block' } }, { value: { style: 'empty' } }] },
    });
  });

  it('gives what an alias stands for the place of the alias', () => {
    const text = 'a: &x {b: c}\nd: *x\n';
    const { root } = read(text);
    const shared = root?.kind === 'map' ? root.entries[1]?.value : undefined;
    expect(shared).toMatchObject({ kind: 'map', start: text.indexOf('*x'), end: text.indexOf('*x') + 2 });
    expect(shared?.kind === 'map' && shared.entries[0]?.value.start).toBe(text.indexOf('c}'));
  });
});

function general(text: string): { root: YamlNode | undefined; problems: YamlProblem[] } {
  const problems: YamlProblem[] = [];
  return { root: readGeneral(text, problems, undefined), problems };
}

function spans(node: YamlNode | undefined, text: string): string[] {
  if (node === undefined) return [];
  if (node.kind === 'scalar') return [text.slice(node.start, node.end)];
  if (node.kind === 'seq') return node.items.flatMap((item) => spans(item, text));
  return node.entries.flatMap(({ key, value }) => [...spans(key, text), ...spans(value, text)]);
}

function collections(node: YamlNode | undefined, text: string): string[] {
  if (node === undefined || node.kind === 'scalar') return [];
  const inside = node.kind === 'seq' ? node.items : node.entries.map(({ value }) => value);
  return [text.slice(node.start, node.end), ...inside.flatMap((item) => collections(item, text))];
}
