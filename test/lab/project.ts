import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../setup/tools.ts';
import { bgpSettings } from './daemons/bgp.ts';
import type { Lab } from './lab.ts';

/** A repository with zones, and the inventory of the lab. */
export interface LabProject {
  readonly folder: string;
  /** What the newest commit has as the text of `release.example.com`: it tells releases apart from outside. */
  label(): string;
  /** Writes zones, or removes those that are `undefined`, gives the release a label of its own, and commits. */
  commit(zones?: Readonly<Record<string, string | undefined>>): Promise<string>;
  /** Pins a host key in the place of those of that node. */
  pin(node: string, key: string): Promise<void>;
}

/** The zone that has the label. */
export const LABELLED = 'example.com';

const POLICY = `deploy:
  drain: always
  drain_seconds: 0
  min_announced: 2
  parallel: 2
  keep: 3
  timeouts: { connect: 3s, command: 60s, transfer: 60s, bgp: 8s, verify: 6s }
`;

/** Makes the repository, with two zones and one commit. */
export async function makeProject(lab: Lab): Promise<LabProject> {
  const folder = join(lab.folder, 'project');
  await mkdir(join(folder, 'zones'), { recursive: true });
  let count = 0;
  const git = async (...args: string[]) => {
    const identity = ['-c', 'user.name=lab', '-c', 'user.email=lab@example.com'];
    const { status, stderr } = await runTool('git', ['-C', folder, ...identity, ...args]);
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  };
  const project: LabProject = {
    folder,
    label: () => `r${count}`,
    async commit(zones = {}) {
      count++;
      for (const [zone, text] of Object.entries({ [LABELLED]: labelled(project.label()), ...zones })) {
        const file = join(folder, 'zones', `${zone}.yaml`);
        await (text === undefined ? rm(file) : writeFile(file, text));
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--message', `Change ${project.label()}`);
      return project.label();
    },
    async pin(node, key) {
      const { address } = lab.node(node).plan;
      const file = join(folder, 'known_hosts');
      const others = (await readFile(file, 'utf8')).split('\n').filter((line) => !line.startsWith(`${address} `));
      await writeFile(file, [`${address} ${key}`, ...others].join('\n'));
    },
  };
  const nodes = [...lab.nodes.values()];
  await writeFile(join(folder, 'zonewright.yaml'), POLICY);
  await writeFile(
    join(folder, 'nodes.yaml'),
    [
      `defaults: { ssh: { user: zonewright, identity: "${lab.identity}" } }`,
      'groups: { canary: [fra1] }',
      'nodes:',
      ...nodes.flatMap(({ plan }) => [
        `  ${plan.name}:`,
        `    host: ${plan.address}`,
        `    nameserver: { kind: ${plan.nameserver} }`,
        `    bgp: ${bgpSettings(plan)}`,
        `    probe: { address: ${plan.address} }`,
      ]),
      '',
    ].join('\n'),
  );
  await writeFile(
    join(folder, 'known_hosts'),
    nodes.map(({ plan, hostKey }) => `${plan.address} ${hostKey}\n`).join(''),
  );
  await writeFile(join(folder, '.gitignore'), '.zonewright/\n');
  await git('init', '--quiet', '--initial-branch=main');
  await project.commit({ 'example.net': zoneDocument({ www: { A: '192.0.2.80' } }) });
  return project;
}

/** A zone document: the records of each name by their types, beside SOA and NS. */
export function zoneDocument(records: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string {
  const all = { '@': { NS: ['ns1.example.com.', 'ns2.example.com.'] }, ...records };
  return `${JSON.stringify({ soa: { primary: 'ns1.example.com.', contact: 'hostmaster@example.com' }, records: all }, null, 2)}\n`;
}

function labelled(label: string): string {
  return zoneDocument({
    ns1: { A: '192.0.2.53' },
    ns2: { A: '192.0.2.54' },
    release: { TXT: label },
  });
}
