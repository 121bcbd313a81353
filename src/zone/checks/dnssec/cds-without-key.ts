import { keyTag } from '../../../dns/dnssec/dnskey.ts';
import { asksForRemoval, dsMatches, readDs } from '../../../dns/dnssec/ds.ts';
import { displayName } from '../../../dns/name.ts';
import type { Rdata } from '../../../dns/octets.ts';
import { typeName } from '../../../dns/rdata.ts';
import { CDNSKEY } from '../../../dns/types/cdnskey.ts';
import { CDS } from '../../../dns/types/cds.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';

/** `"@": { CDS: 12345 13 2 ... }` in a zone without that key */
export const cdsWithoutKey: Check = {
  id: 'cds-without-key',
  severity: 'error',
  standard: 'RFC 7344 section 4.1',
  reason: 'A parent that follows it publishes a DS for a key that the zone has not; BIND refuses such a zone.',
  repair: 'Remove the record, or publish the DNSKEY that it speaks of.',
  covers: ['K07'],
  hard: true,
  rrset: {
    types: [CDS.code, CDNSKEY.code],
    run(rrset, look) {
      const { owner, type } = rrset;
      const { settings, apex } = look.zone;
      // The keys of a policy are not in the document.
      if (owner !== apex || (settings.dnssec !== false && settings.dnssec !== 'presigned')) return;
      const keys = findRRset(look.zone, apex, DNSKEY.code)?.rdatas ?? [];
      const algorithmAt = type === CDS.code ? 2 : 3;
      const isOfKey = (rdata: Rdata): boolean =>
        type === CDS.code ? keys.some((key) => dsMatches(apex, rdata, key)) : keys.includes(rdata);
      // A key that is yet to come may be announced beside one of the same algorithm that is there.
      const present = new Set(rrset.rdatas.filter(isOfKey).map((rdata) => rdata.charCodeAt(algorithmAt)));
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const algorithm = rdata.charCodeAt(algorithmAt);
        if (asksForRemoval(algorithm) || present.has(algorithm)) continue;
        const tag = type === CDS.code ? readDs(rdata).tag : keyTag(rdata);
        look.at(rrset, i, {
          message: `the ${typeName(type)} with key tag ${tag} is of no DNSKEY of ${displayName(apex)}`,
        });
      }
    },
  },
};
