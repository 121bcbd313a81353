import { displayName, labelsOf } from '../../../dns/name.ts';
import { SVCB } from '../../../dns/types/svcb.ts';
import type { Check } from '../check.ts';
import { alpnIds, isAliasMode, paramKey, readBinding } from './binding.ts';

/** `_dns.resolver: { SVCB: 1 resolver port=853 }` */
export const svcbDnsService: Check = {
  id: 'svcb-dns-service',
  severity: 'error',
  standard: 'RFC 9461 section 4.1, section 5',
  reason:
    'For DNS servers no protocol is the default: clients pass over a record without "alpn", or with HTTP and no path.',
  repair: 'Add "alpn", such as "dot", and for "h2" and "h3" also "dohpath".',
  covers: ['H10'],
  rrset: {
    types: [SVCB.code],
    run(rrset, look) {
      const [first = '', second] = labelsOf(rrset.owner);
      if (first !== '_dns' && !(second === '_dns' && /^_\d+$/.test(first))) return;
      for (const [i, rdata] of rrset.rdatas.entries()) {
        if (isAliasMode(rdata)) continue;
        const { params } = readBinding(rdata);
        const alpn = params.get(paramKey.alpn);
        if (alpn === undefined) {
          look.at(rrset, i, { message: `the DNS server at ${displayName(rrset.owner)} has no "alpn"` });
          continue;
        }
        const http = alpnIds(alpn).find((id) => id === 'h2' || id === 'h3' || id.startsWith('http/'));
        if (http === undefined || params.has(paramKey.dohpath)) continue;
        look.at(rrset, i, {
          message: `the DNS server at ${displayName(rrset.owner)} has "alpn" ${http} and no "dohpath"`,
        });
      }
    },
  },
};
