import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { keyFlags, readDnskey } from '../../dns/dnssec/dnskey.ts';
import type { SigningAlgorithm } from '../../dns/dnssec/policy.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { algorithmsOf, isPublicKey, publicKeyOctets, readPem } from '../../dnssec/algorithm.ts';
import { readBindPublic } from '../../dnssec/bind/key-file.ts';
import { type BindTimes, readBindPrivate } from '../../dnssec/bind/private-file.ts';
import { KeyStoreError } from '../../dnssec/store/error.ts';
import { readSource } from '../import-files.ts';

/** A key in a file of another program. */
export interface ForeignKey {
  /** The file with the private half, as it was named. */
  readonly file: string;
  readonly privateKey: KeyObject;
  readonly algorithm: SigningAlgorithm;
  /** The flags of its DNSKEY; `undefined` where the file does not say them. */
  readonly flags: number | undefined;
  readonly times: BindTimes;
}

/** Longer files hold no key. */
const MAX_FILE = 1 << 20;

/**
 * Reads keys of a zone from files: pairs of BIND (`K*.private` and `K*.key`, of which one or both may be named, or the name
 * without its ending), and PEM. `algorithm` tells which one RSA keys in PEM files are for.
 *
 * @throws KeyStoreError for whatever is no key of the zone; nothing of a private key is in it.
 */
export function readKeyFiles(
  paths: readonly string[],
  zone: DomainName,
  algorithm: SigningAlgorithm | undefined,
): ForeignKey[] {
  const keys = new Map<string, ForeignKey>();
  for (const path of paths) {
    const base = path.replace(/\.(?:private|key)?$/, '');
    const isPair = (base !== path || existsSync(`${path}.private`)) && !holdsPem(path);
    if (keys.has(isPair ? base : path)) continue;
    const key = isPair ? readPair(base, zone) : readPemFile(path, algorithm);
    if (algorithm !== undefined && key.algorithm !== algorithm) {
      throw refused(`${key.file} is a key of algorithm ${key.algorithm}`, 'leave --algorithm out, or name its own');
    }
    keys.set(isPair ? base : path, key);
  }
  return [...keys.values()];
}

/** Keys in PEM files are often named `*.key`, too. */
function holdsPem(path: string): boolean {
  return existsSync(path) && textOf(path).includes('-----BEGIN ');
}

function readPair(base: string, zone: DomainName): ForeignKey {
  const [file, publicFile] = [`${base}.private`, `${base}.key`];
  for (const [half, other] of [
    [file, publicFile],
    [publicFile, file],
  ] as const) {
    if (!existsSync(half) && existsSync(other)) {
      throw refused(`${other} is there without its other half, ${basename(half)}`, 'put both files into one folder');
    }
  }
  const { algorithm, privateKey, times } = readBindPrivate(textOf(file), file);
  const known = readBindPublic(textOf(publicFile), publicFile);
  if (known.zone !== zone) {
    throw refused(
      `${publicFile} is a key of the zone ${displayName(known.zone)}, not of ${displayName(zone)}`,
      'name the zone of the key with --zone',
    );
  }
  const dnskey = readDnskey(known.dnskey);
  if (dnskey.algorithm !== algorithm || publicKeyOctets(privateKey, algorithm) !== dnskey.key) {
    throw refused(
      `${file} and ${basename(publicFile)} are halves of different keys, or one of them was changed`,
      'bring both files back from one backup',
    );
  }
  if ((dnskey.flags & keyFlags.revoked) !== 0) {
    throw refused(`${publicFile} is a revoked key`, 'leave it out: nobody trusts it any more');
  }
  if (dnskey.protocol !== 3 || (dnskey.flags & ~keyFlags.sep) !== keyFlags.zone) {
    throw refused(
      `${publicFile} has flags ${dnskey.flags}, and is no key of a zone`,
      'name keys with flags 256 or 257',
    );
  }
  return { file, algorithm, flags: dnskey.flags, times, privateKey: usable(privateKey, algorithm, file) };
}

function readPemFile(path: string, named: SigningAlgorithm | undefined): ForeignKey {
  const text = textOf(path);
  const kinds = [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]{1,40})-----/gm)].map(([, kind]) => kind as string);
  const privates = kinds.filter((kind) => kind.endsWith('PRIVATE KEY'));
  if (privates.some((kind) => kind.startsWith('ENCRYPTED')) || /^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw refused(`${path} is encrypted with a passphrase`, `decrypt it first: openssl pkcs8 -in ${path} -out FILE`);
  }
  if (privates.length !== 1) {
    const holds = privates.length > 1 ? 'holds more than one private key' : 'holds no private key';
    throw refused(`${path} ${holds}`, 'name K*.private files of dnssec-keygen, or PEM files with one private key each');
  }
  const privateKey = readPem(text);
  if (privateKey === undefined) throw refused(`${path} is cut off or changed`, 'bring the file back from a backup');
  const fitting = algorithmsOf(privateKey);
  const [only, ...more] = fitting;
  if (only === undefined) {
    throw refused(
      `${path} is of no kind of key that zones are signed with`,
      'zones are signed with RSA keys of 1024 to 4096 bits, ECDSA keys on P-256 and P-384, Ed25519 and Ed448',
    );
  }
  if (more.length > 0 && named === undefined) {
    throw refused(`${path} is an RSA key, which may be of algorithm 8 or 10`, 'say which with --algorithm');
  }
  const algorithm = named !== undefined && fitting.includes(named) ? named : only;
  return { file: path, algorithm, flags: undefined, times: {}, privateKey: usable(privateKey, algorithm, path) };
}

/** The key, if it signs what its public half verifies. */
function usable(privateKey: KeyObject, algorithm: SigningAlgorithm, where: string): KeyObject {
  const publicKey = publicKeyOctets(privateKey, algorithm) ?? '';
  if (!isPublicKey(algorithm, publicKey)) {
    throw refused(`${where} is too short or too long a key`, 'zones are signed with RSA keys of 1024 to 4096 bits');
  }
  const hash = algorithm >= 15 ? null : 'sha256';
  const probe = Buffer.from('zonewright');
  try {
    if (verify(hash, probe, createPublicKey(privateKey), sign(hash, probe, privateKey))) return privateKey;
  } catch {
    // What the library says might quote the key.
  }
  throw refused(`${where} is cut off or changed`, 'bring the file back from a backup');
}

function textOf(path: string): string {
  const read = readSource(path);
  if (!Buffer.isBuffer(read)) throw refused(`${path} ${read.why}`, 'name files with keys');
  if (read.length > MAX_FILE) throw refused(`${path} is too large for a key`, 'name files with keys');
  return read.toString('latin1');
}

function refused(message: string, fix: string): KeyStoreError {
  return new KeyStoreError('refused', message, fix);
}
