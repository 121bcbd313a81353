import { readRrsig } from '../../../dns/dnssec/rrsig.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import type { DeclaredRRset } from '../../zone.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { isPresigned } from './rrsig.ts';

/** `"@": { RRSIG: SOA 13 2 3600 20200101000000 20191201000000 ... }` */
export const rrsigExpiry: Check = {
  id: 'rrsig-expiry',
  severity: 'warning',
  standard: 'RFC 6781 section 4.4.2, RFC 4035 section 5.3.1',
  reason: 'From the moment on which a signature expires resolvers that validate answer nothing of the data.',
  repair: 'Sign the zone anew, for some weeks.',
  covers: ['K16'],
  zone(look) {
    if (!isPresigned(look)) return;
    const today = Date.parse(`${look.today}T00:00:00Z`) / 1000;
    let ending: Ending | undefined;
    let last: Ending | undefined;
    let count = 0;
    for (const owner of look.zone.names.keys()) {
      const rrset = findRRset(look.zone, owner, RRSIG.code);
      for (const [index, rdata] of rrset?.rdatas.entries() ?? []) {
        // Times are modulo 2^32 (RFC 4034 section 3.1.5): the one that is nearest to today is meant.
        const left = (readRrsig(rdata).expiration - today) >> 0;
        const found = { rrset: rrset as DeclaredRRset, index, left };
        if (left < DAY) {
          count++;
          if (ending === undefined || left < ending.left) ending = found;
        }
        if (last === undefined || left > last.left) last = found;
      }
    }
    if (ending !== undefined) {
      const others = count === 1 ? '' : `; ${count} signatures end before tomorrow`;
      const verb = ending.left <= 0 ? 'expired' : 'expires';
      look.at(ending.rrset, ending.index, { message: `a signature ${verb} on ${dayOf(today + ending.left)}${others}` });
    }
    if (last !== undefined && last.left > LONGEST) {
      look.at(last.rrset, last.index, {
        message: `a signature is valid until ${dayOf(today + last.left)}, for more than 180 days`,
        fix: 'sign for some weeks, so that what was signed once cannot be replayed for months',
      });
    }
  },
};

interface Ending {
  readonly rrset: DeclaredRRset;
  readonly index: number;
  /** Seconds from the beginning of today. */
  readonly left: number;
}

const DAY = 86_400;
const LONGEST = 180 * DAY;

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
