import { digestText, readDs } from '../../../dns/dnssec/ds.ts';
import { DS } from '../../../dns/types/ds.ts';
import type { Check } from '../check.ts';
import { valueSpan } from '../place.ts';

/** `sub: { DS: [12345 13 2 D4B7..., 12345 13 2 E5C8...] }` */
export const dsDigestsDiffer: Check = {
  id: 'ds-digests-differ',
  severity: 'warning',
  standard: 'RFC 4034 section 5.1, RFC 6840 section 4.2',
  reason:
    'Two digests of one kind for what looks like one key: one of them is wrong, or two keys share their tag by chance.',
  repair: 'Remove the one that is of no key of the zone.',
  covers: ['K06'],
  rrset: {
    types: [DS.code],
    run(rrset, look) {
      if (rrset.rdatas.length < 2) return;
      const first = new Map<string, number>();
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const head = rdata.slice(0, 4);
        const other = first.get(head);
        if (other === undefined) {
          first.set(head, i);
          continue;
        }
        const { tag, digestType } = readDs(rdata);
        look.at(rrset, i, {
          message: `there are two digests of key tag ${tag} with ${digestText(digestType)}`,
          related: [{ span: valueSpan(rrset, other), message: 'the other one' }],
        });
      }
    },
  },
};
