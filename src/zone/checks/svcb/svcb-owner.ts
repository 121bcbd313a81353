import { displayName, labelsOf } from '../../../dns/name.ts';
import { typeName } from '../../../dns/rdata.ts';
import { HTTPS } from '../../../dns/types/https.ts';
import type { Check } from '../check.ts';
import { bindingTypes } from './binding.ts';

/** `_8443.www: { HTTPS: 1 . }`, `_https.www: { HTTPS: 1 . }` */
export const svcbOwner: Check = {
  id: 'svcb-owner',
  severity: 'warning',
  standard: 'RFC 9460 section 2.3, section 9.1',
  reason: 'Clients ask at the name of the host, or with port and scheme before it, each behind an underscore.',
  repair: 'Write HTTPS at the host itself, or at _port._https.host; write SVCB at _scheme.host or _port._scheme.host.',
  covers: ['H13', 'N17'],
  rrset: {
    types: bindingTypes,
    run(rrset, look) {
      const [first = '', second = ''] = labelsOf(rrset.owner);
      if (!first.startsWith('_')) return;
      const port = /^_(\d+)$/.exec(first)?.[1];
      const fault = faultOf(port, second, rrset.type === HTTPS.code);
      if (fault === undefined) return;
      look.atOwner(rrset, { message: `${displayName(rrset.owner)} has an ${typeName(rrset.type)} and ${fault}` });
    },
  },
};

function faultOf(port: string | undefined, second: string, https: boolean): string | undefined {
  if (port === undefined) return https ? 'no port as its first label' : undefined;
  if (Number(port) > 65535 || (port.length > 1 && port.startsWith('0')))
    return `no port as its first label, but ${port}`;
  if (https) return second === '_https' ? undefined : 'no _https as its second label';
  return second.startsWith('_') ? undefined : 'no scheme behind its port';
}
