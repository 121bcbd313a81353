import { printIpv4, printIpv6 } from '../../dns/fields/address.ts';
import { type DomainName, isBelow, parentName } from '../../dns/name.ts';
import { rdataNames } from '../../dns/rdata.ts';
import { A } from '../../dns/types/a.ts';
import { AAAA } from '../../dns/types/aaaa.ts';
import { NS } from '../../dns/types/ns.ts';
import { SOA } from '../../dns/types/soa.ts';
import { mapBounded } from './bounded.ts';
import type { Resolve, Resolved } from './resolve.ts';

/** A zone and the servers that are authoritative for it. */
export interface ZoneServers {
  readonly kind: 'found';
  readonly zone: DomainName;
  readonly servers: readonly NamedServer[];
}

/** A name server as an NS names it. */
export interface NamedServer {
  readonly name: DomainName;
  /** Its addresses, IPv4 before IPv6. Those that were found, where there is a `fault`. */
  readonly addresses: readonly string[];
  /** Why not all of its addresses are known, as the rest of a sentence that begins with its name. */
  readonly fault: string | undefined;
}

/** Why the servers of a parent are not known. */
export interface SearchFault {
  readonly kind: 'fault';
  /** One sentence. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix: string;
}

/** More name servers, or addresses of all of them together, no zone has that is in its senses (the root has 13 and 26). */
export const limits = { servers: 32, addresses: 64, atOnce: 16 } as const;

/** The parent zone of a zone, and all of its name servers with all of their addresses. */
export async function serversOfParent(zone: DomainName, resolve: Resolve): Promise<ZoneServers | SearchFault> {
  const parent = await parentOf(zone, resolve);
  if (typeof parent !== 'string') return parent;
  const found = await resolve(parent, NS.code);
  if (found.kind === 'fault') return found;
  const names = found.kind === 'records' ? new Set(found.rdatas.flatMap((rdata) => rdataNames(NS.code, rdata))) : [];
  const known = [...names];
  if (known.length === 0) return fault(`${parent}, the parent of ${zone}, has no NS`, 'ask its operator');
  if (known.length > limits.servers) return tooMany(parent, `${known.length} name servers`);
  const servers = await mapBounded(known, limits.atOnce, (name) => addressesOf(name, resolve));
  const addresses = new Set(servers.flatMap((server) => server.addresses)).size;
  if (addresses > limits.addresses) return tooMany(parent, `name servers at ${addresses} addresses`);
  return { kind: 'found', zone: parent, servers };
}

/**
 * The zone that a zone is delegated from: the closest name above it that is the apex of a zone. The zone that denies an SOA
 * to exist says itself where the next apex upwards is, so empty non-terminals cost nothing.
 */
async function parentOf(zone: DomainName, resolve: Resolve): Promise<DomainName | SearchFault> {
  let name = parentName(zone);
  while (name !== undefined) {
    const found: Resolved = await resolve(name, SOA.code);
    switch (found.kind) {
      case 'records':
        return name;
      case 'fault':
        return found;
      case 'alias':
        if (found.dname !== undefined) {
          return fault(
            `${zone} is below the DNAME at ${found.dname}, so no resolver finds it`,
            'remove the DNAME, or the zone',
          );
        }
        name = parentName(name);
        break;
      case 'none':
        if (!isBelow(name, found.zone)) {
          return fault(`${name} is said to be a zone and to have no SOA`, 'ask another resolver: set parent.resolvers');
        }
        name = found.zone;
    }
  }
  return zone === '.'
    ? fault('the root has no parent', 'publish its keys as trust anchors instead')
    : fault(`no parent of ${zone} is found, not even the root`, 'ask another resolver: set parent.resolvers');
}

async function addressesOf(name: DomainName, resolve: Resolve): Promise<NamedServer> {
  const addresses: string[] = [];
  const faults: string[] = [];
  for (const { code } of [A, AAAA]) {
    const found = await resolve(name, code);
    if (found.kind === 'fault') faults.push(`has addresses that are not known: ${found.message}`);
    // RFC 2181 section 10.3: an NS must not lead to an alias, and many resolvers do not follow it there.
    if (found.kind === 'alias') faults.push('is an alias, which the name of a name server must not be');
    if (found.kind === 'records') {
      addresses.push(...found.rdatas.map((rdata) => (code === A.code ? printIpv4(rdata, 0) : printIpv6(rdata, 0))));
    }
  }
  const none = addresses.length === 0 ? 'has no address' : undefined;
  return { name, addresses, fault: faults[0] ?? none };
}

function tooMany(parent: DomainName, what: string): SearchFault {
  return fault(`${parent} is said to have ${what}`, 'ask another resolver: set parent.resolvers');
}

function fault(message: string, fix: string): SearchFault {
  return { kind: 'fault', message, fix };
}
