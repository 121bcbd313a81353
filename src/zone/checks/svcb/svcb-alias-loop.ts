import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import type { Check, Look } from '../check.ts';
import { knownAbout, ofType } from '../known.ts';
import { listed } from '../wording.ts';
import { bindingTypes, isAliasMode, readBinding } from './binding.ts';

/** `www: { HTTPS: 0 www }`, `a: { SVCB: 0 b }` and `b: { SVCB: 0 a }` */
export const svcbAliasLoop: Check = {
  id: 'svcb-alias-loop',
  severity: 'error',
  standard: 'RFC 9460 section 2.4.2, section 3',
  reason: 'An alias that comes back to itself never ends in a service; clients give up or go on without it.',
  repair: 'Let one of these names point to a host.',
  covers: ['H12'],
  rrset: {
    types: bindingTypes,
    run(rrset, look) {
      const { owner, type } = rrset;
      for (const [i, rdata] of rrset.rdatas.entries()) {
        if (!isAliasMode(rdata)) continue;
        const loop = loopFrom(look, type, owner, readBinding(rdata).target);
        // Each name of the loop in this zone would say the same; the first of them does.
        if (loop === undefined || loop.some((name) => name < owner && look.zone.names.has(name))) continue;
        const message =
          loop.length === 1
            ? `the ${typeName(type)} of ${displayName(owner)} is an alias of itself`
            : `the ${typeName(type)} of ${listed(loop.map(displayName))} lead back to ${displayName(owner)}`;
        look.at(rrset, i, { message });
      }
    },
  },
};

/** As long as clients follow aliases at the most. */
const LONGEST = 16;

/** The names that aliases lead through from an owner back to it; `undefined` where they end elsewhere. */
function loopFrom(look: Look, type: number, owner: DomainName, target: DomainName): DomainName[] | undefined {
  const loop = [owner];
  let name = target;
  while (loop.length < LONGEST) {
    if (name === owner) return loop;
    if (name === '.' || loop.includes(name)) return undefined;
    loop.push(name);
    const alias = ofType(knownAbout(look, name)?.rrsets ?? [], type)?.rdatas.find(isAliasMode);
    if (alias === undefined) return undefined;
    name = readBinding(alias).target;
  }
  return undefined;
}
