import { createHash } from 'node:crypto';
import type { Network } from '../../zone/web-file.ts';
import { CLIENT_HEADER } from './cache.ts';

/** A proxied host, and from where its pages may be purged. */
export interface CachedSite {
  readonly host: string;
  readonly origins: readonly string[];
  readonly purge: readonly Network[];
}

const HEAD = `# The hosts of this release for Varnish, which listens on loopback behind Caddy:
#   varnishd -a 127.0.0.1:6081 -f /var/lib/zonewright/current/web/varnish.vcl
vcl 4.1;

import directors;
import std;

backend default none;

acl zonewright_local {
	"127.0.0.0"/8;
	"::1";
}
`;

const TAIL = `
sub vcl_recv {
	# Caddy says who asks; nobody else is believed.
	if (client.ip !~ zonewright_local || !req.http.${CLIENT_HEADER}) {
		set req.http.${CLIENT_HEADER} = client.ip;
	}
	set req.http.host = regsub(std.tolower(req.http.host), ":[0-9]+$", "");
	call zonewright_site;
	if (req.method == "PURGE") {
		return (synth(405, "Not allowed"));
	}
}

sub vcl_backend_fetch {
	unset bereq.http.${CLIENT_HEADER};
}

sub vcl_pipe {
	unset bereq.http.${CLIENT_HEADER};
}

sub vcl_deliver {
	if (obj.hits > 0) {
		set resp.http.X-Cache = "hit";
	} else {
		set resp.http.X-Cache = "miss";
	}
}
`;

/**
 * `varnish.vcl`: which host is fetched from where, and who may purge. Hosts with the same origins and the same networks
 * share a branch. Names in it are made from addresses and digests, never from what people write.
 */
export function printVcl(sites: readonly CachedSite[]): string {
  const origins = [...new Set(sites.flatMap((site) => site.origins))].sort();
  const groups = [...groupSites(sites).values()];
  const pools = new Map(
    groups.filter((each) => each.origins.length > 1).map((each) => [poolOf(each.origins), each.origins]),
  );
  const acls = new Map(groups.filter((each) => each.purge.length > 0).map((each) => [aclOf(each.purge), each.purge]));
  const parts = [HEAD];
  for (const [name, networks] of sortedEntries(acls)) parts.push(printAcl(name, networks));
  for (const origin of origins)
    parts.push(`\nbackend ${backendOf(origin)} {\n\t.host = "${origin}";\n\t.port = "80";\n}\n`);
  if (pools.size > 0) parts.push(printPools(sortedEntries(pools)));
  parts.push(printChoice(groups), TAIL);
  return parts.join('');
}

interface Group {
  readonly origins: readonly string[];
  readonly purge: readonly Network[];
  readonly hosts: string[];
}

/** Exact hosts by what is done with them; each wildcard for itself, the longest first: the order counts. */
function groupSites(sites: readonly CachedSite[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  const exact = sites.filter(({ host }) => !isWildcard(host));
  const wild = sites.filter(({ host }) => isWildcard(host)).sort((a, b) => labels(b.host) - labels(a.host));
  for (const { host, origins, purge } of [...exact, ...wild]) {
    const key = isWildcard(host) ? host : `${origins.join(',')} ${purge.join(',')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { origins, purge, hosts: [host] });
    else group.hosts.push(host);
  }
  return groups;
}

function printAcl(name: string, networks: readonly Network[]): string {
  const lines = networks.map((network) => {
    const [address, length] = network.split('/');
    return `\t"${address}"/${length};\n`;
  });
  return `\nacl ${name} {\n${lines.join('')}}\n`;
}

function printPools(pools: readonly (readonly [string, readonly string[]])[]): string {
  const lines = pools.flatMap(([name, origins]) => [
    `\tnew ${name} = directors.round_robin();\n`,
    ...origins.map((origin) => `\t${name}.add_backend(${backendOf(origin)});\n`),
  ]);
  return `\nsub vcl_init {\n${lines.join('')}}\n`;
}

function printChoice(groups: readonly Group[]): string {
  const nobody = '\t\treturn (synth(421, "Misdirected Request"));\n';
  if (groups.length === 0) return `\nsub zonewright_site {\n${nobody.replace('\t\t', '\t')}}\n`;
  const branches = groups.map(({ hosts, origins, purge }) => {
    const backend = origins.length === 1 ? backendOf(origins[0] as string) : `${poolOf(origins)}.backend()`;
    const may = `std.ip(req.http.${CLIENT_HEADER}, "0.0.0.0") ~ ${aclOf(purge)}`;
    const purging =
      purge.length === 0 ? '' : `\t\tif (req.method == "PURGE" && ${may}) {\n\t\t\treturn (purge);\n\t\t}\n`;
    return `if (${hosts.map(condition).join(' ||\n\t\t')}) {\n\t\tset req.backend_hint = ${backend};\n${purging}\t}`;
  });
  return `\nsub zonewright_site {\n\t${branches.join(' else ')} else {\n${nobody}\t}\n}\n`;
}

function condition(host: string): string {
  if (!isWildcard(host)) return `req.http.host == "${host}"`;
  return `req.http.host ~ "^[^.]+${host.slice(1).replaceAll('.', '\\.')}$"`;
}

function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

function labels(host: string): number {
  return host.split('.').length;
}

/** `ip4_192_0_2_1`, `ip6_2001_db8__1`: different addresses have different names. */
function backendOf(origin: string): string {
  return `${origin.includes(':') ? 'ip6' : 'ip4'}_${origin.replaceAll(/[.:]/g, '_')}`;
}

function poolOf(origins: readonly string[]): string {
  return `pool_${digest(origins)}`;
}

function aclOf(networks: readonly Network[]): string {
  return `purge_${digest(networks)}`;
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join(' ')).digest('hex').slice(0, 16);
}

function sortedEntries<V>(map: ReadonlyMap<string, V>): (readonly [string, V])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
