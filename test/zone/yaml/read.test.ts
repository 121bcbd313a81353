import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../src/zone/source.ts';
import { MAX_GENERAL_SIZE, MAX_MEMBERS } from '../../../src/zone/yaml/limits.ts';
import type { ScalarNode, YamlNode } from '../../../src/zone/yaml/node.ts';
import { MAX_PROBLEMS } from '../../../src/zone/yaml/problem.ts';
import { readYaml } from '../../../src/zone/yaml/read.ts';
import { costSince } from '../../setup/cost.ts';
import { plainValue } from './plain-value.ts';

/** The place of an offset. */
function at(text: string, offset: number) {
  return placeOf({ source: { path: 'x.yaml', text }, start: offset, end: offset });
}

/** Reads with `records` streamed; gives what the last consumer got and how often reading began. */
function stream(text: string, key = 'records') {
  let entries: [string, unknown][] = [];
  let begun = 0;
  const open = () => {
    begun++;
    entries = [];
    return (name: ScalarNode, value: YamlNode) => {
      entries.push([name.text, plainValue(value)]);
    };
  };
  const reading = readYaml(text, { stream: { key, open } });
  return { ...reading, entries, begun };
}

/** A zone of so many names, about 150 bytes each, with an odd line or entry put in now and then. */
function bigZone(names: number, odd: (i: number) => string | undefined = () => undefined): string {
  const lines: string[] = ['ttl: 1h\nrecords:\n'];
  for (let i = 0; i < names; i++) {
    lines.push(
      odd(i) ??
        `  host${i}:\n    A: 192.0.2.${i % 250}\n    AAAA: [2001:db8::${i.toString(16)}, "::1"]\n    TXT: { ttl: 60, value: 'v=x' }   # number ${i}\n`,
    );
  }
  lines.push('owners: [alice]\n');
  return lines.join('');
}

