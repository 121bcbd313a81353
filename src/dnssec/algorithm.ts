import { createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { bitsOf, readRsaKey } from '../dns/dnssec/dnskey.ts';
import type { SigningAlgorithm } from '../dns/dnssec/policy.ts';
import { type Octets, octets, type Rdata, u8, u16 } from '../dns/octets.ts';

/** The algorithms that zones are signed with. */
export const signingAlgorithms: readonly SigningAlgorithm[] = [8, 10, 13, 14, 15, 16];

/** The lengths of RSA keys that are made and taken (RFC 5702 section 2, RFC 8624 section 3.1). */
export const rsaLengths = { min: 1024, max: 4096 } as const;

/** Whether zones are signed with an algorithm. */
export function isSigningAlgorithm(algorithm: number): algorithm is SigningAlgorithm {
  return (signingAlgorithms as readonly number[]).includes(algorithm);
}

const generate = promisify(generateKeyPair);
const curves: ReadonlyMap<number, string> = new Map([
  [13, 'P-256'],
  [14, 'P-384'],
]);

/** Makes the private half of a new key. `rsaBits` is the length of an RSA key. */
export async function generatePrivateKey(algorithm: SigningAlgorithm, rsaBits: number): Promise<KeyObject> {
  switch (algorithm) {
    case 8:
    case 10:
      return (await generate('rsa', { modulusLength: rsaBits, publicExponent: 65537 })).privateKey;
    case 13:
    case 14:
      return (await generate('ec', { namedCurve: curves.get(algorithm) as string })).privateKey;
    case 15:
      return (await generate('ed25519')).privateKey;
    case 16:
      return (await generate('ed448')).privateKey;
  }
}

/**
 * The octets of a public key as they stand in a DNSKEY (RFC 3110 section 2, RFC 6605 section 4, RFC 8080 section 3), from
 * either half. `undefined` where the key is not one of the algorithm.
 */
export function publicKeyOctets(key: KeyObject, algorithm: SigningAlgorithm): Octets | undefined {
  const jwk = key.export({ format: 'jwk' });
  const part = (text: string | undefined): string => Buffer.from(text ?? '', 'base64url').toString('latin1');
  switch (algorithm) {
    case 8:
    case 10: {
      if (jwk.kty !== 'RSA') return undefined;
      const [e, n] = [part(jwk.e), part(jwk.n)];
      return octets((e.length < 256 ? u8(e.length) : `\0${u16(e.length)}`) + e + n);
    }
    case 13:
    case 14:
      return jwk.kty === 'EC' && jwk.crv === curves.get(algorithm) ? octets(part(jwk.x) + part(jwk.y)) : undefined;
    case 15:
    case 16:
      return jwk.crv === (algorithm === 15 ? 'Ed25519' : 'Ed448') ? octets(part(jwk.x)) : undefined;
  }
}

/** How many octets the signatures of a key have (RFC 3110 section 3, RFC 6605 section 4, RFC 8080 section 4). */
export function signatureLength(key: KeyObject, algorithm: SigningAlgorithm): number {
  switch (algorithm) {
    case 8:
    case 10:
      return Math.ceil((key.asymmetricKeyDetails?.modulusLength as number) / 8);
    case 13:
      return 64;
    case 14:
      return 96;
    case 15:
      return 64;
    case 16:
      return 114;
  }
}

/** The rdata of a DNSKEY with these octets of a public key (RFC 4034 section 2.1). */
export function dnskeyRdata(flags: number, algorithm: SigningAlgorithm, publicKey: Octets): Rdata {
  return octets(u16(flags) + u8(3) + u8(algorithm) + publicKey);
}

/** Which algorithms a key can be of: RSA keys are of two, others of one. Empty for keys that sign no zones. */
export function algorithmsOf(key: KeyObject): readonly SigningAlgorithm[] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  switch (type) {
    case 'rsa': {
      const bits = details?.modulusLength ?? 0;
      return bits >= rsaLengths.min && bits <= rsaLengths.max ? [8, 10] : [];
    }
    case 'ec':
      return details?.namedCurve === 'prime256v1' ? [13] : details?.namedCurve === 'secp384r1' ? [14] : [];
    case 'ed25519':
      return [15];
    case 'ed448':
      return [16];
    default:
      return [];
  }
}

/** Whether octets can be the public key of an algorithm. */
export function isPublicKey(algorithm: SigningAlgorithm, publicKey: string): boolean {
  const fixed = { 8: undefined, 10: undefined, 13: 64, 14: 96, 15: 32, 16: 57 }[algorithm];
  if (fixed !== undefined) return publicKey.length === fixed;
  const rsa = readRsaKey(publicKey);
  const bits = rsa === undefined ? 0 : bitsOf(rsa.modulus);
  return bits >= rsaLengths.min && bits <= rsaLengths.max;
}

/** A private key as PKCS#8 PEM. */
export function pemOf(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }) as string;
}

/**
 * The private key of a PEM text (PKCS#8, or the older forms that OpenSSL reads); `undefined` where there is none, or one that
 * is encrypted with a passphrase.
 */
export function readPem(text: string): KeyObject | undefined {
  try {
    const numbers = numbersOf(text);
    if (numbers !== undefined) return createPrivateKey({ key: numbers, format: 'jwk' });
    return createPrivateKey({ key: text, format: 'pem' });
  } catch {
    // What the library says might quote the text.
    return undefined;
  }
}

/** PKCS#8 of a P-256 key as OpenSSL writes it, hexadecimal: the private number, and the two public ones. */
const P256 =
  /^308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420(.{64})a14403420004(.{64})(.{64})$/;
const PEM = /^-----BEGIN PRIVATE KEY-----\n([A-Za-z0-9+/\n]+={0,2})\n-----END PRIVATE KEY-----\n$/;

/**
 * The numbers of a P-256 key that was written by {@link pemOf}; `undefined` for everything else. OpenSSL takes 0.4 ms to find
 * out what it reads, and the key itself 0.06 ms, which counts where there are thousands of zones.
 */
function numbersOf(text: string): JsonWebKey | undefined {
  const [, base64 = ''] = PEM.exec(text) ?? [];
  const numbers = P256.exec(Buffer.from(base64, 'base64').toString('hex'));
  if (numbers === null) return undefined;
  const [d, x, y] = numbers.slice(1).map((hex) => Buffer.from(hex, 'hex').toString('base64url')) as [
    string,
    string,
    string,
  ];
  return { kty: 'EC', crv: 'P-256', d, x, y };
}
