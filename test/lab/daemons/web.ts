import type { LabNode } from '../node.ts';
import { type Daemon, until } from '../space.ts';

/** Where the node's own part of Caddy's configuration is. */
export const CADDYFILE = '/etc/caddy/Caddyfile';

/** The web servers of a node. */
export interface WebServers {
  readonly caddy: Daemon;
  readonly varnish: Daemon;
}

/** Caddy's own configuration as docs/web-and-monitoring.md has it, with certificates that ask nobody. */
export const caddyfile = (more = ''): string => `{
	local_certs
	skip_install_trust
}
import /var/lib/zonewright/current/web/Caddyfile*
${more}`;

/** Starts Caddy and Varnish on a node that has no hosts yet. */
export async function startWebServers({ space }: LabNode): Promise<WebServers> {
  await space.write(CADDYFILE, caddyfile());
  await space.must(['chown', 'varnish', '/etc/varnish/secret']);
  const varnish = await space.start('varnish', [
    ...['varnishd', '-F', '-j', 'unix,user=vcache', '-b', 'none', '-s', 'malloc,16m'],
    ...['-a', '127.0.0.1:6081', '-T', '127.0.0.1:6082', '-S', '/etc/varnish/secret'],
  ]);
  const caddy = await space.start('caddy', [
    ...['setpriv', '--reuid=caddy', '--regid=caddy', '--clear-groups'],
    ...['--inh-caps=+net_bind_service', '--ambient-caps=+net_bind_service'],
    ...['env', 'HOME=/var/lib/caddy', 'caddy', 'run', '--config', CADDYFILE],
  ]);
  const ping = ['varnishadm', '-T', '127.0.0.1:6082', '-S', '/etc/varnish/secret', 'ping'];
  await until('Varnish is there', async () => (await space.run(ping)).status === 0);
  const admin = ['curl', '-sf', 'http://127.0.0.1:2019/config/'];
  await until('Caddy is there', async () => (await space.run(admin)).status === 0);
  return { caddy, varnish };
}
