import { typeName } from '../../../dns/rdata.ts';
import type { Check } from '../check.ts';
import { bindingTypes, isAliasMode, readBinding } from './binding.ts';

/** `www: { HTTPS: 0 web.example.net. alpn=h2 }` */
export const svcbAliasParams: Check = {
  id: 'svcb-alias-params',
  severity: 'warning',
  standard: 'RFC 9460 section 2.4.2',
  reason: 'With priority 0 the record is an alias, and clients pass over its parameters.',
  repair: 'Write the parameters at the target, or use a priority from 1 on.',
  covers: ['H01'],
  rrset: {
    types: bindingTypes,
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        if (!isAliasMode(rdata) || readBinding(rdata).params.size === 0) continue;
        look.at(rrset, i, { message: `the ${typeName(rrset.type)} is an alias and has parameters` });
      }
    },
  },
};
