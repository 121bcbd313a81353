import { base64Rest } from '../fields/binary.ts';
import { defineType } from '../rrtype.ts';

/** `uas HHIT gwppM2ZmOGI1NDY2` */
export const HHIT = defineType({
  name: 'HHIT',
  code: 67,
  about: 'The hierarchical host identity tag of an unmanned aircraft.',
  standards: ['RFC 9886'],
  fields: [{ name: 'data', kind: base64Rest, about: 'The CBOR data in base64.' }],
  examples: ['gwppM2ZmOGI1NDY2'],
  loadedBy: ['BIND'],
});
