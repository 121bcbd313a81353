import { nsec3ChainFaults } from '../../../dns/dnssec/zone/nsec3-chain.ts';
import type { Check } from '../check.ts';
import { isPresigned, reportFaults, signedZoneOf } from './rrsig.ts';

/** An NSEC3 whose next hash is another than that of the next name. */
export const nsec3Chain: Check = {
  id: 'nsec3-chain',
  severity: 'error',
  standard: 'RFC 5155 section 7.1',
  reason: 'The NSEC3 prove what does not exist; a gap lets answers fail, a wrong one denies what is there.',
  repair: 'Sign the zone anew after the change, or let a DNSSEC policy sign it.',
  covers: ['K15'],
  zone(look) {
    if (isPresigned(look)) reportFaults(look, nsec3ChainFaults(signedZoneOf(look)));
  },
};
