import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { checkCharacters } from '../../../src/zone/yaml/characters.ts';
import { readFast } from '../../../src/zone/yaml/fast.ts';
import { readGeneral } from '../../../src/zone/yaml/general.ts';
import type { MapEntry, YamlNode } from '../../../src/zone/yaml/node.ts';
import type { YamlProblem } from '../../../src/zone/yaml/problem.ts';
import { readYaml } from '../../../src/zone/yaml/read.ts';
import { yamlDocument, yamlSoup } from './generated-yaml.ts';

// The readers must never differ on what a document means: `yaml` is the judge of ours, the general reader of the fast one.

const texts = fc.oneof({ arbitrary: yamlDocument, weight: 3 }, { arbitrary: yamlSoup, weight: 1 }).filter(isText);
const oracle = { schema: 'failsafe', uniqueKeys: false, version: '1.2', prettyErrors: false } as const;
const runs = { numRuns: 2000 };

function isText(text: string): boolean {
  const problems: YamlProblem[] = [];
  checkCharacters(text, problems);
  return problems.length === 0;
}

/** What the general reader makes of a text; `undefined` if it finds anything wrong. */
function judged(text: string): { root: YamlNode | undefined; problems: YamlProblem[] } {
  const problems: YamlProblem[] = [];
  return { root: readGeneral(text, problems, undefined), problems };
}

/**
 * Where `yaml` 2.9.1 is wrong and our general reader works around it: lists behind a byte order mark, and what follows a
 * comment line whose # is not followed by a space.
 */
function isMisread(text: string): boolean {
  return text.startsWith('\ufeff') || /^ *#\S/m.test(text);
}

/** All scalars as text and place, from the nodes of the `yaml` package. */
function scalarsOfYaml(node: unknown, found: string[]): string[] {
  if (isScalar(node)) {
    const [start, end] = node.range ?? [];
    found.push(`${start}-${end} ${node.source ?? ''}`);
  } else if (isSeq(node)) {
    for (const item of node.items) scalarsOfYaml(item, found);
  } else if (isMap(node)) {
    for (const { key, value } of node.items) {
      scalarsOfYaml(key, found);
      if (value !== null) scalarsOfYaml(value, found);
    }
  } else if (isAlias(node)) {
    found.push('alias');
  }
  return found;
}

/** The same from ours; a key of a map in braces without colon has an empty value that `yaml` does not have. */
function scalarsOfNodes(node: YamlNode, found: string[]): string[] {
  if (node.kind === 'scalar') found.push(`${node.start}-${node.end} ${node.text}`);
  else if (node.kind === 'seq') for (const item of node.items) scalarsOfNodes(item, found);
  else {
    for (const { key, value } of node.entries) {
      scalarsOfNodes(key, found);
      if (value.kind !== 'scalar' || value.style !== 'empty' || value.start !== key.end) scalarsOfNodes(value, found);
    }
  }
  return found;
}

describe('general reader', () => {
  it('gives every scalar of yaml with its text and place', () => {
    let good = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const { root, problems } = judged(text);
        if (root === undefined || problems.length > 0 || isMisread(text)) return;
        const document = parseDocument(text, oracle);
        expect(document.errors).toEqual([]);
        const expected = scalarsOfYaml(document.contents, []);
        if (document.contents === null || expected.includes('alias')) return;
        good++;
        expect(scalarsOfNodes(root, [])).toEqual(expected);
      }),
      runs,
    );
    expect(good).toBeGreaterThan(runs.numRuns / 10);
  });

  it('finds something wrong wherever yaml does', () => {
    fc.assert(
      fc.property(texts, (text) => {
        if (isMisread(text)) return;
        const document = parseDocument(text, oracle);
        // It also refuses a comment in the first column behind a value in braces.
        const errors = document.errors.filter(
          (e) => !e.message.startsWith('Comments must') || text[e.pos[0] - 1] !== '\n',
        );
        if (errors.length > 0) expect(judged(text).problems).not.toEqual([]);
      }),
      runs,
    );
  });

  it('places every problem inside the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { start, end, message, fix } of judged(text).problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length + 1);
          expect(message).not.toBe('');
          expect(fix).not.toBe('');
        }
      }),
      runs,
    );
  });
});

describe('fast reader', () => {
  it('reads what it accepts exactly as the general reader', () => {
    let accepted = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const problems: YamlProblem[] = [];
        const fast = readFast(text, problems, undefined, undefined);
        if (fast.done !== true) return;
        accepted++;
        expect({ root: fast.root, problems }).toEqual(judged(text));
      }),
      runs,
    );
    expect(accepted).toBeGreaterThan(runs.numRuns / 10);
  });
});

describe('comment lines', () => {
  it('mean nothing, wherever they stand and whatever follows their #', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const spaced = text.replace(/^( *#)[^ \r\n]/gm, '$1 ');
        const { root, problems } = judged(text);
        if (problems.length > 0 || /[|>"']/.test(text)) return;
        expect(judged(spaced)).toEqual({ root, problems });
      }),
      runs,
    );
  });
});

describe('readYaml', () => {
  it('accepts what the general reader accepts, with the same nodes, and nothing else', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const expected = judged(text);
        const { root, problems, complete } = readYaml(text);
        expect(problems.length === 0).toBe(expected.problems.length === 0);
        if (problems.length > 0) return;
        expect(complete).toBe(true);
        expect(root).toEqual(expected.root);
      }),
      runs,
    );
  });

  it('hands over exactly the entries of the streamed map and keeps the rest', () => {
    let streamed = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const expected = judged(text);
        let entries: MapEntry[] = [];
        const open = () => {
          entries = [];
          return (key: MapEntry['key'], value: YamlNode) => {
            entries.push({ key, value });
          };
        };
        const { root, problems } = readYaml(text, { stream: { key: 'records', open } });
        expect(problems.length === 0).toBe(expected.problems.length === 0);
        if (problems.length > 0 || root === undefined) return;
        if (entries.length > 0) streamed++;
        expect(withEntries(root, entries)).toEqual(expected.root);
      }),
      runs,
    );
    expect(streamed).toBeGreaterThan(runs.numRuns / 100);
  });
});

/** Puts the entries that were handed over back into the tree. */
function withEntries(root: YamlNode, records: MapEntry[]): YamlNode {
  if (root.kind !== 'map') return root;
  const entries = root.entries.map(({ key, value }) =>
    key.text === 'records' && value.kind === 'map' ? { key, value: { ...value, entries: records } } : { key, value },
  );
  return { ...root, entries };
}
