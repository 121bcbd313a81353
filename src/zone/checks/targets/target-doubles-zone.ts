import type { DomainName } from '../../../dns/name.ts';
import { displayName, labelCount } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { HTTPS } from '../../../dns/types/https.ts';
import { MX } from '../../../dns/types/mx.ts';
import { NS } from '../../../dns/types/ns.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import { SRV } from '../../../dns/types/srv.ts';
import { SVCB } from '../../../dns/types/svcb.ts';
import type { Check } from '../check.ts';
import { valueSpan, writtenIn } from '../place.ts';
import { rewriteWithin } from '../rewrite.ts';
import { targetsOf } from '../targets.ts';

/** `www: { CNAME: web.example.com.example.com. }` */
export const targetDoublesZone: Check = {
  id: 'target-doubles-zone',
  severity: 'warning',
  standard: 'the zone document',
  reason: 'A name that has the name of its zone twice was completed by a program that did not see the final dot.',
  repair: 'Write the name of the zone once.',
  covers: ['G05'],
  rrset: {
    types: [NS, CNAME, DNAME, PTR, MX, SRV, SVCB, HTTPS].map(({ code }) => code),
    run(rrset, look) {
      const { apex, names } = look.zone;
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        if (!endsTwice(target, apex) || labelCount(apex) < 2 || names.has(target)) continue;
        const twice = apex + apex;
        // Where the second time was added by the reader, it has said so.
        if (!writtenIn(valueSpan(rrset, i)).toLowerCase().includes(twice)) continue;
        look.at(rrset, i, {
          message: `the target ${displayName(target)} has the name of the zone twice`,
          edits: rewriteWithin(rrset, i, twice, apex),
        });
      }
    },
  },
};

function endsTwice(name: DomainName, apex: DomainName): boolean {
  const rest = name.length - apex.length;
  if (rest < apex.length || !name.endsWith(apex) || !name.endsWith(apex, rest)) return false;
  return rest === apex.length || name.charCodeAt(rest - apex.length - 1) === DOT;
}

const DOT = 46;
