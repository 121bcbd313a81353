import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RolloutEvent, Step } from '../../../src/deploy/rollout/event.ts';
import type { RolledOut } from '../../../src/deploy/rollout/rollout.ts';
import { nodesStatus, setModes } from '../../../src/pipeline/rollout/nodes.ts';
import { deploy } from '../../../src/pipeline/rollout/roll-out.ts';
import { put } from '../../setup/program.ts';
import { endsOf, outcomesOf, type TestEstate, testEstate } from './estate.ts';

const signal = new AbortController().signal;

/** Makes the zone example.com unreadable in the newest of some releases. */
function damage(releases: string): void {
  const [newest] = readdirSync(releases)
    .map((name) => join(releases, name))
    .sort((a, b) => statSync(b).ctimeMs - statSync(a).ctimeMs);
  const file = join(newest as string, 'zones/example.com.zone');
  rmSync(file);
  writeFileSync(file, 'no zone\n');
}

describe('a rollout in which something goes wrong', () => {
  it('stops at the canary that answers otherwise than it should, and takes it back', async () => {
    const estate = await testEstate(['fra1', 'ams1', 'lon1']);
    await deploy(estate.workspace, {}, estate.watch());
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    // The canary's answers are looked for at another node, which still serves the release before.
    const inventory = readFileSync(join(estate.folder, 'nodes.yaml'), 'utf8');
    const [fra1, ams1] = ['fra1', 'ams1'].map((name) => `port: ${estate.nodes.get(name)?.port}`) as [string, string];
    writeFileSync(join(estate.folder, 'nodes.yaml'), inventory.replace(fra1, ams1));
    const stopped = await deploy(estate.workspace, {}, estate.watch());
    expect(outcomesOf(stopped)).toEqual({ fra1: 'rolled-back', ams1: 'not-begun', lon1: 'not-begun' });
    expect(endsOf(stopped).get('fra1')?.message).toMatch(/^example\.com\. SOA is answered otherwise.*serial/);
    writeFileSync(join(estate.folder, 'nodes.yaml'), inventory);
    const status = await nodesStatus(estate.workspace, { nodes: ['fra1'], signal });
    expect(status).toMatchObject({ nodes: [{ announced: 'yes', verified: true, drift: [] }] });
    expect(outcomesOf(await deploy(estate.workspace, {}, estate.watch()))).toEqual({
      fra1: 'done',
      ams1: 'done',
      lon1: 'done',
    });
    expect(estate.loadedWhileAnnounced()).toEqual([]);
  });

  it('refuses a release that was damaged, before any node hears of it', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    await deploy(estate.workspace, {}, estate.watch());
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    // A release that was damaged after it was made: its files are not what the manifest says.
    await deploy(estate.workspace, { dryRun: true }, estate.watch());
    const release = join(estate.folder, '.zonewright/deploy/release');
    const zone = join(release, 'zones/example.com.zone');
    writeFileSync(zone, readFileSync(zone, 'utf8').replace('192.0.2.2', '192.0.2.3'));
    const watch = estate.watch();
    expect(await deploy(estate.workspace, { release }, watch)).toMatchObject({
      kind: 'failure',
      status: 'refused',
      message: expect.stringContaining('zones/example.com.zone is not what its manifest says'),
    });
    expect(watch.events).toEqual([]);
    expect(await nodesStatus(estate.workspace, { signal })).toMatchObject({
      nodes: [
        { announced: 'yes', drift: [] },
        { announced: 'yes', drift: [] },
      ],
    });
  });

  it('changes nothing on a node where a checksum differs, or whose checker refuses the release', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    await deploy(estate.workspace, {}, estate.watch());
    for (const [zone, why] of [
      // The files differ on the node alone, as after a fault of its disk.
      ['  www: { A: 192.0.2.2 }\n', 'the checksum of zones/example.com.zone differs'],
      // So much that it is checked by itself.
      [Array.from({ length: 5000 }, (_, i) => `  www${i}: { A: 192.0.2.3 }\n`).join(''), 'line 1: '],
    ] as const) {
      estate.zone('example.com', zone);
      const watch = estate.watch();
      const tell = watch.tell;
      const ended = await deploy(
        estate.workspace,
        {},
        {
          ...watch,
          tell(event) {
            tell(event);
            if (event.type !== 'step' || event.node !== 'fra1') return;
            const isAtChecksum = why.includes('checksum');
            if (event.step === (isAtChecksum ? 'transfer' : 'check')) {
              damage(join(estate.folder, isAtChecksum ? '.zonewright/deploy/releases' : 'nodes/fra1/releases'));
            }
          },
        },
      );
      expect(outcomesOf(ended)).toEqual({ fra1: 'failed', ams1: 'not-begun' });
      expect(endsOf(ended).get('fra1')?.message).toContain(why);
      expect(watch.events.some((event) => event.type === 'step' && event.step === 'drain')).toBe(false);
    }
    expect(await nodesStatus(estate.workspace, { signal })).toMatchObject({
      nodes: [
        { announced: 'yes', drift: [] },
        { announced: 'yes', drift: [] },
      ],
    });
  });

  it('passes over a node that is away, which catches up when it is back', async () => {
    const estate = await testEstate(['fra1', 'ams1', 'lon1']);
    await deploy(estate.workspace, {}, estate.watch());
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    await estate.stop('lon1');
    expect(outcomesOf(await deploy(estate.workspace, {}, estate.watch()))).toEqual({
      fra1: 'done',
      ams1: 'done',
      lon1: 'late',
    });
    await estate.start('lon1');
    const caughtUp = { fra1: 'unchanged', ams1: 'unchanged', lon1: 'done' };
    expect(outcomesOf(await deploy(estate.workspace, {}, estate.watch()))).toEqual(caughtUp);

    estate.zone('example.com', '  www: { A: 192.0.2.3 }\n');
    await estate.stop('lon1');
    const { release } = (await deploy(estate.workspace, {}, estate.watch())) as RolledOut;
    await estate.start('lon1');
    // What has changed meanwhile does not go with it.
    estate.zone('example.com', '  www: { A: 192.0.2.4 }\n');
    const kept = join(estate.folder, '.zonewright/deploy/releases', release);
    expect(outcomesOf(await deploy(estate.workspace, { release: kept }, estate.watch()))).toEqual(caughtUp);
    expect(estate.nodes.get('lon1')?.seen.at(-1)).toEqual({ announced: true, served: release });
  });

  /** Has the sessions of a node be down until a step begins: it announces then, as it is told to. */
  function watchWithSessionsBack(estate: TestEstate, at: Step) {
    const mark = join(estate.folder, 'nodes/fra1/simulated-announcement');
    rmSync(mark);
    const watch = estate.watch();
    return {
      ...watch,
      tell(event: RolloutEvent) {
        watch.tell(event);
        if (event.type === 'step' && event.node === 'fra1' && event.step === at) writeFileSync(mark, 'yes\n');
      },
    };
  }

  it('announces a node again that it has withdrawn, also where its sessions were down before', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    await deploy(estate.workspace, {}, estate.watch());
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    const ended = await deploy(estate.workspace, {}, watchWithSessionsBack(estate, 'drain'));
    expect(outcomesOf(ended)).toEqual({ fra1: 'done', ams1: 'done' });
    expect(await nodesStatus(estate.workspace, { nodes: ['fra1'], signal })).toMatchObject({
      nodes: [{ announced: 'yes' }],
    });
    expect(estate.loadedWhileAnnounced()).toEqual([]);
  });

  it('announces a node again that it withdraws to take it back, also where its sessions were down before', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    await deploy(estate.workspace, {}, estate.watch());
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    // Its answers are looked for at another node, which still serves the release before.
    const inventory = readFileSync(join(estate.folder, 'nodes.yaml'), 'utf8');
    const [fra1, ams1] = ['fra1', 'ams1'].map((name) => `port: ${estate.nodes.get(name)?.port}`) as [string, string];
    writeFileSync(join(estate.folder, 'nodes.yaml'), inventory.replace(fra1, ams1));
    const ended = await deploy(estate.workspace, {}, watchWithSessionsBack(estate, 'back'));
    expect(outcomesOf(ended)).toEqual({ fra1: 'rolled-back', ams1: 'not-begun' });
    writeFileSync(join(estate.folder, 'nodes.yaml'), inventory);
    expect(await nodesStatus(estate.workspace, { nodes: ['fra1'], signal })).toMatchObject({
      nodes: [{ announced: 'yes' }],
    });
  });

  it('announces nothing unverified where sessions come back in the middle', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    await deploy(estate.workspace, {}, estate.watch());
    const sessions = join(estate.folder, 'nodes/fra1/simulated-sessions');
    writeFileSync(sessions, 'down\n');
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    const watch = estate.watch();
    const atVerification: unknown[] = [];
    const ended = await deploy(
      estate.workspace,
      {},
      {
        ...watch,
        tell(event: RolloutEvent) {
          watch.tell(event);
          if (event.type !== 'step' || event.node !== 'fra1' || event.step !== 'verify') return;
          rmSync(sessions);
          atVerification.push(existsSync(join(estate.folder, 'nodes/fra1/simulated-announcement')));
        },
      },
    );
    expect(outcomesOf(ended)).toEqual({ fra1: 'done', ams1: 'done' });
    expect(atVerification).toEqual([false]);
    expect(await nodesStatus(estate.workspace, { nodes: ['fra1'], signal })).toMatchObject({
      nodes: [{ announced: 'yes' }],
    });
  });

  it('is done with a node whose sessions stay down, which announces when they are back', async () => {
    const estate = await testEstate(['fra1', 'ams1'], 'drain_seconds: 0, min_announced: 0');
    await deploy(estate.workspace, {}, estate.watch());
    const sessions = join(estate.folder, 'nodes/fra1/simulated-sessions');
    writeFileSync(sessions, 'down\n');
    for (const [address, fails] of [
      ['192.0.2.2', false],
      ['192.0.2.3', true],
    ] as const) {
      estate.zone('example.com', `  www: { A: ${address} }\n`);
      const inventory = readFileSync(join(estate.folder, 'nodes.yaml'), 'utf8');
      // Its answers are looked for at another node, which still serves the release before.
      const [fra1, ams1] = ['fra1', 'ams1'].map((name) => `port: ${estate.nodes.get(name)?.port}`) as [string, string];
      if (fails) writeFileSync(join(estate.folder, 'nodes.yaml'), inventory.replace(fra1, ams1));
      const ended = await deploy(estate.workspace, {}, estate.watch());
      expect(outcomesOf(ended)).toEqual(
        fails ? { fra1: 'rolled-back', ams1: 'not-begun' } : { fra1: 'done', ams1: 'done' },
      );
      writeFileSync(join(estate.folder, 'nodes.yaml'), inventory);
    }
    rmSync(sessions);
    expect(await nodesStatus(estate.workspace, { nodes: ['fra1'], signal })).toMatchObject({
      nodes: [{ announced: 'yes', mode: 'normal' }],
    });
  });

  it('leaves enough nodes announced, however many are withdrawn at the same time by others', async () => {
    const names = ['fra1', 'ams1', 'lon1', 'par1'];
    const estate = await testEstate(names, 'drain_seconds: 0, min_announced: 2');
    await deploy(estate.workspace, {}, estate.watch());
    for (let round = 0; round < 5; round++) {
      const since = estate.leastAnnounced();
      estate.zone('example.com', `  www: { A: 192.0.2.${10 + round} }\n`);
      const [rolledOut, ...changes] = await Promise.all([
        deploy(estate.workspace, { nodes: ['fra1'] }, estate.watch()),
        ...names.slice(1).map((name) => setModes(estate.workspace, 'drained', { nodes: [name], signal })),
      ]);
      expect(estate.leastAnnounced(since)).toBeGreaterThanOrEqual(2);
      const drained = changes.flatMap((change) => (change.kind === 'modes' ? change.nodes : []));
      expect(drained.filter(({ fault }) => fault === undefined).length).toBeGreaterThanOrEqual(1);
      expect(drained.filter(({ fault }) => fault !== undefined && !/min_announced/.test(fault))).toEqual([]);
      expect(rolledOut.kind).toBe('rolled-out');
      for (const node of names) await setModes(estate.workspace, 'normal', { nodes: [node], signal });
    }
  });

  it('says so where it may not keep what belongs to rolling out, and so does who drains a node', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    await deploy(estate.workspace, {}, estate.watch());
    const folder = join(estate.folder, '.zonewright/deploy');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file\n');
    const fault = {
      kind: 'failure',
      status: 'unavailable',
      message: expect.stringContaining(`cannot create ${folder}`),
    };
    expect(await deploy(estate.workspace, {}, estate.watch())).toMatchObject(fault);
    expect(await setModes(estate.workspace, 'drained', { nodes: ['fra1'], signal })).toMatchObject(fault);
    rmSync(folder);
    const status = await nodesStatus(estate.workspace, { nodes: ['fra1'], signal });
    expect(status).toMatchObject({ nodes: [{ announced: 'yes' }] });
  });

  it('goes no further where no canary is there', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    await estate.stop('fra1');
    const stopped = await deploy(estate.workspace, {}, estate.watch());
    expect(outcomesOf(stopped)).toEqual({ fra1: 'late', ams1: 'not-begun' });
    // Nobody serves it, so it is not what the nodes are held against.
    expect(await deploy(estate.workspace, { nodes: ['fra1'] }, estate.watch())).toMatchObject({ outcome: 'stopped' });
    expect(await nodesStatus(estate.workspace, { signal })).toMatchObject({ desired: null });
  });

  it('refuses an inventory that is wrong, and a node that is none', async () => {
    const estate = await testEstate(['fra1']);
    expect(await deploy(estate.workspace, { nodes: ['-oProxyCommand=x'] }, estate.watch())).toMatchObject({
      kind: 'failure',
      status: 'usage',
    });
    put(estate.folder, 'nodes.yaml', 'nodes: { a: { host: -oProxyCommand=x, nameserver: { kind: knot } } }\n');
    expect(await deploy(estate.workspace, {}, estate.watch())).toMatchObject({ kind: 'refused' });
    put(estate.folder, 'nodes.yaml', 'nodes: { a: { host: 127.0.0.1 } }\n');
    expect(await deploy(estate.workspace, {}, estate.watch())).toMatchObject({
      kind: 'failure',
      message: 'there are no nodes to roll out to',
    });
  });
});

