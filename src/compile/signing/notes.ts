import { type DomainName, displayName } from '../../dns/name.ts';
import type { SigningFault } from '../../dnssec/sign/inputs.ts';
import type { SigningNote } from './desk.ts';
import type { Signing } from './judge.ts';

/** That a zone which no policy signs any more goes on being signed; nothing where it does not. */
export function goesOn(apex: DomainName, signedBy: string | undefined, signing: Signing): SigningNote[] {
  if (signing.kind !== 'signed' || signedBy !== undefined) return [];
  const name = displayName(apex);
  return [
    {
      rule: 'signing-goes-on',
      message: `${name} is not to be signed any more, and stays signed until no resolver can have its DS`,
      fix: `have the DS removed at the parent; "zonewright keys status ${name}" says what is waited for`,
    },
  ];
}

/** Why a zone could not be signed. */
export function faultNote(apex: DomainName, fault: SigningFault): SigningNote {
  const name = displayName(apex);
  if (fault.kind === 'hash-collision')
    return {
      rule: 'signing-impossible',
      message: `${fault.names.map(displayName).join(' and ')} have the same NSEC3 hash in ${name}`,
      fix: 'rename one of them, or use a policy with "denial: nsec"',
    };
  return {
    rule: 'signing-key-unusable',
    message: `the private half of the key ${fault.tag} of ${name} does not fit its DNSKEY`,
    fix: 'bring the key back from a backup, or roll it over',
  };
}
