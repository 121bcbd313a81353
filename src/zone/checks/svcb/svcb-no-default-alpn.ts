import type { Check } from '../check.ts';
import { bindingTypes, paramKey, readBinding } from './binding.ts';

/** `www: { HTTPS: 1 . no-default-alpn }` */
export const svcbNoDefaultAlpn: Check = {
  id: 'svcb-no-default-alpn',
  severity: 'error',
  standard: 'RFC 9460 section 7.1.1',
  reason: 'Without the default and without "alpn" there is no protocol left; BIND refuses a zone that says so.',
  repair: 'Add "alpn" with the protocols, or take "no-default-alpn" out.',
  covers: ['H05'],
  hard: true,
  rrset: {
    types: bindingTypes,
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const { params } = readBinding(rdata);
        if (!params.has(paramKey.noDefaultAlpn) || params.has(paramKey.alpn)) continue;
        look.at(rrset, i, { message: 'there is "no-default-alpn" without "alpn"' });
      }
    },
  },
};
