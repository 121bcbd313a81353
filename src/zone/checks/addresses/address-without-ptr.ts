import type { DomainName } from '../../../dns/name.ts';
import { displayName, isWildcard, parentName } from '../../../dns/name.ts';
import type { Rdata } from '../../../dns/octets.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { NS } from '../../../dns/types/ns.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import type { Check, Estate } from '../check.ts';
import { prefixOfReverse, reverseName, reverseRoots } from '../names/reverse.ts';
import { oncePer } from '../once.ts';
import { addressText } from '../structure/ns-addresses.ts';
import { targetsOf } from '../targets.ts';

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
      const index = reverseZones(look.estate);
      if (index.length === 0 || isWildcard(rrset.owner)) return;
      const { rdatas, options } = rrset;
      for (let i = 0; i < rdatas.length; i++) {
        const address = rdatas[i] as Rdata;
        if (options?.[i]?.proxied === true) continue;
        const reverse = reverseZoneOf(index, address);
        const zone = reverse === undefined ? undefined : zoneWithoutPtr(look.estate, reverse, reverseName(address));
        if (zone === undefined) continue;
        const message = `${addressText(address)} has no PTR in the zone ${displayName(zone)}`;
        look.at(rrset, i, { message, fix: `add a PTR that points to ${rrset.owner}` });
      }
    },
  },
};

/** The reverse zones of one family whose names have the same length, by the octets that their addresses begin with. */
interface ReverseZones {
  /** 4 or 16. */
  readonly octets: number;
  /** The number of half octets that all addresses of the zone have in common. */
  readonly nibbles: number;
  readonly zones: ReadonlyMap<string, DomainName>;
}

/** The reverse zones of the repository, the longest names first: an address is found in them without writing its name. */
const reverseZones = oncePer((estate: Estate): readonly ReverseZones[] => {
  const found: { octets: number; nibbles: number; zones: Map<string, DomainName> }[] = [];
  for (const root of reverseRoots) {
    const self = estate.zoneFor(root) === root ? [root] : [];
    for (const apex of [...self, ...estate.zonesBelow(root)]) {
      const prefix = prefixOfReverse(apex);
      if (prefix === undefined) continue;
      const { octets, nibbles } = prefix;
      let group = found.find((each) => each.octets === octets && each.nibbles === nibbles);
      if (group === undefined) {
        group = { octets, nibbles, zones: new Map() };
        found.push(group);
      }
      group.zones.set(prefix.start, apex);
    }
  }
  return found.sort((a, b) => b.nibbles - a.nibbles);
});

/** The closest reverse zone of the repository for an address. */
function reverseZoneOf(index: readonly ReverseZones[], address: string): DomainName | undefined {
  for (const { octets, nibbles, zones } of index) {
    if (octets !== address.length) continue;
    const whole = nibbles >> 1;
    const half = (nibbles & 1) === 0 ? '' : String.fromCharCode(address.charCodeAt(whole) & 0xf0);
    const zone = zones.get(address.slice(0, whole) + half);
    if (zone !== undefined) return zone;
  }
  return undefined;
}

/** The zone of the repository that should have a PTR at a reverse name and has none; `undefined` where there is one. */
function zoneWithoutPtr(estate: Estate, closest: DomainName, reverse: DomainName): DomainName | undefined {
  let name = reverse;
  let apex: DomainName | undefined = closest;
  // A zone of RFC 2317 has the PTR at the end of a CNAME.
  for (let step = 0; step < 8 && apex !== undefined; step++) {
    const rrsets = estate.rrsetsAt(apex, name);
    if (rrsets.some(({ type }) => type === PTR.code)) return undefined;
    const cname = rrsets.find(({ type }) => type === CNAME.code);
    const target = cname === undefined ? undefined : targetsOf(cname)[0];
    if (target === undefined) return isDelegated(estate, apex, name) ? undefined : apex;
    name = target;
    apex = estate.zoneFor(name);
  }
  return undefined;
}

function isDelegated(estate: Estate, apex: DomainName, name: DomainName): boolean {
  for (let above: DomainName | undefined = name; above !== undefined && above !== apex; above = parentName(above)) {
    if (estate.rrsetsAt(apex, above).some(({ type }) => type === NS.code)) return true;
  }
  return false;
}
