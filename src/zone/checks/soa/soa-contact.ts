import { displayName, labelsOf, nameFromLabels, ROOT } from '../../../dns/name.ts';
import { settingSpan } from '../../zone.ts';
import type { Check } from '../check.ts';
import { trait, traitsOf } from '../names/traits.ts';
import { soaOf } from './fields.ts';

/** `soa: { contact: . }`, `soa: { contact: hostmaster.mail_host.example.net. }` */
export const soaContact: Check = {
  id: 'soa-contact',
  severity: 'warning',
  standard: 'RFC 1035 section 3.3.13, RFC 1912 section 2.2, RFC 2142 section 7',
  reason:
    'The contact is a mail address in the form of a name, for those who see that something is wrong with the zone.',
  repair: 'Write a mail address, as in "contact: hostmaster@example.net".',
  covers: ['S01', 'S02'],
  zone(look) {
    const soa = soaOf(look.zone);
    if (soa === undefined) return;
    const { contact } = soa;
    const fault = contact === ROOT ? 'is the root' : faultOf(labelsOf(contact));
    if (fault === undefined) return;
    look.atSpan(
      settingSpan(look.zone, 'soa.contact'),
      {
        message: `the contact ${displayName(contact)} ${fault}`,
        // BIND takes such a name for no mailbox and refuses the zone.
        ...(labelsOf(contact)[0]?.includes('@') === true && { severity: 'error' }),
      },
      { owner: look.zone.apex },
    );
  },
};

function faultOf([local = '', ...host]: readonly string[]): string | undefined {
  if (local.includes('@')) return 'has an "@" in its first label instead of a dot behind it';
  // The characters of a dot-atom (RFC 5322 section 3.2.3).
  if (!/^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local)) {
    return `does not begin with what can stand before the "@" of a mail address`;
  }
  if (host.length === 0) return 'has nothing that could stand behind the "@" of a mail address';
  const traits = traitsOf(nameFromLabels(host));
  const noHost = (traits & (trait.notHost | trait.underscore)) !== 0 || host.includes('*');
  return noHost ? 'has no host name behind its first label' : undefined;
}
