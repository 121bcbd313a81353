import { type DomainName, displayName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { rdataNames, rdataToText } from '../../dns/rdata.ts';
import { CNAME } from '../../dns/types/cname.ts';
import { ownerSpan } from '../../zone/checks/place.ts';
import type { Finding } from '../../zone/finding.ts';
import { placeOf, type Span } from '../../zone/source.ts';
import type { DeclaredRRset, Zone } from '../../zone/zone.ts';
import type { Answer } from '../estate.ts';
import { type Chain, MAX_CHAIN } from '../flatten.ts';
import { compileSeverity } from '../rules.ts';
import { hostOf } from './host.ts';

/** What web nodes do with the requests for a host: fetch from where it is really served, or send elsewhere. */
export type Service =
  | { readonly kind: 'proxied'; readonly origins: readonly string[] }
  | { readonly kind: 'redirect'; readonly status: number; readonly target: string };

/** A host that web nodes serve; its first label may be `*`. See {@link hostOf} for the characters in it. */
export interface Site {
  readonly host: string;
  readonly service: Service;
}

/** What a zone has for web nodes. */
export interface ZoneSites {
  readonly sites: readonly Site[];
  /** The accounts and groups that own the zone: theirs are the addresses that may purge. */
  readonly owners: readonly string[];
}

/**
 * The hosts of a zone that web nodes serve: names with proxied addresses and redirects, and the names that a CNAME or ALIAS
 * leads from to one of these, in this zone or another; `undefined` where there is none.
 */
export function sitesOf(zone: Zone, chain: Chain): { web: ZoneSites | undefined; findings: readonly Finding[] } {
  const sites: Site[] = [];
  const findings: Finding[] = [];
  const put = (owner: DomainName, service: Service | undefined, type: string, span: () => Span): void => {
    if (service === undefined) return;
    const host = hostOf(owner);
    if (host === undefined) findings.push(notHost(zone, owner, type, span()));
    else sites.push({ host, service });
  };
  for (const [owner, rrsets] of zone.names) {
    const origins = originsOf(rrsets);
    if (origins.length > 0) put(owner, { kind: 'proxied', origins }, 'A', () => ownerSpan(rrsets[0] as DeclaredRRset));
    const cname = rrsets.find(({ type }) => type === CNAME.code);
    if (cname !== undefined) put(owner, serviceAt(chain, targetOf(cname)), 'CNAME', () => ownerSpan(cname));
  }
  for (const { owner, target, span } of zone.aliases) put(owner, serviceAt(chain, target), 'ALIAS', () => span);
  for (const { owner, status, target, span } of zone.redirects) {
    put(owner, { kind: 'redirect', status, target }, 'REDIRECT', () => span);
  }
  const web = sites.length === 0 ? undefined : { sites: once(sites), owners: zone.settings.owners };
  return { web, findings };
}

/** The addresses that proxied values stand for, sorted. */
function originsOf(rrsets: readonly DeclaredRRset[]): string[] {
  const origins = rrsets.flatMap(({ type, rdatas, options }) =>
    options === undefined
      ? []
      : rdatas.flatMap((rdata, i) => (options[i]?.proxied === true ? [rdataToText(type, rdata)] : [])),
  );
  return [...new Set(origins)].sort();
}

function targetOf({ rdatas }: { readonly rdatas: readonly Rdata[] }): DomainName {
  return rdataNames(CNAME.code, rdatas[0] as Rdata)[0] as DomainName;
}

/** What is served at the end of a chain of names; `undefined` where that is none of the web nodes' business. */
function serviceAt(chain: Chain, target: DomainName): Service | undefined {
  let name = target;
  for (let hops = 0; hops < MAX_CHAIN; hops++) {
    const apex = chain.zoneFor(name);
    const answer = apex === undefined ? undefined : chain.answerAt(apex, name);
    if (answer?.kind !== 'data') return undefined;
    const service = serviceOf(answer);
    if (service !== undefined) return service;
    const cname = answer.rrsets.find(({ type }) => type === CNAME.code);
    const next = answer.alias?.target ?? (cname === undefined ? undefined : targetOf(cname));
    if (next === undefined) return undefined;
    name = next;
  }
  return undefined;
}

function serviceOf({ rrsets, redirect }: Answer): Service | undefined {
  const origins = originsOf(rrsets);
  if (origins.length > 0) return { kind: 'proxied', origins };
  return redirect === undefined ? undefined : { kind: 'redirect', status: redirect.status, target: redirect.target };
}

/** One site a host; where a name is proxied and redirected, which a check finds, it is proxied. */
function once(sites: readonly Site[]): Site[] {
  const byHost = new Map<string, Site>();
  for (const site of sites) if (!byHost.has(site.host)) byHost.set(site.host, site);
  return [...byHost.values()];
}

function notHost(zone: Zone, owner: DomainName, type: string, span: Span): Finding {
  return {
    rule: 'web-host-syntax',
    severity: compileSeverity('web-host-syntax'),
    message: `${displayName(owner)} is answered with the web nodes, and no browser can ask for such a name`,
    fix: 'use letters, digits, "-" and "_" in names that web nodes serve',
    place: placeOf(span),
    zone: zone.apex,
    owner,
    type,
  };
}
