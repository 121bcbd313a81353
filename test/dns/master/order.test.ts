import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalOrder, ownersInOrder } from '../../../src/dns/master/order.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { compareNames, labelsOf, nameFromLabels, parseName, ROOT } from '../../../src/dns/name.ts';

const label = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'b', '0', '-', '\0', '\x01', '.', '\\', '\xff'),
    minLength: 1,
    maxLength: 12,
  }),
  fc.integer({ min: 0, max: 99_999 }).map((number) => `host${number}`),
);
const below = (apex: DomainName) =>
  fc.array(label, { maxLength: 3 }).map((labels) => nameFromLabels([...labels, ...labelsOf(apex)]));

describe('ownersInOrder', () => {
  it.each(['.', 'example.com.', 'a\\.b.'])('is canonical order below %s', (text) => {
    const apex = parseName(text);
    fc.assert(
      fc.property(fc.uniqueArray(below(apex), { maxLength: 300 }), (names) => {
        expect(ownersInOrder(apex, names)).toEqual([...names].sort(compareNames));
      }),
    );
  });

  it('puts the apex first and every name before its descendants', () => {
    const names = ['z.example.', 'a.z.example.', 'b.example.', '*.example.', 'example.', '\\000.example.'];
    expect(ownersInOrder(parseName('example.'), names as DomainName[])).toEqual([
      'example.',
      '\\000.example.',
      '*.example.',
      'b.example.',
      'z.example.',
      'a.z.example.',
    ]);
  });

  it('sees that names are in order', () => {
    const names = ['.', 'a.', 'b.a.', 'b.'] as DomainName[];
    expect(canonicalOrder(ROOT, names)).toBeUndefined();
    expect(canonicalOrder(ROOT, names.toReversed())).toEqual(Uint32Array.of(3, 2, 1, 0));
  });

  it('takes names that are there twice', () => {
    const names = Array.from({ length: 100 }, () => 'same.example.' as DomainName);
    expect(ownersInOrder(parseName('example.'), ['z.example.' as DomainName, ...names])).toEqual([
      ...names,
      'z.example.',
    ]);
  });
});
