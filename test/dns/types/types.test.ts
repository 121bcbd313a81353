import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DnsSyntaxError } from '../../../src/dns/fault.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type Rdata, toBuffer } from '../../../src/dns/octets.ts';
import {
  canonicalRdata,
  checkRdata,
  comparableRdata,
  genericText,
  rdataFromData,
  rdataFromMessage,
  rdataFromText,
  rdataNames,
  rdataToData,
  rdataToText,
  typeCode,
  typeName,
} from '../../../src/dns/rdata.ts';
import type { RRType } from '../../../src/dns/rrtype.ts';
import { types } from '../../../src/dns/types/list.ts';
import { metaTypes } from '../../../src/dns/types/meta.ts';
import { octetString, rdataOf } from './arbitrary.ts';

const each = types.map((type) => [type.name, type] as const);
const runs = { numRuns: 25 };
const hex = (rdata: Rdata): string => toBuffer(rdata).toString('hex');
const origin = parseName('example.');

/** The fields of a type as a reader of JSON gets them. */
function dataOf(type: RRType, rdata: Rdata): Map<string, unknown> {
  return new Map(Object.entries(JSON.parse(JSON.stringify(rdataToData(type.code, rdata)))));
}

/** The same with maps as the reader of zone documents gives them, and every scalar as text. */
function documentOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(documentOf);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, part]) => [key, documentOf(part)]));
  }
  return String(value);
}

/** What a function gives, or the syntax error that it throws. Anything else that it throws is a bug. */
function attempt<T>(action: () => T): T | DnsSyntaxError {
  try {
    return action();
  } catch (error) {
    if (error instanceof DnsSyntaxError) return error;
    throw error;
  }
}

describe('the list of types', () => {
  it('has each type once, by ascending number', () => {
    const codes = types.map((type) => type.code);
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
    expect(new Set(types.map((type) => type.name)).size).toBe(types.length);
  });

  it('knows the mnemonics of all, in any case', () => {
    for (const type of types) {
      expect(typeCode(type.name.toLowerCase())).toBe(type.code);
      expect(typeName(type.code)).toBe(type.name);
    }
  });

  it('has no type that belongs to a message', () => {
    for (const [name, code] of metaTypes) {
      expect(types.some((type) => type.code === code)).toBe(false);
      expect(typeCode(name)).toBeUndefined();
    }
  });
});

