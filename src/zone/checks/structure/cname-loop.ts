import type { DomainName } from '../../../dns/name.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import type { Check, Look } from '../check.ts';
import { knownAbout, ofType } from '../known.ts';
import { targetsOf } from '../targets.ts';
import { listed, shown } from '../wording.ts';

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
      if (target === owner) {
        look.at(rrset, 0, { message: `${shown(owner)} is an alias of itself`, fix: 'point it to a host' });
        return;
      }
      const loop = loopFrom(look, owner, target);
      // Each name of the loop in this zone would say the same; the first of them does.
      if (loop === undefined || loop.some((name) => name < owner && look.zone.names.has(name))) return;
      look.at(rrset, 0, { message: `the aliases ${listed(loop.map(shown))} lead back to ${shown(owner)}` });
    },
  },
};

/** As long as resolvers follow aliases at the most. */
const LONGEST = 32;

/** The names that aliases lead through from an owner back to it; `undefined` where they end elsewhere. */
function loopFrom(look: Look, owner: DomainName, target: DomainName): DomainName[] | undefined {
  const loop = [owner];
  let name = target;
  while (loop.length < LONGEST) {
    const cname = ofType(knownAbout(look, name)?.rrsets ?? [], CNAME.code);
    const next = cname === undefined ? undefined : targetsOf(cname)[0];
    if (next === undefined) return undefined;
    loop.push(name);
    if (next === owner) return loop;
    if (loop.includes(next)) return undefined;
    name = next;
  }
  return undefined;
}
