import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import type { Check, Look } from '../check.ts';
import { knownAbout, ofType } from '../known.ts';
import { targetsOf } from '../targets.ts';
import { listed } from '../wording.ts';

/** `a: { CNAME: b }`, `b: { CNAME: a }` */
export const cnameLoop: Check = {
  id: 'cname-loop',
  severity: 'error',
  standard: 'RFC 1034 section 3.6.2',
  reason: 'A chain of aliases that comes back to itself never ends in data; resolvers give up with an error.',
  repair: 'Let one of these names point to a host.',
  covers: ['Z09'],
  rrset: {
    types: [CNAME.code],
    run(rrset, look) {
      const { owner } = rrset;
      const target = targetsOf(rrset)[0];
      if (target === undefined) return;
      const loop = loopFrom(look, owner, target);
      // Each name of the loop in this zone would say the same; the first of them does.
      if (loop === undefined || loop.some((name) => name < owner && look.zone.names.has(name))) return;
      const message =
        loop.length > 1
          ? `the aliases ${listed(loop.map(displayName))} lead back to ${displayName(owner)}`
          : target === owner
            ? `${displayName(owner)} is an alias of itself`
            : `${displayName(owner)} is an alias of ${displayName(target)}, for which it stands itself`;
      look.at(rrset, 0, { message });
    },
  },
};

/** As long as resolvers follow aliases at the most. */
const LONGEST = 32;

/** The names that aliases lead through from an owner back to it, or to itself as a wildcard; `undefined` for another end. */
function loopFrom(look: Look, owner: DomainName, target: DomainName): DomainName[] | undefined {
  const loop = [owner];
  let name = target;
  while (loop.length < LONGEST) {
    const cname = ofType(knownAbout(look, name)?.rrsets ?? [], CNAME.code);
    const next = cname === undefined ? undefined : targetsOf(cname)[0];
    if (cname === undefined || next === undefined) return undefined;
    if (cname.owner === owner) return loop;
    if (loop.includes(cname.owner)) return undefined;
    loop.push(cname.owner);
    name = next;
  }
  return undefined;
}
