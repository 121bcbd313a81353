import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { TransportOptions } from '../../../src/deploy/node/transport.ts';
import type { NodeEntry } from '../../../src/zone/inventory/inventory.ts';
import { readNodes } from '../../../src/zone/inventory/inventory.ts';
import { tool } from '../../setup/tools.ts';

/** An sshd on loopback whose only key may run `zonewright-node` and nothing else. */
export interface TestSshd {
  readonly node: NodeEntry;
  readonly root: string;
  readonly options: TransportOptions;
  /** Takes another host key, as a machine in the place of this one would. */
  changeHostKey(): Promise<void>;
  /** Has the key run another program. */
  force(command: string): void;
  /** How often the key was let in. */
  logins(): number;
  /** Ends all connections, as a machine does that is started anew. */
  reboot(): Promise<void>;
  /** Stops the processes of all connections, which then neither answer nor end; the next ones are not touched. */
  freeze(): void;
}

/** Starts it. `abort` ends all that goes over it. */
export async function startSshd(abort = new AbortController()): Promise<TestSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-sshd-'));
  const root = join(folder, 'root');
  mkdirSync(root);
  // sshd will not believe keys in a folder that others may write to.
  chmodSync(folder, 0o755);
  const key = (name: string): string => {
    rmSync(join(folder, name), { force: true });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    return readFileSync(join(folder, `${name}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  };
  const port = await freePort();
  const knownHosts = join(folder, 'known hosts');
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${key('host')}\n`);
  const client = key('client');
  const force = (command: string): void =>
    writeFileSync(join(folder, 'authorized_keys'), `restrict,command="${command}" ${client}\n`, { mode: 0o644 });
  const program = fileURLToPath(new URL('../../../templates/node/zonewright-node', import.meta.url));
  // Only a caller on the machine itself may choose another root.
  force(`env -u SSH_CONNECTION ZONEWRIGHT_ROOT=${root} sh ${program}`);
  writeFileSync(
    join(folder, 'config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(folder, 'host')}`,
      `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      '',
    ].join('\n'),
  );
  if (process.getuid?.() === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { recursive: true });
  let child: ChildProcess;
  let logins = 0;
  const start = async (): Promise<void> => {
    child = spawn(tool('sshd') as string, ['-D', '-e', '-f', join(folder, 'config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const listening = new Promise<void>((done) => {
      createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
        if (line.includes('listening')) done();
        if (line.startsWith('Accepted publickey')) logins++;
      });
    });
    await listening;
  };
  const stop = async (): Promise<void> => {
    const closed = once(child, 'exit');
    child.kill('SIGTERM');
    await closed;
  };
  /** The processes of connections, each with those that it has started. */
  const connections = (): number[] => childrenOf(child.pid as number).flatMap((pid) => [pid, ...childrenOf(pid)]);
  await start();
  const frozen: number[] = [];
  onTestFinished(async () => {
    for (const pid of frozen) end(pid, 'SIGKILL');
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const { inventory } = readNodes({
    path: 'nodes.yaml',
    text: `nodes: { n1: { host: 127.0.0.1, ssh: { user: ${userInfo().username}, port: ${port}, identity: ${join(folder, 'client')} }, root: ${root}, nameserver: { kind: knot } } }`,
  });
  return {
    node: inventory.nodes.get('n1') as NodeEntry,
    root,
    options: { connectMs: 5000, commandMs: 10_000, transferMs: 20_000, signal: abort.signal, knownHosts },
    force,
    logins: () => logins,
    async reboot() {
      const all = connections();
      await stop();
      for (const pid of all) end(pid, 'SIGKILL');
      await start();
    },
    freeze() {
      const all = connections();
      for (const pid of all) end(pid, 'SIGSTOP');
      frozen.push(...all);
    },
    async changeHostKey() {
      key('host');
      await stop();
      await start();
    },
  };
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
