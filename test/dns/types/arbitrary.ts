import fc from 'fast-check';
import { ipv4, ipv6 } from '../../../src/dns/fields/address.ts';
import { algorithm, digestType } from '../../../src/dns/fields/algorithm.ts';
import {
  base32Hash,
  base64Optional,
  base64OrDash,
  base64Rest,
  eui48,
  eui64,
  hexRest,
  ilnp64,
  salt,
} from '../../../src/dns/fields/binary.ts';
import { seconds, uint8, uint16, uint32 } from '../../../src/dns/fields/integer.ts';
import { domainName } from '../../../src/dns/fields/name.ts';
import { addressPrefixes } from '../../../src/dns/fields/prefix.ts';
import { encodeBitmap, nxtBitmap, recordType, typeBitmap } from '../../../src/dns/fields/rrtype.ts';
import { servicePorts } from '../../../src/dns/fields/service.ts';
import {
  alphanumeric,
  characterString,
  characterStrings,
  digits,
  optionalString,
  restOfRdata,
} from '../../../src/dns/fields/string.ts';
import { serviceParameters } from '../../../src/dns/fields/svcparams.ts';
import { signatureTime } from '../../../src/dns/fields/time.ts';
import { type Octets, octets, type Rdata, u16, u32 } from '../../../src/dns/octets.ts';
import type { FieldKind, RRType } from '../../../src/dns/rrtype.ts';

/** Octets as strings of units below 256, of a length between two bounds. */
export function octetString(minLength: number, maxLength: number): fc.Arbitrary<Octets> {
  return fc.uint8Array({ minLength, maxLength }).map((bytes) => octets(Buffer.from(bytes).toString('latin1')));
}

const octet = octetString(1, 1);
const blob = octetString(1, 40);
const number8 = octet;
const number16 = fc.nat(65535).map(u16);
const number32 = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff)).map(u32);
const prefixed = (text: string): string => String.fromCharCode(text.length) + text;
const join = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((each) => each.join(''));

const letters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_');
const plainLabel = fc.string({ unit: letters, minLength: 1, maxLength: 12 });
/** A label of any octets, mostly a plain one. */
export const label: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: plainLabel },
  { weight: 2, arbitrary: octetString(1, 12) },
  { weight: 1, arbitrary: octetString(63, 63) },
);

/** Raw labels of a name, left to right, never more than 255 octets on the wire. */
export const labels: fc.Arbitrary<string[]> = fc.array(label, { maxLength: 6 }).map((all) => {
  let size = 1;
  return all.filter((each) => {
    size += each.length + 1;
    return size <= 255;
  });
});

/** Names in uncompressed wire form, in any case, the root among them. */
export const wireName: fc.Arbitrary<string> = labels.map((all) => `${all.map(prefixed).join('')}\0`);

const textOctets = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 30 }).map((text) => Buffer.from(text).toString('latin1')) },
  { weight: 1, arbitrary: octetString(0, 60) },
  { weight: 1, arbitrary: octetString(255, 255) },
);
const string = textOctets.map(prefixed);
// 100 to 103 are reserved; BIND has mnemonics for them.
const types = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 1, max: 110 }), fc.integer({ min: 1, max: 65535 })), { maxLength: 8 })
  .map((codes) => codes.filter((code) => code < 100 || code > 103));

const address4 = octetString(4, 4);
const address6 = fc.oneof(
  octetString(16, 16),
  // Runs of zeros decide where "::" goes.
  fc
    .array(fc.constantFrom('\0\0', '\0\x01', '\xff\xff', '\x20\x01'), { minLength: 8, maxLength: 8 })
    .map((all) => all.join('')),
);

const prefix = fc
  .tuple(fc.constantFrom(1, 2), fc.boolean(), octetString(16, 16), fc.nat(128))
  .map(([family, not, address, length]) => {
    const size = family === 1 ? 4 : 16;
    const part = address.slice(0, size).replace(/\0+$/, '');
    return `${u16(family)}${String.fromCharCode(length % (8 * size + 1), (not ? 128 : 0) | part.length)}${part}`;
  });

const list = (item: fc.Arbitrary<string>, maxLength = 4): fc.Arbitrary<string> =>
  fc.array(item, { minLength: 1, maxLength }).map((all) => all.join(''));

/** A value of each service parameter that has rules, by its key. */
const paramValues: readonly fc.Arbitrary<string>[] = [
  fc.constant(''),
  list(
    fc
      .oneof(
        fc.string({ minLength: 1, maxLength: 9 }).map((id) => Buffer.from(id).toString('latin1')),
        blob,
      )
      .map(prefixed),
  ),
  fc.constant(''),
  number16,
  list(address4),
  blob,
  list(address6),
  fc.string({ unit: letters, maxLength: 9 }).map((path) => `/${path}{?dns}`),
  fc.constant(''),
  fc.uniqueArray(fc.nat(65535), { minLength: 1, maxLength: 4 }).map((groups) => groups.map(u16).join('')),
];

const params = fc
  .tuple(
    fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 65535 })), { maxLength: 5 }),
    fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    fc.tuple(...paramValues),
    textOctets,
  )
  .map(([keys, flags, values, other]) => {
    const sorted = keys.toSorted((a, b) => a - b);
    const mandatory = sorted
      .filter((_, i) => flags[i])
      .map(u16)
      .join('');
    const all = mandatory === '' ? '' : u16(0) + u16(mandatory.length) + mandatory;
    return sorted.reduce((text, key) => {
      const value = values[key] ?? other;
      return text + u16(key) + u16(value.length) + value;
    }, all);
  });

