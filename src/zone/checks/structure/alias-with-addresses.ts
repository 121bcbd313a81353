import { displayName } from '../../../dns/name.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';
import { standInsOf } from './stand-ins.ts';

/** `shop: { ALIAS: shop.hosting.example.org., A: 192.0.2.1 }` */
export const aliasWithAddresses: Check = {
  id: 'alias-with-addresses',
  severity: 'error',
  standard: 'the zone document',
  reason:
    'ALIAS and REDIRECT are answered with addresses of their own, so that others at the same name would be mixed in.',
  repair: 'Keep the addresses or the ALIAS or REDIRECT, not both.',
  covers: [],
  hard: true,
  zone(look) {
    const { zone } = look;
    for (const [owner, { kind, span }] of standInsOf(zone)) {
      const rrset = findRRset(zone, owner, A.code) ?? findRRset(zone, owner, AAAA.code);
      const redirect = kind === 'ALIAS' ? zone.redirects.find((each) => each.owner === owner) : undefined;
      if (rrset === undefined && redirect === undefined) continue;
      const other = rrset === undefined ? 'a REDIRECT' : 'addresses';
      look.atSpan(
        span,
        {
          message: `${displayName(owner)} has ${kind === 'ALIAS' ? 'an ALIAS' : 'a REDIRECT'} and also ${other}`,
          related: [
            rrset === undefined
              ? { span: (redirect ?? { span }).span, message: 'the REDIRECT' }
              : { span: typeSpan(rrset), message: 'the addresses' },
          ],
        },
        { owner },
      );
    }
  },
};
