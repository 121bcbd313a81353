import type { DomainName } from './name.ts';
import { nameWireLength, ROOT, wireNameToDomain } from './name.ts';
import type { Rdata } from './octets.ts';
import type { RRset } from './rrset.ts';

const MAX_NAME = 255;

/**
 * The name that a name below a DNAME becomes (RFC 6672 section 2.2): its last labels, the owner, replaced by the target.
 * `undefined` where that is longer than a name may be.
 */
export function substitute(name: DomainName, dname: RRset): DomainName | undefined {
  const target = wireNameToDomain(dname.rdatas[0] as Rdata, 0);
  const length = nameWireLength(name) - nameWireLength(dname.owner) + nameWireLength(target);
  if (length > MAX_NAME) return undefined;
  const rest = dname.owner === ROOT ? name : name.slice(0, name.length - dname.owner.length);
  return (target === ROOT ? rest : rest + target) as DomainName;
}
