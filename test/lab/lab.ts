import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../setup/tools.ts';
import { type Collector, startCollector } from './collector.ts';
import { plugIn } from './network.ts';
import { type LabNode, startNode } from './node.ts';
import { DEPLOYER, NODES } from './plan.ts';
import { type Space, startSpace } from './space.ts';

/** Four nodes, a collector to which they announce, and a place from which to deploy. */
export interface Lab {
  /** Removed when the lab ends: logs, keys, and what a test puts there. */
  readonly folder: string;
  readonly collector: Collector;
  readonly deployer: Space;
  readonly nodes: ReadonlyMap<string, LabNode>;
  /** The node of that name. */
  node(name: string): LabNode;
  /** The deployer's private key. */
  readonly identity: string;
  stop(): Promise<void>;
}

/** Starts the lab; `disk` is the room for releases on each node. Whatever happens to this process, nothing of it stays but its folder below the temporary one. */
export async function startLab({ disk }: { readonly disk?: string } = {}): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'zonewright-lab-'));
  const logs = join(folder, 'logs');
  await mkdir(logs);
  const spaces: Space[] = [];
  const stop = async () => {
    await Promise.all(spaces.map((space) => space.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const identity = join(folder, 'deployer');
    await runTool('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'deployer', '-f', identity]);
    const publicKey = await readFile(`${identity}.pub`, 'utf8');
    const collector = await startCollector(logs);
    spaces.push(collector.space);
    const deployer = await startSpace(DEPLOYER.name, logs);
    spaces.push(deployer);
    await plugIn(collector.space, deployer, DEPLOYER.address, DEPLOYER.address6);
    const started = await Promise.allSettled(
      NODES.map((plan) => startNode(plan, collector.space, logs, publicKey, disk)),
    );
    const nodes = new Map<string, LabNode>();
    for (const each of started) {
      if (each.status === 'rejected') throw each.reason;
      spaces.push(each.value.space);
      nodes.set(each.value.plan.name, each.value);
    }
    return {
      folder,
      collector,
      deployer,
      nodes,
      node(name) {
        const node = nodes.get(name);
        if (node === undefined) throw new Error(`there is no node ${name}`);
        return node;
      },
      identity,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
