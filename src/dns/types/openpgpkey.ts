import { base64Rest } from '../fields/binary.ts';
import { defineType } from '../rrtype.ts';

/** `c93f1e400f26708f98cb19d936620da35eec8f72e57f9eec01c1afd6._openpgpkey OPENPGPKEY mDMEWGF0ZRYJKwYBBAHaRw8BAQdA` */
export const OPENPGPKEY = defineType({
  name: 'OPENPGPKEY',
  code: 61,
  about: 'The OpenPGP key of the owner of a mail address.',
  standards: ['RFC 7929'],
  fields: [{ name: 'public_key', kind: base64Rest, about: 'The transferable public key in base64.' }],
  examples: ['mDMEWGF0ZRYJKwYBBAHaRw8BAQdA'],
});
