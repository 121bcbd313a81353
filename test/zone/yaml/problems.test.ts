import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../src/zone/source.ts';
import type { YamlProblemCode } from '../../../src/zone/yaml/problem.ts';
import { readYaml } from '../../../src/zone/yaml/read.ts';

/** The place of an offset. */
function at(text: string, offset: number) {
  return placeOf({ source: { path: 'x.yaml', text }, start: offset, end: offset });
}

/** What people get wrong: the text, then each problem as line:column, the text it marks, its code and words of it. */
const mistakes: [string, string, [string, string, YamlProblemCode, string][]][] = [
  [
    'a wildcard without quotes',
    'records:\n  *.apps: { A: 192.0.2.1 }\n  www: x\n',
    [['2:3', '*.apps', 'complex-key', 'put the key in quotes: "*.apps"']],
  ],
  [
    'the apex without quotes',
    'records:\n  @:\n    A: 192.0.2.1\n',
    [['2:3', '@', 'reserved-start', 'put it in quotes: "@"']],
  ],
  [
    'both, and more',
    'records:\n  @: x\n  *: y\n  a: "b\n  c: d\n',
    [
      ['2:3', '@', 'reserved-start', 'a key cannot begin with @'],
      ['3:3', '*', 'complex-key', '"*"'],
      ['4:6', '"b', 'unclosed-quote', 'the quote " that opens here is never closed'],
    ],
  ],
  ['an at sign as a value', 'www: { CNAME: @ }\n', [['1:15', '@', 'reserved-start', 'put it in quotes: "@"']]],
  ['a wildcard as a value', 'www: *.apps\n', [['1:6', '*.apps', 'alias', 'put it in quotes']]],
  ['a wildcard in braces', 'a: { *.b: c }\n', [['1:6', '*.b', 'complex-key', '"*.b"']]],
  ['a percent sign', 'a: %x\n', [['1:4', '%x', 'reserved-start', '"%x"']]],
  ['a backtick', 'a: `x`\n', [['1:4', '`x`', 'reserved-start', '"`x`"']]],
  ['two strings', 'TXT: "one" "two"\n', [['1:12', '"two"', 'syntax', `'"one" "two"'`]]],
  ['an apostrophe', "a: 'it's'\n", [['1:8', "s'", 'syntax', "('it''s')"]]],
  ['an open double quote', 'a: "b\nc: d\n', [['1:4', '"b', 'unclosed-quote', 'write " at the end']]],
  ['an open single quote', "a: 'b\nc: d\n", [['1:4', "'b", 'unclosed-quote', "write ' at the end"]]],
  [
    'an open brace',
    'records:\n  a: { A: 192.0.2.1\n  b: { A: 192.0.2.2 }\n',
    [['2:6', '{', 'unclosed-bracket', 'no } closes']],
  ],
  ['an open bracket', 'a: [b\nc: d\n', [['1:4', '[', 'unclosed-bracket', 'no ] closes']]],
  ['a bracket too many', 'a: {b: c}}\n', [['1:10', '}', 'syntax', 'closed that was not opened']]],
  [
    'a colon in a value',
    'a: b: c\n',
    [['1:4', 'b: c', 'syntax', 'put the value in quotes if it is text with a colon: "b: c"']],
  ],
  ['a colon in a value in braces', 'a: {b: c: d}\n', [['1:8', 'c: d', 'syntax', 'in quotes']]],
  ['no space after the colon', 'a: b\nc:d\n', [['2:2', ':', 'syntax', 'there is no space after the colon']]],
  ['no colon', 'a: b\nc\nd: e\n', [['2:1', 'c', 'syntax', '"key: value"']]],
  ['no key', ': b\n', [['1:1', ':', 'empty-key', 'nothing before the colon']]],
  ['a colon on the next line', 'a: b\nc\n  : d\n', [['3:3', ':', 'syntax', 'this colon has no key']]],
  ['no comma', 'a: [{b: c} {d: e}]\n', [['1:12', '{', 'syntax', 'a comma']]],
  ['two commas', 'a: [b,,c]\n', [['1:7', ',', 'syntax', 'nothing before this comma']]],
  ['a comma first', 'a: , b\n', [['1:4', ',', 'reserved-start', 'cannot begin with ,']]],
  ['no space before a comment', 'a: "b"#c\n', [['1:7', '#c', 'syntax', 'put a space before the #']]],
  ['a list beside its key', 'a: - b\n', [['1:4', '-', 'syntax', 'a list cannot begin on the line of its key']]],
  ['keys below a value', 'a: b\n  c: d\n', [['1:4', 'b', 'syntax', 'further keys below']]],
  ['an entry too far right', 'a:\n  b: c\n   d: e\nf: g\n', [['2:6', 'c', 'syntax', 'further keys below']]],
  ['an entry too far left', 'a:\n   b: c\n  d: e\n', [['3:3', 'd', 'syntax', 'the same column']]],
  ['a key among items', '- a\nb: c\n', [['2:1', 'b', 'syntax', 'does not fit to the lines above']]],
  [
    'an item among keys',
    'a:\n - b\n- c\nd: e\n',
    [['3:1', '- c', 'syntax', 'an item of a list stands among the keys']],
  ],
  ['a tab', 'a:\n\tb: c\n', [['2:1', '\t', 'tab-indentation', 'indent with spaces']]],
  ['a tab behind spaces', 'a:\n  b: c\n  \td: e\n', [['3:3', '\t', 'tab-indentation', 'indent with spaces']]],
  ['a tab in braces', 'a: {\n\tb: c}\n', [['2:1', '\t', 'tab-indentation', 'indent with spaces']]],
  ['a tab before a continued value', 'a: b\n\tc\n', [['2:1', '\t', 'tab-indentation', 'indent with spaces']]],
  ['an unknown escape', 'a: "\\."\n', [['1:5', '\\.', 'escape', 'put the value in single quotes']]],
  ['an escape cut short', 'a: "\\x4"\n', [['1:5', '\\x', 'escape', 'no escape']]],
  ['text behind |', 'a: |b\n  c\n', [['1:5', 'b', 'syntax', 'text follows | or >']]],
  ['a tag', 'a: !!int 3\n', [['1:4', '!!int', 'tag', 'delete the tag']]],
  [
    'an exclamation mark',
    'a: !b\nc: [!d e]\n',
    [
      ['1:4', '!b', 'tag', 'quotes'],
      ['2:5', '!d', 'tag', 'quotes'],
    ],
  ],
  ['a tag on a map', 'a: !x {b: c}\n', [['1:4', '!x', 'tag', 'text']]],
  ['a directive', '%YAML 1.1\n---\na: no\n', [['1:1', '%YAML 1.1', 'directive', 'delete the line']]],
  ['two documents', 'a: b\n---\nc: d\n', [['2:1', '---', 'multiple-documents', 'one document a file']]],
  ['a document after the end', 'a: b\n...\nc: d\n', [['3:1', 'c: d', 'multiple-documents', 'one document a file']]],
  ['a key that is a list', '? [a]\n: b\n', [['1:3', '[a]', 'complex-key', 'cannot be a map or a list']]],
  ['a key that is a map', '{a: b}: c\n', [['1:1', '{a: b}', 'complex-key', 'cannot be a map or a list']]],
  ['an alias without anchor', 'a: *b\n', [['1:4', '*b', 'alias', 'a value that is not there']]],
  ['an alias in its own anchor', 'a: &a [*a]\n', [['1:8', '*a', 'alias', 'inside the value']]],
  ['the same key twice', 'a: 1\nb: 2\n"a": 3\n', [['3:1', '"a"', 'duplicate-key', '"a" is already a key']]],
  ['the same key twice in braces', 'a: {b: 1, b: 2}\n', [['1:11', 'b', 'duplicate-key', '"b" is already a key']]],
  [
    'a NUL',
    'a: b\0\nc: "d\n',
    [
      ['1:5', '\0', 'control-character', 'NUL'],
      ['2:4', '"d', 'unclosed-quote', 'never closed'],
    ],
  ],
  ['a carriage return alone', 'a: b\rc: d\n', [['1:5', '\r', 'control-character', 'line feed']]],
];

