import type { DomainName } from '../../../dns/name.ts';
import { isWildcard, labelsOf, parentName } from '../../../dns/name.ts';
import type { Rdata } from '../../../dns/octets.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { NS } from '../../../dns/types/ns.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import type { Check, Estate, Look } from '../check.ts';
import { reverseName, reverseRoots } from '../names/reverse.ts';
import { oncePer } from '../once.ts';
import { addressText } from '../structure/ns-addresses.ts';
import { targetsOf } from '../targets.ts';
import { shown } from '../wording.ts';

/** `www: { A: 192.0.2.10 }`, and no PTR at `10` in `2.0.192.in-addr.arpa` */
export const addressWithoutPtr: Check = {
  id: 'address-without-ptr',
  severity: 'info',
  standard: 'RFC 1912 section 2.1',
  reason: 'Mail servers refuse, and logs do not name, a host whose address has no PTR.',
  repair: 'Add a PTR to the reverse zone.',
  covers: ['A07'],
  rrset: {
    types: [A.code, AAAA.code],
    run(rrset, look) {
      const prefixes = reversePrefixes(look.estate);
      if (prefixes.size === 0 || isWildcard(rrset.owner)) return;
      const { rdatas, options } = rrset;
      for (let i = 0; i < rdatas.length; i++) {
        const address = rdatas[i] as Rdata;
        if (options?.[i]?.proxied === true || !isCovered(prefixes, address)) continue;
        const zone = zoneWithoutPtr(look, reverseName(address));
        if (zone === undefined) continue;
        const message = `${addressText(address)} has no PTR in the zone ${shown(zone)}`;
        look.at(rrset, i, { message, fix: `add a PTR that points to ${rrset.owner}` });
      }
    },
  },
};

/**
 * What addresses begin with (as octets, IPv6 as hexadecimal digits one octet each) for which the repository has a reverse
 * zone: an address is compared with these few before its reverse name is written out.
 */
const reversePrefixes = oncePer((estate: Estate): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const root of reverseRoots) {
    const zones = estate.zonesBelow(root);
    const all = estate.zoneFor(root) === undefined ? zones : [root, ...zones];
    for (const apex of all) {
      const labels = labelsOf(apex).slice(0, -2).reverse();
      const numbers = labels.map((label) => Number.parseInt(label, root.startsWith('ip6') ? 16 : 10));
      if (numbers.every((number) => number >= 0 && number <= 255)) found.add(prefixKey(root, numbers));
    }
  }
  return found;
});

function prefixKey(root: string, numbers: readonly number[]): string {
  return (root.startsWith('ip6') ? '6' : '4') + String.fromCharCode(...numbers);
}

function isCovered(prefixes: ReadonlySet<string>, address: string): boolean {
  if (address.length === 4) {
    let key = '4';
    if (prefixes.has(key)) return true;
    for (let i = 0; i < 3; i++) {
      key += address[i];
      if (prefixes.has(key)) return true;
    }
    return false;
  }
  let key = '6';
  for (let i = 0; i < 32; i++) {
    if (prefixes.has(key)) return true;
    const octet = address.charCodeAt(i >> 1);
    key += String.fromCharCode((i & 1) === 0 ? octet >> 4 : octet & 15);
  }
  return false;
}

/** The zone of the repository that should have a PTR at a reverse name and has none; `undefined` where there is one. */
function zoneWithoutPtr({ estate }: Look, reverse: DomainName): DomainName | undefined {
  let name = reverse;
  // A zone of RFC 2317 has the PTR at the end of a CNAME.
  for (let step = 0; step < 8; step++) {
    const apex = estate.zoneFor(name);
    if (apex === undefined) return undefined;
    const rrsets = estate.rrsetsAt(apex, name);
    if (rrsets.some(({ type }) => type === PTR.code)) return undefined;
    const cname = rrsets.find(({ type }) => type === CNAME.code);
    const target = cname === undefined ? undefined : targetsOf(cname)[0];
    if (target === undefined) return isDelegated(estate, apex, name) ? undefined : apex;
    name = target;
  }
  return undefined;
}

function isDelegated(estate: Estate, apex: DomainName, name: DomainName): boolean {
  for (let above: DomainName | undefined = name; above !== undefined && above !== apex; above = parentName(above)) {
    if (estate.rrsetsAt(apex, above).some(({ type }) => type === NS.code)) return true;
  }
  return false;
}
