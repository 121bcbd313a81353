import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolOptions, ToolResult } from '../setup/tools.ts';
import type { Lab } from './lab.ts';

/** Pins the host keys that the nodes have now. Gives the file. */
export function pinHostKeys(lab: Lab): string {
  const file = join(lab.folder, 'known_hosts');
  const lines = [...lab.nodes.values()].map(({ plan, hostKey }) => `${plan.address} ${hostKey}\n`);
  appendFileSync(file, lines.join(''));
  return file;
}

/** Sends a command to a node as a client of ssh does that has the deployer's key, whatever stands in it. */
export function overSsh(lab: Lab, name: string, command: string, options: ToolOptions = {}): Promise<ToolResult> {
  const { plan } = lab.node(name);
  const settings = [
    ...['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'LogLevel=ERROR'],
    `UserKnownHostsFile=${join(lab.folder, 'known_hosts')}`,
    // One connection for all commands; it ends with the deployer's namespace.
    ...['ControlMaster=auto', 'ControlPersist=yes', `ControlPath=${join(lab.folder, `ssh-${name}`)}`],
  ].flatMap((setting) => ['-o', setting]);
  const target = ['-i', lab.identity, '-l', 'zonewright', '--', plan.address];
  return lab.deployer.run(['ssh', '-F', 'none', ...settings, ...target, command], options);
}
