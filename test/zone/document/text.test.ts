import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../../src/dns/fault.ts';
import { rdataToText } from '../../../src/dns/rdata.ts';
import { textRdata } from '../../../src/zone/document/text.ts';

function strings(text: string): Buffer[] {
  const rdata = Buffer.from(textRdata(text), 'latin1');
  const all: Buffer[] = [];
  for (let at = 0; at < rdata.length; at += 1 + (rdata[at] as number)) {
    all.push(rdata.subarray(at + 1, at + 1 + (rdata[at] as number)));
  }
  return all;
}

describe('a text without quotes', () => {
  it('is one character string up to 255 octets', () => {
    expect(rdataToText(16, textRdata(''))).toBe('""');
    expect(rdataToText(16, textRdata('v=spf1 -all; \\ "x"'))).toBe('"v=spf1 -all; \\\\ \\"x\\""');
    expect(strings('a'.repeat(255)).map(({ length }) => length)).toEqual([255]);
    expect(strings('a'.repeat(256)).map(({ length }) => length)).toEqual([255, 1]);
    expect(strings('a'.repeat(511)).map(({ length }) => length)).toEqual([255, 255, 1]);
  });

  it('is never divided inside a character', () => {
    expect(strings(`${'a'.repeat(254)}ü`).map(({ length }) => length)).toEqual([254, 2]);
    expect(strings(`${'a'.repeat(253)}☃`).map(({ length }) => length)).toEqual([253, 3]);
    expect(strings(`${'a'.repeat(252)}😀`).map(({ length }) => length)).toEqual([252, 4]);
    expect(strings('ü'.repeat(128)).map(({ length }) => length)).toEqual([254, 2]);
  });

  it('comes back from its strings, each of which is UTF-8', () => {
    const unit = fc.constantFrom('a', 'ü', '☃', '😀', '"', '\\', ';');
    const text = fc.array(fc.tuple(unit, fc.integer({ min: 1, max: 300 })), { maxLength: 6 });
    fc.assert(
      fc.property(text, (runs) => {
        const whole = runs.map(([each, count]) => each.repeat(count)).join('');
        const parts = strings(whole);
        expect(parts.map((part) => new TextDecoder('utf-8', { fatal: true }).decode(part)).join('')).toBe(whole);
        // As few as hold it: two neighbours never fit into one.
        for (let i = 1; i < parts.length; i++) expect((parts[i - 1] as Buffer).length).toBeGreaterThan(251);
      }),
    );
  });

  it.each(['\t', '\n', '\r', '\0', '\x7f', '\x85', 'a\u009fb', 'half \ud83d pair', 'x'.repeat(65_300)])(
    'cannot be %j',
    (text) => {
      expect(() => textRdata(text)).toThrow(DnsSyntaxError);
    },
  );
});
