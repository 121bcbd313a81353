import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { DS } from '../../../dns/types/ds.ts';
import { NS } from '../../../dns/types/ns.ts';
import { NSEC } from '../../../dns/types/nsec.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import { type DeclaredRRset, findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';

/** `sub: { NS: [ns1.example.net., ns2.example.net.] }`, `www.sub: { TXT: x }` */
export const dataBelowCut: Check = {
  id: 'data-below-cut',
  severity: 'warning',
  standard: 'RFC 1034 section 4.2.1, RFC 2181 section 6',
  reason: 'What is delegated is answered by the servers it is delegated to; records here are never seen.',
  repair: 'Move the record to the delegated zone, or remove the delegation.',
  covers: ['Z15'],
  owner(owner, rrsets, look) {
    if (look.shape.cuts.length === 0) return;
    const above = look.shape.cutAbove(owner);
    const cut = above ?? (owner !== look.zone.apex && rrsets.some(isNs) ? owner : undefined);
    if (cut === undefined) return;
    for (const rrset of rrsets) {
      if (above === undefined ? belongsToCut.has(rrset.type) : mayBeGlue.has(rrset.type)) continue;
      const ns = findRRset(look.zone, cut, NS.code);
      look.at(rrset, undefined, {
        message: `${typeName(rrset.type)} at ${displayName(owner)} is hidden by the delegation of ${displayName(cut)}`,
        ...(ns !== undefined && { related: [{ span: typeSpan(ns), message: 'the delegation' }] }),
      });
    }
  },
};

function isNs(rrset: DeclaredRRset): boolean {
  return rrset.type === NS.code;
}

/** Whether addresses are needed as glue is judged by a check of its own. */
const mayBeGlue = new Set<number>([A.code, AAAA.code]);
/** What the parent answers for at a cut (RFC 4035 section 2), and what has a check of its own there. */
const belongsToCut = new Set<number>([
  ...mayBeGlue,
  ...[NS.code, DS.code, NSEC.code, RRSIG.code, CNAME.code, DNAME.code],
]);
