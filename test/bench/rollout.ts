import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDeploy } from '../lab/deployer.ts';
import { type Lab, startLab } from '../lab/lab.ts';
import { DEPLOYER, NODES, type NodePlan } from '../lab/plan.ts';
import { type LabProject, makeProject } from '../lab/project.ts';
import { until } from '../lab/space.ts';
import { runTool, tool } from '../setup/tools.ts';
import { type Bench, type Side, ZONEWRIGHT } from './bench.ts';
import { madeNames, writeFile, zoneDocument } from './inputs.ts';

/** The port of the servers that get their zones by transfer; those that get releases have port 53. */
const PORT = 5300;

/** So many releases are kept: from then on each is made from one that goes. */
export const KEPT = 20;

/** The zone that changes. */
export const ZONE = 'zone-0.example';

/** One changed record, on its way to four nodes. */
export const rolloutInLab: Bench = {
  name: 'one record changed in 10,000 zones: rolled out to four nodes',
  about:
    'zonewright deploy, from commit to verified : rndc reload, NOTIFY and AXFR from one BIND to the same four nodes',
  goal: { time: 2 },
  prepare: async (folder, scale) => {
    const lab = await startLab({ disk: '2g' });
    try {
      const project = await makeEstate(lab, scale);
      for (let i = 0; i <= KEPT; i++) {
        if (i > 0)
          appendFileSync(join(project.folder, 'zones/0', `${ZONE}.yaml`), `  before-${i}: { A: 198.51.100.9 }\n`);
        const { status, events, stderr } = await startDeploy(lab, project).ended;
        if (status === 0) continue;
        throw new Error(`a rollout fails: ${JSON.stringify(events.filter(({ type }) => type === 'node'))} ${stderr}`);
      }
      const peer = await startTransfers(lab, folder, join(project.folder, '.zonewright/deploy/release/zones'));
      return { ours: ourSide(lab, project), peer, end: () => finish(lab, project) };
    } catch (error) {
      await lab.stop();
      throw error;
    }
  },
};

/** Makes a repository with so many zones. */
export async function makeEstate(lab: Lab, scale: number): Promise<LabProject> {
  const project = await makeProject(lab);
  // As the peer does it: all nodes at once, and none of them withdrawn.
  const policy =
    'deploy: { drain: on-failure, canary: nobody, parallel: 4, min_announced: 0, timeouts: { command: 10m, verify: 10m } }\n';
  writeFileSync(join(project.folder, 'zonewright.yaml'), policy);
  const zones = Array.from({ length: Math.round(10_000 * scale) }, (_, i) => `zone-${i}.example`);
  zones.forEach((zone, i) => {
    writeFile(join(project.folder, 'zones', String(i % 100), `${zone}.yaml`), zoneDocument(madeNames(5, i), zone));
  });
  await project.commit();
  return project;
}

