import { displayName } from '../../../dns/name.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan, writtenIn } from '../place.ts';
import { standInsOf } from './stand-ins.ts';

/** `"@": { CNAME: example.hosting.example.net. }` */
export const cnameAtApex: Check = {
  id: 'cname-at-apex',
  severity: 'error',
  standard: 'RFC 1912 section 2.4, RFC 1034 section 3.6.2',
  reason: 'The apex has an SOA and NS, beside which no CNAME can stand; name servers refuse the zone.',
  repair: 'Write ALIAS instead of CNAME: the addresses of the target are served at this name.',
  covers: ['Z08', 'Z34'],
  hard: true,
  rrset: {
    types: [CNAME.code],
    run(rrset, look) {
      const { zone } = look;
      const { apex } = zone;
      if (rrset.owner !== apex) return;
      const span = typeSpan(rrset);
      const hasAddresses =
        findRRset(zone, apex, A.code) ?? findRRset(zone, apex, AAAA.code) ?? standInsOf(zone).get(apex);
      const replaceable = hasAddresses === undefined && rrset.rdatas.length === 1 && writtenIn(span) === 'CNAME';
      look.at(rrset, undefined, {
        message: `the apex ${displayName(apex)} has a CNAME`,
        ...(replaceable && { edits: [{ file: span.source.path, start: span.start, end: span.end, text: 'ALIAS' }] }),
      });
    },
  },
};
