import { describe, expect, it } from 'vitest';
import type { ZoneDelta } from '../../../src/compile/plan/delta.ts';
import { planChange } from '../../../src/pipeline/plan-change.ts';
import { deploy } from '../../../src/pipeline/rollout/roll-out.ts';
import { testEstate } from './estate.ts';

/** What changes, in a few words. */
async function liveChanges(estate: Awaited<ReturnType<typeof testEstate>>, nodes: readonly string[] = []) {
  const planned = await planChange({ ...estate.workspace, cache: false }, { live: nodes });
  if (planned.kind === 'failure') return planned.message;
  const changes = planned.plan.zones.map(
    ({ zone, kind, counts }: ZoneDelta) => `${zone} ${kind} ${JSON.stringify(counts)}`,
  );
  return { changes, notes: planned.live?.notes };
}

describe('a plan against what nodes serve', () => {
  it('says what differs, whether the release is known here or the zone has to be transferred', async () => {
    const estate = await testEstate(['fra1', 'ams1']);
    await deploy(estate.workspace, {}, estate.watch());
    expect(await liveChanges(estate)).toEqual({ changes: [], notes: [] });
    estate.zone('example.com', '  www: { A: 192.0.2.2 }\n');
    const expected = ['example.com. changed {"deleted":1,"changed":1,"added":0}'];
    expect(await liveChanges(estate)).toEqual({ changes: expected, notes: [] });
    // One node is ahead, and this machine has forgotten what it rolled out.
    await deploy(estate.workspace, { nodes: ['fra1'] }, estate.watch());
    const elsewhere = { ...estate, workspace: { ...estate.workspace, folder: estate.withoutMemory() } };
    expect(await liveChanges(elsewhere, ['ams1'])).toEqual({ changes: expected, notes: [] });
    expect(await liveChanges(elsewhere)).toEqual({
      changes: [],
      notes: [expect.stringMatching(/^example\.com\.: ams1 serves the serial \d+, fra1 the serial \d+$/)],
    });
    await estate.stop('fra1');
    await estate.stop('ams1');
    expect(await liveChanges(estate)).toContain('no node answers: fra1: nothing listens');
  });
});
