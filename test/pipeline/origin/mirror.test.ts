import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/compile/evaluate.ts';
import { type DomainName, parseName } from '../../../src/dns/name.ts';
import type { FileChange } from '../../../src/git/change.ts';
import { openCommitter } from '../../../src/git/committer.ts';
import { initRepository } from '../../../src/git/new-repository.ts';
import { newMirror } from '../../../src/pipeline/origin/mirror.ts';
import type { WrittenDocument } from '../../../src/pipeline/origin/overlay.ts';
import { openWorkspace } from '../../../src/pipeline/workspace.ts';
import type { Finding } from '../../../src/zone/finding.ts';

const TODAY = '2026-01-15';
const zones = ['example.com', 'sub.example.com', 'example.net', '2.0.192.in-addr.arpa'];

/** What documents are made of: names that point into other zones, delegations, mistakes, a template. */
const entries = fc.constantFrom(
  '  "@": { NS: [ns1.example.net., ns2.example.net.] }',
  '  www: { A: 192.0.2.1 }',
  '  www: { CNAME: host.example.net. }',
  '  alias: { CNAME: www.example.com. }',
  '  host: { A: 192.0.2.7 }',
  '  ns1: { A: 192.0.2.53 }',
  '  sub: { NS: [ns1.sub.example.com.] }',
  '  1: { PTR: www.example.com. }',
  '  mail: { MX: 10 nowhere.example.net. }',
  '  both: { CNAME: www, TXT: no }',
  '  broken: { A: 192.0.2.999 }',
);
const document = fc
  .tuple(fc.uniqueArray(entries, { minLength: 1, maxLength: 6, selector: (line) => line.split(':')[0] }), fc.boolean())
  .map(([lines, templated]) => `${templated ? 'use: [shared]\n' : ''}records:\n${lines.join('\n')}\n`);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('zone' as const),
      zone: fc.constantFrom(...zones),
      text: fc.option(document, { nil: undefined }),
      rehearsed: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('template' as const),
      address: fc.constantFrom('192.0.2.80', '192.0.2.81', 'wrong'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('config' as const), ttl: fc.constantFrom('1h', '2h', 'never') }),
  },
);

const fillers = Array.from({ length: 600 }, (_, i) => `  filler-${i}: { A: 192.0.2.${i % 250} }`);

/** Steps of zones among which one has many owners, a few of which change. */
const bigStep = fc.record({
  kind: fc.constant('zone' as const),
  zone: fc.constantFrom('example.com', 'example.com', 'example.com', ...zones),
  lines: fc.uniqueArray(entries, { minLength: 1, maxLength: 6, selector: (line) => line.split(':')[0] }),
  at: fc.constantFrom(300, 300, 300, 310),
  rehearsed: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('the mirror of a branch', () => {
  it('knows of every zone what a look at all of them finds, whatever came and went', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), hold), { numRuns: 25 });
  });

  it('knows it of zones of which only a few owners change, too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bigStep, { minLength: 2, maxLength: 8 }), async (steps) => {
        const texts = steps.map(({ lines, at, zone, ...each }): Step => {
          const own = zone === 'example.com' ? [...fillers.slice(0, at), ...lines, ...fillers.slice(at)] : lines;
          return { ...each, zone, text: `records:\n${own.join('\n')}\n` };
        });
        await hold([
          { kind: 'zone', zone: 'example.com', text: `records:\n${fillers.join('\n')}\n`, rehearsed: true },
          ...texts,
        ]);
      }),
      { numRuns: 15 },
    );
  });
});

/** Takes the steps and holds what the mirror knows after each to a look at all zones. */
async function hold(steps: readonly Step[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-mirror-'));
  const repository = await initRepository(join(folder, 'repo.git'), { branch: 'main' });
  const person = { name: 'test', email: 'test@example.net' };
  const committer = await openCommitter(repository, {
    branch: 'main',
    committer: person,
    now: () => 1_768_000_000,
  });
  const mirror = newMirror(() => TODAY);
  const put = async (change: FileChange): Promise<void> => {
    await committer.commit({
      author: person,
      apply: async (files) => {
        if (change.kind === 'delete' && (await files.entry(change.path)) === undefined)
          return { kind: 'refused', refusal: 'not there' };
        return { kind: 'change', files: [change], message: { subject: 'step' } };
      },
    });
  };
  try {
    await put({ kind: 'put', path: 'README.md', content: 'zones\n' });
    await mirror.follow(await committer.head());
    for (const each of steps) {
      if (each.kind === 'zone') {
        const path = `zones/${each.zone}.yaml`;
        if (each.rehearsed) {
          const written: WrittenDocument | undefined = each.text === undefined ? undefined : { path, text: each.text };
          const there = mirror.project.zones.has(apexOf(each.zone));
          if (written !== undefined || there)
            await mirror.rehearse(await committer.head(), new Map([[apexOf(each.zone), written]]));
        }
        await put(each.text === undefined ? { kind: 'delete', path } : { kind: 'put', path, content: each.text });
      } else if (each.kind === 'template') {
        const content = `records:\n  shared: { A: ${each.address} }\n`;
        await put({ kind: 'put', path: 'templates/shared.yaml', content });
      } else {
        await put({ kind: 'put', path: 'zonewright.yaml', content: `defaults: { ttl: ${each.ttl} }\n` });
      }
      await mirror.follow(await committer.head());
      const known = new Map([...mirror.standing.facts].map(([apex, { findings }]) => [apex, wordsOf(findings)]));
      expect(known).toEqual(await lookAtAll(repository.folder));
    }
  } finally {
    await committer.close();
    rmSync(folder, { recursive: true });
  }
}

function apexOf(zone: string): DomainName {
  return parseName(`${zone}.`);
}

function wordsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, severity, message }) => `${severity} ${rule} ${message}`).sort();
}

async function lookAtAll(folder: string): Promise<Map<DomainName, string[]>> {
  const workspace = { folder, now: Date.parse(TODAY), version: 'test', cache: false, revision: 'main' };
  const { project, close } = await openWorkspace(workspace, undefined);
  try {
    const { zones: all, findings } = await evaluate(project, { today: TODAY });
    return new Map([...all.keys()].map((apex) => [apex, wordsOf(findings.filter((finding) => finding.zone === apex))]));
  } finally {
    close();
  }
}
