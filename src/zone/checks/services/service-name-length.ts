import { displayName, labelsOf } from '../../../dns/name.ts';
import { SRV } from '../../../dns/types/srv.ts';
import { URI } from '../../../dns/types/uri.ts';
import type { Check } from '../check.ts';

/** `_a-service-of-ours._tcp: { SRV: 10 60 5060 host }` */
export const serviceNameLength: Check = {
  id: 'service-name-length',
  severity: 'info',
  standard: 'RFC 6335 section 5.1',
  reason: 'Names of services that can be registered have 1 to 15 characters, and programs may hold no more.',
  repair: 'Use the name under which the service is registered, or a shorter one.',
  covers: ['R01'],
  rrset: {
    types: [SRV.code, URI.code],
    run(rrset, look) {
      const service = labelsOf(rrset.owner)[0] as string;
      if (service.length <= 16 || !service.startsWith('_') || inUse.has(service)) return;
      look.atOwner(rrset, {
        message: `the service "${service.slice(1)}" of ${displayName(rrset.owner)} has ${service.length - 1} characters`,
      });
    },
  },
};

/** Longer names that widespread programs ask for. */
const inUse = new Set(['_sipfederationtls']);