describe('the number of announced nodes', () => {
  it('never falls below min_announced, whoever has withdrawn the others', async () => {
    const estate = await testEstate(['fra1', 'ams1', 'lon1'], 'drain_seconds: 0, min_announced: 2, parallel: 3');
    await deploy(estate.workspace, {}, estate.watch());
    for (const { node } of estate.nodes.values())
      expect(node.command(['simulated', 'state'], '').stdout).toBe('announced\n');
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    const before = estate.leastAnnounced();
    expect(outcomesOf(await deploy(estate.workspace, {}, estate.watch()))).toEqual({
      fra1: 'done',
      ams1: 'done',
      lon1: 'done',
    });
    expect(estate.leastAnnounced(before)).toBe(2);
    // Somebody withdraws one by hand: no other may go now, and it is not announced by a rollout.
    const { node } = estate.nodes.get('lon1') ?? {};
    node?.command(['lock', 'byhandbyhand'], 'somebody\n');
    node?.command(['as', 'byhandbyhand', 'simulated', 'withdraw'], '');
    node?.command(['as', 'byhandbyhand', 'unlock'], '');
    estate.zone('example.com', '  www: { A: 192.0.2.3 }\n');
    const stopped = await deploy(estate.workspace, {}, estate.watch());
    expect(outcomesOf(stopped)).toEqual({ fra1: 'failed', ams1: 'not-begun', lon1: 'not-begun' });
    expect(endsOf(stopped).get('fra1')?.message).toContain('min_announced');
    expect(outcomesOf(await deploy(estate.workspace, { nodes: ['lon1'] }, estate.watch()))).toEqual({ lon1: 'done' });
    expect(node?.command(['simulated', 'state'], '').stdout).toBe('withdrawn\n');
  });

  it('is kept by drain and disable, too; such nodes are not announced by rollouts', async () => {
    const estate = await testEstate(['fra1', 'ams1', 'lon1'], 'drain_seconds: 0, min_announced: 1');
    await deploy(estate.workspace, {}, estate.watch());
    expect(await setModes(estate.workspace, 'drained', { nodes: ['ams1', 'lon1'], signal })).toMatchObject({
      nodes: [{ node: 'ams1' }, { node: 'lon1' }],
    });
    expect(await setModes(estate.workspace, 'disabled', { nodes: ['fra1'], signal })).toMatchObject({
      nodes: [{ fault: expect.stringContaining('min_announced') }],
    });
    await setModes(estate.workspace, 'disabled', { nodes: ['lon1'], signal });
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    expect(outcomesOf(await deploy(estate.workspace, { nodes: ['ams1', 'lon1'] }, estate.watch()))).toEqual({
      ams1: 'done',
      lon1: 'disabled',
    });
    expect(await nodesStatus(estate.workspace, { nodes: ['ams1'], signal })).toMatchObject({
      nodes: [{ announced: 'no', mode: 'drained', verified: true }],
    });
    await setModes(estate.workspace, 'normal', { nodes: ['ams1'], signal });
    expect(await nodesStatus(estate.workspace, { nodes: ['ams1'], signal })).toMatchObject({
      nodes: [{ announced: 'yes', drift: [] }],
    });
  });
});

describe('old releases', () => {
  it('do not pile up on nodes', async () => {
    const estate = await testEstate(['fra1'], 'drain_seconds: 0, min_announced: 0, keep: 2');
    for (let i = 1; i <= 5; i++) {
      estate.zone('example.com', `  www: { A: 192.0.2.${i} }\n`);
      await deploy(estate.workspace, {}, estate.watch());
    }
    expect(readdirSync(join(estate.folder, 'nodes/fra1/releases'))).toHaveLength(3);
  });
});
