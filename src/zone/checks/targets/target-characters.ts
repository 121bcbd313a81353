import type { DomainName } from '../../../dns/name.ts';
import { displayName, labelsOf } from '../../../dns/name.ts';
import { AFSDB } from '../../../dns/types/afsdb.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { HTTPS } from '../../../dns/types/https.ts';
import { KX } from '../../../dns/types/kx.ts';
import { LP } from '../../../dns/types/lp.ts';
import { NAPTR } from '../../../dns/types/naptr.ts';
import { SVCB } from '../../../dns/types/svcb.ts';
import type { Check } from '../check.ts';
import { addressIn } from '../names/address-like.ts';
import { nameOfCharacter } from '../names/host-name-syntax.ts';
import { trait, traitsOf } from '../names/traits.ts';
import { targetsOf } from '../targets.ts';

/** `www: { CNAME: "web,example.net." }`, `www: { CNAME: http://www.example.net. }` */
export const targetCharacters: Check = {
  id: 'target-characters',
  severity: 'warning',
  standard: 'RFC 1123 section 2.1, RFC 2181 section 11',
  reason:
    'DNS carries any character in a name, but what is not a letter, digit or hyphen was hardly meant in this one.',
  repair: 'Correct the target; the name of a host has letters, digits, hyphens and dots.',
  covers: ['G02'],
  rrset: {
    types: [CNAME, DNAME, SVCB, HTTPS, NAPTR, AFSDB, KX, LP].map(({ code }) => code),
    run(rrset, look) {
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        // Classless reverse zones have a slash (RFC 2317), names of service instances any character (RFC 6763).
        if ((traitsOf(target) & trait.notHost) === 0 || (traitsOf(target) & trait.underscoreFirst) !== 0) continue;
        const other = otherCharacter(target);
        if (other === undefined || addressIn(target, look.zone.apex) !== undefined) continue;
        look.at(rrset, i, { message: `the target ${displayName(target)} has ${nameOfCharacter(other)} in it` });
      }
    },
  },
};

function otherCharacter(name: DomainName): string | undefined {
  const slash = name.endsWith('.arpa.') ? '/' : '';
  const inLabel = new RegExp(`[^a-z0-9_*${slash}-]`);
  for (const label of labelsOf(name)) {
    const found = inLabel.exec(label);
    if (found !== null) return found[0];
  }
  return undefined;
}
