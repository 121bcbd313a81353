import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DomainName } from '../../src/dns/name.ts';
import {
  domainToWire,
  lowerAscii,
  nameFromLabels,
  parseName,
  relativeName,
  wireNameToText,
} from '../../src/dns/name.ts';
import { newOctetBuffer, putOctets, putText, putU8, takeOctets } from '../../src/dns/octet-buffer.ts';
import { putName, wireNameToRelative } from '../../src/dns/wire-name.ts';

const label = fc.oneof(
  fc.constantFrom('a', 'A', 'www', 'b.c', '\\', '\x03com', 'com', '\x07example\x03com'),
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((octet) => String.fromCharCode(octet)),
    minLength: 1,
    maxLength: 12,
  }),
);
const labels = fc.array(label, { maxLength: 4 });

it('names go into octets as their wire form, whatever stands before them', () => {
  fc.assert(
    fc.property(fc.array(labels, { maxLength: 5 }), fc.nat(3), (all, room) => {
      const names = all.map(nameFromLabels);
      const to = newOctetBuffer(room);
      for (const name of names) putName(to, name);
      expect(takeOctets(to).toString('latin1')).toBe(names.map(domainToWire).join(''));
      expect(to.length).toBe(0);
    }),
  );
});

it('names in rdata are printed relative to what they lie below, in the same case', () => {
  fc.assert(
    fc.property(labels, labels, fc.boolean(), fc.constantFrom('', 'x'), (own, above, isBelow, before) => {
      const origin = nameFromLabels(above);
      const octets = [...own, ...(isBelow ? above.map(lowerAscii) : [])];
      const wire = `${octets.map((each) => String.fromCharCode(each.length) + each).join('')}\0`;
      const text = wireNameToText(before + wire, before.length) as DomainName;
      const printed = wireNameToRelative(`${before}${wire}y`, before.length, before.length + wire.length, origin);
      expect(printed).toBe(relativeName(text, origin));
    }),
  );
  // The wire form of the origin may begin within a label.
  const within = '\x0da\x07example\x03com\0';
  expect(wireNameToRelative(within, 0, within.length, parseName('example.com.'))).toBe(wireNameToText(within, 0));
});

it('octets of any length are put one behind the other', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300)), fc.nat(100), (lengths, room) => {
      const to = newOctetBuffer(room);
      let expected = '';
      for (const [i, length] of lengths.entries()) {
        const text = String.fromCharCode(i % 256).repeat(length);
        if (i % 3 === 0) putText(to, text);
        else if (i % 3 === 1) putOctets(to, Buffer.from(text, 'latin1'));
        else for (const c of text) putU8(to, c.charCodeAt(0));
        expected += text;
      }
      expect(takeOctets(to).toString('latin1')).toBe(expected);
    }),
  );
});
