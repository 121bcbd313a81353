import { displayName, ROOT } from '../../../dns/name.ts';
import { NS } from '../../../dns/types/ns.ts';
import { findRRset, settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';
import { soaOf } from './fields.ts';

/** `soa: { primary: hidden.example.net. }` */
export const soaPrimaryNotNs: Check = {
  id: 'soa-primary-not-ns',
  severity: 'info',
  standard: 'RFC 1912 section 2.2, RFC 1996 section 2',
  reason: 'A primary that is not among the NS is either hidden on purpose or misspelt.',
  repair: 'Correct the name, or leave it if the primary is hidden.',
  covers: ['S12'],
  zone(look) {
    const { zone } = look;
    const soa = soaOf(zone);
    const ns = findRRset(zone, zone.apex, NS.code);
    if (soa === undefined || ns === undefined || soa.primary === ROOT || targetsOf(ns).includes(soa.primary)) return;
    const message = `the primary name server ${displayName(soa.primary)} is not among the NS`;
    look.atSpan(settingSpan(zone, 'soa.primary'), { message }, { owner: zone.apex });
  },
};
