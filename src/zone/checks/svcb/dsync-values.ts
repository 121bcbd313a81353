import { readU16 } from '../../../dns/octets.ts';
import { typeName } from '../../../dns/rdata.ts';
import { CDS } from '../../../dns/types/cds.ts';
import { CSYNC } from '../../../dns/types/csync.ts';
import { DSYNC } from '../../../dns/types/dsync.ts';
import type { Check } from '../check.ts';

/** `"*._dsync": { DSYNC: A NOTIFY 53 notify.example.net. }` */
export const dsyncValues: Check = {
  id: 'dsync-values',
  severity: 'error',
  standard: 'RFC 9859 section 2',
  reason: 'Child zones send their notifications where the record says; one without sense sends them nowhere.',
  repair: 'Write "CDS NOTIFY" or "CSYNC NOTIFY", a port and the host that takes notifications.',
  covers: ['H15'],
  rrset: {
    types: [DSYNC.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const type = readU16(rdata, 0);
        const scheme = rdata.charCodeAt(2);
        if (scheme === 1 && type !== CDS.code && type !== CSYNC.code) {
          look.at(rrset, i, { message: `the scheme NOTIFY goes with CDS or CSYNC, not with ${typeName(type)}` });
        } else if (scheme === 0) {
          look.at(rrset, i, { message: 'the scheme of DSYNC is 0, which is reserved' });
        } else if (scheme === 1 && (readU16(rdata, 3) === 0 || rdata.length === 6)) {
          look.at(rrset, i, { message: 'the DSYNC names no port or no host', severity: 'warning' });
        }
      }
    },
  },
};
