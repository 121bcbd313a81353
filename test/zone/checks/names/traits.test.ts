import fc from 'fast-check';
import { expect, it } from 'vitest';
import { labelsOf, nameFromLabels, ROOT } from '../../../../src/dns/name.ts';
import { trait, traitsOf } from '../../../../src/zone/checks/names/traits.ts';

const unit = fc.constantFrom('a', 'x', 'n', '-', '_', '*', '.', '\\', '3', ' ', '\x80', '/', '@');
const label = fc.oneof(fc.string({ unit, minLength: 1, maxLength: 6 }), fc.constantFrom('xn--a', 'ab--c', '*', '_tcp'));

it('sees in one pass what a look at each label sees', () => {
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 4 }), (labels) => {
      const name = nameFromLabels(labels);
      const own = labelsOf(name);
      const is = (each: string, index: number): number => {
        const asterisk = each === '*';
        const host = /^[a-z0-9_-]+$/.test(each) && !each.startsWith('-') && !each.endsWith('-');
        return (
          (each.includes('_') ? trait.underscore : 0) |
          (each.startsWith('_') ? trait.underscoreFirst : 0) |
          (host || (asterisk && index === 0) ? 0 : trait.notHost) |
          (each.slice(2, 4) === '--' ? (each.startsWith('xn') ? trait.aLabel : trait.reserved) : 0) |
          (each.includes('*') && !asterisk ? trait.asteriskInLabel : 0) |
          (asterisk && index > 0 ? trait.innerAsterisk : 0) |
          (asterisk && index === 0 ? trait.wildcard : 0)
        );
      };
      expect(traitsOf(name)).toBe(own.map(is).reduce((all, each) => all | each, 0));
    }),
    { numRuns: 2000 },
  );
  expect(traitsOf(ROOT)).toBe(0);
});
