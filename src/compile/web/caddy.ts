import { CACHE_PORT, CLIENT_HEADER } from './cache.ts';
import type { Site } from './sites.ts';

const HEAD = `# The hosts of this release for Caddy. In the node's own Caddyfile, with the release in /var/lib/zonewright/current:
#   import /var/lib/zonewright/current/web/Caddyfile
`;

/** Behind Caddy, Varnish cannot see by itself who asks. */
const SNIPPET = `
(zonewright-cache) {
	reverse_proxy 127.0.0.1:${CACHE_PORT} {
		header_up ${CLIENT_HEADER} {remote_host}
	}
}
`;

/** `Caddyfile`: one block a host, sorted. Hosts are of {@link hostOf}, targets are URIs, in which no brace or quote stands. */
export function printCaddyfile(sites: readonly Site[]): string {
  return HEAD + SNIPPET + sites.map(printSite).join('');
}

function printSite({ host, service }: Site): string {
  const wildcard = host.startsWith('*');
  const lines: string[] = [];
  // A certificate for the wildcard itself takes a challenge over DNS; without one each name gets its own when it is asked for.
  if (wildcard) lines.push('\ttls {', '\t\ton_demand', '\t}');
  if (service.kind === 'proxied') {
    lines.push('\timport zonewright-cache');
    return block(host, lines);
  }
  lines.push(`\tredir "${service.target}" ${service.status}`);
  // Without a detour over https of the same host.
  return block(`http://${host}, https://${host}`, lines);
}

function block(address: string, lines: readonly string[]): string {
  return `\n${address} {\n${lines.join('\n')}\n}\n`;
}
