import { dsMatches } from '../../../dns/dnssec/ds.ts';
import { displayName } from '../../../dns/name.ts';
import { readU16 } from '../../../dns/octets.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import { DS } from '../../../dns/types/ds.ts';
import { findRRset, settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { ofType } from '../known.ts';
import { delegationOf } from './delegation.ts';

/** `sub: { DS: 12345 13 2 ... }` above, and `dnssec: false` in `sub` */
export const dsWithoutKey: Check = {
  id: 'ds-without-key',
  severity: 'error',
  standard: 'RFC 4035 section 5',
  reason: 'A DS says that the zone is signed with that key; if it is not, validating resolvers answer nothing of it.',
  repair: 'Remove the DS from the zone above, or sign this zone with the key that the DS speaks of.',
  covers: ['Z28'],
  zone(look) {
    const { zone } = look;
    const delegation = delegationOf(look);
    const ds = ofType(delegation?.rrsets ?? [], DS.code);
    if (delegation === undefined || ds === undefined) return;
    const about = { owner: zone.apex, type: DS.code };
    const parent = displayName(delegation.parent);
    if (zone.settings.dnssec === false) {
      const message = `${parent} has a DS for ${displayName(zone.apex)}, which is not signed`;
      look.atSpan(settingSpan(zone, 'dnssec'), { message }, about);
      return;
    }
    // The keys of a policy are not in the document; those of a presigned zone are.
    const keys = findRRset(zone, zone.apex, DNSKEY.code);
    if (zone.settings.dnssec !== 'presigned' || keys === undefined) return;
    if (ds.rdatas.some((rdata) => keys.rdatas.some((key) => dsMatches(zone.apex, rdata, key)))) return;
    const tags = ds.rdatas.map((rdata) => readU16(rdata, 0)).join(', ');
    look.at(keys, undefined, {
      message: `no DNSKEY of ${displayName(zone.apex)} is the one of the DS (${tags}) in ${parent}`,
    });
  },
};