describe('problems of a document', () => {
  it.each(mistakes)('%s', (_, text, expected) => {
    const { problems } = readYaml(text);
    const found = problems.map(({ code, message, fix, start, end }, i) => {
      const { line, column } = at(text, start);
      const words = expected[i]?.[3] ?? '';
      const both = `${message}; ${fix}`;
      return [`${line}:${column}`, text.slice(start, end), code, both.includes(words) ? words : both];
    });
    expect(found).toEqual(expected);
  });

  it('name the first of two equal keys', () => {
    expect(readYaml('www: 1\nmail: 2\nwww: 3\n').problems).toEqual([
      {
        code: 'duplicate-key',
        message: '"www" is already a key of this map',
        fix: 'put what stands under both into one entry, or delete one of them',
        start: 15,
        end: 18,
        related: { start: 0, end: 3, message: 'first written here' },
      },
    ]);
  });

  it('are found in every entry, and the good entries are read', () => {
    const bad = ['"b', '[c', '{d', '@', '`', '*e', '!f g', '"\\q"', 'h: i', "'j' k"];
    const text = `records:\n${bad.map((value, i) => `  bad${i}: ${value}\n  good${i}: x\n`).join('')}`;
    const { root, problems, complete } = readYaml(text);
    expect(problems.map(({ start }) => at(text, start).line)).toEqual(bad.map((_, i) => 2 + 2 * i));
    expect(complete).toBe(false);
    const records = root?.kind === 'map' ? root.entries[0]?.value : undefined;
    const names = records?.kind === 'map' ? records.entries.map(({ key }) => key.text) : [];
    expect(names.filter((name) => name.startsWith('good'))).toHaveLength(bad.length);
  });

  it('leave a document complete if they are repeated keys only', () => {
    expect(readYaml('a: 1\na: 2\n').complete).toBe(true);
    expect(readYaml('a: "1\nb: 2\n').complete).toBe(false);
    expect(readYaml('a: *b\n').complete).toBe(false);
    expect(readYaml('a: \0\n').complete).toBe(false);
  });
});
