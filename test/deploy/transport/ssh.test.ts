import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseState } from '../../../src/deploy/node/protocol.ts';
import type { Transport } from '../../../src/deploy/node/transport.ts';
import { mustRun, underLock } from '../../../src/deploy/node/words.ts';
import { askNode } from '../../../src/deploy/rollout/machine.ts';
import { sshTransport } from '../../../src/deploy/transport/ssh.ts';
import { rolloutPolicy } from '../../../src/zone/inventory/rollout-policy.ts';
import { put, scratch } from '../../setup/program.ts';
import { needs } from '../../setup/tools.ts';
import { startSshd, type TestSshd } from './sshd.ts';

const TOKEN = 'tokentokentoken1';

/** Puts a release on a node, made from another one that is there. */
async function install(
  transport: Transport,
  id: string,
  base: string,
  folder: string,
  paths: string[],
): Promise<number> {
  const run = underLock(transport.run, TOKEN);
  await mustRun(run, ['prepare', id, base, '-']);
  const files = paths.map((path) => ({ path, from: join(folder, path) }));
  const octets = await transport.send({ files, id, token: TOKEN }, () => undefined);
  const sums = paths.map((path) => {
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, path)))
      .digest('hex');
    return `${digest}  ${path}\n`;
  });
  await mustRun(run, ['seal', id], sums.join(''));
  return octets;
}

const folders = join(tmpdir(), `zonewright-ssh-${process.getuid?.()}`);

/** The folders of this machine's connections. */
function connections(): string[] {
  return existsSync(folders)
    ? readdirSync(folders).filter((name) => /\.(4194305|PID)\./.test(name.replace(`.${process.pid}.`, '.PID.')))
    : [];
}

async function withTransport(sshd: TestSshd, work: (transport: Transport) => Promise<void>): Promise<void> {
  const transport = sshTransport(sshd.node, sshd.options);
  try {
    await work(transport);
  } finally {
    await transport.close();
  }
}

