import type { DomainName } from '../../../dns/name.ts';
import { displayName, isAtOrBelow } from '../../../dns/name.ts';
import { MX } from '../../../dns/types/mx.ts';
import type { Check } from '../check.ts';
import { targetsOf } from '../targets.ts';

/** `"@": { MX: 10 mail }` */
export const singleMx: Check = {
  id: 'single-mx',
  severity: 'info',
  standard: 'RFC 5321 section 5.1',
  reason: 'Mail to a name with one exchange waits at its senders whenever that host is away.',
  repair: 'Add a second exchange, unless the first one is many hosts behind one name.',
  covers: ['M06'],
  optIn: true,
  rrset: {
    types: [MX.code],
    run(rrset, look) {
      if (rrset.rdatas.length > 1) return;
      const exchange = targetsOf(rrset)[0] as DomainName;
      if (exchange === '.' || manyHosts.some((tree) => isAtOrBelow(exchange, tree))) return;
      look.at(rrset, 0, { message: `${displayName(rrset.owner)} has one MX only, ${displayName(exchange)}` });
    },
  },
};

/** Where large providers have all of their hosts behind one name. */
const manyHosts = [
  'smtp.google.com.',
  'mail.protection.outlook.com.',
  'mx.microsoft.',
  'amazonaws.com.',
] as DomainName[];
