import { quoted } from '../../../dns/fault.ts';
import { octets, toText } from '../../../dns/octets.ts';
import type { Check } from '../check.ts';
import { bindingTypes, paramKey, readBinding } from './binding.ts';

/** `_dns.resolver: { SVCB: '1 resolver alpn=h2 dohpath=/dns-query' }` */
export const svcbDohpath: Check = {
  id: 'svcb-dohpath',
  severity: 'error',
  standard: 'RFC 9461 section 5, RFC 6570',
  reason: 'Clients put their question in the place of the variable "dns"; BIND refuses a template without it.',
  repair: 'Write a path from the root with the variable, such as "/dns-query{?dns}".',
  covers: ['H10'],
  hard: true,
  rrset: {
    types: bindingTypes,
    run(rrset, look) {
      for (const [i, rdata] of rrset.rdatas.entries()) {
        const value = readBinding(rdata).params.get(paramKey.dohpath);
        const fault = value === undefined ? undefined : faultOf(value);
        if (value === undefined || fault === undefined) continue;
        look.at(rrset, i, { message: `"dohpath" is ${quoted(toText(octets(value)) ?? value)}, which ${fault}` });
      }
    },
  },
};

function faultOf(template: string): string | undefined {
  if (!template.startsWith('/')) return 'does not begin with "/"';
  if (/%(?![0-9a-f]{2})/i.test(template)) return 'has a "%" without two hexadecimal digits';
  if (/\{[^}]*(\{|$)/.test(template)) return 'has a "{" without "}"';
  const variables = [...template.matchAll(/\{[+#./;?&]?([^}]*)\}/g)].flatMap(([, list]) => (list as string).split(','));
  return variables.some((each) => /^dns(\*|:\d+)?$/.test(each)) ? undefined : 'has no variable "dns"';
}