describe('a stream', () => {
  it('hands over the entries of one map in order and keeps the rest', () => {
    const { root, entries, problems, begun } = stream('a: b\nrecords:\n  x: 1\n  y: [2]\n  z: {w: 3}\nc: d\n');
    expect(problems).toEqual([]);
    expect(entries).toEqual([
      ['x', '1'],
      ['y', ['2']],
      ['z', { map: [['w', '3']] }],
    ]);
    expect(root && plainValue(root)).toEqual({
      map: [
        ['a', 'b'],
        ['records', { map: [] }],
        ['c', 'd'],
      ],
    });
    expect(begun).toBe(1);
  });

  it.each([
    ['in braces', 'records: { x: 1, y: 2 }\n'],
    ['in JSON', '{"a": 1, "records": {"x": "1", "y": "2"}, "b": 2}'],
    ['with anchors elsewhere', 'a: &n 1\nrecords:\n  x: 1\n  y: 2\n'],
    ['after a directive-like marker', '---\nrecords:\n  x: 1\n  y: 2\n'],
    ['with a block scalar elsewhere', 'about: |\n  records:\n    no: 1\nrecords:\n  x: 1\n  y: 2\n'],
    ['after a map of that name further down', 'a:\n  records:\n    no: 1\nrecords:\n  x: 1\n  y: 2\n'],
  ])('works %s', (_, text) => {
    const { entries, root } = stream(text);
    expect(entries).toEqual([
      ['x', '1'],
      ['y', '2'],
    ]);
    expect(root).toBeDefined();
  });

  it('does not touch what is not a map', () => {
    for (const value of ['a', '[a]', '', '"a"']) {
      const { entries, root } = stream(`records: ${value}\n`);
      expect(entries).toEqual([]);
      expect(root).toEqual(readYaml(`records: ${value}\n`).root);
    }
  });

  it('finds keys that come twice, hands over the first, and only from the first map of that name', () => {
    const text = 'records:\n  x: 1\n  y: 2\n  "x": 3\nrecords:\n  x: 4\n';
    const { entries, problems } = stream(text);
    expect(entries).toEqual([
      ['x', '1'],
      ['y', '2'],
    ]);
    expect(problems.map(({ code, start, related }) => [code, start, related?.start])).toEqual([
      ['duplicate-key', 25, 11],
      ['duplicate-key', 32, 0],
    ]);
  });

  it('begins anew when the whole text needs another reader', () => {
    const { entries, begun, problems } = stream('records:\n  x: 1\n  y: &a 2\n  z: *a\n');
    expect(problems).toEqual([]);
    expect(begun).toBe(2);
    expect(entries).toEqual([
      ['x', '1'],
      ['y', '2'],
      ['z', '2'],
    ]);
  });

  it('does not begin anew for an entry that can be read by itself', () => {
    const text = bigZone(50, (i) =>
      [
        undefined,
        `  block${i}:\n    TXT: |\n      one\n\n      two\n\n  # comment\n`,
        `  folded${i}:\n    TXT: >-\n      one\n      two\n`,
        `  quoted${i}:\n    TXT: "one\n      two"\n`,
        `  plain${i}: one\n    two\n`,
        `  pair${i}: [ a: b ]\n`,
        `  tab${i}:\tx\n`,
        `  ? key${i}\n  : x\n`,
        `  list${i}:\n  - |\n    x\n  - y\n`,
        `  brace${i}: {\n    a: "b\n    c"\n  }\n`,
      ].at(i % 10),
    );
    const { entries, begun, problems, complete, root } = stream(text);
    expect(problems).toEqual([]);
    expect(complete).toBe(true);
    expect(begun).toBe(1);
    expect(entries).toHaveLength(50);
    expect(Object.fromEntries(entries)).toMatchObject({
      block1: { map: [['TXT', 'one\n\ntwo\n']] },
      folded2: { map: [['TXT', 'one two']] },
      quoted3: { map: [['TXT', 'one two']] },
      plain4: 'one two',
      pair5: [{ map: [['a', 'b']] }],
      tab6: 'x',
      key7: 'x',
      list8: ['x\n', 'y'],
      brace9: { map: [['a', 'b c']] },
    });
    expect(root && plainValue(root)).toMatchObject({
      map: [
        ['ttl', '1h'],
        ['records', {}],
        ['owners', ['alice']],
      ],
    });
  });
});

describe('a big zone', () => {
  it('of 100,000 lines is read by the fast reader alone', () => {
    const text = bigZone(25_000);
    expect(text.length).toBeGreaterThan(MAX_GENERAL_SIZE);
    const { problems, entries } = stream(text);
    expect(problems).toEqual([]);
    expect(entries).toHaveLength(25_000);
  });

  it('with a mistake is read on, and the mistake is named with its line', () => {
    const text = bigZone(25_000, (i) => (i === 20_000 ? '  bad: { A: 192.0.2.1\n' : undefined));
    const { problems, entries, complete } = stream(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'unclosed-bracket' });
    expect(at(text, problems[0]?.start ?? 0)).toMatchObject({ line: 80_003, column: 8 });
    expect(entries).toHaveLength(24_999);
    expect(complete).toBe(false);
  });

  it('with block scalars is read on', () => {
    const text = bigZone(25_000, (i) => (i % 1000 === 0 ? `  text${i}:\n    TXT: |\n      a\n      b\n` : undefined));
    const { problems, entries, begun } = stream(text);
    expect(problems).toEqual([]);
    expect(begun).toBe(1);
    expect(entries).toHaveLength(25_000);
  });

  it('with an anchor is refused, with the place of the anchor', () => {
    const text = bigZone(25_000, (i) => (i === 10 ? '  bad: &x { A: 192.0.2.1 }\n' : undefined));
    const { problems, root } = stream(text);
    expect(root).toBeUndefined();
    expect(problems).toEqual([expect.objectContaining({ code: 'too-large', start: text.indexOf('&x') })]);
  });
});

