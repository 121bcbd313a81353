import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { listenForCommands } from '../../deploy/nameservers/embedded/node/control.ts';
import { startEmbeddedNode } from '../../deploy/nameservers/embedded/node/node.ts';
import { query } from '../../deploy/query.ts';
import { parseName } from '../../dns/name.ts';
import { rdataToText } from '../../dns/rdata.ts';
import { A } from '../../dns/types/a.ts';
import { releaseFromNode } from '../../pipeline/rollout/release.ts';
import type { Stage } from './stage.ts';

/** A node of this process, with an embedded name server and announcements that are simulated. */
export interface DemoNode {
  readonly root: string;
  readonly port: number;
  /** `announced` or `withdrawn`, which nobody else hears of. */
  readonly announcement: () => string;
  readonly close: () => Promise<void>;
}

/** Starts a node on a free port; `undefined` where nothing can listen. */
export async function startNode({ folder }: Stage, name: string): Promise<DemoNode | undefined> {
  const root = join(folder, 'nodes', name);
  mkdirSync(root, { recursive: true });
  const node = await startEmbeddedNode({
    name,
    root,
    listen: { address: '127.0.0.1', port: 0 },
    readRelease: releaseFromNode,
  });
  if (node.kind === 'fault') return undefined;
  const control = await listenForCommands(node);
  return {
    root,
    port: node.address.port,
    announcement: () => node.command(['simulated', 'state'], '').stdout.trim(),
    close: async () => {
      await control.close();
      await node.close();
    },
  };
}

/** The line of a node in `nodes.yaml`. */
export function nodeLine(name: string, { root, port }: DemoNode): string {
  return `  ${name}: { root: ${root}, probe: { address: 127.0.0.1, port: ${port} } }\n`;
}

/** The address that the name server on a port of this machine gives for a host. */
export async function addressAt(port: number, host: string): Promise<string> {
  const answer = await query({ host: '127.0.0.1', port }, parseName(`${host}.`), A.code);
  if (answer.kind === 'fault') return answer.message;
  const found = answer.message.answers.find(({ type }) => type === A.code);
  return found === undefined ? 'nothing' : rdataToText(found.type, found.rdata);
}
