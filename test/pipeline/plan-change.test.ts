import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildRelease } from '../../src/pipeline/build.ts';
import { printPlan } from '../../src/pipeline/plan/text.ts';
import { type PlanOptions, planChange } from '../../src/pipeline/plan-change.ts';
import { noPaint } from '../../src/pipeline/report/text.ts';
import { type ScratchRepository, scratchFolder, scratchRepository } from '../git/scratch-repository.ts';

const now = Date.UTC(2026, 10, 22, 12);

function zone(...lines: string[]): string {
  return [
    'soa: { primary: ns1.example.org., contact: hostmaster@example.org }',
    'records:',
    '  "@": { NS: [ns1.example.org., ns2.example.org.] }',
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

const A = 'zones/a.example.yaml';
const B = 'zones/b.example.yaml';
const many = Array.from({ length: 20 }, (_, i) => `h${i}: { A: 203.0.113.${i + 1} }`);

async function plan(repository: ScratchRepository, options: PlanOptions = {}) {
  const result = await planChange({ folder: repository.folder, now, version: '1.0.0' }, options);
  if (result.kind === 'failure') throw new Error(`${result.status}: ${result.message}`);
  return { ...result, text: printPlan(result.plan, noPaint) };
}

function twoCommits(): { repository: ScratchRepository; first: string; second: string } {
  const repository = scratchRepository();
  const first = repository.commit(1000, { [A]: zone('www: { A: 203.0.113.1 }'), [B]: zone() });
  const second = repository.commit(2000, { [A]: zone('www: { A: 203.0.113.2 }', 'new: { A: 203.0.113.3 }') });
  return { repository, first, second };
}

const change = [
  'a.example: 1 record to change, 1 record to add',
  '  - www 1h A 203.0.113.1',
  '  + www 1h A 203.0.113.2',
  '  + new 1h A 203.0.113.3',
  '',
  '1 zone changes: 0 records to delete, 1 to change, 1 to add',
  '',
].join('\n');

describe('a plan', () => {
  it('compares the working folder with the commit that is checked out', async () => {
    const { repository } = twoCommits();
    expect((await plan(repository)).text).toBe('no changes\n');
    repository.write({ [B]: zone('www: { A: 203.0.113.9 }'), 'zones/c.example.yaml': zone() });
    const { text, stopped } = await plan(repository);
    expect(text).toContain('b.example: 1 record to add\n  + www 1h A 203.0.113.9\n');
    expect(text).toContain('c.example: zone to create, 3 records to add');
    expect(stopped).toBe(false);
  });

  it('compares any two revisions, both ways', async () => {
    const { repository, first } = twoCommits();
    expect((await plan(repository, { base: first })).text).toBe(change);
    expect((await plan(repository, { base: 'HEAD~1', head: 'HEAD' })).text).toBe(change);
    expect((await plan(repository, { base: 'HEAD', head: first })).text).toContain('  - new 1h A 203.0.113.3\n');
  });

  it('compares with where a branch was left', async () => {
    const { repository, first } = twoCommits();
    repository.git('checkout', '-q', '-b', 'side', first);
    repository.commit(3000, { [B]: zone('side: { A: 203.0.113.7 }') });
    expect((await plan(repository, { base: 'main...' })).plan.zones.map((each) => each.zone)).toEqual(['b.example.']);
    expect((await plan(repository, { base: 'main' })).plan.zones.map((each) => each.zone)).toEqual([
      'a.example.',
      'b.example.',
    ]);
  });

  it('compares with a release, whose files it reads', async () => {
    const { repository, first } = twoCommits();
    const out = join(scratchFolder(), 'out');
    await buildRelease({ folder: repository.folder, now, version: '1.0.0' }, { out, at: first });
    expect((await plan(repository, { release: out })).text).toBe(change);
    expect((await plan(repository, { release: out, head: first })).text).toBe('no changes\n');
    writeFileSync(join(out, 'zones/a.example.zone'), '@ SOA oops');
    await expect(plan(repository, { release: out })).rejects.toThrow(/refused: .*a\.example\.zone is damaged/);
    rmSync(join(out, 'zones/a.example.zone'));
    await expect(plan(repository, { release: out })).rejects.toThrow(/refused: .*cannot be read/);
  });

  it('says nothing about comments, layout and order', async () => {
    const { repository } = twoCommits();
    repository.write({
      [A]: `# comment\n${zone('new: { A: [203.0.113.3] }', 'www: { A: { values: [203.0.113.2] } }')}`,
    });
    repository.write({ [B]: undefined, 'zones/customers/b.example.yaml': zone() });
    expect((await plan(repository)).text).toBe('no changes\n');
  });

  it('knows what hangs on configuration, templates, other zones and nodes', async () => {
    const repository = scratchRepository();
    repository.commit(1000, {
      [A]: zone('www: { ALIAS: www.b.example. }'),
      [B]: zone('www: { A: 203.0.113.1 }'),
      'zones/c.example.yaml': `use: [t]\n${zone()}`,
      'zones/d.example.yaml': zone('www: { A: [203.0.113.1, { value: 203.0.113.2, nodes: [n1] }] }'),
      'templates/t.yaml': 'records: { t: { A: 203.0.113.1 } }\n',
      'nodes.yaml': 'nodes: { n1: {}, n2: {} }\n',
    });
    repository.write({ [B]: zone('www: { A: 203.0.113.2 }') });
    expect((await plan(repository)).plan.zones.map((each) => each.zone)).toEqual(['a.example.', 'b.example.']);
    repository.commit(2000);
    repository.write({ 'templates/t.yaml': 'records: { t: { A: 203.0.113.2 } }\n' });
    expect((await plan(repository)).plan.zones.map((each) => each.zone)).toEqual(['c.example.']);
    repository.commit(3000);
    repository.write({
      'zones/d.example.yaml': zone('www: { A: [203.0.113.1, { value: 203.0.113.2, nodes: [n2] }] }'),
    });
    expect((await plan(repository)).text).toBe(
      [
        'd.example on n1: 1 record to delete',
        '  - www 1h A 203.0.113.2',
        '',
        'd.example on n2: 1 record to add',
        '  + www 1h A 203.0.113.2',
        '',
        '1 zone changes: 1 record to delete, 0 to change, 1 to add',
        '',
      ].join('\n'),
    );
    repository.commit(4000);
    repository.write({ 'zonewright.yaml': 'defaults: { ttl: 2h }\n' });
    expect((await plan(repository)).plan.counts.zones).toBe(4);
  });

  it('stops what deletes a zone, most of its records, or its name servers, unless that is allowed', async () => {
    const repository = scratchRepository();
    repository.commit(1000, { [A]: zone(...many), [B]: zone(), 'zones/c.example.yaml': zone() });
    repository.write({ [A]: zone('h0: { A: 203.0.113.1 }'), [B]: undefined });
    repository.write({ 'zones/c.example.yaml': zone().replace('ns2.example.org.', 'ns3.example.org.') });
    const blocked = await plan(repository);
    expect(blocked.plan.blocks.map(({ zone: name, rule }) => `${name} ${rule}`)).toEqual([
      'b.example. zone-deleted',
      'a.example. deletes-threshold',
      'c.example. apex-ns-changed',
    ]);
    expect((await plan(repository, { allowDeletes: true })).plan.blocks).toEqual([]);
  });

  it('holds the change against the rules for changes', async () => {
    const repository = scratchRepository();
    repository.commit(1000, { [A]: zone('www: { A: 203.0.113.1 }') });
    repository.write({ [A]: zone() });
    const { report, stopped } = await plan(repository);
    expect(report.findings.map(({ rule }) => rule)).toContain('zone-emptied');
    expect(stopped).toBe(true);
  });

  it('shows what could be compiled of a state with errors, and says that it is stopped', async () => {
    const { repository } = twoCommits();
    repository.write({ [A]: 'records: {{{', [B]: zone('www: { A: 203.0.113.9 }') });
    const { plan: found, stopped, report } = await plan(repository);
    expect(found.zones.map((each) => each.zone)).toEqual(['b.example.']);
    expect(stopped).toBe(true);
    expect(report.findings.some(({ place }) => place.file === A)).toBe(true);
  });

  it('of zones that were named is about those alone', async () => {
    const { repository } = twoCommits();
    repository.write({ [A]: zone(), [B]: zone('www: { A: 203.0.113.9 }') });
    expect((await plan(repository, { zones: ['b.example'] })).plan.zones.map((each) => each.zone)).toEqual([
      'b.example.',
    ]);
  });

  it('says what is missing', async () => {
    const repository = scratchRepository();
    repository.write({ [A]: zone() });
    await expect(plan(repository)).rejects.toThrow(/unavailable: .* has no git history/);
    repository.commit(1000);
    await expect(plan(repository, { base: 'nope' })).rejects.toThrow(/refused: "nope" names no commit/);
    await expect(plan(repository, { head: '--all' })).rejects.toThrow(/refused/);
    await expect(plan(repository, { release: scratchFolder() })).rejects.toThrow(/usage: there is no release/);
    await expect(plan(repository, { release: 'x', base: 'HEAD' })).rejects.toThrow(/usage: a plan has one base/);
  });
});
