import { dsOf } from '../../dns/dnssec/ds.ts';
import type { DnssecPolicy } from '../../dns/dnssec/policy.ts';
import type { Octets } from '../../dns/octets.ts';
import type { SigningPlan } from '../../dnssec/rollover/plan.ts';
import type { SignInputs } from '../../dnssec/sign/inputs.ts';

/** A CDS and a CDNSKEY that ask for the removal of the DS (RFC 8078 section 4). */
const REMOVE = { cds: '\0\0\0\0\0' as Octets, cdnskey: '\0\0\u0003\0\0' as Octets };

/** What a zone says of the DS that it is to have (RFC 7344). */
export function publishedForParent(plan: SigningPlan, policy: DnssecPolicy): Pick<SignInputs, 'cds' | 'cdnskey'> {
  if (!policy.cds) return { cds: [], cdnskey: [] };
  if (plan.cds === 'delete') return { cds: [REMOVE.cds], cdnskey: [REMOVE.cdnskey] };
  return {
    cds: plan.cds.flatMap(({ zone, dnskey }) => policy.dsDigests.map((digest) => dsOf(zone, dnskey, digest))),
    cdnskey: plan.cds.map(({ dnskey }) => dnskey),
  };
}
