import { keyFlags, readDnskey } from '../../../dns/dnssec/dnskey.ts';
import { algorithmText } from '../../../dns/dnssec/ds.ts';
import { readRrsig } from '../../../dns/dnssec/rrsig.ts';
import { signedData } from '../../../dns/dnssec/zone/signed-zone.ts';
import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { isPresigned, signedZoneOf } from './rrsig.ts';

/** `www: { A: 192.0.2.1 }` without RRSIG in a presigned zone */
export const rrsigMissing: Check = {
  id: 'rrsig-missing',
  severity: 'error',
  standard: 'RFC 4035 section 2.2, RFC 6840 section 5.11',
  reason: 'Resolvers that validate answer nothing of data without a signature in a zone that has keys.',
  repair: 'Sign the zone anew after the change, or let a DNSSEC policy sign it.',
  covers: ['K13', 'K14'],
  zone(look) {
    if (!isPresigned(look)) return;
    const { zone } = look;
    const keys = findRRset(zone, zone.apex, DNSKEY.code)?.rdatas.map(readDnskey) ?? [];
    const signing = keys.filter(({ flags }) => (flags & keyFlags.zone) !== 0 && (flags & keyFlags.revoked) === 0);
    const algorithms = new Set(signing.map(({ algorithm }) => algorithm));
    for (const [owner, rrsets] of signedData(signedZoneOf(look))) {
      if (rrsets.length === 0) continue;
      const signatures = findRRset(zone, owner, RRSIG.code)?.rdatas.map(readRrsig) ?? [];
      for (const rrset of rrsets) {
        const signed = new Set(signatures.filter(({ covered }) => covered === rrset.type).map((one) => one.algorithm));
        const lacking = [...algorithms].filter((algorithm) => !signed.has(algorithm));
        if (lacking.length === 0 && (algorithms.size > 0 || signed.size > 0)) continue;
        const by = signed.size === 0 ? '' : ` of ${lacking.map(algorithmText).join(' and ')}`;
        look.at(rrset, undefined, {
          message: `${typeName(rrset.type)} of ${displayName(owner)} has no signature${by}`,
          // Resolvers are content with one algorithm; who signs has to use all (RFC 6840 section 5.11).
          ...(signed.size > 0 && { severity: 'warning' }),
        });
      }
    }
  },
};
