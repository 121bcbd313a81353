import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extentOf } from '../../../src/zone/checks/extent.ts';
import type { YamlNode } from '../../../src/zone/yaml/node.ts';
import { readYaml } from '../../../src/zone/yaml/read.ts';
import { costSince } from '../../setup/cost.ts';

/** The keys and values of a document that stand on one line each. */
function nodesOn(text: string, node: YamlNode): YamlNode[] {
  const inner =
    node.kind === 'map'
      ? node.entries.flatMap(({ key, value }) => [...nodesOn(text, key), ...nodesOn(text, value)])
      : node.kind === 'seq'
        ? node.items.flatMap((item) => nodesOn(text, item))
        : [];
  const written = text.slice(node.start, node.end);
  const shown = node.kind === 'scalar' ? node.style !== 'empty' && node.style !== 'block' : node.flow;
  return shown && !written.includes('\n') ? [node, ...inner] : inner;
}

function expectExtents(text: string): void {
  const { root } = readYaml(text);
  expect(root).toBeDefined();
  for (const node of nodesOn(text, root as YamlNode)) {
    expect(text.slice(node.start, extentOf(text, node.start))).toBe(text.slice(node.start, node.end));
  }
}

describe('extentOf', () => {
  it.each([
    ['plain', 'a: b c # comment\nd: e#f\n'],
    ['colons', 'a: 2001:db8::1\nb:c: d\n'],
    ['in braces', 'www: { A: 192.0.2.1, AAAA: 2001:db8::1, TXT: a b }\n'],
    ['in brackets', 'NS: [ns1, ns2 , "ns3" ]\n'],
    ['brackets in block text', 'TXT: a, b] c}\n'],
    ['quotes', `a: 'it''s'\nb: "say \\"x\\" # y"\n`],
    ['quotes inside', `a: it's "so"\nb: c\n`],
    ['nested', 'a: { b: [{ c: "}" }, d], e: f }\n'],
    ['lists', '- a\n- - b\n  - [c, d]\n'],
    ['flow over lines', 'a: [b,\n  c, d\n  ]\nb: { c: d,\n  e: f }\n'],
    ['CR LF', 'a: b\r\nc: d\r\n'],
    ['no final newline', 'a: b'],
  ])('finds where %s ends', (_, text) => expectExtents(text));

  it('agrees with the reader on documents of any records', () => {
    const word = fc.stringMatching(/^[a-z0-9._-]{1,8}$/);
    const plain = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
    const value = fc.oneof(
      plain,
      fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text)),
      word.map((text) => `'${text}''${text}'`),
    );
    const flow = fc.oneof(
      value,
      fc.array(value, { maxLength: 3 }).map((values) => `[${values.join(', ')}]`),
    );
    const map = fc.uniqueArray(fc.tuple(word, flow), { selector: ([key]) => key, minLength: 1, maxLength: 3 });
    const entry = map.map((pairs) => `{ ${pairs.map(([key, each]) => `${key}: ${each}`).join(', ')} }`);
    const line = fc.oneof(flow, entry);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(word, line), { selector: ([key]) => key, minLength: 1, maxLength: 5 }),
        (lines) => {
          const text = lines.map(([key, each]) => `${key}: ${each}\n`).join('');
          fc.pre(readYaml(text).problems.length === 0);
          expectExtents(text);
        },
      ),
    );
  });

  it('stays within the text, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', "'", '[', ']', '{', '}', ',', ':', ' ', '\n', 'a', '#', '\\') }),
        fc.nat(),
        (text, at) => {
          const start = text.length === 0 ? 0 : at % text.length;
          const end = extentOf(text, start);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });

  it('does not look far for a bracket that never closes', () => {
    const text = `a: {${'x: [y], '.repeat(200_000)}`;
    const before = process.cpuUsage();
    for (let i = 0; i < 200; i++) extentOf(text, 3);
    for (let i = 0; i < 200; i++) extentOf(text, text.length - 4);
    expect(costSince(before)).toBeLessThan(5000);
  });
});
