import { quoted } from '../../../dns/fault.ts';
import { displayName } from '../../../dns/name.ts';
import { NAPTR } from '../../../dns/types/naptr.ts';
import type { Check } from '../check.ts';
import { readNaptr } from './naptr.ts';

/** `"@": { NAPTR: 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.com!" info }` */
export const naptrRule: Check = {
  id: 'naptr-rule',
  severity: 'error',
  standard: 'RFC 3403 section 4.1',
  reason: 'The next step is made by the expression or by the replacement; a record with both, or neither, is in error.',
  repair:
    'Write "." in the place of the replacement where there is an expression, else "" in the place of the expression.',
  covers: ['R07'],
  rrset: {
    types: [NAPTR.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { flags, regexp, replacement } = readNaptr(rdata);
        const owner = displayName(rrset.owner);
        if (regexp !== '' && replacement !== '.') {
          look.at(rrset, i, {
            message: `the NAPTR of ${owner} has the expression ${quoted(regexp)} and the replacement ${displayName(replacement)}`,
          });
        } else if (regexp === '' && replacement === '.') {
          look.at(rrset, i, {
            message: `the NAPTR of ${owner} has neither an expression nor a replacement`,
            fix: 'write one of them',
            severity: 'warning',
          });
        } else if (flags.toLowerCase() === 'u' && regexp === '') {
          look.at(rrset, i, {
            message: `the NAPTR of ${owner} is to give a URI and has a name instead, ${displayName(replacement)}`,
            fix: 'write an expression such as "!^.*$!sip:info@example.com!"',
            severity: 'warning',
          });
        }
      }
    },
  },
};
