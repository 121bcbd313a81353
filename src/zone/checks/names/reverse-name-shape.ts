import type { DomainName } from '../../../dns/name.ts';
import { displayName, labelsOf } from '../../../dns/name.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import type { Check } from '../check.ts';
import { isOctet, isReverse } from './reverse.ts';

/** `300: { PTR: host.example.com. }` in `2.0.192.in-addr.arpa` */
export const reverseNameShape: Check = {
  id: 'reverse-name-shape',
  severity: 'warning',
  standard: 'RFC 1035 section 3.5, RFC 3596 section 2.5, RFC 2317',
  reason: 'A PTR at a name that stands for no address is never asked for.',
  repair:
    'Write the last octets of the IPv4 address, or each hexadecimal digit of the IPv6 address as a label of its own.',
  covers: ['N18'],
  rrset: {
    types: [PTR.code],
    run(rrset, look) {
      if (!isReverse(rrset.owner)) return;
      const fault = faultOf(rrset.owner);
      if (fault !== undefined)
        look.atOwner(rrset, { message: `${displayName(rrset.owner)} stands for no address: ${fault}` });
    },
  },
};

function faultOf(owner: DomainName): string | undefined {
  const labels = labelsOf(owner).slice(0, -2);
  // Services (RFC 6763 section 11) and wildcards are there on purpose.
  if (labels.some((label) => label.startsWith('_') || label === '*')) return undefined;
  return owner.endsWith('.ip6.arpa.') ? ipv6Fault(labels) : ipv4Fault(labels);
}

function ipv4Fault(labels: readonly string[]): string | undefined {
  // Below a label such as "0/25", "0-127" or "subnet1" the names are an agreement between two parties (RFC 2317).
  if (labels.some((label) => !/^\d+$/.test(label))) {
    const delegated = labels.findIndex((label) => !/^\d+$/.test(label));
    return delegated === 0 ? `"${labels[0]}" is not a number` : undefined;
  }
  const bad = labels.find((label) => !isOctet(label));
  if (bad !== undefined) return `${bad} is not a number from 0 to 255 without leading zeros`;
  return labels.length === 4 ? undefined : `it has ${labels.length} numbers instead of 4`;
}

function ipv6Fault(labels: readonly string[]): string | undefined {
  const bad = labels.find((label) => !/^[0-9a-f]$/.test(label));
  if (bad !== undefined) return `"${bad}" is not one hexadecimal digit`;
  return labels.length === 32 ? undefined : `it has ${labels.length} digits instead of 32`;
}
