import { createHash } from 'node:crypto';
import { printBase32Hex } from '../fields/binary.ts';
import type { DomainName } from '../name.ts';
import { domainToWire } from '../name.ts';

/** With more iterations the hashes of a zone are not worked out: no resolver follows so many (RFC 9276 section 3.2). */
export const MOST_ITERATIONS = 500;

/** The hash of a name (RFC 5155 section 5), 20 octets: with SHA-1, so many iterations beyond the first, and this salt. */
export function nsec3Hash(name: DomainName, iterations: number, salt: string): string {
  const added = Buffer.from(salt, 'latin1');
  let digest = Buffer.from(domainToWire(name), 'latin1');
  for (let i = iterations; i >= 0; i--) digest = createHash('sha1').update(digest).update(added).digest();
  return digest.toString('latin1');
}

/** A hash as the first label of the owner of an NSEC3: base32 with extended hex alphabet, in lower case. */
export function nsec3Label(hash: string): string {
  return printBase32Hex(hash).toLowerCase();
}
