import { createHash } from 'node:crypto';
import type { DomainName } from '../../name.ts';
import { canonicalKey, displayName } from '../../name.ts';
import type { Rdata } from '../../octets.ts';
import { readU16, readU32 } from '../../octets.ts';
import type { RRset } from '../../rrset.ts';
import { RRSIG } from '../../types/rrsig.ts';
import { SOA } from '../../types/soa.ts';
import { ZONEMD } from '../../types/zonemd.ts';
import { canonicalRecords } from '../canonical.ts';
import type { ZoneFault } from './fault.ts';

type Names = ReadonlyMap<DomainName, readonly RRset[]>;

/** The one scheme that there is: all records of the zone, one behind the other (RFC 8976 section 3.3.1). */
const SIMPLE = 1;

/** The hash functions of ZONEMD by their numbers (RFC 8976 section 2.2.3). */
const hashes: ReadonlyMap<number, string> = new Map([
  [1, 'sha384'],
  [2, 'sha512'],
]);

/** What is wrong with the ZONEMD of a zone: another serial, or a digest that does not match (RFC 8976 section 4). */
export function zonemdFaults(apex: DomainName, names: Names): ZoneFault[] {
  const atApex = names.get(apex) ?? [];
  const rrset = atApex.find(({ type }) => type === ZONEMD.code);
  const soa = atApex.find(({ type }) => type === SOA.code)?.rdatas[0];
  const serial = soa === undefined ? undefined : readU32(soa, soa.length - 20);
  const faults: ZoneFault[] = [];
  for (const [index, rdata] of rrset?.rdatas.entries() ?? []) {
    const hash = rdata.charCodeAt(5);
    // Other schemes and hash functions are for those who know them (RFC 8976 section 4).
    if (rdata.charCodeAt(4) !== SIMPLE || !hashes.has(hash)) continue;
    const message =
      readU32(rdata, 0) !== serial
        ? `the ZONEMD is of the serial ${readU32(rdata, 0)}, and the zone has ${serial}`
        : zonemdDigest(apex, names, hash) !== rdata.slice(6)
          ? `the ZONEMD of ${displayName(apex)} does not match the zone`
          : undefined;
    if (message !== undefined) faults.push({ owner: apex, type: ZONEMD.code, index, message });
  }
  return faults;
}

/**
 * The digest over all records of a zone in canonical order, without the ZONEMD of the apex and its signatures (RFC 8976
 * section 3.3). `hash` is 1 (SHA-384) or 2 (SHA-512); throws a `RangeError` for others.
 */
export function zonemdDigest(apex: DomainName, names: Names, hash: number): string {
  const algorithm = hashes.get(hash);
  if (algorithm === undefined) throw new RangeError(`${hash} is no hash function of ZONEMD`);
  const digest = createHash(algorithm);
  const owners = [...names].map(([owner, rrsets]) => ({ owner, rrsets, key: canonicalKey(owner) }));
  owners.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { owner, rrsets } of owners) {
    for (const rrset of inOneEach(rrsets)) {
      const digested = owner === apex ? withoutZonemd(rrset) : rrset;
      const ttlOf = rrset.type === RRSIG.code ? ttlOfSigned(rrsets) : () => rrset.ttl;
      digest.update(Buffer.from(canonicalRecords(digested, ttlOf), 'latin1'));
    }
  }
  return digest.digest().toString('latin1');
}

/** The RRsets of an owner by type, the signatures in one, as they are ordered among each other. */
function inOneEach(rrsets: readonly RRset[]): RRset[] {
  const others = rrsets.filter(({ type }) => type !== RRSIG.code);
  const signatures = rrsets.filter(({ type }) => type === RRSIG.code);
  const [first] = signatures;
  if (first !== undefined) others.push({ ...first, rdatas: signatures.flatMap(({ rdatas }) => rdatas) });
  return others.sort((a, b) => a.type - b.type);
}

/** A signature has the TTL of what it signs (RFC 4034 section 3). */
function ttlOfSigned(rrsets: readonly RRset[]): (rrsig: Rdata) => number {
  return (rrsig) => {
    const covered = readU16(rrsig, 0);
    return rrsets.find(({ type }) => type === covered)?.ttl ?? readU32(rrsig, 4);
  };
}

function withoutZonemd(rrset: RRset): RRset {
  if (rrset.type === ZONEMD.code) return { ...rrset, rdatas: [] };
  if (rrset.type !== RRSIG.code) return rrset;
  return { ...rrset, rdatas: rrset.rdatas.filter((rdata) => readU16(rdata, 0) !== ZONEMD.code) };
}
