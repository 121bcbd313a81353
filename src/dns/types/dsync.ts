import { named8, uint16 } from '../fields/integer.ts';
import { domainName } from '../fields/name.ts';
import { recordType } from '../fields/rrtype.ts';
import { defineType } from '../rrtype.ts';

/** `_dsync DSYNC CDS 1 53 rr-endpoint.example.` */
export const DSYNC = defineType({
  name: 'DSYNC',
  code: 66,
  about: 'Where a parent takes notifications about changes of its children.',
  standards: ['RFC 9859 section 2'],
  fields: [
    { name: 'rrtype', kind: recordType, about: 'The type whose change is notified: CDS or CSYNC.' },
    { name: 'scheme', kind: named8({ NOTIFY: 1 }), about: 'How to notify; 1 is NOTIFY.' },
    { name: 'port', kind: uint16, about: 'The port of the target.' },
    { name: 'target', kind: domainName, about: 'The host that takes notifications.' },
  ],
  examples: ['CDS 1 53 rr-endpoint.example.', 'CSYNC 1 5359 cds-scanner.example.net.'],
  loadedBy: ['BIND'],
});
