import { displayName } from '../../../dns/name.ts';
import { rdataNames } from '../../../dns/rdata.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { RP } from '../../../dns/types/rp.ts';
import { TXT } from '../../../dns/types/txt.ts';
import type { Check } from '../check.ts';
import { knownAbout, ofType } from '../known.ts';

/** `www: { RP: hostmaster people }` and no `people` */
export const rpTextMissing: Check = {
  id: 'rp-text-missing',
  severity: 'info',
  standard: 'RFC 1183 section 2.2',
  reason: 'The second name of an RP leads to texts about the person, which are not there.',
  repair: 'Add a TXT at the name, or write "." in its place.',
  covers: ['M16'],
  rrset: {
    types: [RP.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const text = rdataNames(RP.code, rdata)[1];
        if (text === undefined || text === '.' || look.zone.unreadable?.has(text) === true) continue;
        const known = knownAbout(look, text);
        if (known === undefined) continue;
        if (ofType(known.rrsets, TXT.code) !== undefined || ofType(known.rrsets, CNAME.code) !== undefined) continue;
        look.at(rrset, i, {
          message: `${displayName(text)} has no TXT about who is responsible for ${displayName(rrset.owner)}`,
        });
      }
    },
  },
};
