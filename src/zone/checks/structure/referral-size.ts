import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow, labelsOf, parentName } from '../../../dns/name.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { NS } from '../../../dns/types/ns.ts';
import type { Check, Look } from '../check.ts';
import { targetsOf } from '../targets.ts';

/** `sub: { NS: [...] }` with thirteen name servers inside `sub`, each with A and AAAA */
export const referralSize: Check = {
  id: 'referral-size',
  severity: 'warning',
  standard: 'RFC 1035 section 4.2.1, RFC 9471 section 3',
  reason: 'A referral over 512 octets is cut for clients without EDNS, who must ask again over TCP.',
  repair: 'Use fewer name servers, or names with a common end.',
  covers: ['Z30'],
  rrset: {
    types: [NS.code],
    run(rrset, look) {
      const { owner } = rrset;
      if (owner === look.zone.apex || rrset.rdatas.length < 5) return;
      const size = referralOctets(look, owner, targetsOf(rrset));
      if (size <= 512) return;
      look.at(rrset, undefined, { message: `the referral to ${displayName(owner)} takes ${size} octets at least` });
    },
  },
};

/** The octets of the shortest referral: the question for the cut itself, its NS, and the glue that must come with them. */
function referralOctets(look: Look, cut: DomainName, targets: readonly DomainName[]): number {
  const written = new Set<DomainName>();
  const nameOctets = (name: DomainName): number => {
    let octets = 0;
    for (let rest: DomainName | undefined = name; rest !== undefined; rest = parentName(rest)) {
      // A name that was written before is a pointer of two octets (RFC 1035 section 4.1.4).
      if (written.has(rest)) return octets + 2;
      if (rest === '.') return octets + 1;
      written.add(rest);
      octets += 1 + (labelsOf(rest)[0] ?? '').length;
    }
    return octets;
  };
  const header = 12;
  const fixedPart = 10;
  let size = header + nameOctets(cut) + 4;
  for (const target of targets) size += 2 + fixedPart + nameOctets(target);
  for (const target of targets) {
    if (!isAtOrBelow(target, cut)) continue;
    for (const { type, rdatas } of look.zone.names.get(target) ?? []) {
      if (type === A.code) size += rdatas.length * (2 + fixedPart + 4);
      else if (type === AAAA.code) size += rdatas.length * (2 + fixedPart + 16);
    }
  }
  return size;
}