describe('hostile text', () => {
  const within = (milliseconds: number, read: () => ReturnType<typeof readYaml>) => {
    const start = process.cpuUsage();
    const reading = read();
    expect(costSince(start)).toBeLessThan(milliseconds);
    return reading;
  };
  const codes = (reading: ReturnType<typeof readYaml>) => reading.problems.map(({ code }) => code);

  it('over the size limit is refused unread', () => {
    expect(codes(readYaml('a: bcdef\n', { maxSize: 8 }))).toEqual(['too-large']);
    expect(codes(readYaml('a: bcdef', { maxSize: 8 }))).toEqual([]);
  });

  it('on one line of 20 MB is read or refused in linear time', () => {
    const long = 'x'.repeat(20_000_000);
    expect(within(10_000, () => readYaml(`a: ${long}\n`)).problems).toEqual([]);
    expect(codes(within(10_000, () => readYaml(`a: "${long}\n`)))).toEqual(['too-large']);
    expect(codes(within(10_000, () => readYaml(`${long}: a\n`)))).toEqual(['too-large']);
    expect(within(10_000, () => readYaml(`#${long}\n`)).problems).toEqual([]);
  });

  it('with more values than fit into memory is refused', () => {
    const reading = within(10_000, () => readYaml(`a: [${'x,'.repeat(MAX_MEMBERS + 1)}]\n`));
    expect(codes(reading)).toEqual(['too-large']);
    expect(reading.root).toBeUndefined();
  });

  it.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{a: '.repeat(200_000)],
    ['dashes', '- '.repeat(200_000)],
    ['question marks', '? '.repeat(200_000)],
    ['keys', Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`],
  ])('nested with %s is too deep', (_, text) => {
    expect(codes(within(10_000, () => readYaml(text)))).toEqual(['too-deep']);
  });

  it('with a billion laughs is refused at the alias that goes too far', () => {
    const names = 'abcdefghi'.split('');
    const text = names
      .map(
        (name, i) =>
          `${name}: &${name} [${Array(10)
            .fill(i === 0 ? 'lol' : `*${names[i - 1]}`)
            .join(', ')}]\n`,
      )
      .join('');
    const { problems } = within(10_000, () => readYaml(text));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toBe('alias-limit');
    expect(text.slice(problems[0]?.start, problems[0]?.end)).toMatch(/^\*[def]$/);
  });

  it('with very many aliases is refused', () => {
    expect(codes(readYaml(`a: &x y\nb: [${'*x,'.repeat(2000)}]\n`))).toEqual(['alias-limit']);
  });

  it('full of mistakes is not listed to the end', () => {
    for (const line of ['  a: "b\n', '  a: b\n', "'\n", '%\n', '  a: !x y\n']) {
      const { problems } = within(10_000, () => readYaml(`x: &y z\nrecords:\n${line.repeat(30_000)}`));
      expect(problems.length).toBeLessThanOrEqual(MAX_PROBLEMS);
      expect(problems.length).toBeGreaterThan(0);
    }
    const { problems } = within(10_000, () => readYaml(`records:\n${'  a: "b\n'.repeat(100_000)}`));
    expect(problems).toHaveLength(MAX_PROBLEMS);
    expect(problems.at(-1)?.code).toBe('too-many-problems');
  });

  it('that is no text is refused without a second look', () => {
    const { problems, root } = readYaml('\0'.repeat(1_000_000));
    expect(problems).toHaveLength(MAX_PROBLEMS);
    expect(root).toBeUndefined();
  });

  it('cannot reach the prototype of anything', () => {
    const { root } = readYaml('__proto__:\n  polluted: yes\nconstructor:\n  prototype:\n    polluted: yes\n');
    expect('polluted' in {}).toBe(false);
    expect(root?.kind === 'map' && root.entries.map(({ key }) => key.text)).toEqual(['__proto__', 'constructor']);
  });
});
