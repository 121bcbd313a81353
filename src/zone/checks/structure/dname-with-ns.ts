import { displayName } from '../../../dns/name.ts';
import { DNAME } from '../../../dns/types/dname.ts';
import { NS } from '../../../dns/types/ns.ts';
import { findRRset } from '../../zone.ts';
import type { Check } from '../check.ts';
import { typeSpan } from '../place.ts';

/** `sub: { NS: [ns1.example.net., ns2.example.net.], DNAME: other.example.net. }` */
export const dnameWithNs: Check = {
  id: 'dname-with-ns',
  severity: 'error',
  standard: 'RFC 6672 section 2.3',
  reason: 'A delegation hands the name to other servers, so that the DNAME beside it is never answered.',
  repair: 'Keep either the NS or the DNAME; the DNAME can stand at the apex of the delegated zone.',
  covers: ['Z14'],
  rrset: {
    types: [DNAME.code],
    run(rrset, look) {
      if (rrset.owner === look.zone.apex) return;
      const ns = findRRset(look.zone, rrset.owner, NS.code);
      if (ns === undefined) return;
      look.at(rrset, undefined, {
        message: `${displayName(rrset.owner)} has a DNAME and is delegated`,
        related: [{ span: typeSpan(ns), message: 'the delegation' }],
      });
    },
  },
};
