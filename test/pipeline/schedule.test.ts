import { chmodSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildRelease } from '../../src/pipeline/build.ts';
import { confirmDs } from '../../src/pipeline/keys/confirm.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { rollKeys } from '../../src/pipeline/keys/roll.ts';
import { type ScheduledZone, type SigningSchedule, signingSchedule } from '../../src/pipeline/keys/schedule.ts';
import { statusOfKeys } from '../../src/pipeline/keys/status.ts';
import { scratchFolder, writeOrRemove } from '../git/scratch-repository.ts';
import { DAY, document, HOUR, start, succeed } from './signed-project.ts';

/** A project with one signed zone and one that is not, whose clock is moved by hand. */
async function project(dnssec = 'default', config = '') {
  const folder = scratchFolder();
  const release = join(scratchFolder(), 'release');
  let now = start;
  const write = (path: string, text: string): void => writeOrRemove(join(folder, path), text);
  const workspace = () => ({ folder, now, version: '1.0.0' });
  write('zonewright.yaml', config);
  write('zones/a.example.yaml', document(dnssec));
  write('zones/plain.example.yaml', document('false'));
  expect(await generateKeys(workspace(), { zones: ['a.example'] })).toMatchObject({ kind: 'generated' });
  const schedule = async (tryKeys = false): Promise<SigningSchedule> => {
    return succeed(await signingSchedule(workspace(), { release, tryKeys }));
  };
  return {
    folder,
    release,
    write,
    workspace,
    schedule,
    zone: async (tryKeys = false): Promise<ScheduledZone> => (await schedule(tryKeys)).zones[0] as ScheduledZone,
    build: async () => expect((await buildRelease(workspace(), { out: release })).kind).toBe('built'),
    time: () => now,
    goTo(time: number): void {
      now = time;
    },
  };
}

describe('the schedule of signing', () => {
  it.each(['', 'cds: false'])(
    'leads a zone from its first build to the DS and through months, if only its steps are done: %s',
    async (setting) => {
      const config = `dnssec: { policies: { default: { ${setting} } } }\n`;
      const { schedule, build, time, goTo, workspace, zone, release } = await project('default', config);
      await build();
      const builds: number[] = [];
      let asked = 0;
      for (let i = 0; i < 20; i++) {
        const { first, zones } = await schedule(true);
        expect(zones.map(({ zone: name }) => name)).toEqual(['a.example.']);
        expect(zones[0]).toMatchObject({ policy: 'default', blocked: undefined, alarms: [] });
        if (first['ask-parent'] === time()) {
          const [{ wanted = [] } = {}] = succeed(await statusOfKeys(workspace(), { zones: [], release })).zones;
          succeed(await confirmDs(workspace(), { zone: 'a.example', ds: wanted, release }));
          asked++;
          goTo(time() + HOUR);
          continue;
        }
        const at = Math.min(first.build ?? Infinity, first['ask-parent'] ?? Infinity);
        expect(at).toBeGreaterThan(time());
        goTo(at);
        if (at !== first.build) continue;
        builds.push(at);
        await build();
        expect((await zone()).expires).toBeGreaterThan(time() + 5 * DAY);
      }
      expect(asked).toBe(1);
      expect(time() - start).toBeGreaterThan(60 * DAY);
      const waits = builds.slice(3).map((at, i) => at - (builds[i + 2] as number));
      expect(Math.min(...waits)).toBeGreaterThan(DAY / 2);
    },
  );

  it('knows when the period of a key is over', async () => {
    const config = 'dnssec: { policies: { split: { keys: ksk+zsk, rollover: { zsk: 30d } } } }\n';
    const { build, zone, goTo, workspace, schedule } = await project('split', config);
    await build();
    const roll = (await zone()).steps.find(({ what }) => what === 'roll');
    expect(roll?.at).toBeGreaterThan(start + 28 * DAY);
    expect(roll?.at).toBeLessThan(start + 30 * DAY);
    goTo((roll?.at ?? 0) - 1000);
    await build();
    expect(await rollKeys(workspace(), { zones: [], due: true })).toMatchObject({ zones: [] });
    goTo(roll?.at ?? 0);
    expect((await schedule()).first.roll).toBe(roll?.at);
    expect(await rollKeys(workspace(), { zones: [], due: true })).toMatchObject({
      zones: [{ made: [{ role: 'zsk' }] }],
    });
    expect((await zone()).steps).toContainEqual({ what: 'build', at: roll?.at });
    expect((await schedule()).first.roll).toBeUndefined();
  });

  it('tells of zones whose signatures cannot be renewed, and keeps them out of what is due first', async () => {
    const { folder, write, build, zone, schedule, goTo } = await project();
    await build();
    const { expires } = await zone();
    goTo((expires ?? 0) - HOUR);
    expect(await zone()).toMatchObject({ alarms: [{ reason: 'expiring', severity: 'error' }], blocked: undefined });

    const keys = join(folder, '.zonewright/keys');
    renameSync(keys, `${keys}.away`);
    expect(await zone()).toMatchObject({ expires, blocked: { message: expect.stringContaining('has no key') } });
    expect((await schedule()).first).toEqual({ build: undefined, roll: undefined, 'ask-parent': undefined });
    renameSync(`${keys}.away`, keys);

    write('zones/a.example.yaml', 'records: [');
    expect(await zone()).toMatchObject({ expires, blocked: { message: expect.stringContaining('has errors') } });
    write('zones/a.example.yaml', document('default'));

    const [name] = readdirSync(join(keys, 'a.example')).filter((each) => each.endsWith('.pem'));
    const file = join(keys, 'a.example', name as string);
    chmodSync(file, 0o644);
    expect((await zone(false)).blocked).toBeUndefined();
    expect(await zone(true)).toMatchObject({ blocked: { message: expect.stringContaining('can be read by others') } });
    chmodSync(file, 0o600);
    expect((await zone(true)).blocked).toBeUndefined();

    goTo(start - 30 * DAY);
    expect(await zone()).toMatchObject({ blocked: { message: expect.stringContaining('the clock says') } });
  });

  it('is a failure where there is no release', async () => {
    const { workspace, release } = await project();
    expect(await signingSchedule(workspace(), { release })).toMatchObject({ kind: 'failure', status: 'usage' });
  });
});
