import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileScript, type Script } from '../setup/script.ts';
import { tool } from '../setup/tools.ts';
import { type Deployed, type Deploying, startDeploy } from './deployer.ts';
import { ROOT } from './image.ts';
import type { Lab } from './lab.ts';
import { ANYCAST, NODES } from './plan.ts';
import type { Look } from './probe.ts';
import { LABELLED, type LabProject, makeProject } from './project.ts';
import { type Proof, prove } from './proof.ts';
import { until } from './space.ts';

/** A lab with a repository whose releases are rolled out, and eyes on what the nodes serve all the while. */
export interface Stage {
  readonly lab: Lab;
  readonly project: LabProject;
  /** Rolls out what is committed. */
  start(...args: readonly string[]): Deploying;
  deploy(...args: readonly string[]): Promise<Deployed>;
  /** Waits until these nodes, all unless some are named, answer with the label. */
  serves(label: string, nodes?: readonly string[]): Promise<void>;
  /** Waits until exactly these nodes are announced to the collector. */
  announced(nodes: readonly string[]): Promise<void>;
  /** Rolls out once more, which has to bring all nodes to what is committed, announced. */
  settle(): Promise<void>;
  /** The serial or another answer of a node; `undefined` without one. */
  ask(node: string, name: string, type: string, ...options: readonly string[]): Promise<string>;
  /** What has been seen since the beginning. */
  proof(): Proof;
  stop(): Promise<void>;
}

/** The names of all nodes, sorted as the collector gives them. */
export const ALL: readonly string[] = NODES.map(({ name }) => name).sort();

/** Sets the stage in a lab. The nodes have nothing yet. */
export async function setStage(lab: Lab): Promise<Stage> {
  const project = await makeProject(lab);
  const looks = join(lab.folder, 'looks.jsonl');
  const script = await compileScript(new URL('probe.ts', import.meta.url));
  const probe = startProbe(lab, script, looks);
  /** By which label each release is known from outside. */
  const labels = new Map<string, string>();
  const running = new Set<Deploying>();
  const stage: Stage = {
    lab,
    project,
    start(...args) {
      const deploying = startDeploy(lab, project, ...args);
      running.add(deploying);
      const label = project.label();
      void deploying.ended.then(() => running.delete(deploying));
      void deploying
        .event(({ type }) => type === 'started')
        .then((event) => {
          if (event?.type === 'started' && !labels.has(event.release)) labels.set(event.release, label);
        });
      return deploying;
    },
    deploy: (...args) => stage.start(...args).ended,
    async ask(node, name, type, ...options) {
      const asked = ['dig', `@${lab.node(node).plan.address}`, name, type, '+short', '+time=1', '+tries=1', '+norec'];
      return (await lab.deployer.run([...asked, ...options])).stdout.trim();
    },
    async serves(label, nodes = ALL) {
      for (const node of nodes) {
        const asked = () => stage.ask(node, `release.${LABELLED}`, 'TXT');
        await until(`${node} serves ${label}`, async () => (await asked()) === `"${label}"`);
      }
    },
    announced: (nodes) =>
      until(`announced are ${nodes.join(', ')}`, () => String(lab.collector.announced()) === String(nodes)),
    async settle() {
      const { status, outcomes, stderr } = await stage.deploy('deploy', '--allow-deletes');
      const good = status === 0 && ALL.every((node) => /^(done|unchanged)$/.test(outcomes[node] ?? ''));
      if (!good) throw new Error(`a rollout does not settle: ${status} ${JSON.stringify(outcomes)} ${stderr}`);
      await stage.serves(project.label());
      await stage.announced(ALL);
    },
    proof() {
      const seen = readFileSync(looks, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line): Look => JSON.parse(line));
      return prove(lab.collector.events(), seen, labels, ALL.length);
    },
    async stop() {
      for (const deploying of running) deploying.kill('SIGKILL');
      probe.kill('SIGKILL');
      await once(probe, 'exit');
    },
  };
  await until('the probe looks', () => existsSync(looks) && readFileSync(looks, 'utf8') !== '');
  script.remove();
  return stage;
}

function startProbe(lab: Lab, { file }: Script, out: string): ChildProcess {
  const roots = NODES.map(({ name }) => lab.node(name).space.outside(ROOT));
  const argv = [process.execPath, file, out, ...roots];
  return spawn(tool('nsenter') ?? 'nsenter', ['-t', String(lab.deployer.pid), '-n', ...argv], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Where queries go that are sent to the service. */
export const SERVICE = ANYCAST.address;
