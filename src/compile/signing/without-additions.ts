import type { DomainName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import { CDNSKEY } from '../../dns/types/cdnskey.ts';
import { CDS } from '../../dns/types/cds.ts';
import { DNSKEY } from '../../dns/types/dnskey.ts';
import { DS } from '../../dns/types/ds.ts';
import { NSEC } from '../../dns/types/nsec.ts';
import { NSEC3 } from '../../dns/types/nsec3.ts';
import { NSEC3PARAM } from '../../dns/types/nsec3param.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { ZONEMD } from '../../dns/types/zonemd.ts';

const made: ReadonlySet<number> = new Set([RRSIG.code, NSEC.code, NSEC3.code]);
const madeAtApex: ReadonlySet<number> = new Set([DNSKEY.code, CDS.code, CDNSKEY.code, NSEC3PARAM.code, ZONEMD.code]);

/**
 * A zone of a release without what the compiler has added: signatures and denial, what they need at the apex, and the DS of
 * zones below.
 */
export function withoutAdditions(
  names: ReadonlyMap<DomainName, readonly RRset[]>,
  apex: DomainName,
  dsOf: readonly DomainName[],
): ReadonlyMap<DomainName, readonly RRset[]> {
  const result = new Map<DomainName, readonly RRset[]>();
  for (const [owner, rrsets] of names) {
    const left = rrsets.filter(({ type }) => {
      if (made.has(type) || (owner === apex && madeAtApex.has(type))) return false;
      return type !== DS.code || !dsOf.includes(owner);
    });
    if (left.length > 0) result.set(owner, left);
  }
  return result;
}
