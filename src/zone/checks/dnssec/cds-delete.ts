import { asksForRemoval } from '../../../dns/dnssec/ds.ts';
import { typeName } from '../../../dns/rdata.ts';
import { CDNSKEY } from '../../../dns/types/cdnskey.ts';
import { CDS } from '../../../dns/types/cds.ts';
import type { Check } from '../check.ts';
import { rewriteValue } from '../rewrite.ts';

/** `"@": { CDS: [0 0 0 00, 12345 13 2 ...] }`, `"@": { CDNSKEY: 257 3 0 AA== }` */
export const cdsDelete: Check = {
  id: 'cds-delete',
  severity: 'error',
  standard: 'RFC 8078 section 4',
  reason:
    'The DS is removed where the one record that asks for it stands alone; BIND refuses a zone that has another form.',
  repair: 'Write "CDS: 0 0 0 00" and "CDNSKEY: 0 3 0 AA==" and nothing beside them, or leave them out.',
  covers: ['K07'],
  hard: true,
  rrset: {
    types: [CDS.code, CDNSKEY.code],
    run(rrset, look) {
      const name = typeName(rrset.type);
      const wire = rrset.type === CDS.code ? CDS_DELETE : CDNSKEY_DELETE;
      const text = rrset.type === CDS.code ? '0 0 0 00' : '0 3 0 AA==';
      const algorithmAt = rrset.type === CDS.code ? 2 : 3;
      for (const [i, rdata] of rrset.rdatas.entries()) {
        if (!asksForRemoval(rdata.charCodeAt(algorithmAt))) continue;
        if (rdata !== wire) {
          const edits = rewriteValue(rrset, i, text);
          look.at(rrset, i, { message: `a ${name} with algorithm 0 is not "${text}"`, edits });
        } else if (rrset.rdatas.length > 1) {
          look.at(rrset, i, { message: `the ${name} that asks for removal stands beside others` });
        }
      }
    },
  },
};

const CDS_DELETE = '\0\0\0\0\0';
const CDNSKEY_DELETE = '\0\0\x03\0\0';