describe.skipIf(needs('sshd', 'ssh', 'rsync', 'ssh-keygen'))('the transport over ssh', () => {
  it('brings a release and then only what differs in the next, and leaves the first alone', async () => {
    const sshd = await startSshd();
    const big = `${Array.from({ length: 40_000 }, (_, i) => `host${i} A 192.0.2.${i % 256}`).join('\n')}\n`;
    const folder = scratch({ 'zones/a.zone': big, 'zones/b.zone': 'b\n', 'manifest.json': '{}' });
    const left = connections();
    // What a deployer has left that was killed: no process has this number.
    mkdirSync(join(folders, `${hostname().slice(0, 20)}.4194305.abc`), { recursive: true });
    await withTransport(sshd, async (transport) => {
      await mustRun(transport.run, ['lock', TOKEN], 'a test\n');
      const first = await install(transport, 'r1', '-', folder, ['zones/a.zone', 'zones/b.zone', 'manifest.json']);
      const changed = scratch({ 'zones/a.zone': big.replace('host20000 A', 'host20000 AAAA') });
      const second = await install(transport, 'r2', 'r1', changed, ['zones/a.zone']);
      expect(first).toBeGreaterThan(50_000);
      expect(second).toBeLessThan(first / 5);
      const [r1, r2] = ['r1', 'r2'].map((id) => join(sshd.root, 'releases', id)) as [string, string];
      expect(readFileSync(join(r1, 'zones/a.zone'), 'utf8')).toBe(big);
      expect(readFileSync(join(r2, 'zones/a.zone'), 'utf8')).toContain('host20000 AAAA');
      expect(statSync(join(r1, 'zones/b.zone')).ino).toBe(statSync(join(r2, 'zones/b.zone')).ino);
      expect(parseState(await mustRun(transport.run, ['ask']))).toMatchObject({
        current: undefined,
        releases: expect.arrayContaining(['r1', 'r2']),
        lock: { holder: 'a test', token: TOKEN },
      });
    });
    expect(connections()).toEqual(left);
  });

  it('never talks to a node with another host key, or one that is not pinned', async () => {
    const sshd = await startSshd();
    await withTransport(sshd, async (transport) => {
      expect((await transport.run(['ask'])).status).toBe(0);
    });
    await sshd.changeHostKey();
    await withTransport(sshd, async (transport) => {
      await expect(transport.run(['ask'])).rejects.toMatchObject({
        reason: 'distrust',
        message: 'its host key is not the one that is pinned',
      });
    });
    writeFileSync(sshd.options.knownHosts, '');
    await withTransport(sshd, async (transport) => {
      await expect(transport.run(['ask'])).rejects.toMatchObject({ message: 'its host key is not pinned' });
    });
  });

  it('finds a node that is not there, and one that never answers', async () => {
    const sshd = await startSshd();
    const nobody = { ...sshd, node: { ...sshd.node, ssh: { ...sshd.node.ssh, port: 1 } } };
    await withTransport(nobody, async (transport) => {
      await expect(transport.run(['ask'])).rejects.toMatchObject({ reason: 'unreachable' });
    });
    sshd.force('sleep 1000');
    await withTransport(sshd, async (transport) => {
      const asked = transport.run(['ask'], { timeoutMs: 500 });
      await expect(asked).rejects.toMatchObject({ reason: 'unreachable', message: 'it does not answer in time' });
    });
  });

  it('believes nothing of a node that prints without end, or something else', async () => {
    const sshd = await startSshd();
    sshd.force('yes');
    await withTransport(sshd, async (transport) => {
      await expect(transport.run(['ask'], { most: 100_000 })).rejects.toMatchObject({ reason: 'distrust' });
    });
    sshd.force(String.raw`printf '\033[2Jzonewright-node 1\nend\n'`);
    await withTransport(sshd, async (transport) => {
      await expect(askNode(transport.run, rolloutPolicy())).rejects.toMatchObject({
        reason: 'distrust',
        message: 'what answers is not zonewright-node',
      });
    });
  });

  it.skipIf(process.getuid?.() !== 0)('says when the disk of a node is full', async (context) => {
    const sshd = await startSshd();
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', sshd.root]).status !== 0) return context.skip();
    onTestFinished(() => void spawnSync('umount', [sshd.root]));
    const folder = scratch({ 'zones/a.zone': randomBytes(400_000).toString('base64') });
    await withTransport(sshd, async (transport) => {
      await mustRun(transport.run, ['lock', TOKEN], 'a test\n');
      await mustRun(underLock(transport.run, TOKEN), ['prepare', 'r1', '-', '-']);
      const batch = { files: [{ path: 'zones/a.zone', from: join(folder, 'zones/a.zone') }], id: 'r1', token: TOKEN };
      await expect(transport.send(batch, () => undefined)).rejects.toMatchObject({ message: 'its disk is full' });
    });
  });

  it('says when a transfer was cut off, and can begin again', async () => {
    const sshd = await startSshd();
    const folder = scratch();
    put(folder, 'zones/a.zone', 'x'.repeat(1000));
    await withTransport(sshd, async (transport) => {
      await mustRun(transport.run, ['lock', TOKEN], 'a test\n');
      const run = underLock(transport.run, TOKEN);
      await mustRun(run, ['prepare', 'r1', '-', '-']);
      sshd.force('head -c 4 >/dev/null');
      const batch = { files: [{ path: 'zones/a.zone', from: join(folder, 'zones/a.zone') }], id: 'r1', token: TOKEN };
      const program = sshTransport(sshd.node, sshd.options);
      await expect(program.send(batch, () => undefined)).rejects.toMatchObject({ reason: 'unreachable' });
      await program.close();
      await expect(mustRun(run, ['seal', 'r1'], `${'0'.repeat(64)}  zones/a.zone\n`)).rejects.toMatchObject({
        message: expect.stringContaining('checksum'),
      });
      expect(existsSync(join(sshd.root, 'releases/r1'))).toBe(false);
    });
  });

  it.each([
    [['ask', '; touch x']],
    [['ask', '$(id)']],
    [['-oProxyCommand=id']],
    [['ask', 'a b']],
    [['ask', '']],
    [['ask', 'ä']],
  ])('sends no command such as %j', async (words) => {
    const transport = sshTransport(
      { ...NODE, ssh: { user: 'nobody', port: 1, identity: undefined } },
      { connectMs: 1, commandMs: 1, transferMs: 1, signal: new AbortController().signal, knownHosts: '/dev/null' },
    );
    await expect(transport.run(words)).rejects.toThrow('not a command for a node');
    await transport.close();
  });
});

const NODE = {
  name: 'n1',
  host: '127.0.0.1',
  address: undefined,
  transport: 'ssh',
  root: '/nonexistent',
  wrapper: '/nonexistent',
  location: undefined,
  nameserver: undefined,
  bgp: { kind: 'none', protocols: [], neighbors: [], prefixes: [], asn: undefined },
  probe: undefined,
  groups: [],
  web: false,
} as const;
