import type { Rdata } from '../octets.ts';
import { readU16 } from '../octets.ts';

/** The fields of a DNSKEY (RFC 4034 section 2.1). */
export interface Dnskey {
  readonly flags: number;
  readonly protocol: number;
  readonly algorithm: number;
  /** The octets of the public key. */
  readonly key: string;
}

/** Takes the rdata of a DNSKEY or CDNSKEY apart. */
export function readDnskey(rdata: string): Dnskey {
  return {
    flags: readU16(rdata, 0),
    protocol: rdata.charCodeAt(2),
    algorithm: rdata.charCodeAt(3),
    key: rdata.slice(4),
  };
}

/** The flags that have a meaning (RFC 4034 section 2.1.1, RFC 5011 section 7). */
export const keyFlags = { zone: 0x0100, sep: 0x0001, revoked: 0x0080 } as const;

/** An RSA key (RFC 3110 section 2): its two numbers, most significant octet first. */
export interface RsaKey {
  readonly exponent: string;
  readonly modulus: string;
}

/** Takes an RSA key apart; `undefined` where it is cut off. */
export function readRsaKey(key: string): RsaKey | undefined {
  const short = key.charCodeAt(0);
  const start = short === 0 ? 3 : 1;
  const length = short === 0 ? readU16(key, 1) : short;
  const modulusAt = start + length;
  if (key.length < start || length === 0 || modulusAt >= key.length) return undefined;
  return { exponent: key.slice(start, modulusAt), modulus: key.slice(modulusAt) };
}

/** Whether an algorithm signs with RSA. */
export function isRsa(algorithm: number): boolean {
  return [1, 5, 7, 8, 10].includes(algorithm);
}

/** How many octets the keys of an algorithm have, where that is fixed (RFC 6605 section 4, RFC 8080 section 3). */
export const keyOctets: ReadonlyMap<number, number> = new Map([
  [12, 64],
  [13, 64],
  [14, 96],
  [15, 32],
  [16, 57],
  [17, 64],
]);

/** How many bits a number given as octets has. */
export function bitsOf(number: string): number {
  let at = 0;
  while (at < number.length && number.charCodeAt(at) === 0) at++;
  return at === number.length ? 0 : 8 * (number.length - at - 1) + (32 - Math.clz32(number.charCodeAt(at)));
}

/** The key tag of a DNSKEY (RFC 4034 appendix B; appendix B.1 for algorithm 1). */
export function keyTag(dnskey: Rdata): number {
  if (dnskey.charCodeAt(3) === 1) return dnskey.length < 7 ? 0 : readU16(dnskey, dnskey.length - 3);
  let sum = 0;
  for (let i = 0; i < dnskey.length; i++) sum += (i & 1) === 0 ? dnskey.charCodeAt(i) << 8 : dnskey.charCodeAt(i);
  return (sum + (sum >>> 16)) & 0xffff;
}
