import { keyTag } from '../../../dns/dnssec/dnskey.ts';
import { algorithmText } from '../../../dns/dnssec/ds.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import type { Check } from '../check.ts';
import { valueSpan } from '../place.ts';

/** Two keys of one algorithm that have the same key tag by chance. */
export const dnskeySameTag: Check = {
  id: 'dnskey-same-tag',
  severity: 'warning',
  standard: 'RFC 4034 section 5.3, RFC 6840 section 5.3',
  reason: 'Signatures name keys by their tags; resolvers have to try each key of a tag, and some give up early.',
  repair: 'Make another key in the place of one of them.',
  covers: ['K10'],
  rrset: {
    types: [DNSKEY.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2) return;
      const first = new Map<number, number>();
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const tag = keyTag(rdata);
        const algorithm = rdata.charCodeAt(3);
        const other = first.get(256 * tag + algorithm);
        if (other === undefined) {
          first.set(256 * tag + algorithm, i);
          continue;
        }
        look.at(rrset, i, {
          message: `two DNSKEYs of ${algorithmText(algorithm)} have the key tag ${tag}`,
          related: [{ span: valueSpan(rrset, other), message: 'the other one' }],
        });
      }
    },
  },
};
