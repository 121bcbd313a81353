import { nsecChainFaults } from '../../../dns/dnssec/zone/nsec-chain.ts';
import type { Check } from '../check.ts';
import { isPresigned, reportFaults, signedZoneOf } from './rrsig.ts';

/** `www: { NSEC: zzz.example.com. A RRSIG NSEC }` where the next name is another */
export const nsecChain: Check = {
  id: 'nsec-chain',
  severity: 'error',
  standard: 'RFC 4034 section 4, RFC 4035 section 2.3',
  reason: 'The NSEC prove what does not exist; a gap lets answers fail, a wrong one denies what is there.',
  repair: 'Sign the zone anew after the change, or let a DNSSEC policy sign it.',
  covers: ['K15'],
  zone(look) {
    if (isPresigned(look)) reportFaults(look, nsecChainFaults(signedZoneOf(look)));
  },
};
