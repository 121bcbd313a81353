import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RolloutEvent, STEPS } from '../../src/deploy/rollout/event.ts';
import { takeLock } from '../../src/state/files/lock.ts';
import { until } from '../lab/space.ts';
import { type TestEstate, testEstate } from '../pipeline/rollout/estate.ts';
import { MAIN, zonewright, zonewrightAside } from '../setup/program.ts';

/** Begins `zonewright deploy` and ends it with a signal as soon as something has happened. */
async function endAt(
  folder: string,
  signal: NodeJS.Signals,
  isTime: (event: RolloutEvent) => boolean,
): Promise<number | null> {
  const child = spawn(process.execPath, [MAIN, 'deploy', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  for await (const line of createInterface({ input: child.stdout })) {
    if (isTime(JSON.parse(line) as RolloutEvent)) {
      child.kill(signal);
      break;
    }
  }
  return (await closed)[0];
}

function states(estate: TestEstate): string[] {
  return [...estate.nodes].map(([name, { node }]) => {
    const ask = node.command(['ask'], '').stdout;
    const [current, verified] = ['current', 'verified'].map((key) => new RegExp(`^${key} (.*)$`, 'm').exec(ask)?.[1]);
    const odd = ['hold', 'lock'].filter((key) => new RegExp(`^${key} `, 'm').test(ask));
    const bgp = node.command(['simulated', 'state'], '').stdout.trim();
    return [name, current === verified ? 'verified' : 'not verified', bgp, ...odd].join(' ');
  });
}

const GOOD = ['fra1 verified announced', 'ams1 verified announced', 'lon1 verified announced'];

describe('zonewright deploy', () => {
  it('finishes what was killed in any step, and never announces what was not verified', async () => {
    const estate = await testEstate(['fra1', 'ams1', 'lon1']);
    expect((await zonewrightAside(['deploy'], estate.folder)).status).toBe(0);
    for (const [i, step] of STEPS.entries()) {
      estate.zone('example.com', `  www: { A: 192.0.2.${10 + i} }\n`);
      const victim = i % 2 === 0 ? 'fra1' : 'lon1';
      await endAt(
        estate.folder,
        'SIGKILL',
        (event) => event.type === 'step' && event.node === victim && event.step === step,
      );
      // What has come meanwhile is rolled out by the next run; every other time the killed release itself is finished.
      if (i % 2 === 1) estate.zone('example.com', `  www: { A: 192.0.2.${110 + i} }\n`);
      const { status, stderr } = await zonewrightAside(['deploy'], estate.folder);
      expect([step, status, status === 0 ? '' : stderr]).toEqual([step, 0, '']);
      expect(states(estate)).toEqual(GOOD);
    }
    expect(estate.loadedWhileAnnounced()).toEqual([]);
  });

  it('lets the nodes that were begun come to their end when it is interrupted', async () => {
    const estate = await testEstate(['fra1', 'ams1', 'lon1']);
    const status = await endAt(estate.folder, 'SIGTERM', (event) => event.type === 'step' && event.step === 'switch');
    expect(status).toBe(130);
    expect(states(estate)[0]).toBe(GOOD[0]);
    expect((await zonewrightAside(['deploy'], estate.folder)).status).toBe(0);
    expect(states(estate)).toEqual(GOOD);
  });

  it('never mixes with another rollout, of this project or of another machine', async () => {
    const estate = await testEstate(['fra1', 'ams1', 'lon1'], 'drain_seconds: 1');
    await zonewrightAside(['deploy'], estate.folder);
    const elsewhere = `${estate.folder}-elsewhere`;
    onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
    cpSync(estate.folder, elsewhere, { recursive: true, filter: (path) => !/\.zonewright|\/nodes$/.test(path) });
    estate.zone('example.com', '  www: { A: 192.0.2.77 }\n');
    const first = spawn(process.execPath, [MAIN, 'deploy', '--json'], {
      cwd: estate.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(first, 'close') as Promise<[number | null]>;
    for await (const line of createInterface({ input: first.stdout })) {
      if ((JSON.parse(line) as RolloutEvent).type === 'step' && line.includes('"drain"')) break;
    }
    first.stdout.resume();
    const [here, there] = await Promise.all([
      zonewrightAside(['deploy'], estate.folder),
      zonewrightAside(['deploy'], elsewhere),
    ]);
    expect([here.status, here.stderr]).toEqual([
      75,
      expect.stringMatching(/process \d+ on .* is rolling out.*for \d+ s/),
    ]);
    expect([there.status, there.stderr]).toEqual([
      75,
      expect.stringMatching(/another rollout holds it: .*process \d+/),
    ]);
    expect(await closed).toEqual([0, null]);
    expect(states(estate)).toEqual(GOOD);
    // The lock of a deployer that is gone for good is broken by hand.
    estate.nodes.get('ams1')?.node.command(['lock', 'gonegonegone'], 'paula@laptop\n');
    expect((await zonewrightAside(['deploy'], elsewhere)).stderr).toContain('paula@laptop');
    expect((await zonewrightAside(['deploy', '--break-lock'], elsewhere)).status).toBe(0);
    expect(states(estate)).toEqual(GOOD);
  });

  it('of several who wait does only what the last one wants', async () => {
    const estate = await testEstate(['fra1'], 'drain_seconds: 0, min_announced: 0');
    await zonewrightAside(['deploy'], estate.folder);
    const at = (name: string) => join(estate.folder, '.zonewright/deploy', name);
    const waiting = () => (existsSync(at('newest')) ? readFileSync(at('newest'), 'utf8') : '');
    const first = takeLock(at('lock'), 'rolling out');
    const second = zonewrightAside(['deploy', '--wait'], estate.folder);
    await until('the second waits', () => waiting() !== '');
    const before = waiting();
    estate.zone('example.com', '  www: { A: 192.0.2.81 }\n');
    const third = zonewrightAside(['deploy', '--wait'], estate.folder);
    await until('the third waits', () => waiting() !== before);
    first.release();
    expect((await Promise.all([second, third])).map(({ status }) => status)).toEqual([0, 0]);
    expect((await second).stderr).toContain('newer rollout');
    expect(zonewright(['nodes', 'status'], { cwd: estate.folder }).status).toBe(69);
  });
});
