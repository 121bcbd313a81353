import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Lab, startLab } from '../lab/lab.ts';
import { NODES } from '../lab/plan.ts';
import { runTool } from '../setup/tools.ts';
import { type Bench, run, type Side, ZONEWRIGHT } from './bench.ts';
import { inside, KEPT, makeEstate, startTransfers, ZONE } from './rollout.ts';

/** One changed record, written over REST to a server that rolls it out. */
export const rolloutByServer: Bench = {
  name: 'one record changed in 10,000 zones: written over REST, rolled out to four nodes by serve',
  about:
    'from the write to the answer of the last node : rndc reload, NOTIFY and AXFR from one BIND to the same four nodes',
  goal: { time: 2 },
  prepare: async (folder, scale) => {
    const lab = await startLab({ disk: '2g' });
    try {
      const project = await makeEstate(lab, scale);
      const [repository, state] = [join(lab.folder, 'repo.git'), join(lab.folder, 'state')];
      await runTool('git', ['clone', '--quiet', '--bare', project.folder, repository]);
      const [program, ...main] = ZONEWRIGHT;
      await runTool(program, [...main, 'user', 'add', 'bench', '--admin', '--state', state]);
      const created = await runTool(program, [...main, 'token', 'create', '--user', 'bench', '--state', state]);
      const server = await startServe(lab, repository, state);
      const ours: Extract<Side, { kind: 'command' }> = {
        kind: 'command',
        argv: inside(lab, [
          ...[process.execPath, '--import', 'tsx', new URL('rollout-client.ts', import.meta.url).pathname],
          ...[server.url, ZONE, ...NODES.map(({ address }) => address)],
        ]),
        env: { BENCH_SECRET: created.stdout.trim() },
        timed: true,
      };
      // The first waits for the first rollout of all zones.
      for (let i = 0; i <= KEPT; i++) await run(ours);
      const peer = await startTransfers(lab, folder, join(state, 'release/zones'));
      const end = async (): Promise<undefined> => {
        await server.end();
        await lab.stop();
      };
      return { ours, peer, end };
    } catch (error) {
      await lab.stop();
      throw error;
    }
  },
};

async function startServe(lab: Lab, repository: string, state: string) {
  const serve = [...ZONEWRIGHT, 'serve', '--repo', repository, '--state', state, '--listen', '127.0.0.1:0'];
  const [program = '', ...args] = inside(lab, serve);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...QUIET } });
  const end = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { url, end };
  }
  throw new Error('the server has ended');
}

const QUIET = { ZONEWRIGHT_LOG_LEVEL: 'error' };
