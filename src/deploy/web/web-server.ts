import { order } from '../node/order.ts';
import type { NodeState } from '../node/protocol.ts';
import type { Run } from '../node/transport.ts';
import type { Difference } from '../release/difference.ts';
import type { ReleaseFile } from '../release/release.ts';

/** The web servers of a node: Caddy takes requests, Varnish behind it keeps pages. What is thrown is a NodeError. */
export interface WebControl {
  /** Has them judge their files in `releases/ID`, which is not `current` yet. */
  check(id: string, changed: WebChanges): Promise<void>;
  /** Has them go over to those of `current`, which was switched; where they cannot, they go on with what they had. */
  load(changed: WebChanges): Promise<void>;
  /** Has those that went over by {@link load} go back, `current` being switched back. */
  goBack(changed: WebChanges): Promise<void>;
}

/** Whose file differs. */
export interface WebChanges {
  readonly varnish: boolean;
  readonly caddy: boolean;
}

const FILES = { varnish: 'web/varnish.vcl', caddy: 'web/Caddyfile' } as const;

/** Whose file a difference between two releases brings. */
export function webChanges({ send }: Pick<Difference, 'send'>): WebChanges {
  const has = (wanted: string): boolean => send.some(({ path }) => path === wanted);
  return { varnish: has(FILES.varnish), caddy: has(FILES.caddy) };
}

/** Whose file is another than it has loaded, as the node says, or comes with a difference. */
export function hostsToLoad(
  difference: Pick<Difference, 'send'>,
  files: ReadonlyMap<string, ReleaseFile>,
  { web }: Pick<NodeState, 'web'>,
): WebChanges {
  const changed = webChanges(difference);
  const differs = (server: keyof WebChanges): boolean => {
    const file = files.get(FILES[server]);
    return changed[server] || (file !== undefined && file.sha256 !== web[server]);
  };
  return { varnish: differs('varnish'), caddy: differs('caddy') };
}

/**
 * The web servers of a node, by `varnishadm` (`vcl.load`, which only compiles, and `vcl.use`) and `caddy reload`. Varnish goes
 * first: it has to know the hosts that Caddy asks it for.
 */
export function webControl(run: Run): WebControl {
  const loaded = { varnish: false, caddy: false };
  const load = async ({ varnish, caddy }: WebChanges): Promise<void> => {
    if (varnish) {
      await order(run, ['varnish', 'use'], 'have Varnish take its new configuration', VARNISH);
      loaded.varnish = true;
    }
    if (caddy) {
      await order(run, ['caddy', 'reload'], 'have Caddy take its new configuration', CADDY);
      loaded.caddy = true;
    }
  };
  return {
    async check(id, { varnish, caddy }) {
      if (varnish) await order(run, ['varnish', 'load', id], 'have Varnish accept the release', VARNISH);
      if (caddy) await order(run, ['caddy', 'check', id], 'have Caddy accept the release', CADDY);
    },
    load,
    goBack: ({ varnish, caddy }) => load({ varnish: varnish && loaded.varnish, caddy: caddy && loaded.caddy }),
  };
}

const VARNISH = 'see whether varnishd runs on the node, and whether the user varnish can read its secret';
const CADDY =
  "see whether Caddy runs on the node, and what the node's own Caddyfile has beside the hosts of the release";