const ports = fc.uniqueArray(fc.oneof(fc.nat(600), fc.nat(65535)), { minLength: 1, maxLength: 6 }).map((all) => {
  const bits = Buffer.alloc((Math.max(...all) >>> 3) + 1);
  for (const port of all) bits[port >>> 3] = (bits[port >>> 3] as number) | (0x80 >>> (port & 7));
  return bits.toString('latin1');
});

const byKind = new Map<FieldKind, fc.Arbitrary<string>>([
  [uint8, number8],
  [uint16, number16],
  [uint32, number32],
  [seconds, number32],
  [signatureTime, number32],
  [algorithm, number8],
  [digestType, number8],
  [domainName, wireName],
  [ipv4, address4],
  [ipv6, address6],
  [hexRest, blob],
  [base64Rest, blob],
  [base64Optional, fc.oneof(blob, fc.constant(''))],
  [base64OrDash, fc.oneof(blob, fc.constant(''))],
  [salt, octetString(0, 255).map(prefixed)],
  [base32Hash, octetString(20, 20).map(prefixed)],
  [eui48, octetString(6, 6)],
  [eui64, octetString(8, 8)],
  [ilnp64, octetString(8, 8)],
  [recordType, number16],
  [typeBitmap, types.map(encodeBitmap)],
  [nxtBitmap, types.map((codes) => encodeBitmap(codes.filter((code) => code < 128)).slice(2))],
  [characterString, string],
  [characterStrings, list(string)],
  [optionalString, fc.oneof(string, fc.constant(''))],
  [digits, fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 4, maxLength: 20 }).map(prefixed)],
  [alphanumeric, fc.string({ unit: fc.constantFrom(...'abcxyzABC019'), minLength: 1, maxLength: 15 }).map(prefixed)],
  [restOfRdata, textOctets],
  [addressPrefixes, list(prefix)],
  [servicePorts, fc.oneof(ports, fc.constant(''))],
  [serviceParameters, params],
]);

/** Gateways by their type: none, an IPv4 address, an IPv6 address, a name. */
const gateways = [fc.constant(''), address4, address6, wireName] as const;
const gatewayOf = (type: number): fc.Arbitrary<string> => gateways[type] as fc.Arbitrary<string>;

const precision = fc
  .tuple(fc.nat(9), fc.nat(9))
  .map(([base, exponent]) => String.fromCharCode((base << 4) | (base && exponent)));
const angle = (degrees: number): fc.Arbitrary<string> =>
  fc.integer({ min: -degrees * 3600000, max: degrees * 3600000 }).map((offset) => u32(0x80000000 + offset));

/** Types whose rdata is not made of independent fields. */
const byType: Readonly<Record<string, fc.Arbitrary<string>>> = {
  KEY: fc.oneof(
    join(fc.nat(0xbfff).map(u16), number8, number8, blob),
    join(fc.integer({ min: 0xc000, max: 0xffff }).map(u16), number8, number8),
  ),
  RKEY: join(fc.constant('\0\0'), number8, number8, blob),
  WKS: join(address4, number8, fc.oneof(ports, fc.constant(''))),
  NSAP: blob,
  NULL: octetString(0, 40),
  IPN: octetString(8, 8),
  ATMA: fc.oneof(
    blob.map((address) => `\0${address}`),
    fc.stringMatching(/^[0-9]{1,15}$/).map((number) => `\x01${number}`),
  ),
  CERT: join(number16, number16, number8, blob),
  DSYNC: join(number16, number8, number16, wireName),
  IPSECKEY: fc.tuple(fc.nat(3), fc.nat(255)).chain(([type, algo]) => {
    const types = fc.constant(String.fromCharCode(type, algo));
    return join(number8, types, gatewayOf(type), algo === 0 ? fc.constant('') : blob);
  }),
  AMTRELAY: fc
    .tuple(fc.nat(3), fc.boolean())
    .chain(([type, optional]) =>
      join(number8, fc.constant(String.fromCharCode(type | (optional ? 128 : 0))), gatewayOf(type)),
    ),
  ZONEMD: number8.chain((hash) => {
    const length = { 1: 48, 2: 64 }[hash.charCodeAt(0)];
    return join(number32, number8, fc.constant(hash), octetString(length ?? 12, length ?? 64));
  }),
  A6: fc.nat(128).chain((length) => {
    const suffix = octetString(16, 16).map((address) => {
      const part = address.slice(length >>> 3);
      return part === '' ? '' : String.fromCharCode(part.charCodeAt(0) & (0xff >>> (length & 7))) + part.slice(1);
    });
    return join(fc.constant(String.fromCharCode(length)), suffix, length === 0 ? fc.constant('') : wireName);
  }),
  LOC: join(fc.constant('\0'), precision, precision, precision, angle(90), angle(180), number32),
  HIP: fc
    .tuple(number8, octetString(1, 30), blob, fc.array(wireName, { maxLength: 3 }))
    .map(([algo, tag, key, servers]) => prefixed(tag)[0] + algo + u16(key.length) + tag + key + servers.join('')),
};

/** Any rdata of a type. Throws for a type with a kind of field that nobody has said here how to make. */
export function rdataOf(type: RRType): fc.Arbitrary<Rdata> {
  const own = byType[type.name];
  if (own !== undefined) return own.map(octets);
  const fields = type.fields.map(({ kind, name }) => {
    const arbitrary = byKind.get(kind);
    if (arbitrary === undefined) throw new Error(`no arbitrary for the field ${name} of ${type.name}`);
    return arbitrary;
  });
  return join(...fields).map(octets);
}
