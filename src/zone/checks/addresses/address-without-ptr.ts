import type { DomainName } from '../../../dns/name.ts';
import { displayName, isWildcard, parentName } from '../../../dns/name.ts';
import type { Rdata } from '../../../dns/octets.ts';
import { A } from '../../../dns/types/a.ts';
import { AAAA } from '../../../dns/types/aaaa.ts';
import { CNAME } from '../../../dns/types/cname.ts';
import { NS } from '../../../dns/types/ns.ts';
import { PTR } from '../../../dns/types/ptr.ts';
import type { Check, Estate, Look } from '../check.ts';
import { IPV4, IPV6, reverseName } from '../names/reverse.ts';
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
      if (isWildcard(rrset.owner)) return;
      const { rdatas, options } = rrset;
      for (let i = 0; i < rdatas.length; i++) {
        const address = rdatas[i] as Rdata;
        if (options?.[i]?.proxied === true || !isCovered(look, address)) continue;
        const zone = zoneWithoutPtr(look.estate, reverseName(address));
        if (zone === undefined) continue;
        const message = `${addressText(address)} has no PTR in the zone ${displayName(zone)}`;
        look.at(rrset, i, { message, fix: `add a PTR that points to ${rrset.owner}` });
      }
    },
  },
};

/** Which networks of a zone's addresses, as the octets that they begin with, the repository has a reverse zone for. */
interface Networks {
  /** Whether the repository has reverse zones at all: most have none, and then no network needs to be asked about. */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly covered: Map<string, boolean>;
  /** The network that was last asked about: addresses often come in their order. */
  last: string;
  lastCovered: boolean;
}

const networksOf = oncePer(
  ({ estate }: Look): Networks => ({
    ipv4: hasReverse(estate, IPV4),
    ipv6: hasReverse(estate, IPV6),
    covered: new Map(),
    last: '',
    lastCovered: false,
  }),
);

function hasReverse(estate: Estate, tree: DomainName): boolean {
  return estate.zonesBelow(tree).length > 0 || estate.zoneFor(tree) !== undefined;
}

/**
 * Whether the repository has a reverse zone for the network of an address: its first 24 bits, of IPv6 its first 64. A zone
 * has many addresses and few networks, so that few reverse names have to be looked for; a reverse zone for less than such a
 * network alone is not found.
 */
function isCovered(look: Look, address: string): boolean {
  const networks = networksOf(look);
  if (!(address.length === 4 ? networks.ipv4 : networks.ipv6)) return false;
  const octets = address.length === 4 ? 3 : 8;
  if (networks.last.length === octets && address.startsWith(networks.last)) return networks.lastCovered;
  const network = address.slice(0, octets);
  let covered = networks.covered.get(network);
  if (covered === undefined) {
    covered = look.estate.zoneFor(reverseName(address, octets)) !== undefined;
    networks.covered.set(network, covered);
  }
  networks.last = network;
  networks.lastCovered = covered;
  return covered;
}

/** The zone of the repository that should have a PTR at a reverse name and has none; `undefined` where there is one. */
function zoneWithoutPtr(estate: Estate, reverse: DomainName): DomainName | undefined {
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
