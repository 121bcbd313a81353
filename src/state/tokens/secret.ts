import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What the secret of a token begins with: `vps` where a dialect's clients insist on it. */
export type SecretPrefix = 'zw' | 'vps';

const ID = 11;
const SECRET = 43;
const CHECKSUM = 6;
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const form = new RegExp(`^(zw|vps)_([0-9A-Za-z]{${ID}})([0-9A-Za-z]{${SECRET}})([0-9A-Za-z]{${CHECKSUM}})$`);

/** A secret that was read: which token it claims to be, and the hash that proves it. */
export interface ReadSecret {
  readonly id: string;
  readonly hash: string;
}

/**
 * A new secret: `zw_`, the token's id, 256 random bits and a checksum, all letters and digits, so that a double click selects
 * it and programs that look for leaked secrets know it.
 *
 * @param random octets, for tests
 */
export function makeSecret(
  prefix: SecretPrefix,
  random: Uint8Array = randomBytes(40),
): ReadSecret & { readonly text: string } {
  const id = inDigits(random.subarray(0, 8), ID);
  const body = `${prefix}_${id}${inDigits(random.subarray(8, 40), SECRET)}`;
  const text = body + checksumOf(body);
  return { text, id, hash: hashOf(text) };
}

/** Reads a secret. `undefined` where it is none, or was copied wrongly; no database is asked then. */
export function readSecret(text: string): ReadSecret | undefined {
  const parts = text.length > 100 ? null : form.exec(text);
  if (parts === null || checksumOf(text.slice(0, -CHECKSUM)) !== parts[4]) return undefined;
  return { id: parts[2] as string, hash: hashOf(text) };
}

/** Whether two hashes are the same, in a time that does not say where they differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function checksumOf(body: string): string {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(crc32(body));
  return inDigits(octets, CHECKSUM);
}

function inDigits(octets: Uint8Array, length: number): string {
  let number = BigInt(`0x${Buffer.from(octets).toString('hex')}`);
  let text = '';
  for (let i = 0; i < length; i++) {
    text = digits[Number(number % 62n)] + text;
    number /= 62n;
  }
  return text;
}
