import { spawnSync } from 'node:child_process';
import { needs, skippedBecause, tool } from '../setup/tools.ts';

/** What the lab runs. */
const PROGRAMS = [
  ...['ip', 'nft', 'nsenter', 'unshare', 'setpriv', 'sudo', 'visudo', 'ssh', 'ssh-keygen', 'sshd', 'rsync'],
  ...['knotd', 'knotc', 'named', 'named-checkconf', 'nsd', 'nsd-checkconf', 'nsd-checkzone'],
  ...['bird', 'birdc', 'vtysh', 'gobgpd', 'gobgp', 'exabgp', 'exabgpcli', 'caddy', 'varnishd', 'varnishadm', 'curl'],
];

/** For `describe.skipIf`: why the lab cannot be started here, like `needs`. It takes root, and namespaces for mounts. */
export function needsLab(): string | undefined {
  if (process.getuid?.() !== 0) return skippedBecause('the lab needs root: run it with sudo');
  const missing = needs(...PROGRAMS);
  if (missing !== undefined) return missing;
  const tried = spawnSync(tool('unshare') ?? 'unshare', ['--mount', '--net', '--pid', '--fork', 'true']);
  return tried.status === 0 ? undefined : skippedBecause('the lab needs namespaces, which this machine does not allow');
}
