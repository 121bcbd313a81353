import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTool } from '../../setup/tools.ts';
import {
  addZone,
  DEAF_TO_LOADS,
  dropPackets,
  fillDisk,
  hangSshd,
  killInside,
  replaceProgram,
  slowDown,
} from '../faults.ts';
import { zoneDocument } from '../project.ts';
import { ALL } from '../stage.ts';
import { expectEnd, expectMessage, expectThat, type Scene, under } from './scene.ts';

/** Status of `deploy` where a node failed, could not be reached, or another rollout was under way. */
const [FAILED, UNREACHABLE, LOCKED] = [1, 69, 75];

/** All nodes but one. */
const but = (node: string) => ALL.filter((name) => name !== node);

/** What goes wrong on nodes and on the way to them. */
export const faultScenes: readonly Scene[] = [
  {
    name: 'a node that cannot be reached is passed over, and catches up later',
    async play(stage) {
      const label = await stage.project.commit();
      await under(dropPackets(stage.lab.node('par1')), async () => {
        expectEnd(await stage.deploy(), UNREACHABLE, { par1: 'late', fra1: 'done', ams1: 'done', lon1: 'done' });
        await stage.serves(label, but('par1'));
        await stage.announced(ALL);
      });
      await stage.settle();
    },
  },
  {
    name: 'an sshd that takes connections and says nothing keeps nobody waiting',
    async play(stage) {
      await stage.project.commit();
      await under(hangSshd(stage.lab.node('lon1')), async () => {
        expectEnd(await stage.deploy(), UNREACHABLE, { lon1: 'late', fra1: 'done', ams1: 'done', par1: 'done' });
        await stage.announced(ALL);
      });
      await stage.settle();
    },
  },
  {
    name: 'an rsync that is killed half way leaves the node as it was',
    async play(stage) {
      const { lab, project } = stage;
      const before = project.label();
      const noise = Array.from({ length: 2000 }, (_, i) => [`n${i}`, { TXT: randomBytes(90).toString('base64') }]);
      await project.commit({ 'noise.example': zoneDocument(Object.fromEntries(noise)) });
      await under(slowDown(lab, lab.node('fra1'), '400kbit'), async () => {
        const given = new AbortController();
        const killed = killInside(lab.node('fra1'), /^rsync --server/, given.signal);
        const ended = await stage.deploy();
        given.abort();
        expectThat('there was an rsync to kill', await killed);
        expectEnd(ended, ended.status === UNREACHABLE ? UNREACHABLE : FAILED, { fra1: ['failed', 'late'] });
        await stage.serves(before);
        await stage.announced(ALL);
      });
      await stage.settle();
      await project.commit({ 'noise.example': undefined });
      await stage.settle();
    },
  },
  {
    name: 'a full disk stops the rollout before anything is changed',
    async play(stage) {
      const before = stage.project.label();
      await stage.project.commit({ 'big.example': zoneDocument(bigZone()) });
      await under(fillDisk(stage.lab.node('fra1'), 64 * 1024), async () => {
        const ended = await stage.deploy();
        expectEnd(ended, FAILED, { fra1: 'failed', ams1: 'not-begun', lon1: 'not-begun', par1: 'not-begun' });
        expectMessage(ended, 'fra1', /disk/);
        await stage.serves(before);
        await stage.announced(ALL);
      });
      await stage.settle();
      await stage.project.commit({ 'big.example': undefined });
      await stage.settle();
    },
  },
  {
    name: 'a file whose checksum differs from the manifest is served by nobody',
    async play(stage) {
      const { project } = stage;
      const before = project.label();
      const label = await project.commit();
      const release = join(stage.lab.folder, 'tampered');
      await build(project.folder, release);
      await tamper(join(release, 'zones/example.com.zone'));
      const refused = await stage.deploy('deploy', '--release', release);
      expectEnd(refused, FAILED);
      expectThat('it is told before any node is asked', /damaged/.test(refused.stderr) && refused.events.length === 0);
      await rm(release, { recursive: true });
      await stage.serves(before);

      // Where it is only found out by the node: the release was whole when it was taken over.
      const canary = await stage.deploy('deploy', '--node', 'fra1');
      expectEnd(canary, 0, { fra1: 'done' });
      const [started] = canary.events;
      const id = started?.type === 'started' ? started.release : '';
      const kept = join(project.folder, '.zonewright/deploy/releases', id);
      await tamper(join(kept, 'zones/example.com.zone'));
      const ended = await stage.deploy();
      expectEnd(ended, FAILED, { fra1: 'unchanged', ams1: 'failed' });
      expectMessage(ended, 'ams1', /checksum/);
      await stage.serves(label, ['fra1']);
      await stage.serves(before, but('fra1'));
      await stage.announced(ALL);
      await rm(kept, { recursive: true });
      await stage.settle();
    },
  },
  {
    name: 'a configuration that the name server refuses is found out before the switch',
    async play(stage) {
      const before = stage.project.label();
      await stage.project.commit({ 'taken.example': zoneDocument({}) });
      await under(addZone(stage.lab.node('ams1'), 'taken.example'), async () => {
        const ended = await stage.deploy();
        expectEnd(ended, FAILED, { fra1: 'done', ams1: 'failed' });
        expectMessage(ended, 'ams1', /already exists/);
        await stage.serves(before, ['ams1']);
        await stage.announced(ALL);
      });
      await stage.settle();
      await stage.project.commit({ 'taken.example': undefined });
      await stage.settle();
    },
  },
  {
    name: 'a name server that crashes on reload stays withdrawn until it is mended',
    async play(stage) {
      const node = stage.lab.node('lon1');
      await stage.project.commit();
      const crash = 'case $* in *reload* | *reconfig*) pkill -KILL "^nsd: "; sleep 0.2 ;; esac\nexec "$real" "$@"';
      await under(replaceProgram(node, '/usr/sbin/nsd-control', crash), async () => {
        expectEnd(await stage.deploy(), FAILED, { fra1: 'done', lon1: 'stuck' });
        await stage.announced(but('lon1'));
      });
      await node.restartNameserver();
      await stage.settle();
    },
  },
  {
    name: 'a name server that goes on with the old serial is brought back',
    async play(stage) {
      const before = stage.project.label();
      await stage.project.commit();
      await under(replaceProgram(stage.lab.node('ams1'), '/usr/sbin/rndc', DEAF_TO_LOADS), async () => {
        const ended = await stage.deploy();
        expectEnd(ended, FAILED, { fra1: 'done', ams1: 'rolled-back' });
        expectMessage(ended, 'ams1', /serial/);
        await stage.serves(before, ['ams1']);
        await stage.announced(ALL);
      });
      await stage.settle();
    },
  },
  {
    name: 'a name server that answers over UDP only is not announced',
    async play(stage) {
      await stage.project.commit();
      await under(dropPackets(stage.lab.node('par1'), '53'), async () => {
        const ended = await stage.deploy();
        expectEnd(ended, FAILED, { fra1: 'done', par1: 'stuck' });
        expectMessage(ended, 'par1', /TCP/);
        await stage.announced(but('par1'));
      });
      await stage.settle();
    },
  },
  {
    name: 'a BGP session that is down is told of, and does not keep the others back',
    async play(stage) {
      const { collector } = stage.lab;
      const label = await stage.project.commit();
      await collector.sessions('par1', 'disable');
      await stage.announced(but('par1'));
      const ended = await stage.deploy();
      expectEnd(ended, 0, Object.fromEntries(ALL.map((node) => [node, 'done'])));
      const told = ended.events.some((event) => event.type === 'note' && event.node === 'par1');
      expectThat('it is told that the node does not announce', told);
      await stage.serves(label);
      await stage.announced(but('par1'));
      await collector.sessions('par1', 'enable');
      await stage.settle();
    },
  },
  {
    name: 'a node whose withdrawal is not seen is not touched',
    async play(stage) {
      const before = stage.project.label();
      await stage.project.commit();
      const deaf = 'case $* in *"no network"*) exit 0 ;; esac\nexec "$real" "$@"';
      await under(replaceProgram(stage.lab.node('ams1'), '/usr/bin/vtysh', deaf), async () => {
        const ended = await stage.deploy();
        expectEnd(ended, FAILED, { fra1: 'done', ams1: 'failed' });
        expectMessage(ended, 'ams1', /withdrawal is not seen/);
        await stage.serves(before, ['ams1']);
        await stage.announced(ALL);
      });
      await stage.settle();
    },
  },
  {
    name: 'of two deployers at once one goes on and the other is told of it',
    async play(stage) {
      await stage.project.commit();
      const first = stage.start();
      await first.event(({ type }) => type === 'started');
      const second = await stage.deploy();
      expectEnd(second, LOCKED);
      expectEnd(await first.ended, 0);
      await stage.settle();
    },
  },
  {
    name: 'a node with another host key than the pinned one gets nothing',
    async play(stage) {
      const before = stage.project.label();
      await stage.project.commit();
      const node = stage.lab.node('lon1');
      const key = await node.changeHostKey();
      const ended = await stage.deploy();
      expectEnd(ended, FAILED, { lon1: 'failed' });
      expectMessage(ended, 'lon1', /host key/);
      await stage.serves(before, ['lon1']);
      await stage.announced(ALL);
      await stage.project.pin('lon1', key);
      await stage.settle();
    },
  },
];

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

async function build(project: string, out: string): Promise<void> {
  const { status, stderr } = await runTool(process.execPath, [MAIN, '-C', project, 'build', '--out', out]);
  if (status !== 0) throw new Error(stderr);
}

/** Puts another file in the place of a zone's: it may have other names. */
async function tamper(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await rm(file);
  await writeFile(file, `${text}evil.example.com. 300 IN A 192.0.2.66\n`);
}

/** A zone of some hundred thousand octets. */
function bigZone(): Record<string, { TXT: string }> {
  return Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`n${i}`, { TXT: 'x'.repeat(60) }]));
}
