import type { DomainName } from '../../../dns/name.ts';
import { displayName, isWildcard } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import type { Check } from '../check.ts';
import { knownAbout, ofType } from '../known.ts';
import { isAddressless, withoutAddress } from '../targets/addressless.ts';
import { bindingTypes, isAliasMode, readBinding } from './binding.ts';

/** `www: { HTTPS: 1 web alpn=h2 }` and no `web` */
export const svcbTargetWithoutAddress: Check = {
  id: 'svcb-target-without-address',
  severity: 'warning',
  standard: 'RFC 9460 section 3, section 2.5.2',
  reason: 'Clients that follow the record come to a host that they cannot reach.',
  repair: 'Add A and AAAA for the host, or correct its name; "." stands for the owner itself.',
  covers: ['H12'],
  rrset: {
    types: bindingTypes,
    run(rrset, look) {
      const { owner, type } = rrset;
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const alias = isAliasMode(rdata);
        const { target } = readBinding(rdata);
        // The owner itself in ServiceMode; in AliasMode there is no such service.
        const host: DomainName | undefined = target !== '.' ? target : alias ? undefined : owner;
        if (host === undefined || isWildcard(host)) continue;
        const known = knownAbout(look, host);
        if (!isAddressless(look, host, known)) continue;
        if (alias && ofType(known.rrsets, type) !== undefined) continue;
        const what =
          host === owner
            ? `${displayName(owner)} is the host of its own ${typeName(type)} and`
            : `the target ${displayName(host)}`;
        look.at(rrset, i, { message: `${what} ${withoutAddress(host, known)}` });
      }
    },
  },
};
