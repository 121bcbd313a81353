import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';

/** Names that no public resolver answers for, where private addresses belong (IANA "Special-Use Domain Names"). */
const privateTrees = ['localhost.', 'local.', 'internal.', 'home.arpa.', 'onion.', 'alt.'] as DomainName[];

/** Names for documentation and tests (RFC 2606, RFC 6761). */
const documentationTrees = [
  ...['example.', 'example.com.', 'example.net.', 'example.org.', 'test.', 'invalid.'],
] as DomainName[];

/** Whether a name is in a tree that is never resolved in public. */
export function isPrivateName(name: DomainName): boolean {
  return privateTrees.some((tree) => isAtOrBelow(name, tree));
}

/** Whether a name is in a tree that is reserved for documentation and tests. */
export function isDocumentationName(name: DomainName): boolean {
  return documentationTrees.some((tree) => isAtOrBelow(name, tree));
}