function ourSide(lab: Lab, project: LabProject): Side {
  const git = ['git', '-C', project.folder, '-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  let count = 0;
  const file = join(project.folder, 'zones/0', `${ZONE}.yaml`);
  return {
    kind: 'command',
    argv: inside(lab, [
      ...['sh', '-eu', '-c', '"$@" commit --quiet --all --message Change; exec "$0" $ZONEWRIGHT deploy'],
      ...[process.execPath, ...git],
    ]),
    env: { ZONEWRIGHT: `${ZONEWRIGHT[1]} -C ${project.folder} --no-progress` },
    before: () => appendFileSync(file, `  changed-${count++}: { A: 198.51.100.9 }\n`),
  };
}

/** What went over the wire for one change: rsync's own account of it, for all nodes. */
async function finish(lab: Lab, project: LabProject): Promise<string | undefined> {
  try {
    appendFileSync(join(project.folder, 'zones/0', `${ZONE}.yaml`), '  last: { A: 198.51.100.9 }\n');
    const { events } = await startDeploy(lab, project).ended;
    const octets = events.flatMap((event) => (event.type === 'node' ? [event.octets] : []));
    return `octets to each node: ${octets.join(', ')}`;
  } finally {
    await lab.stop();
  }
}

/** Starts a primary with all zones where the deployer is, and a secondary on each node beside the server that it has. */
export async function startTransfers(lab: Lab, folder: string, release: string): Promise<Side> {
  const zones = readdirSync(release).map((file) => file.replace(/\.zone$/, ''));
  const primary = join(folder, 'primary');
  cpSync(release, join(primary, 'zones'), { recursive: true });
  writeFileSync(join(primary, 'rndc.key'), 'key "rndc" { algorithm hmac-sha256; secret "YmVuY2htYXJr"; };\n');
  writeFileSync(join(primary, 'named.conf'), primaryConf(primary, zones));
  const started = await lab.deployer.start('named', ['named', '-g', '-n', '1', '-c', join(primary, 'named.conf')]);
  // A secondary that asks too early waits long before it asks again.
  const isLoaded = async () => (await serial(lab, DEPLOYER.address)) !== '';
  await until("the peer's primary has loaded", isLoaded);
  const secondaries = NODES.map(async (plan) => {
    const { space } = lab.node(plan.name);
    mkdirSync(space.outside('/tmp/peer/zones'), { recursive: true });
    cpSync(release, space.outside('/tmp/peer/zones'), { recursive: true });
    writeFileSync(space.outside('/tmp/peer/conf'), secondaryConf[plan.nameserver](plan.address, zones));
    await space.must(['sh', '-c', 'chmod -R a+rwX /tmp/peer']);
    await space.start('peer', argvOf[plan.nameserver]);
  });
  await Promise.all(secondaries);
  for (const { address } of NODES) {
    await until(`${address} serves the peer's zones`, async () => (await serial(lab, address)) !== '');
  }
  if (!started.running()) throw new Error(`named has ended: ${readFileSync(started.log, 'utf8')}`);
  const file = join(primary, 'zones', `${ZONE}.zone`);
  const wait = NODES.map(
    ({ address }) =>
      `until dig @${address} -p ${PORT} ${ZONE} SOA +short +tries=1 +time=1 | grep -q " $1 "; do left=$((left - 1)); [ $left -gt 0 ]; done`,
  );
  let now = Number(/(\d+)\s*; serial/.exec(readFileSync(file, 'utf8'))?.[1]);
  const rndc = `rndc -s 127.0.0.1 -p ${PORT + 1} -k ${primary}/rndc.key reload ${ZONE} >/dev/null`;
  const change = (): void => {
    const text = readFileSync(file, 'utf8').replace(String(now), String(++now));
    writeFileSync(file, `${text}new-${now} A 198.51.100.9\n`);
    writeFileSync(join(primary, 'serial'), String(now));
  };
  const argv = inside(lab, [
    ...['sh', '-eu', '-c'],
    `left=300; set -- "$(cat ${primary}/serial)"; ${rndc}; ${wait.join('; ')}`,
  ]);
  // Secondaries that have just started look at all of their zones first, and miss what they are told meanwhile.
  const [program = '', ...args] = argv;
  for (let quick = 0, tries = 0; quick < 3; tries++) {
    if (tries === 100) throw new Error('the secondaries of the peer do not follow');
    change();
    quick = (await runTool(program, args, { timeout: 120_000 })).status === 0 ? quick + 1 : 0;
  }
  return { kind: 'command', argv, before: change };
}

async function serial(lab: Lab, address: string): Promise<string> {
  const asked = ['dig', `@${address}`, '-p', String(PORT), ZONE, 'SOA', '+short', '+time=1', '+tries=1'];
  return (await runTool('nsenter', ['-t', String(lab.deployer.pid), '-n', ...asked])).stdout;
}

export function inside(lab: Lab, argv: readonly string[]): string[] {
  return [tool('nsenter') ?? 'nsenter', '-t', String(lab.deployer.pid), '-n', ...argv];
}

function primaryConf(folder: string, zones: readonly string[]): string {
  return `include "${folder}/rndc.key";
controls { inet 127.0.0.1 port ${PORT + 1} allow { 127.0.0.1; } keys { "rndc"; }; };
options {
  directory "${folder}"; pid-file none; session-keyfile none; lock-file none;
  listen-on port ${PORT} { ${DEPLOYER.address}; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; allow-transfer { any; };
  notify explicit; notify-delay 0; notify-rate 1000; startup-notify-rate 1; also-notify { ${NODES.map(({ address }) => `${address} port ${PORT};`).join(' ')} };
};
${zones.map((zone) => `zone "${zone}" { type primary; file "zones/${zone}.zone"; };`).join('\n')}
`;
}

const argvOf = {
  knot: ['knotd', '-c', '/tmp/peer/conf'],
  bind: ['named', '-g', '-n', '1', '-c', '/tmp/peer/conf'],
  nsd: ['nsd', '-d', '-P', '', '-c', '/tmp/peer/conf'],
} satisfies Record<NodePlan['nameserver'], readonly string[]>;

const secondaryConf = {
  knot: (address, zones) => `
server:
  rundir: /tmp/peer
  listen: ${address}@${PORT}
  udp-workers: 1
  tcp-workers: 2
  background-workers: 1
database:
  storage: /tmp/peer
remote:
  - id: primary
    address: ${DEPLOYER.address}@${PORT}
acl:
  - id: notify
    address: ${DEPLOYER.address}
    action: notify
template:
  - id: default
    storage: /tmp/peer
    master: primary
    acl: notify
    zonefile-sync: -1
zone:
${zones.map((zone) => `  - domain: ${zone}\n    file: zones/${zone}.zone`).join('\n')}
`,
  bind: (address, zones) => `
controls { };
options {
  directory "/tmp/peer"; pid-file none; session-keyfile none; lock-file none;
  listen-on port ${PORT} { ${address}; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no; masterfile-format text;
  allow-notify { ${DEPLOYER.address}; };
};
${zones
  .map(
    (zone) =>
      `zone "${zone}" { type secondary; primaries port ${PORT} { ${DEPLOYER.address}; }; file "zones/${zone}.zone"; };`,
  )
  .join('\n')}
`,
  // It loads at once, not once a second.
  nsd: (address, zones) => `
server:
  ip-address: ${address}@${PORT}
  server-count: 1
  xfrd-reload-timeout: 0
  database: ""
  pidfile: ""
  username: ""
  zonesdir: /tmp/peer
  zonelistfile: /tmp/peer/zone.list
  xfrdfile: /tmp/peer/xfrd.state
  xfrdir: /tmp/peer
remote-control:
  control-enable: no
pattern:
  name: secondary
  zonefile: "zones/%s.zone"
  request-xfr: AXFR ${DEPLOYER.address}@${PORT} NOKEY
  allow-notify: ${DEPLOYER.address} NOKEY
${zones.map((zone) => `zone:\n  name: ${zone}\n  include-pattern: secondary`).join('\n')}
`,
} satisfies Record<NodePlan['nameserver'], (address: string, zones: readonly string[]) => string>;
