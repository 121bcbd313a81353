import { displayName, labelsOf } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { OPENPGPKEY } from '../../../dns/types/openpgpkey.ts';
import { SMIMEA } from '../../../dns/types/smimea.ts';
import type { Check } from '../check.ts';

/** `alice: { OPENPGPKEY: mDMEWGF0... }` */
export const hashedMailOwner: Check = {
  id: 'hashed-mail-owner',
  severity: 'warning',
  standard: 'RFC 7929 section 3, RFC 8162 section 3',
  reason: 'The key of a mail address is asked for by the digest of its first half; at another name none asks.',
  repair:
    'Write the first 56 hexadecimal digits of the SHA-256 of what stands before the "@", then _openpgpkey or _smimecert.',
  covers: ['K18', 'K21', 'N17'],
  rrset: {
    types: [OPENPGPKEY.code, SMIMEA.code],
    run(rrset, look) {
      const [digest = '', service = ''] = labelsOf(rrset.owner);
      const wanted = rrset.type === SMIMEA.code ? '_smimecert' : '_openpgpkey';
      if (service === wanted && (/^[0-9a-f]{56}$/.test(digest) || digest === '*')) return;
      const fault =
        service === wanted ? `has "${digest}" in the place of a digest` : `has no ${wanted} as second label`;
      look.atOwner(rrset, { message: `${displayName(rrset.owner)} with ${typeName(rrset.type)} ${fault}` });
    },
  },
};
