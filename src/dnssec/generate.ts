import type { KeyObject } from 'node:crypto';
import { keyFlags, keyTag, readDnskey } from '../dns/dnssec/dnskey.ts';
import type { SigningAlgorithm } from '../dns/dnssec/policy.ts';
import type { DomainName } from '../dns/name.ts';
import type { Octets, Rdata } from '../dns/octets.ts';
import { dnskeyRdata, generatePrivateKey, publicKeyOctets } from './algorithm.ts';
import { flagsOf, type KeyRole, keyId, type ZoneKey } from './key.ts';

/** What a key is made for. */
export interface KeyRequest {
  readonly zone: DomainName;
  readonly role: KeyRole;
  readonly algorithm: SigningAlgorithm;
  readonly rsaBits: number;
  /** Seconds since 1970. */
  readonly now: number;
}

/** A key with its private half. */
export interface KeyPair {
  readonly key: ZoneKey;
  readonly privateKey: KeyObject;
}

/** The key tags of a DNSKEY: its own, and the one that it would have when it is revoked (RFC 5011 section 7). */
export function tagsOf(dnskey: Rdata): readonly [own: number, revoked: number] {
  const { flags, algorithm, key } = readDnskey(dnskey);
  return [keyTag(dnskey), keyTag(dnskeyRdata(flags | keyFlags.revoked, algorithm as SigningAlgorithm, key as Octets))];
}

/**
 * Makes a key whose tags, own and revoked, none of the zone's other keys has: whoever validates then never tries a signature
 * with the wrong key.
 */
export async function generateKey(
  request: KeyRequest,
  others: readonly Pick<ZoneKey, 'dnskey'>[],
  makePrivateKey: typeof generatePrivateKey = generatePrivateKey,
): Promise<KeyPair> {
  const taken = new Set(others.flatMap(({ dnskey }) => tagsOf(dnskey)));
  for (;;) {
    const privateKey = await makePrivateKey(request.algorithm, request.rsaBits);
    const pair = keyPair(request, privateKey);
    if (pair !== undefined && !tagsOf(pair.key.dnskey).some((tag) => taken.has(tag))) return pair;
  }
}

/** Makes a key for each of some roles in a zone that has these keys. */
export async function generateKeyPairs(
  request: Omit<KeyRequest, 'role'>,
  roles: readonly KeyRole[],
  others: readonly ZoneKey[],
): Promise<KeyPair[]> {
  const pairs: KeyPair[] = [];
  for (const role of roles) {
    pairs.push(await generateKey({ ...request, role }, [...others, ...pairs.map(({ key }) => key)]));
  }
  return pairs;
}

/** A private key as a key of a zone; `undefined` where it is none of the algorithm. */
export function keyPair(
  { zone, role, algorithm, now }: Omit<KeyRequest, 'rsaBits'>,
  privateKey: KeyObject,
): KeyPair | undefined {
  const publicKey = publicKeyOctets(privateKey, algorithm);
  if (publicKey === undefined) return undefined;
  const dnskey = dnskeyRdata(flagsOf(role), algorithm, publicKey);
  const tag = keyTag(dnskey);
  const id = keyId(algorithm, tag);
  return { key: { id, zone, role, algorithm, tag, dnskey, created: now, goal: 'use' }, privateKey };
}
