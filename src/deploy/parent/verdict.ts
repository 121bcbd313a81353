import { readDs } from '../../dns/dnssec/ds.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { keyId } from '../../dnssec/key.ts';
import type { DsAtParent } from '../../dnssec/sight.ts';
import type { NetworkFault } from '../network-fault.ts';
import type { Said } from './reply.ts';
import type { ZoneServers } from './servers.ts';

/** What one address of the parent's servers said. */
export interface ParentReply {
  /** The names of the servers that have the address. */
  readonly servers: readonly DomainName[];
  readonly address: string;
  /** A fault: no answer came. */
  readonly said: Said | NetworkFault;
  /** Name servers of the parent that it names and no resolver has told of. */
  readonly unknown: readonly DomainName[];
}

/** What became of the question which DS a zone has at its parent. */
export type ParentAnswer =
  /** Every address of every server of the parent says the same. */
  | (DsAtParent & { readonly kind: 'agreed'; readonly parent: DomainName; readonly replies: readonly ParentReply[] })
  /** Nothing may be concluded: not the same everywhere; not heard from all; or an answer that is none. */
  | ParentDoubt;

/** Why it is not known which DS a zone has at its parent. */
export interface ParentDoubt {
  readonly kind: 'disagree' | 'unreachable' | 'fault';
  /** One sentence that names the zone and the servers in question. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix: string;
  /** Who said what, as far as it came to that. */
  readonly replies: readonly ParentReply[];
}

/** How many servers are named in one message. */
const NAMED = 5;

/**
 * What all the replies come to.
 *
 * A machine without IPv6 (or IPv4) cannot ask addresses of that family. They are left aside where none of the family can be
 * asked and every server has answered at another address; any other address that was not heard is in the way.
 */
export function verdictOf(zone: DomainName, found: ZoneServers, replies: readonly ParentReply[]): ParentAnswer {
  const parent = found.zone;
  const said = replies.flatMap(({ said }) => (said.kind === 'ds' ? [said] : []));
  const versions = new Map<string, ParentReply[]>();
  for (const reply of replies) {
    if (reply.said.kind !== 'ds') continue;
    const version = dsText(reply.said.ds);
    versions.set(version, [...(versions.get(version) ?? []), reply]);
  }
  if (versions.size > 1) {
    const who = [...versions].map(([version, those]) => `${version} at ${listed(those.map(serverOf))}`);
    return {
      kind: 'disagree',
      message: `the servers of ${parent} do not agree on the DS of ${zone}: ${who.join('; ')}`,
      fix: 'wait until all of them have the new version, and ask again',
      replies,
    };
  }
  const wrong = replies.flatMap((reply) => (reply.said.kind === 'wrong' ? [{ reply, said: reply.said }] : []));
  if (wrong[0] !== undefined) {
    const what = listed(wrong.map(({ reply, said }) => `${serverOf(reply)} ${said.why}`));
    return {
      kind: 'fault',
      message: `the DS of ${zone} cannot be known from all servers of ${parent}: ${what}`,
      fix: wrong[0].said.fix,
      replies,
    };
  }
  const unknown = new Set(replies.flatMap((reply) => reply.unknown));
  if (unknown.size > 0) {
    return {
      kind: 'unreachable',
      message: `${parent} has name servers that the resolver does not know yet and that were not asked for the DS of ${zone}: ${listed([...unknown])}`,
      fix: `ask again when resolvers have forgotten the NS of ${parent} as they were, or set parent.resolvers to one that has`,
      replies,
    };
  }
  const silent = notHeard(found, replies);
  const [first] = said;
  if (silent.length > 0 || first === undefined) {
    return {
      kind: 'unreachable',
      message: `not all servers of ${parent} could be asked for the DS of ${zone}: ${listed(silent)}`,
      fix: 'ask again later or from another network; "keys confirm" records what you have seen yourself',
      replies,
    };
  }
  return { kind: 'agreed', parent, ds: first.ds, ttl: Math.max(...said.map(({ ttl }) => ttl)), replies };
}

/** Which servers were not heard, as sentences; none where all that can be asked from here have answered. */
function notHeard({ servers }: ZoneServers, replies: readonly ParentReply[]): string[] {
  const missing = servers.flatMap(({ name, fault }) => (fault === undefined ? [] : [`${name} ${fault}`]));
  const heard = new Set(replies.flatMap((reply) => (reply.said.kind === 'ds' ? reply.servers : [])));
  for (const reply of replies) {
    if (reply.said.kind !== 'fault') continue;
    const family = replies.filter(({ address }) => isIpv6(address) === isIpv6(reply.address));
    const excused = family.every(hasNoRoute) && reply.servers.every((name) => heard.has(name));
    if (!excused) missing.push(`${reply.servers.join(', ')}: ${reply.said.message}`);
  }
  return missing;
}

function hasNoRoute({ said }: ParentReply): boolean {
  return said.kind === 'fault' && said.reason === 'no-route';
}

function isIpv6(address: string): boolean {
  return address.includes(':');
}

/** `13-02345 (digest type 2, 3f0a…)`, a DS each; `none`. Long enough that no two versions read the same. */
function dsText(ds: readonly Rdata[]): string {
  const texts = ds.map(readDs).map(({ algorithm, tag, digestType, digest }) => {
    const hex = Buffer.from(digest, 'latin1').toString('hex');
    return `${keyId(algorithm, tag)} (digest type ${digestType}, ${hex})`;
  });
  return texts.length === 0 ? 'none' : texts.join(' and ');
}

function serverOf({ servers, address }: ParentReply): string {
  return `${servers.join(', ')} (${address})`;
}

function listed(texts: readonly string[]): string {
  const more = texts.length - NAMED;
  return `${texts.slice(0, NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
