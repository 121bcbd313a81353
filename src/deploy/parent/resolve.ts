import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { DNS_PORT, type Endpoint, parseEndpoint } from '../../dns/endpoint.ts';
import type { Message } from '../../dns/message/message.ts';
import { CLASS, RCODE, rcodeName } from '../../dns/message/message.ts';
import { type DomainName, isAtOrBelow, isBelow } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { typeName } from '../../dns/rdata.ts';
import { CNAME } from '../../dns/types/cname.ts';
import { DNAME } from '../../dns/types/dname.ts';
import { SOA } from '../../dns/types/soa.ts';
import { serverText } from '../network-fault.ts';
import { type QueryOptions, query } from '../query.ts';

/** What resolvers say about a name and a type. */
export type Resolved =
  | { readonly kind: 'records'; readonly rdatas: readonly Rdata[] }
  /** The name is an alias; `dname`: since it is below that DNAME. */
  | { readonly kind: 'alias'; readonly dname: DomainName | undefined }
  /** There are none. `zone` is the zone that says so. */
  | { readonly kind: 'none'; readonly zone: DomainName }
  | { readonly kind: 'fault'; readonly message: string; readonly fix: string };

/** Asks resolvers, one after the other until one has an answer that can be used. */
export type Resolve = (name: DomainName, type: number) => Promise<Resolved>;

/** More resolvers than this are not asked. */
const MAX_RESOLVERS = 8;

/** The resolvers to ask: those of the policy, or those that the system is set up with. */
export function resolversOf(configured: readonly string[]): readonly Endpoint[] {
  const endpoints = configured.length > 0 ? configured.map(parseEndpoint) : getServers().flatMap(systemResolver);
  return endpoints.slice(0, MAX_RESOLVERS);
}

function systemResolver(text: string): Endpoint[] {
  // The system may know addresses with a zone index (fe80::1%eth0), which no configuration that is shared can hold.
  if (isIP(text) !== 0) return [{ host: text, port: DNS_PORT }];
  return /^[0-9.]+:\d+$|^\[[^%]+\]:\d+$/.test(text) ? [parseEndpoint(text)] : [];
}

/**
 * Asks these resolvers with RD and CD: that a zone is broken is no reason not to find its parent's servers. One that did
 * not answer is asked last from then on.
 */
export function resolverOf(resolvers: readonly Endpoint[], options: QueryOptions): Resolve {
  const order = [...resolvers];
  return async (name, type) => {
    const faults: string[] = [];
    for (const resolver of [...order]) {
      const found = await query(resolver, name, type, { ...options, recursionDesired: true, checkingDisabled: true });
      const read = found.kind === 'answer' ? readAnswer(found.message, name, type) : found.message;
      if (typeof read !== 'string') return read;
      faults.push(found.kind === 'answer' ? `${serverText(resolver)} ${read}` : read);
      order.push(...order.splice(order.indexOf(resolver), 1));
    }
    return {
      kind: 'fault',
      message: `no resolver tells the ${typeName(type)} of ${name}: ${faults.join('; ') || 'there is none'}`,
      fix: 'set parent.resolvers of the DNSSEC policy to resolvers that can be reached from here',
    };
  };
}

/** What an answer says, or why it cannot be used. */
function readAnswer(message: Message, name: DomainName, type: number): Resolved | string {
  const { rcode, answers, authorities } = message;
  if (message.truncated) return 'gives no complete answer';
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return `answers ${rcodeName(rcode)}`;
  const here = answers.filter((record) => record.class === CLASS.IN);
  const wanted = here.filter((record) => record.owner === name && record.type === type);
  if (wanted.length > 0) return { kind: 'records', rdatas: [...new Set(wanted.map(({ rdata }) => rdata))] };
  const dname = here.find((record) => record.type === DNAME.code && isBelow(name, record.owner))?.owner;
  if (dname !== undefined || here.some((record) => record.owner === name && record.type === CNAME.code)) {
    return { kind: 'alias', dname };
  }
  const soa = authorities.find((record) => record.type === SOA.code && isAtOrBelow(name, record.owner));
  return soa === undefined
    ? 'gives neither data nor the SOA of a negative answer: it is no resolver'
    : { kind: 'none', zone: soa.owner };
}
