import { createHash } from 'node:crypto';
import { canonicalRecords } from '../../../dns/dnssec/verify.ts';
import { canonicalKey, displayName } from '../../../dns/name.ts';
import { type Rdata, readU16, readU32 } from '../../../dns/octets.ts';
import type { RRset } from '../../../dns/rrset.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import { SOA } from '../../../dns/types/soa.ts';
import { ZONEMD } from '../../../dns/types/zonemd.ts';
import type { Zone } from '../../zone.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { isPresigned } from './rrsig.ts';

/** `"@": { ZONEMD: 2018031500 1 1 FEBE3D4C... }` in a zone that was changed since */
export const zonemdDigest: Check = {
  id: 'zonemd-digest',
  severity: 'error',
  standard: 'RFC 8976 section 3, section 4',
  reason: 'Who verifies a digest over the whole zone throws the zone away where it is wrong.',
  repair: 'Make the digest anew after the last change, or remove the ZONEMD.',
  covers: ['K17'],
  rrset: {
    types: [ZONEMD.code],
    run(rrset, look) {
      const { zone } = look;
      if (rrset.owner !== zone.apex) return;
      if (!isPresigned(look)) {
        look.at(rrset, undefined, {
          message: `the ZONEMD of ${displayName(zone.apex)} goes over a serial that is not chosen yet`,
          severity: 'warning',
          fix: 'remove it; a DNSSEC policy with "zonemd: true" makes it when the zone is signed',
        });
        return;
      }
      const serial = serialOf(findRRset(zone, zone.apex, SOA.code));
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const hash = hashes.get(rdata.charCodeAt(5));
        // Other schemes and hash functions are for those who know them (RFC 8976 section 4).
        if (rdata.charCodeAt(4) !== SIMPLE || hash === undefined) continue;
        if (readU32(rdata, 0) !== serial) {
          look.at(rrset, i, {
            message: `the ZONEMD is of the serial ${readU32(rdata, 0)}, and the zone has ${serial}`,
          });
        } else if (digestOf(zone, hash) !== rdata.slice(6)) {
          look.at(rrset, i, { message: `the ZONEMD of ${displayName(zone.apex)} does not match the zone` });
        }
      }
    },
  },
};

const SIMPLE = 1;
const hashes: ReadonlyMap<number, string> = new Map([
  [1, 'sha384'],
  [2, 'sha512'],
]);

function serialOf(soa: RRset | undefined): number | undefined {
  const rdata = soa?.rdatas[0];
  return rdata === undefined ? undefined : readU32(rdata, rdata.length - 20);
}

/** The digest over all records in canonical order, without the ZONEMD and its signatures (RFC 8976 section 3.3). */
function digestOf(zone: Zone, hash: string): string {
  const digest = createHash(hash);
  const owners = [...zone.names].map(([owner, rrsets]) => ({ owner, rrsets, key: canonicalKey(owner) }));
  owners.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { owner, rrsets } of owners) {
    for (const rrset of [...rrsets].sort((a, b) => a.type - b.type)) {
      const digested = owner === zone.apex ? withoutZonemd(rrset) : rrset;
      const ttlOf = rrset.type === RRSIG.code ? ttlOfSigned(rrsets) : () => rrset.ttl;
      digest.update(Buffer.from(canonicalRecords(digested, ttlOf), 'latin1'));
    }
  }
  return digest.digest().toString('latin1');
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
