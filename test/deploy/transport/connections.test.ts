import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseState } from '../../../src/deploy/node/protocol.ts';
import type { Transport } from '../../../src/deploy/node/transport.ts';
import { mustRun } from '../../../src/deploy/node/words.ts';
import { type Connections, openConnections } from '../../../src/deploy/transport/connections.ts';
import { needs } from '../../setup/tools.ts';
import { startSshd, type TestSshd } from './sshd.ts';

function connections(patienceMs = 60_000): Connections {
  const all = openConnections(patienceMs);
  onTestFinished(() => all.close());
  return all;
}

const pinned = ({ options }: TestSshd): string => readFileSync(options.knownHosts, 'utf8');

/** What a rollout does, in short. */
async function rollOut(from: Connections, sshd: TestSshd, change: Partial<TestSshd['node']> = {}): Promise<void> {
  const way = from.lend({ ...sshd.node, ...change }, sshd.options, pinned(sshd));
  try {
    await ask(way);
    await ask(way);
  } finally {
    await way.close();
  }
}

async function ask({ run }: Transport): Promise<void> {
  expect(parseState(await mustRun(run, ['ask'], undefined, { timeoutMs: 60_000 }))).toMatchObject({ mode: 'normal' });
}

describe.skipIf(needs('sshd', 'ssh', 'ssh-keygen', 'ps'))('connections that are kept', () => {
  it('serve rollout after rollout', async () => {
    const sshd = await startSshd();
    const all = connections();
    for (let i = 0; i < 3; i++) await rollOut(all, sshd);
    expect(sshd.logins()).toBe(1);
    // Who asks while another has it gets one of its own.
    const way = all.lend(sshd.node, sshd.options, pinned(sshd));
    await ask(way);
    await rollOut(all, sshd);
    expect(sshd.logins()).toBe(2);
    await way.close();
  });

  it('are looked at ahead, and made anew where that has found them dead', async () => {
    const sshd = await startSshd();
    const all = connections(2000);
    await rollOut(all, sshd);
    all.look();
    await rollOut(all, sshd);
    expect(sshd.logins()).toBe(1);
    sshd.freeze();
    all.look();
    await rollOut(all, sshd);
    expect(sshd.logins()).toBe(2);
  });

  it('are made anew where the node was started anew, or does not answer any more', async () => {
    const sshd = await startSshd();
    const all = connections(2000);
    await rollOut(all, sshd);
    await sshd.reboot();
    await rollOut(all, sshd);
    const logins = sshd.logins();
    expect(logins).toBeGreaterThanOrEqual(2);
    sshd.freeze();
    await rollOut(all, sshd);
    expect(sshd.logins()).toBeGreaterThan(logins);
  });

  it('are others for another entry of the inventory, or other pinned keys', async () => {
    const sshd = await startSshd();
    const all = connections();
    await rollOut(all, sshd);
    await rollOut(all, sshd, { host: 'localhost' }).catch(() => undefined);
    await rollOut(all, sshd);
    expect(sshd.logins()).toBe(2);
    const way = all.lend(sshd.node, sshd.options, `${pinned(sshd)}# another line\n`);
    await ask(way);
    await way.close();
    expect(sshd.logins()).toBe(3);
  });

  it('never reach a node with another host key', async () => {
    const sshd = await startSshd();
    const all = connections();
    await rollOut(all, sshd);
    // The machine at the other end is still the one that had the pinned key.
    await sshd.changeHostKey();
    await rollOut(all, sshd);
    expect(sshd.logins()).toBe(1);
    await all.close();
    await expect(rollOut(connections(), sshd)).rejects.toMatchObject({ reason: 'distrust' });
    expect(sshd.logins()).toBe(1);
  });

  it('end with the rollout that is interrupted, and with the program on the node', async () => {
    const sshd = await startSshd();
    const program = join(sshd.root, 'program');
    const shipped = fileURLToPath(new URL('../../../templates/node/zonewright-node', import.meta.url));
    copyFileSync(shipped, program);
    sshd.force(`env -u SSH_CONNECTION ZONEWRIGHT_ROOT=${sshd.root} sh ${program}`);
    const all = connections();
    await rollOut(all, sshd);
    copyFileSync(shipped, `${program}.new`);
    renameSync(`${program}.new`, program);
    await rollOut(all, sshd);
    const logins = sshd.logins();
    await rollOut(all, sshd);
    expect(sshd.logins()).toBe(logins);
    const stop = new AbortController();
    const way = all.lend(sshd.node, { ...sshd.options, signal: stop.signal }, pinned(sshd));
    await ask(way);
    stop.abort();
    await expect(ask(way)).rejects.toMatchObject({ reason: 'interrupted' });
    await way.close();
    await rollOut(all, sshd);
    expect(sshd.logins()).toBe(logins + 1);
  });
});