describe.each(each)('%s', (_name, type) => {
  it('is stated in full', () => {
    expect(type.about).toMatch(/\.$/);
    expect(type.standards.length).toBeGreaterThan(0);
    expect(type.examples.length).toBeGreaterThan(0);
    for (const field of type.fields) {
      expect(field.name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(field.about).toMatch(/\.$/);
    }
  });

  it('reads its examples, prints them and reads them again', () => {
    for (const example of type.examples) {
      const rdata = rdataFromText(type.code, example);
      const text = rdataToText(type.code, rdata);
      expect(hex(rdataFromText(type.code, text))).toBe(hex(rdata));
      expect(rdataToText(type.code, rdataFromText(type.code, text))).toBe(text);
      expect(rdataFromText(type.code, genericText(rdata))).toBe(rdata);
    }
  });

  it('goes to text and back', () => {
    fc.assert(
      fc.property(rdataOf(type), (rdata) => {
        checkRdata(type.code, rdata);
        const text = rdataToText(type.code, rdata);
        expect(text).toMatch(/^[\x20-\x7e]+$/);
        expect(hex(rdataFromText(type.code, text))).toBe(hex(rdata));
      }),
      runs,
    );
  });

  it('goes to structured form and back, through JSON and through a zone document', () => {
    const ajv = new Ajv2020({ strict: false, allowUnionTypes: true });
    addFormats.default(ajv);
    const valid = ajv.compile({
      type: 'object',
      properties: Object.fromEntries(type.fields.map((field) => [field.name, field.kind.schema])),
      required: type.fields.filter((field) => field.kind.optional !== true).map((field) => field.name),
      additionalProperties: false,
    });
    fc.assert(
      fc.property(rdataOf(type), (rdata) => {
        const data = dataOf(type, rdata);
        expect(valid(Object.fromEntries(data)), JSON.stringify([Object.fromEntries(data), valid.errors])).toBe(true);
        expect(hex(rdataFromData(type.code, data))).toBe(hex(rdata));
        const document = documentOf(Object.fromEntries(data)) as Map<string, unknown>;
        expect(hex(rdataFromData(type.code, document))).toBe(hex(rdata));
      }),
      runs,
    );
  });

  it('is read from a message as it is from text', () => {
    fc.assert(
      fc.property(rdataOf(type), octetString(12, 20), (rdata, before) => {
        const message = (before + rdata) as Rdata;
        expect(hex(rdataFromMessage(type.code, message, before.length, rdata.length))).toBe(hex(rdata));
      }),
      runs,
    );
  });

  it('has one canonical form for names in either case', () => {
    fc.assert(
      fc.property(rdataOf(type), (rdata) => {
        const comparable = comparableRdata(type.code, rdata);
        expect(comparable.length).toBe(rdata.length);
        expect(comparableRdata(type.code, comparable)).toBe(comparable);
        checkRdata(type.code, comparable);
        const canonical = canonicalRdata(type.code, rdata);
        expect(canonical === rdata || canonical === comparable).toBe(true);
        expect(rdataNames(type.code, comparable)).toEqual(rdataNames(type.code, rdata));
      }),
      runs,
    );
  });

  it('takes any octets, or refuses them with a sentence', () => {
    fc.assert(
      fc.property(fc.oneof(octetString(0, 30), rdataOf(type).chain(changed)), (rdata) => {
        const fault = attempt(() => checkRdata(type.code, rdata));
        if (fault instanceof DnsSyntaxError) return;
        expect(hex(rdataFromText(type.code, rdataToText(type.code, rdata)))).toBe(hex(rdata));
        expect(hex(rdataFromData(type.code, dataOf(type, rdata)))).toBe(hex(rdata));
        rdataNames(type.code, rdata);
        comparableRdata(type.code, rdata);
      }),
      runs,
    );
  });

  it('takes any text, or refuses it with a sentence', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...' \t\n"\\();=,.:/-@#!\u00e9', ...'0123456789abcxyzNEm'), maxLength: 40 }),
      fc.tuple(fc.constantFrom(...type.examples), fc.nat(), fc.string({ maxLength: 3 })).map(([text, at, extra]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + extra + text.slice(cut + 1);
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const rdata = attempt(() => rdataFromText(type.code, text, origin));
        if (rdata instanceof DnsSyntaxError) {
          expect(rdata.message).not.toBe('');
          expect(rdata.fix).not.toBe('');
          return;
        }
        checkRdata(type.code, rdata);
        const again = rdataToText(type.code, rdata);
        expect(hex(rdataFromText(type.code, again))).toBe(hex(rdata));
      }),
      runs,
    );
  });

  it('takes any structure, or refuses it with a sentence', () => {
    const names = type.fields.map((field) => field.name);
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.dictionary(
        fc.constantFrom('hex', 'alpn', 'port', '__proto__', 'constructor', 'key1'),
        fc.jsonValue({ maxDepth: 1 }),
      ),
    );
    fc.assert(
      fc.property(fc.array(values, { minLength: names.length, maxLength: names.length }), (all) => {
        const data = new Map(names.map((name, i) => [name, all[i]]));
        const rdata = attempt(() => rdataFromData(type.code, data, origin));
        if (!(rdata instanceof DnsSyntaxError)) checkRdata(type.code, rdata);
      }),
      runs,
    );
  });
});

/** The same octets with one of them changed, or cut off at some place. */
function changed(rdata: Rdata): fc.Arbitrary<Rdata> {
  return fc.tuple(fc.nat(rdata.length), fc.nat(256)).map(([at, octet]) => {
    if (octet === 256) return rdata.slice(0, at) as Rdata;
    return (rdata.slice(0, at) + String.fromCharCode(octet) + rdata.slice(at + 1)) as Rdata;
  });
}
