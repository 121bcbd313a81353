import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildWithinThresholds } from '../../src/pipeline/build.ts';
import { planChange } from '../../src/pipeline/plan-change.ts';
import { scratchFolder, scratchRepository } from '../git/scratch-repository.ts';

const now = Date.UTC(2026, 10, 22, 12);
const CONFIG = 'thresholds: { deletes: { percent: 20, records: 3 }, changes: { percent: 30, records: 7 } }\n';

const NAMES = Array.from({ length: 15 }, (_, i) => `h${i}`);

/** A zone from which the next one differs by a little, or by much. */
const state = fc.record({
  servers: fc.integer({ min: 0, max: 11 }).map((i) => (i === 0 ? 'ns3' : 'ns2')),
  ttl: fc.integer({ min: 0, max: 11 }).map((i) => (i === 0 ? 600 : 300)),
  hosts: fc.subarray(NAMES, { minLength: 12 }),
  moved: fc.subarray(NAMES, { maxLength: 2 }),
  delegated: fc.subarray(['d1', 'd2', 'd3'], { minLength: 2 }),
  away: fc.constantFrom('ns7', 'ns8'),
});

function document({
  servers,
  ttl,
  hosts,
  moved,
  delegated,
  away,
}: typeof state extends fc.Arbitrary<infer T> ? T : never): string {
  const lines = hosts.map(
    (name) =>
      `  ${name}: { A: { values: [203.0.113.${NAMES.indexOf(name)}, 203.0.113.${moved.includes(name) ? 200 : 100}] } }\n`,
  );
  for (const name of delegated) lines.push(`  ${name}: { NS: [ns1.example.net., ${away}.example.net.] }\n`);
  return `ttl: ${ttl}\nrecords:\n  "@": { NS: [ns1.example.org., ${servers}.example.org.] }\n${lines.join('')}`;
}

describe('a release that passes thresholds', () => {
  it('is held for what a plan against the release before says', async () => {
    const repository = scratchRepository();
    const workspace = { folder: repository.folder, now, version: '1.0.0' };
    const out = join(scratchFolder(), 'release');
    let time = 1000;
    const verdicts = { held: 0, built: 0 };
    await fc.assert(
      fc.asyncProperty(
        state,
        fc.integer({ min: 0, max: 9 }).map((i) => i === 0),
        async (wanted, doomed) => {
          const files = { 'zonewright.yaml': CONFIG, 'zones/a.example.yaml': document(wanted) };
          const other = 'zones/b.example.yaml';
          const commit = repository.commit(++time, { ...files, [other]: doomed ? undefined : document(wanted) });
          const built = await buildWithinThresholds(workspace, { out, at: commit }, undefined);
          if (time === 1001) return;
          if (built.kind === 'failure') throw new Error(built.message);
          const rules = (blocks: readonly { zone: string; rule: string }[]) =>
            blocks.map(({ zone, rule }) => `${zone} ${rule}`);
          if (built.kind === 'held') {
            verdicts.held++;
            const planned = await planChange(workspace, { release: out, head: commit });
            if (planned.kind === 'failure') throw new Error(planned.message);
            expect(rules(built.blocks)).toEqual(rules(planned.plan.blocks));
            // Let through, so that the next one is held against it.
            expect((await buildWithinThresholds(workspace, { out, at: commit }, commit)).kind).toBe('built');
          } else {
            // It has taken the place of the one before, from which nothing differs any more: the commit before tells.
            verdicts.built++;
            const since = await planChange(workspace, { base: `${commit}~`, head: commit });
            expect(since).toMatchObject({ plan: { blocks: [] } });
          }
        },
      ),
      { numRuns: 30, endOnFailure: true },
    );
    expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(0);
  });
});
