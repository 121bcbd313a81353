import { keyTag } from '../../../dns/dnssec/dnskey.ts';
import { algorithmText } from '../../../dns/dnssec/ds.ts';
import { type Rrsig, readRrsig } from '../../../dns/dnssec/rrsig.ts';
import { displayName, isWildcard, labelCount } from '../../../dns/name.ts';
import type { Rdata } from '../../../dns/octets.ts';
import { typeName } from '../../../dns/rdata.ts';
import { DNSKEY } from '../../../dns/types/dnskey.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import type { DeclaredRRset } from '../../zone.ts';
import { findRRset } from '../../zone.ts';
import type { Check, Look } from '../check.ts';
import { coveredBy, isPresigned, isSigned } from './rrsig.ts';

/** `www: { RRSIG: A 13 3 300 ... }` where `www` has no A, or one with another TTL */
export const rrsigMismatch: Check = {
  id: 'rrsig-mismatch',
  severity: 'error',
  standard: 'RFC 4034 section 3.1, RFC 4035 section 2.2',
  reason: 'A signature that does not speak of the data beside it and of a key of the zone verifies nothing.',
  repair: 'Sign the zone anew after the change, or let a DNSSEC policy sign it.',
  covers: ['K14'],
  rrset: {
    types: [RRSIG.code],
    run(rrset, look) {
      if (!isPresigned(look)) return;
      const signatures = rrset.rdatas.map(readRrsig);
      const faults = signatures.map((rrsig) => faultOf(rrsig, rrset, look));
      for (const [i, fault] of faults.entries()) {
        if (fault === undefined) continue;
        const { covered } = signatures[i] as Rrsig;
        // Beside a signature that is right a wrong one does no harm.
        const other = signatures.some((rrsig, j) => rrsig.covered === covered && faults[j] === undefined);
        look.at(rrset, i, {
          message: `the signature of ${typeName(covered)} at ${displayName(rrset.owner)} ${fault}`,
          ...(other && { severity: 'warning' }),
        });
      }
    },
  },
};

function faultOf(rrsig: Rrsig, { owner }: DeclaredRRset, look: Look): string | undefined {
  const { apex } = look.zone;
  const data = coveredBy(look, owner, rrsig.covered);
  if (data === undefined) return 'signs nothing that is there';
  if (!isSigned(look, owner, rrsig.covered)) return 'signs what the zone delegates';
  const labels = labelCount(owner) - (isWildcard(owner) ? 1 : 0);
  if (rrsig.labels !== labels) return `counts ${rrsig.labels} labels instead of ${labels}`;
  if (rrsig.originalTtl !== data.ttl) return `has the TTL ${rrsig.originalTtl}, and the data have ${data.ttl}`;
  if (rrsig.signer !== apex) return `is one of ${displayName(rrsig.signer)}`;
  if ((rrsig.expiration - rrsig.inception) >> 0 <= 0) return 'ends before it begins';
  const keys = findRRset(look.zone, apex, DNSKEY.code)?.rdatas ?? [];
  if (keys.length === 0 || keys.some((key) => isOf(rrsig, key))) return undefined;
  return `is of key tag ${rrsig.tag} with ${algorithmText(rrsig.algorithm)}, of which the zone has no DNSKEY`;
}

function isOf(rrsig: Rrsig, dnskey: Rdata): boolean {
  return dnskey.charCodeAt(3) === rrsig.algorithm && keyTag(dnskey) === rrsig.tag;
}
