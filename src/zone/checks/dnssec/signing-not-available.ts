import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';

/** `dnssec: default` */
export const signingNotAvailable: Check = {
  id: 'signing-not-available',
  severity: 'warning',
  standard: 'zonewright',
  reason: 'This version of zonewright does not sign, so a zone that asks for a DNSSEC policy is served unsigned.',
  repair: 'Sign the zone with your name servers for now, or set "dnssec: false" until zonewright signs.',
  covers: [],
  zone(look) {
    const { dnssec } = look.zone.settings;
    if (dnssec === false || dnssec === 'presigned') return;
    const message = `the zone asks for the DNSSEC policy "${dnssec}" and is built without signatures`;
    look.atSpan(settingSpan(look.zone, 'dnssec'), { message });
  },
};
