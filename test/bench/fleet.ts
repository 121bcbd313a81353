import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenForCommands, type NodeControl } from '../../src/deploy/nameservers/embedded/node/control.ts';
import { type EmbeddedNode, startEmbeddedNode } from '../../src/deploy/nameservers/embedded/node/node.ts';
import type { ServedZone } from '../../src/dns/answer/served-zone.ts';
import { releaseFromNode } from '../../src/pipeline/rollout/release.ts';
import { deploy } from '../../src/pipeline/rollout/roll-out.ts';
import { madeNames, writeFile, zoneDocument } from './inputs.ts';

// Rolls a release out to many embedded nodes of this process, then one in which one record has changed, then the same again:
// npx tsx test/bench/fleet.ts [NODES] [ZONES]
const [nodes = 1000, zones = 20] = process.argv.slice(2).map(Number);

interface Cost {
  readonly run: string;
  readonly seconds: number;
  /** Of deployer and nodes together: they are one process. */
  readonly cpuMillisecondsPerNode: number;
  readonly octetsPerNode: number;
}

const folder = mkdtempSync(join(tmpdir(), 'zonewright-fleet-'));
const started: { readonly node: EmbeddedNode; readonly control: NodeControl }[] = [];
try {
  const inventory: string[] = [];
  const known = new Map<string, ServedZone>();
  for (let i = 0; i < nodes; i++) {
    const name = `n${i}`;
    const root = join(folder, 'nodes', name);
    mkdirSync(root, { recursive: true });
    const node = await startEmbeddedNode({
      name,
      root,
      listen: { address: '127.0.0.1', port: 0 },
      readRelease: remembered(releaseFromNode),
      zones: known,
    });
    if (node.kind === 'fault') throw new Error(node.message);
    started.push({ node, control: await listenForCommands(node) });
    inventory.push(`  ${name}: { root: ${root}, probe: { address: 127.0.0.1, port: ${node.address.port} } }`);
  }
  writeFileSync(
    join(folder, 'nodes.yaml'),
    `defaults: { nameserver: { kind: embedded }, bgp: { kind: simulated } }\ngroups: { canary: [n0] }\nnodes:\n${inventory.join('\n')}\n`,
  );
  writeFileSync(join(folder, 'zonewright.yaml'), 'deploy: { drain_seconds: 0, parallel: 16 }\n');
  for (let i = 0; i < zones; i++)
    writeFile(join(folder, `zones/zone-${i}.example.yaml`), zoneDocument(madeNames(51, i), `zone-${i}.example`));
  const costs: Cost[] = [await measure('all zones are new')];
  writeFile(join(folder, 'zones/zone-0.example.yaml'), zoneDocument(madeNames(52, 0), 'zone-0.example'));
  costs.push(await measure('one zone has changed'), await measure('nothing has changed'));
  process.stdout.write(`${JSON.stringify({ nodes, zones, costs }, null, 2)}\n`);
} finally {
  for (const { node, control } of started) {
    await control.close();
    await node.close();
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Nodes of one process read the same release again and again. */
function remembered(read: typeof releaseFromNode): typeof releaseFromNode {
  const known = new Map<string, ReturnType<typeof releaseFromNode>>();
  return (printed) => {
    const release = known.get(printed) ?? read(printed);
    known.set(printed, release);
    return release;
  };
}

async function measure(run: string): Promise<Cost> {
  let octets = 0;
  const begun = Date.now();
  const cpu = process.cpuUsage();
  const ended = await deploy(
    { folder, now: Date.now(), version: '0.0.0' },
    {},
    {
      tell: (event) => {
        if (event.type === 'node') octets += event.octets;
      },
      signal: new AbortController().signal,
      stopping: () => false,
    },
  );
  if (ended.kind !== 'rolled-out' || ended.outcome !== 'done') throw new Error('the rollout has failed');
  const { user, system } = process.cpuUsage(cpu);
  return {
    run,
    seconds: (Date.now() - begun) / 1000,
    cpuMillisecondsPerNode: Math.round((user + system) / 100 / nodes) / 10,
    octetsPerNode: Math.round(octets / nodes),
  };
}
