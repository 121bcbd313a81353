import { QTYPE } from '../message/message.ts';
import type { DomainName } from '../name.ts';
import { octets } from '../octets.ts';
import type { RRset } from '../rrset.ts';

const TXT = 16;

/** The names of class CH under which servers tell what they are (RFC 4892). */
const identityNames: ReadonlySet<string> = new Set([
  'version.bind.',
  'version.server.',
  'hostname.bind.',
  'id.server.',
]);

/** The TXT RRset of class CH with the server's identity (at most 255 octets of ASCII); `undefined` for other names. */
export function identityOf(name: DomainName, type: number, identity: string): RRset | undefined {
  if (!identityNames.has(name) || (type !== TXT && type !== QTYPE.ANY)) return undefined;
  return { owner: name, type: TXT, ttl: 0, rdatas: [octets(String.fromCharCode(identity.length) + identity)] };
}
