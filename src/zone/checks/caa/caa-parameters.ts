import { quoted } from '../../../dns/fault.ts';
import { CAA } from '../../../dns/types/caa.ts';
import type { Check } from '../check.ts';
import { isIssue, readIssuer, readProperty } from './property.ts';

/** `"@": { CAA: '0 issue "letsencrypt.org; validationmethods=dns01"' }` */
export const caaParameters: Check = {
  id: 'caa-parameters',
  severity: 'warning',
  standard: 'RFC 8657 section 3, section 4',
  reason: 'An authority that cannot match the account or the method must not issue.',
  repair: 'Write the URI of the account, and methods as the authority names them, divided by commas.',
  covers: ['C07'],
  rrset: {
    types: [CAA.code],
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const property = readProperty(rdata);
        if (!isIssue(property)) continue;
        for (const { name, value } of readIssuer(property.value).parameters) {
          const fault = faultOf(name.toLowerCase(), value);
          if (fault !== undefined) look.at(rrset, i, { message: `${name} is ${quoted(value)}: ${fault}` });
        }
      }
    },
  },
};

/** The methods of the IANA registry "ACME Validation Methods", and those that are in use by other names. */
const methods =
  /^(http-01|dns-01|dns-account-01|dns-persist-01|tls-alpn-01|email-reply-00|tkauth-01|bp-nodeid-00|ca-[a-z0-9-]+|onion-csr-01)$/i;

function faultOf(name: string, value: string): string | undefined {
  if (name === 'accounturi') {
    return /^[a-z][a-z0-9+.-]*:\S+$/i.test(value) ? undefined : 'an account is named by a whole URI';
  }
  if (name !== 'validationmethods') return undefined;
  const unknown = value.split(',').find((method) => !methods.test(method));
  return unknown === undefined ? undefined : `${quoted(unknown)} is no method that is registered`;
}
