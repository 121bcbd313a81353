import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { NS } from '../../../dns/types/ns.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';
import { targetsOf } from '../targets.ts';
import { ownNsTargets } from './ns-targets.ts';

/** `sub: { NS: [ns1.sub, ns2.sub] }`, `ns3.sub: { A: 192.0.2.3 }` */
export const unusedGlue: Check = {
  id: 'unused-glue',
  severity: 'warning',
  standard: 'RFC 1034 section 4.2.1, RFC 9471 section 2',
  reason: 'An address below a delegation is given out with the NS that name it and otherwise never seen.',
  repair: 'Remove the address, or name the host as a name server of the delegated zone.',
  covers: ['Z17'],
  rrset: {
    types: [A.code, AAAA.code],
    run(rrset, look) {
      const { owner, type } = rrset;
      const { zone, shape } = look;
      if (shape.cuts.length === 0) return;
      const cut = shape.cutAtOrAbove(owner);
      if (cut === undefined) return;
      const ns = findRRset(zone, cut, NS.code);
      // Nearly all glue is that of the delegation above it; only for the rest are those of the whole zone gathered.
      if (ns !== undefined && targetsOf(ns).includes(owner)) return;
      if (ownNsTargets(zone).has(owner)) return;
      look.at(rrset, undefined, {
        message: `${typeName(type)} at ${displayName(owner)} lies below the delegation of ${displayName(cut)} and no NS names it`,
        ...(ns !== undefined && { related: [{ span: typeSpan(ns), message: 'the delegation' }] }),
      });
    },
  },
};
