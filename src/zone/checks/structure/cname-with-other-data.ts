import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { NSEC } from '../../../dns/types/nsec.ts';
import { RRSIG } from '../../../dns/types/rrsig.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';
import { listed } from '../wording.ts';
import { standInsOf } from './stand-ins.ts';

/** `www: { CNAME: web, TXT: x }` */
export const cnameWithOtherData: Check = {
  id: 'cname-with-other-data',
  severity: 'error',
  standard: 'RFC 1034 section 3.6.2, RFC 2181 section 10.1, RFC 4035 section 2.5',
  reason: 'A CNAME says that another name holds all data of this one; name servers refuse a zone that says both.',
  repair: 'Move the other records to the target of the CNAME, or replace the CNAME by A and AAAA.',
  covers: ['Z06'],
  hard: true,
  rrset: {
    types: [CNAME.code],
    run(rrset, look) {
      const { owner } = rrset;
      const { zone } = look;
      if (owner === zone.apex) return;
      const rrsets = zone.names.get(owner) ?? [];
      const others = rrsets.length < 2 ? [] : rrsets.filter(({ type }) => !mayStandBeside(type));
      const standIn = standInsOf(zone).get(owner);
      if (others.length === 0 && standIn === undefined) return;
      const kinds = [
        ...new Set(others.map(({ type }) => typeName(type))),
        ...(standIn === undefined ? [] : [standIn.kind]),
      ];
      const spans = [...others.map(typeSpan), ...(standIn === undefined ? [] : [standIn.span])];
      look.at(rrset, undefined, {
        message: `${displayName(owner)} has a CNAME and also ${listed(kinds)}`,
        related: spans.map((span) => ({ span, message: 'the other data' })),
      });
    },
  },
};

/** Signatures and denial stand beside every RRset; a DNAME at the same name has a rule of its own. */
function mayStandBeside(type: number): boolean {
  return type === CNAME.code || type === RRSIG.code || type === NSEC.code || type === DNAME.code;
}
