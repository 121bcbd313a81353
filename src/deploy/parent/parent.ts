import { DNS_PORT } from '../../dns/endpoint.ts';
import type { DomainName } from '../../dns/name.ts';
import { DS } from '../../dns/types/ds.ts';
import { NS } from '../../dns/types/ns.ts';
import { type QueryOptions, query } from '../query.ts';
import { mapBounded } from './bounded.ts';
import { readReply, unknownServers } from './reply.ts';
import { resolverOf, resolversOf } from './resolve.ts';
import { limits, type NamedServer, serversOfParent } from './servers.ts';
import { type ParentAnswer, verdictOf } from './verdict.ts';

/** How to ask; what is left out has its default. */
export interface AskSettings {
  /** As `policy.parent.resolvers` has them; none: those of the system. */
  readonly resolvers: readonly string[];
  /** The port of the parent's servers. Default 53. */
  readonly port?: number;
  /** Milliseconds to wait for each attempt. Default 2,000. */
  readonly timeoutMs?: number;
  /** Times that each query is sent over UDP before TCP is tried. Default 3. */
  readonly attempts?: number;
}

/**
 * Asks every address of every server of a zone's parent for the DS of the zone: over UDP, and over TCP where the answer is
 * truncated or does not come. Which servers there are is told by resolvers, and each server is asked whether it knows more:
 * where the parent has just got another one, resolvers may have the NS of before.
 *
 * Nothing is thrown for what servers or networks do, and it ends whatever they do: after about a minute with the default
 * settings when everything is silent.
 */
export async function askParent(zone: DomainName, settings: AskSettings): Promise<ParentAnswer> {
  const { resolvers, port = DNS_PORT, timeoutMs = 2000, attempts = 3 } = settings;
  const options = { timeoutMs, attempts };
  const found = await serversOfParent(zone, resolverOf(resolversOf(resolvers), options));
  if (found.kind === 'fault') return { ...found, replies: [] };
  const replies = await mapBounded(byAddress(found.servers), limits.atOnce, async ({ servers, address }) => {
    const server = { host: address, port };
    const answer = await patientQuery(server, zone, DS.code, options);
    const said = answer.kind === 'answer' ? readReply(answer.message, zone, found.zone) : answer;
    if (said.kind !== 'ds') return { servers, address, said, unknown: [] };
    const ns = await patientQuery(server, found.zone, NS.code, options);
    const unknown = ns.kind === 'answer' ? unknownServers(ns.message, found) : [];
    return { servers, address, said, unknown };
  });
  return verdictOf(zone, found, replies);
}

/** Asks over UDP, and over TCP where that brings no whole answer. */
async function patientQuery(
  server: { host: string; port: number },
  name: DomainName,
  type: number,
  options: QueryOptions,
) {
  const asked = { ...options, dnssecOk: true };
  const first = await query(server, name, type, { ...asked, transport: 'udp' });
  if (first.kind === 'answer' ? !first.message.truncated : first.reason === 'no-route') return first;
  const second = await query(server, name, type, { ...asked, transport: 'tcp' });
  // Of a server that is silent on UDP and closed on TCP the silence tells more.
  return second.kind === 'fault' && first.kind === 'fault' ? first : second;
}

/** Servers that share an address are one server. */
function byAddress(servers: readonly NamedServer[]): { servers: DomainName[]; address: string }[] {
  const names = new Map<string, DomainName[]>();
  for (const { name, addresses } of servers) {
    for (const address of addresses) {
      const sharing = names.get(address);
      if (sharing === undefined) names.set(address, [name]);
      else sharing.push(name);
    }
  }
  return [...names].map(([address, sharing]) => ({ servers: sharing, address }));
}
