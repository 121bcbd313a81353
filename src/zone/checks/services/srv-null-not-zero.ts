import { displayName } from '../../../dns/name.ts';
import { SRV } from '../../../dns/types/srv.ts';
import type { Check } from '../check.ts';
import { rewriteValue } from '../rewrite.ts';

/** `_imap._tcp: { SRV: 10 60 143 . }` */
export const srvNullNotZero: Check = {
  id: 'srv-null-not-zero',
  severity: 'warning',
  standard: 'RFC 2782, RFC 6186 section 3.4',
  reason: 'The target "." says that there is no such service; numbers beside it look as if a host had been forgotten.',
  repair: 'Write "0 0 0 ." if there is no such service, else the host.',
  covers: ['R03'],
  rrset: {
    types: [SRV.code],
    run(rrset, look) {
      const { rdatas } = rrset;
      for (let i = 0; i < rdatas.length; i++) {
        const rdata = rdatas[i] as string;
        if (rdata.length !== 7 || rdata === NONE) continue;
        look.at(rrset, i, {
          message: `the SRV of ${displayName(rrset.owner)} has no target, but a priority, weight or port`,
          edits: rewriteValue(rrset, i, '0 0 0 .'),
        });
      }
    },
  },
};

/** Priority, weight and port 0 and the root. */
const NONE = '\0'.repeat(7);
