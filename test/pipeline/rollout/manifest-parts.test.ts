import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manifestEntry, printManifest } from '../../../src/compile/manifest.ts';
import { differenceFor } from '../../../src/deploy/release/difference.ts';
import type { Release } from '../../../src/deploy/release/release.ts';
import type { Serial } from '../../../src/dns/serial.ts';
import { releaseFromNode } from '../../../src/pipeline/rollout/release.ts';
import { manifestZone } from '../../compile/manifest-zone.ts';

/** A release of zones with these serials, made in the commit of a number. */
function releaseWith(serials: ReadonlyMap<string, number>, commit = 1): Release {
  const hash = '0'.repeat(64);
  const zones = [...serials].map(([name, serial]) => {
    const file = { path: `zones/${encodeURIComponent(name)}zone`, sha256: hash, size: 1 };
    return manifestZone(name, [file], { serial: serial as Serial });
  });
  const text = printManifest({
    generator: 'zonewright 1.0.0',
    commit: commit.toString(16).padStart(40, '0'),
    dirty: false,
    files: [{ path: 'nameservers/nsd.conf', sha256: hash, size: 1 }],
    zones: new Map(zones.map((zone) => [zone.apex, manifestEntry(zone)])),
  });
  return releaseFromNode(text);
}

/** The parts of the manifest that a node with the files of `there` has then. */
function parts(from: Release | undefined, to: Release, there: ReadonlyMap<string, string> = new Map()) {
  const { send, remove } = differenceFor('n1', from, to);
  const all = new Map(there);
  for (const path of remove) all.delete(path);
  const sent = send.flatMap(({ path, text }) => (text === undefined ? [] : [[path, text] as const]));
  for (const [path, text] of sent) all.set(path, text);
  return { all, sent: sent.map(([path]) => path) };
}

/** What a node prints, which does not know an order. */
function printed(all: ReadonlyMap<string, string>): string {
  const lines = [...all].filter(([path]) => path !== 'manifest/top.json').map(([, text]) => text);
  return [...lines.reverse(), all.get('manifest/top.json')].join('');
}

const name = fc.oneof(
  fc.integer({ min: 0, max: 300 }).map((i) => `zone-${i}.example.`),
  fc.constantFrom('.', 'a\\"b.example.', 'a\\.b.example.', '0/25.2.0.192.in-addr.arpa.', 'a.', 'a-b.', 'b.a.'),
);
const estate = fc.array(fc.tuple(name, fc.nat(3)), { maxLength: 120 }).map((all) => new Map(all));

it('a manifest is what its parts are put together to, from whatever release a node comes', () => {
  fc.assert(
    fc.property(estate, estate, fc.nat(2), (before, after, commit) => {
      const [from, to] = [releaseWith(before), releaseWith(after, commit)];
      const had = parts(undefined, from);
      const changed = parts(from, to, had.all);
      const whole = parts(undefined, releaseWith(after, commit));
      expect(new Map([...changed.all].sort())).toEqual(new Map([...whole.all].sort()));
      const read = releaseFromNode(printed(changed.all));
      expect([read.id, read.manifest, read.top]).toEqual([to.id, to.manifest, to.top]);
    }),
    { numRuns: 60 },
  );
});

it('little of it differs where little of a release does', () => {
  const estate = new Map(Array.from({ length: 600 }, (_, i) => [`zone-${i}.example.`, 1]));
  const from = releaseWith(estate);
  const { all } = parts(undefined, from);
  const sizes = [...all.values()].map(({ length }) => length);
  // A part has two dozen zones at the most.
  expect([all.size, Math.max(...sizes) < 24 * 500]).toEqual([76, true]);
  const sent = (change: (zones: Map<string, number>) => void, commit = 1): string[] => {
    const zones = new Map(estate);
    change(zones);
    return parts(from, releaseWith(zones, commit)).sent;
  };
  expect(sent(() => undefined)).toEqual([]);
  expect(sent(() => undefined, 2)).toEqual(['manifest/top.json']);
  expect(sent((zones) => zones.set('zone-7.example.', 2), 2)).toHaveLength(2);
  expect(sent((zones) => zones.delete('zone-7.example.'))).toHaveLength(1);
  // One more is one part more, and that from which it takes its zones.
  for (const added of ['a.example.', 'b.example.', 'c.example.'])
    expect(sent((zones) => zones.set(added, 1)).length).toBeLessThanOrEqual(3);
});
