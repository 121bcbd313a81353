import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto';
import { algorithmNames, algorithmText } from '../../dns/dnssec/ds.ts';
import type { SigningAlgorithm } from '../../dns/dnssec/policy.ts';
import { isSigningAlgorithm } from '../algorithm.ts';
import { KeyStoreError } from '../store/error.ts';

/** When BIND was told to do what with a key, seconds since 1970: the timing metadata of its files. */
export interface BindTimes {
  readonly created?: number;
  /** Its DNSKEY is in the zone from then on. */
  readonly publish?: number;
  /** It signs from then on. */
  readonly activate?: number;
  /** It signs no more. */
  readonly inactive?: number;
  /** Its DNSKEY is not in the zone any more. */
  readonly delete?: number;
}

/** What a `K*.private` file holds. */
export interface BindPrivate {
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
  readonly times: BindTimes;
}

const timeFields = {
  created: 'Created',
  publish: 'Publish',
  activate: 'Activate',
  inactive: 'Inactive',
  delete: 'Delete',
} as const satisfies Record<keyof BindTimes, string>;
const timeNames = Object.keys(timeFields) as (keyof BindTimes)[];

/** The parts of an RSA key in the order of the file, and their names in a JSON Web Key (RFC 7518 section 6.3). */
const rsaFields = [
  ['Modulus', 'n'],
  ['PublicExponent', 'e'],
  ['PrivateExponent', 'd'],
  ['Prime1', 'p'],
  ['Prime2', 'q'],
  ['Exponent1', 'dp'],
  ['Exponent2', 'dq'],
  ['Coefficient', 'qi'],
] as const;

const curves = {
  13: { jwk: 'P-256', ecdh: 'prime256v1', octets: 32 },
  14: { jwk: 'P-384', ecdh: 'secp384r1', octets: 48 },
} as const;

/** What stands before the seed in PKCS#8 (RFC 8410 section 7). */
const edwards = {
  15: { prefix: '302e020100300506032b657004220420', octets: 32 },
  16: { prefix: '3047020100300506032b6571043b0439', octets: 57 },
} as const;

/**
 * Reads a private key as `dnssec-keygen` writes it, format v1.2 or v1.3. `where` names the file in messages, which hold
 * nothing of what is in it.
 *
 * @throws KeyStoreError for anything else, also where the parts of an RSA key do not fit together.
 */
export function readBindPrivate(text: string, where: string): BindPrivate {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (line.trim() === '' || line.startsWith(';')) continue;
    const name = line.slice(0, colon).trim();
    if (colon < 1 || fields.has(name)) throw damaged(where);
    fields.set(name, line.slice(colon + 1).trim());
  }
  const format = fields.get('Private-key-format');
  if (format === undefined || !/^v1\.[23]$/.test(format)) {
    throw refused(
      `${where} is no private key of BIND in the format v1.2 or v1.3`,
      'name the .private file that dnssec-keygen has written',
    );
  }
  const algorithm = Number(/^\d{1,3}(?= |$)/.exec(fields.get('Algorithm') ?? '')?.[0]);
  if (Number.isNaN(algorithm)) throw damaged(where);
  if (!isSigningAlgorithm(algorithm)) {
    throw refused(
      `${where} is a key of ${algorithmText(algorithm)}, with which zonewright does not sign`,
      'make new keys with "zonewright keys generate", and roll the zone over to them with the program that signs it now',
    );
  }
  if (fields.has('Label') || fields.has('Engine')) {
    throw refused(
      `${where} only names a key in a hardware module`,
      'import a key that is in a file, or make a new one',
    );
  }
  return { algorithm, privateKey: keyOf(algorithm, fields, where), times: timesOf(fields, where) };
}

