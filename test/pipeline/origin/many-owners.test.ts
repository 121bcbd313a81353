import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newEstate } from '../../../src/compile/estate.ts';
import { parseName } from '../../../src/dns/name.ts';
import type { RecordEdit } from '../../../src/pipeline/origin/order.ts';
import { checkZone } from '../../../src/zone/checks/run.ts';
import { readConfig } from '../../../src/zone/config.ts';
import { stops } from '../../../src/zone/finding.ts';
import { readZone } from '../../../src/zone/read.ts';
import type { Zone } from '../../../src/zone/zone.ts';
import { scratchCaller, scratchOrigin } from './scratch.ts';

const zone = parseName('example.com.');
const admin = scratchCaller('root', true);
const hosts = Array.from(
  { length: 600 },
  (_, i) => `  host-${String(i).padStart(3, '0')}: { A: 192.0.2.${i % 250} }\n`,
);
const start = `records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n${hosts.join('')}`;
const config = readConfig(undefined).config;

const values: Record<string, fc.Arbitrary<string>> = {
  A: fc.constantFrom('192.0.2.1', '192.0.2.2', '10.0.0.1', 'wrong'),
  CNAME: fc.constantFrom('host-003', 'new', 'a.new', 'nowhere.example.net.'),
  MX: fc.constantFrom('10 host-003', '20 new', '30 gone'),
  TXT: fc.constantFrom('some text', 'v=spf1 -all'),
  NS: fc.constantFrom('host-007', 'ns1.example.net.'),
};
const edit: fc.Arbitrary<RecordEdit> = fc.constantFrom('A', 'A', 'CNAME', 'MX', 'TXT', 'NS').chain((type) =>
  fc
    .record({
      op: fc.constantFrom('put', 'put', 'add', 'clear', 'subtract'),
      owner: fc
        .constantFrom('host-003', 'host-300', 'new', 'a.new', 'gone', '*', '@')
        .map((name) => parseName(name, zone)),
      values: fc.uniqueArray(values[type] as fc.Arbitrary<string>, { minLength: 1, maxLength: 2 }),
    })
    .map(({ op, owner, values: texts }): RecordEdit => {
      const some = texts.map((text) => ({ text }));
      if (op === 'clear') return { op, owner, type };
      if (op === 'subtract') return { op, owner, type, values: some };
      return { op: op as 'put' | 'add', owner, type, ttl: undefined, values: some };
    }),
);

/** A zone as a whole look at its document has it. */
function whole(text: string): { zone: Zone; findings: ReturnType<typeof checkZone> } {
  const read = readZone({ path: 'zones/example.com.yaml', text }, zone, { config, template: () => undefined });
  const found = read.zone as Zone;
  const today = new Date().toISOString().slice(0, 10);
  return {
    zone: found,
    findings: checkZone(
      found,
      newEstate(new Map([[zone, found]]), () => found),
      { today, reading: read.findings },
    ),
  };
}

describe('a zone of many owners', () => {
  it('is after each change what a whole look at its document finds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 8 }),
        async (orders) => {
          const { origin, git, close } = await scratchOrigin();
          try {
            await origin.change(admin, { zones: [{ kind: 'write', zone, as: 'make', text: start }] });
            for (const edits of orders) {
              const before = await git('show', 'main:zones/example.com.yaml');
              const outcome = await origin.change(admin, { zones: [{ kind: 'edit', zone, edits }] });
              const view = await origin.view(admin, zone);
              if ('kind' in view) throw new Error(view.kind);
              expect(await git('show', 'main:zones/example.com.yaml')).toBe(view.text);
              if (outcome.kind !== 'committed') expect(view.text).toBe(before);
              const expected = whole(view.text);
              expect(expected.findings.filter(stops)).toEqual([]);
              const shown = [...view.declared.names].map(([owner, rrsets]) => [
                owner,
                rrsets.map(({ source, ...rrset }) => ({ ...rrset, text: source.text === view.text })),
              ]);
              const all = [...expected.zone.names].map(([owner, rrsets]) => [
                owner,
                rrsets.map(({ source, ...rrset }) => ({ ...rrset, text: source.text === view.text })),
              ]);
              expect(shown).toEqual(all);
              const summary = (await origin.list(admin)).find((each) => each.zone === zone);
              expect(summary?.warnings).toBe(expected.findings.filter(({ severity }) => severity === 'warning').length);
            }
          } finally {
            await close();
          }
        },
      ),
      { numRuns: 6 },
    );
  });

  it('lets others have their turn while all of it is looked at', async () => {
    const { origin, git, close } = await scratchOrigin();
    try {
      const many = Array.from({ length: 30_000 }, (_, i) => `  h${i}: { MX: 10 h${i + 1} }\n`).join('');
      const text = `records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n${many}`;
      await origin.change(admin, { zones: [{ kind: 'write', zone, as: 'make', text }] });
      // Of the processor, which others may be using as well.
      const worked = (since?: NodeJS.CpuUsage): number => process.cpuUsage(since).user;
      let [going, longest] = [true, 0];
      const began = process.cpuUsage();
      const turns = (async () => {
        for (let since = began; going; since = process.cpuUsage()) {
          await setImmediate();
          longest = Math.max(longest, worked(since));
        }
      })();
      await origin.change(admin, { zones: [{ kind: 'edit', zone, settings: { ttl: 60 } }] });
      const whole = worked(began);
      going = false;
      await turns;
      // It is read in one piece, which is half of the work where each name leads to another one.
      expect(longest).toBeLessThan(whole * 0.8);
      expect((await git('log', '-1', '--format=%s', 'main')).trim()).toBe('example.com: settings ttl');
    } finally {
      await close();
    }
  });
});
