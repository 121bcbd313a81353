import { displayName } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import type { Check } from '../check.ts';
import { valueSpan } from '../place.ts';
import { bindingTypes, isAliasMode } from './binding.ts';

/** `www: { HTTPS: [0 web.example.net., 1 . alpn=h2] }` */
export const svcbAliasNotAlone: Check = {
  id: 'svcb-alias-not-alone',
  severity: 'warning',
  standard: 'RFC 9460 section 2.4.1, section 2.4.2',
  reason: 'Beside an alias clients pass over all other records of the set, and of several aliases they take any.',
  repair: 'Keep the alias alone, or take it out.',
  covers: ['H11'],
  rrset: {
    types: bindingTypes,
    run(rrset, look) {
      const { rdatas, owner, type } = rrset;
      if (rdatas.length < 2) return;
      const alias = rdatas.findIndex(isAliasMode);
      if (alias < 0) return;
      const other = alias === 0 ? 1 : 0;
      const others = rdatas.filter(isAliasMode).length > 1 ? 'another alias' : 'records that are none';
      look.at(rrset, alias, {
        message: `${displayName(owner)} has an ${typeName(type)} that is an alias, and ${others} beside it`,
        related: [{ span: valueSpan(rrset, other), message: 'the record beside it' }],
      });
    },
  },
};
