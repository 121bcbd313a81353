import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseName } from '../../dns/name.ts';
import type { Terminal } from '../terminal.ts';
import { addressAt, type DemoNode, nodeLine, startNode } from './node.ts';
import { edit, type Stage } from './stage.ts';

/** The nodes, the canary first. */
const NODES = ['fra1', 'ams1'] as const;

const ZONE = 'example.com';
const HOST = `demo.${ZONE}`;

/** Rolls releases out to two nodes, a good one, a bad one, and back; false where something did not come out as it should. */
export async function playRollout(stage: Stage, terminal: Terminal): Promise<boolean> {
  await stage.chapter(
    '8. Roll out',
    'Two nodes get the release, the canary first. They are embedded name servers of this process, and their BGP\nannouncements are SIMULATED: nothing leaves this machine.',
  );
  const nodes = new Map<string, DemoNode>();
  try {
    for (const name of NODES) {
      const node = await startNode(stage, name);
      if (node === undefined) return false;
      nodes.set(name, node);
    }
    writeInventory(stage, nodes);
    return await play(stage, async () => {
      const answers: string[] = [];
      for (const [name, node] of nodes) {
        const address = await addressAt(node.port, HOST);
        answers.push(address);
        await terminal.out(`  ${name}: ${HOST} A ${address} (${node.announcement()}, simulated)\n`);
      }
      return answers;
    });
  } finally {
    for (const node of nodes.values()) await node.close();
  }
}

async function play(stage: Stage, show: () => Promise<string[]>): Promise<boolean> {
  const document = join(stage.repository, `zones/example/${ZONE}.yaml`);
  const setAddress = (address: string): void =>
    edit(document, ZONE, [
      { kind: 'put', owner: parseName(`${HOST}.`), type: 'A', ttl: undefined, values: [{ text: address }] },
    ]);
  setAddress('192.0.2.80');
  await stage.commit(`${ZONE}: add a web server`);
  if ((await stage.zonewright('deploy')).status !== 0) return false;
  if (!(await show()).every((address) => address === '192.0.2.80')) return false;

  await stage.chapter(
    '9. A bad release',
    'Another tool has touched a zone file and its checksum, and its serial is an old one. Verification over the wire\nfinds out: the canary goes back, and no other node gets it.',
  );
  setAddress('192.0.2.81');
  await stage.commit(`${ZONE}: move the web server`);
  if ((await stage.zonewright('build', '--out', '../release')).status !== 0) return false;
  const bad = join(stage.folder, 'bad-release');
  cpSync(join(stage.folder, 'release'), bad, { recursive: true });
  forge(bad);
  const { status, output } = await stage.zonewright('deploy', '--release', '../bad-release');
  if (status !== 1 || !output.includes('ams1: was not begun')) return false;
  if (!(await show()).every((address) => address === '192.0.2.80')) return false;

  await stage.chapter(
    '10. And back',
    'The good release goes out, and a rollback brings the one before it back, by the same steps.',
  );
  if ((await stage.zonewright('deploy')).status !== 0) return false;
  if (!(await show()).every((address) => address === '192.0.2.81')) return false;
  if ((await stage.zonewright('rollback')).status !== 0) return false;
  if (!(await show()).every((address) => address === '192.0.2.80')) return false;
  return (await stage.zonewright('nodes', 'status')).status === 0;
}

/** Gives a zone of a release another serial, and the manifest the checksum of that. */
function forge(release: string): void {
  const path = `zones/${ZONE}.zone`;
  const text = readFileSync(join(release, path), 'latin1').replace(/\d{10}( +; serial)/, '1000000000$1');
  const manifest = readFileSync(join(release, 'manifest.json'), 'utf8');
  const entry = new RegExp(`("path":"${path}","sha256":")[0-9a-f]{64}`);
  const digest = createHash('sha256').update(text, 'latin1').digest('hex');
  for (const [name, content] of [
    [path, text],
    ['manifest.json', manifest.replace(entry, `$1${digest}`)],
  ] as const) {
    // The file itself may be one with that of the good release.
    rmSync(join(release, name));
    writeFileSync(join(release, name), content, 'latin1');
  }
}

function writeInventory({ repository }: Stage, nodes: ReadonlyMap<string, DemoNode>): void {
  const lines = [...nodes].map(([name, node]) => nodeLine(name, node));
  writeFileSync(
    join(repository, 'nodes.yaml'),
    `defaults: { nameserver: { kind: embedded }, bgp: { kind: simulated } }\ngroups: { canary: [${NODES[0]}] }\nnodes:\n${lines.join('')}`,
  );
  writeFileSync(join(repository, 'zonewright.yaml'), 'deploy: { drain_seconds: 0, timeouts: { verify: 2s } }\n', {
    flag: 'a',
  });
}
