import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow, ROOT } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { settingSpan } from '../../zone.ts';
import type { Check, Look } from '../check.ts';
import { knownAbout, ofType } from '../known.ts';
import { addressIn } from '../names/address-like.ts';
import { trait, traitsOf } from '../names/traits.ts';
import { soaOf } from './fields.ts';

/** `soa: { primary: localhost. }` */
export const soaPrimary: Check = {
  id: 'soa-primary',
  severity: 'warning',
  standard: 'RFC 1035 section 3.3.13, RFC 1912 section 2.2, RFC 2136 section 4.3',
  reason: 'The primary is the server that dynamic updates and NOTIFY go by, so it must be the name of one.',
  repair: 'Write the canonical name of the primary name server.',
  covers: ['S01', 'S11'],
  zone(look) {
    const soa = soaOf(look.zone);
    const fault = soa === undefined ? undefined : faultOf(look, soa.primary);
    if (soa === undefined || fault === undefined) return;
    const message = `the primary name server ${displayName(soa.primary)} ${fault}`;
    look.atSpan(settingSpan(look.zone, 'soa.primary'), { message }, { owner: look.zone.apex });
  },
};

function faultOf(look: Look, primary: DomainName): string | undefined {
  const { apex } = look.zone;
  if (primary === ROOT) return 'is the root';
  if (addressIn(primary, apex) !== undefined) return 'is an address';
  if (isAtOrBelow(primary, 'localhost.' as DomainName) && !isAtOrBelow(apex, 'localhost.' as DomainName)) {
    return 'is a different machine for everybody';
  }
  if ((traitsOf(primary) & (trait.notHost | trait.underscore)) !== 0) return 'is not the name of a host';
  return ofType(knownAbout(look, primary)?.rrsets ?? [], CNAME.code) === undefined ? undefined : 'is an alias';
}
