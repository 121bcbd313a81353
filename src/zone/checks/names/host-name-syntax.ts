import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow, labelsOf } from '../../../dns/name.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { MX } from '../../../dns/types/mx.ts';
import { NS } from '../../../dns/types/ns.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import { SRV } from '../../../dns/types/srv.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';
import { addressIn } from './address-like.ts';
import { isFirstOfHost, ownsHost } from './host-owner.ts';
import { isReverse } from './reverse.ts';
import { trait, traitsOf, traitsOfTargets } from './traits.ts';

/** `"my host": { A: 192.0.2.1 }`, `mail-: { A: 192.0.2.1 }`, `www: { NS: a/b.example.net. }` */
export const hostNameSyntax: Check = {
  id: 'host-name-syntax',
  severity: 'error',
  standard: 'RFC 1123 section 2.1, RFC 952',
  reason:
    'Programs refuse host names with other characters than letters, digits and inner hyphens; BIND refuses the zone.',
  repair: 'Use letters, digits and hyphens, with no hyphen at the beginning or end of a label.',
  covers: ['N07', 'N08', 'N19', 'A06'],
  rrset: {
    types: [A.code, AAAA.code, MX.code, NS.code, SRV.code, PTR.code],
    run(rrset, look) {
      const { owner, type } = rrset;
      if (ownsHost(type)) {
        if ((traitsOf(owner) & trait.notHost) !== 0 && isFirstOfHost(look.zone, rrset)) {
          look.atOwner(rrset, { message: `${displayName(owner)} ${faultOf(owner)}` });
        }
        if (type !== MX.code) return;
      }
      // A PTR points to a host in reverse zones only; elsewhere it names services (RFC 6763) and anything else.
      if (type === PTR.code && !isReverse(look.zone.apex)) return;
      if ((traitsOfTargets(rrset) & (trait.notHost | trait.wildcard)) === 0) return;
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        if ((traitsOf(target) & (trait.notHost | trait.wildcard)) === 0) continue;
        // An address in the place of a name, and a PTR into its own zone, have other faults, which are found by themselves.
        if (addressIn(target, look.zone.apex) !== undefined) continue;
        if (type === PTR.code && isAtOrBelow(target, look.zone.apex)) continue;
        look.at(rrset, i, { message: `the host ${displayName(target)} ${faultOf(target)}` });
      }
    },
  },
};

/** What keeps a name from being that of a host. */
function faultOf(name: DomainName): string {
  const labels = labelsOf(name);
  for (const [index, label] of labels.entries()) {
    if (label === '*' && index === 0) continue;
    const other = /[^a-z0-9_-]/.exec(label);
    if (other !== null) return `has ${nameOfCharacter(other[0])} in it`;
    if (label.startsWith('-')) return `has a label that begins with a hyphen: "${label}"`;
    if (label.endsWith('-')) return `has a label that ends with a hyphen: "${label}"`;
  }
  return 'is a wildcard';
}

/** A character of a name as messages show it. */
export function nameOfCharacter(c: string): string {
  if (c === ' ') return 'a space';
  return c > ' ' && c <= '~' ? `"${c}"` : `the octet ${c.charCodeAt(0)}`;
}
