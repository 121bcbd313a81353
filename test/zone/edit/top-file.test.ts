import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addEntry, addItem, flowText } from '../../../src/zone/edit/top-file.ts';

function entry(text: string, path: readonly string[] = ['nodes'], key = 'n2', value = '{ web: true }'): string {
  const changed = addEntry(text, path, key, value);
  return changed.kind === 'changed' ? changed.text : `refused: ${changed.message}`;
}

function item(text: string, value = '192.0.2.0/24'): string {
  const changed = addItem(text, ['purge', 'accounts', 'alice'], value);
  return changed.kind === 'changed' ? changed.text : `refused: ${changed.message}`;
}

describe('an entry', () => {
  it.each([
    ['', 'nodes: { n2: { web: true } }\n'],
    ['# mine\n', '# mine\nnodes: { n2: { web: true } }\n'],
    ['groups: {}\n', 'groups: {}\nnodes: { n2: { web: true } }\n'],
    ['nodes:\n', 'nodes: { n2: { web: true } }\n'],
    ['nodes: {}\n', 'nodes: { n2: { web: true } }\n'],
    ['nodes: { n1: {} }  # all\n', 'nodes: { n1: {}, n2: { web: true } }  # all\n'],
    [
      'nodes:\n  n1:   # first\n    host: a\n    # of n1\n\n# the end\ngroups: {}\n',
      'nodes:\n  n1:   # first\n    host: a\n  n2: { web: true }\n    # of n1\n\n# the end\ngroups: {}\n',
    ],
    ['nodes:\n    n1: { host: a }', 'nodes:\n    n1: { host: a }\n    n2: { web: true }'],
  ])('goes behind the last one: %j', (before, after) => {
    expect(entry(before)).toBe(after);
  });

  it.each(['nodes: [a]\n', 'nodes: text\n', 'nodes: &a { n1: {} }\nother: *a\n', 'nodes: {\n', '- a\n'])(
    'is refused where there is no map for it: %j',
    (text) => {
      expect(entry(text)).toMatch(/^refused/);
    },
  );
});

describe('an item', () => {
  it.each([
    ['', 'purge: { accounts: { alice: [192.0.2.0/24] } }\n'],
    [
      'purge:\n  accounts:\n    bob: 192.0.2.1\n',
      'purge:\n  accounts:\n    bob: 192.0.2.1\n    alice: [192.0.2.0/24]\n',
    ],
    ['purge: { accounts: { alice: 192.0.2.1 } }\n', 'purge: { accounts: { alice: [192.0.2.1, 192.0.2.0/24] } }\n'],
    ['purge: { accounts: { alice: [] } }\n', 'purge: { accounts: { alice: [192.0.2.0/24] } }\n'],
    [
      'purge:\n  accounts:\n    alice:\n      - 192.0.2.1  # home\n      # more\n',
      'purge:\n  accounts:\n    alice:\n      - 192.0.2.1  # home\n      - 192.0.2.0/24\n      # more\n',
    ],
  ])('goes behind the last one: %j', (before, after) => {
    expect(item(before)).toBe(after);
  });
});

it('whatever it is called, it is read as it was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string(), (key, value) => {
      fc.pre(key !== 'n1');
      const text = entry('nodes:\n  n1: {}\n', ['nodes'], key, flowText(value));
      const read = parse(text, { mapAsMap: true }) as Map<string, Map<string, unknown>>;
      expect(read.get('nodes')?.get(key)).toBe(value);
    }),
  );
});
