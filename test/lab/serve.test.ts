import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runTool, tool } from '../setup/tools.ts';
import { type Lab, startLab } from './lab.ts';
import { needsLab } from './needs-lab.ts';
import { setLink } from './network.ts';
import { type LabProject, makeProject, zoneDocument } from './project.ts';
import { until } from './space.ts';
import { ALL } from './stage.ts';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** What the daemon of each node has about what it announces, asked on the node itself. */
const shows: Readonly<Record<string, { readonly argv: readonly string[]; readonly announced: RegExp }>> = {
  fra1: { argv: ['birdc', '-r', 'show', 'protocols'], announced: /^anycast4\s+BGP\s+---\s+up\b.*Established/m },
  ams1: { argv: ['vtysh', '-c', 'show running-config'], announced: /^\s+network 192\.0\.2\.0\/24$/m },
  lon1: { argv: ['gobgp', 'global', 'rib', '-a', 'ipv4'], announced: /192\.0\.2\.0\/24/ },
  par1: { argv: ['exabgpcli', 'show', 'adj-rib', 'out'], announced: /192\.0\.2\.0\/24/ },
};

/** The address that a server says it listens on, among the lines of its log. */
async function listening(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const found = /^listening on (\S+)$/.exec(line)?.[1];
    if (found === undefined) continue;
    // What it logs from now on is nobody's business, but must not fill the pipe.
    output.resume();
    return found;
  }
  throw new Error('the server has ended');
}

describe.skipIf(needsLab())('a server whose nodes are real', () => {
  let lab: Lab;
  let project: LabProject;
  let repository: string;
  let server: ChildProcess;
  let url: string;
  let key: string;

  beforeAll(async () => {
    lab = await startLab();
    project = await makeProject(lab);
    const state = join(lab.folder, 'state');
    repository = join(lab.folder, 'repo.git');
    expect(await runTool('git', ['clone', '--quiet', '--bare', project.folder, repository])).toMatchObject({
      status: 0,
    });
    const zonewright = async (...args: string[]): Promise<string> =>
      (await runTool(process.execPath, [MAIN, ...args, '--state', state])).stdout.trim();
    await zonewright('user', 'add', 'root', '--admin');
    key = await zonewright('token', 'create', '--user', 'root');
    // Of the deployer's namespaces only the network is entered.
    const serve = ['serve', '--repo', repository, '--state', state, '--listen', '127.0.0.1:0'];
    const inside = ['-t', String(lab.deployer.pid), '-n', process.execPath, MAIN, ...serve];
    server = spawn(tool('nsenter') ?? 'nsenter', inside, { stdio: ['ignore', 'pipe', 'ignore'] });
    url = await listening(server.stdout as NodeJS.ReadableStream);
    await until('all nodes are announced', () => String(lab.collector.announced()) === String(ALL));
    await over();
  });

  afterAll(async () => {
    if (server?.exitCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    }
    await lab?.stop();
  });

  const curl = (...args: string[]) => lab.deployer.must(['curl', '-sS', ...args]);

  async function power(name: string, state: string): Promise<{ success: boolean; message: string }> {
    const route = `${url}/packetframe/api/nodes/power`;
    const stdout = await curl('-H', `X-API-Key: ${key}`, route, '-d', JSON.stringify({ name, state }));
    return JSON.parse(stdout);
  }

  async function announces(name: string): Promise<boolean> {
    const { argv, announced } = shows[name] as (typeof shows)[string];
    return announced.test(await lab.node(name).space.must(argv));
  }

  /** Waits until the newest rollout is over. */
  const over = () =>
    until('the rollout is over', async () => {
      const stdout = await curl('-H', `Authorization: Bearer ${key}`, `${url}/api/v1/deployments`);
      return JSON.parse(stdout).deployments[0]?.status === 'done';
    });

  /** Pushes a zone with a record of its own, which the server then rolls out. */
  async function push(label: string): Promise<void> {
    await project.commit({ 'pushed.example': zoneDocument({ [label]: { A: '192.0.2.7' } }) });
    const pushed = await runTool('git', ['-C', project.folder, 'push', '--quiet', repository, 'main']);
    expect(pushed).toMatchObject({ status: 0 });
  }

  const serve = (label: string, nodes: readonly string[]) =>
    until(`${nodes.join(', ')} serve ${label}`, async () => {
      const asked = nodes.map((node) => {
        const to = ['dig', `@${lab.node(node).plan.address}`, `${label}.pushed.example`, 'A'];
        return lab.deployer.run([...to, '+short', '+time=1', '+tries=1', '+norec']);
      });
      return (await Promise.all(asked)).every(({ stdout }) => stdout === '192.0.2.7\n');
    });

  it('rolls out over connections that it keeps, and makes those anew that have died meanwhile', async () => {
    await push('first');
    await serve('first', ALL);
    // The sessions end on one node.
    await lab.node('lon1').space.must(['pkill', '-KILL', '-f', 'zonewright-node']);
    await push('second');
    await serve('second', ALL);
    await over();
  }, 300_000);

  const without = (...names: readonly string[]) => ALL.filter((each) => !names.includes(each));

  it('brings what it could not to a node whose link was down, once that is back', async () => {
    const { space } = lab.node('par1');
    await setLink(lab.collector.space, space.name, 'down');
    await push('third');
    await serve('third', without('par1'));
    // It is tried again by itself.
    await until('the job waits for its next attempt', async () => {
      const stdout = await curl('-H', `Authorization: Bearer ${key}`, `${url}/api/v1/jobs`);
      const [job] = JSON.parse(stdout).jobs;
      return job.kind === 'release' && job.attempts >= 2 && /^par1: late/.test(job.error);
    });
    await setLink(lab.collector.space, space.name, 'up');
    await serve('third', ALL);
    await until('all nodes are announced', () => String(lab.collector.announced()) === String(ALL));
    await over();
  }, 400_000);

  // Two have to stay announced, whoever asks.
  it.each([
    ['ams1', 'fra1'],
    ['lon1', 'par1'],
  ])('turns the BGP daemons of %s and %s off and on, and no more than may be off', async (...pair) => {
    const each = <T>(work: (name: string) => Promise<T>): Promise<T[]> => Promise.all(pair.map(work));
    expect(await each(announces)).toEqual([true, true]);
    const off = { success: true, message: 'Set BGP status to off' };
    expect(await each((name) => power(name, 'off'))).toEqual([off, off]);
    expect(await each(announces)).toEqual([false, false]);
    await until('they are withdrawn', () => String(lab.collector.announced()) === String(without(...pair)));

    const [third = ''] = without(...pair);
    expect(await power(third, 'off')).toMatchObject({ success: false, message: expect.stringMatching(/announced/) });
    expect(await announces(third)).toBe(true);

    const on = { success: true, message: 'Set BGP status to on' };
    expect(await each((name) => power(name, 'on'))).toEqual([on, on]);
    expect(await each(announces)).toEqual([true, true]);
    await until('they are announced', () => String(lab.collector.announced()) === String(ALL));
  });
});
