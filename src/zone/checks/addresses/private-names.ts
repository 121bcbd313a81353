import type { DomainName } from '../../../dns/name.ts';
import { isAtOrBelow } from '../../../dns/name.ts';

/**
 * Names that no public resolver answers for, where private addresses belong: the IANA registry "Special-Use Domain Names"
 * and the reverse zones that every resolver serves for itself (RFC 6303 sections 4.1 and 4.2).
 */
const privateTrees = [
  ...['localhost.', 'local.', 'internal.', 'home.arpa.', 'onion.', 'alt.'],
  ...['0.in-addr.arpa.', '10.in-addr.arpa.', '127.in-addr.arpa.', '255.in-addr.arpa.'],
  ...['254.169.in-addr.arpa.', '168.192.in-addr.arpa.', 'd.f.ip6.arpa.'],
  ...Array.from({ length: 16 }, (_, i) => `${16 + i}.172.in-addr.arpa.`),
] as DomainName[];

/** Names for documentation and tests (RFC 2606, RFC 6761), and the reverse zones of addresses for it (RFC 5737, RFC 3849). */
const documentationTrees = [
  ...['example.', 'example.com.', 'example.net.', 'example.org.', 'test.', 'invalid.'],
  ...['2.0.192.in-addr.arpa.', '100.51.198.in-addr.arpa.', '113.0.203.in-addr.arpa.', '8.b.d.0.1.0.0.2.ip6.arpa.'],
] as DomainName[];

/** Whether a name is in a tree that is never resolved in public. */
export const isPrivateName: (name: DomainName) => boolean = isIn(privateTrees);

/** Whether a name is in a tree that is reserved for documentation and tests. */
export const isDocumentationName: (name: DomainName) => boolean = isIn(documentationTrees);

/** What was found out of the last name is kept: a zone's is asked about for each of its addresses. */
function isIn(trees: readonly DomainName[]): (name: DomainName) => boolean {
  let last: DomainName | undefined;
  let result = false;
  return (name) => {
    if (name !== last) {
      last = name;
      result = trees.some((tree) => isAtOrBelow(name, tree));
    }
    return result;
  };
}
