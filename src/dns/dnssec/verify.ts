import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Rdata } from '../octets.ts';
import { canonicalRdata } from '../rdata.ts';
import type { RRset } from '../rrset.ts';
import { RRSIG } from '../types/rrsig.ts';
import { canonicalRecords } from './canonical.ts';
import { bitsOf, readDnskey, readRsaKey } from './dnskey.ts';
import { readRrsig } from './rrsig.ts';

/** The hash functions that algorithms sign with, `null` where the algorithm hashes by itself. */
export const signatureHashes: ReadonlyMap<number, string | null> = new Map([
  [5, 'sha1'],
  [7, 'sha1'],
  [8, 'sha256'],
  [10, 'sha512'],
  [13, 'sha256'],
  [14, 'sha384'],
  [15, null],
  [16, null],
]);

/** The longest modulus (RFC 3110 section 2). */
const MOST_RSA_BITS = 4096;

/** Octets of an exponent; nearly all keys have 3. */
const MOST_EXPONENT = 8;

/** Whether signatures of an algorithm can be verified here. */
export function canVerify(algorithm: number): boolean {
  return signatureHashes.has(algorithm);
}

/** Whether a signature of an RRset was made with a key (RFC 4035 section 5.3), whatever the time. Never throws. */
export function isSignedWith(rrset: RRset, rrsig: Rdata, dnskey: Rdata): boolean {
  const { algorithm, originalTtl, signature } = readRrsig(rrsig);
  const key = publicKey(dnskey);
  if (key === undefined) return false;
  const head = canonicalRdata(RRSIG.code, rrsig).slice(0, rrsig.length - signature.length);
  const data = Buffer.from(head + canonicalRecords(rrset, () => originalTtl), 'latin1');
  try {
    return verify(
      signatureHashes.get(algorithm),
      data,
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'latin1'),
    );
  } catch {
    // A signature of the wrong length, or a key that the library refuses.
    return false;
  }
}

const keys = new Map<Rdata, KeyObject | undefined>();

/** The key of a DNSKEY; `undefined` where it is none. Few keys sign many RRsets, so they are kept. */
function publicKey(dnskey: Rdata): KeyObject | undefined {
  if (!keys.has(dnskey)) {
    if (keys.size >= 64) keys.clear();
    keys.set(dnskey, readKey(dnskey));
  }
  return keys.get(dnskey);
}

function readKey(dnskey: Rdata): KeyObject | undefined {
  const { algorithm, key } = readDnskey(dnskey);
  const jwk = jwkOf(algorithm, key);
  if (jwk === undefined) return undefined;
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function jwkOf(algorithm: number, key: string): Record<string, string> | undefined {
  const half = key.length / 2;
  switch (algorithm) {
    case 13:
      return { kty: 'EC', crv: 'P-256', x: base64url(key.slice(0, half)), y: base64url(key.slice(half)) };
    case 14:
      return { kty: 'EC', crv: 'P-384', x: base64url(key.slice(0, half)), y: base64url(key.slice(half)) };
    case 15:
      return { kty: 'OKP', crv: 'Ed25519', x: base64url(key) };
    case 16:
      return { kty: 'OKP', crv: 'Ed448', x: base64url(key) };
    default: {
      const rsa = signatureHashes.has(algorithm) ? readRsaKey(key) : undefined;
      // Keys can be made so large that one signature takes seconds.
      const usable = rsa !== undefined && bitsOf(rsa.modulus) <= MOST_RSA_BITS && rsa.exponent.length <= MOST_EXPONENT;
      return !usable ? undefined : { kty: 'RSA', n: base64url(rsa.modulus), e: base64url(rsa.exponent) };
    }
  }
}

function base64url(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('base64url');
}