function keyOf(algorithm: SigningAlgorithm, fields: ReadonlyMap<string, string>, where: string): KeyObject {
  const octets = (name: string): Buffer => {
    const base64 = fields.get(name) ?? '';
    const read = Buffer.from(base64, 'base64');
    if (read.length === 0 || read.length > 1024 || read.toString('base64') !== base64) throw damaged(where);
    return read;
  };
  try {
    switch (algorithm) {
      case 8:
      case 10: {
        const parts = new Map(rsaFields.map(([name, part]) => [part, octets(name)]));
        if (!isConsistent(parts)) throw damaged(where);
        const jwk = Object.fromEntries([...parts].map(([part, value]) => [part, value.toString('base64url')]));
        return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
      }
      case 13:
      case 14: {
        const { jwk: crv, ecdh: name, octets: length } = curves[algorithm];
        const scalar = octets('PrivateKey');
        if (scalar.length > length) throw damaged(where);
        const d = Buffer.concat([Buffer.alloc(length - scalar.length), scalar]);
        const ecdh = createECDH(name);
        ecdh.setPrivateKey(d);
        const point = ecdh.getPublicKey();
        const [x, y] = [point.subarray(1, 1 + length), point.subarray(1 + length)];
        const jwk = { d, x, y };
        const encoded = Object.fromEntries(
          Object.entries(jwk).map(([part, each]) => [part, each.toString('base64url')]),
        );
        return createPrivateKey({ key: { kty: 'EC', crv, ...encoded }, format: 'jwk' });
      }
      case 15:
      case 16: {
        const { prefix, octets: length } = edwards[algorithm];
        const seed = octets('PrivateKey');
        if (seed.length !== length) throw damaged(where);
        const der = Buffer.concat([Buffer.from(prefix, 'hex'), seed]);
        return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
      }
    }
  } catch {
    // What the library says might quote the key.
    throw damaged(where);
  }
}

/** Whether the parts of an RSA key fit together (RFC 8017 section 3.2): a wrong one would give signatures that fail. */
function isConsistent(parts: ReadonlyMap<(typeof rsaFields)[number][1], Buffer>): boolean {
  const number = (part: (typeof rsaFields)[number][1]): bigint => BigInt(`0x${parts.get(part)?.toString('hex')}`);
  const [n, e, d, p, q] = [number('n'), number('e'), number('d'), number('p'), number('q')];
  if (p < 3n || q < 3n || p * q !== n) return false;
  return (
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    number('dp') === d % (p - 1n) &&
    number('dq') === d % (q - 1n) &&
    (number('qi') * q) % p === 1n
  );
}

function timesOf(fields: ReadonlyMap<string, string>, where: string): BindTimes {
  return Object.fromEntries(
    timeNames.flatMap((name) => {
      const text = fields.get(timeFields[name]);
      if (text === undefined) return [];
      const seconds = readBindTime(text);
      if (seconds === undefined) throw damaged(where);
      return [[name, seconds]];
    }),
  );
}

/** Reads the `YYYYMMDDHHMMSS` of BIND; `undefined` for all else. */
function readBindTime(text: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  return seconds >= 0 && printBindTime(seconds) === text ? seconds : undefined;
}

/** A time in seconds since 1970 as BIND writes it. */
export function printBindTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace(/[-T:]/g, '');
}

/** The lines of the timing metadata, each behind a prefix. */
export function printBindTimes(times: BindTimes, prefix = ''): string {
  return timeNames
    .flatMap((name) => {
      const time = times[name];
      return time === undefined ? [] : [`${prefix}${timeFields[name]}: ${printBindTime(time)}\n`];
    })
    .join('');
}

/** A private key as `dnssec-keygen` writes it, format v1.3. */
export function printBindPrivate({ algorithm, privateKey, times }: BindPrivate): string {
  const jwk = privateKey.export({ format: 'jwk' });
  const base64 = (text: string | undefined): string => Buffer.from(text ?? '', 'base64url').toString('base64');
  const key =
    jwk.kty === 'RSA'
      ? rsaFields.map(([name, part]) => `${name}: ${base64(jwk[part])}\n`).join('')
      : `PrivateKey: ${base64(jwk.d)}\n`;
  const head = `Private-key-format: v1.3\nAlgorithm: ${algorithm} (${algorithmNames.get(algorithm)})\n`;
  return head + key + printBindTimes(times);
}

function damaged(where: string): KeyStoreError {
  return refused(`${where} is cut off or changed`, 'bring the file back from a backup');
}

function refused(message: string, fix: string): KeyStoreError {
  return new KeyStoreError('refused', message, fix);
}
