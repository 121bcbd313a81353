import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow, parseName, relativeName } from '../../../dns/name.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import type { Edit } from '../../finding.ts';
import type { DeclaredRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { isReverse } from '../names/reverse.ts';
import { valueSpan, writtenIn } from '../place.ts';
import { targetsOf } from '../targets.ts';

/** `10: { PTR: www.example.com }` in `2.0.192.in-addr.arpa` */
export const ptrInsideReverseZone: Check = {
  id: 'ptr-inside-reverse-zone',
  severity: 'error',
  standard: 'RFC 1035 section 3.5',
  reason: 'A PTR names a host; a target without a final dot becomes a name inside the reverse zone, which is nobody.',
  repair: 'Write the full name of the host with a final dot.',
  covers: ['A06'],
  rrset: {
    types: [PTR.code],
    run(rrset, look) {
      const { apex } = look.zone;
      if (!isReverse(apex)) return;
      const targets = targetsOf(rrset);
      for (let i = 0; i < targets.length; i++) {
        const target = targets[i] as DomainName;
        if (!isAtOrBelow(target, apex)) continue;
        const meant = relativeName(target, apex);
        look.at(rrset, i, {
          message: `the host is ${displayName(target)}, a name inside the reverse zone`,
          ...(meant !== '@' && { fix: `write "${meant}." if that is meant` }),
          edits: addDot(rrset, i, apex, target),
        });
      }
    },
  },
};

/** The final dot, where the name is written with an inner dot and nothing else could be meant. */
function addDot(rrset: DeclaredRRset, value: number, apex: DomainName, target: DomainName): Edit[] {
  const span = valueSpan(rrset, value);
  const written = writtenIn(span);
  if (!/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(written) || parseName(written, apex) !== target) return [];
  return [{ file: span.source.path, start: span.end, end: span.end, text: '.' }];
}
