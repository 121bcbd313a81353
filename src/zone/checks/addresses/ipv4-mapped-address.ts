import { printIpv4 } from '../../../dns/fields/address.ts';
import { displayName } from '../../../dns/name.ts';
import type { Rdata } from '../../../dns/octets.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import type { Check } from '../check.ts';
import { specialUseOf } from './special-ranges.ts';

/** `www: { AAAA: "::ffff:192.0.2.1" }` */
export const ipv4MappedAddress: Check = {
  id: 'ipv4-mapped-address',
  severity: 'warning',
  standard: 'RFC 4291 section 2.5.5.2, RFC 4038 section 4.2',
  reason: 'IPv4-mapped addresses exist within a machine; no network carries packets to them.',
  repair: 'Write the IPv4 address as A.',
  covers: ['A03'],
  rrset: {
    types: [AAAA.code],
    run(rrset, look) {
      const { rdatas, owner } = rrset;
      for (let i = 0; i < rdatas.length; i++) {
        const address = rdatas[i] as Rdata;
        if (address.charCodeAt(0) !== 0 || specialUseOf(address) !== 'IPv4-mapped') continue;
        look.at(rrset, i, {
          message: `AAAA of ${displayName(owner)} is the IPv4 address ${printIpv4(address, 12)} in IPv6 form`,
        });
      }
    },
  },
};
