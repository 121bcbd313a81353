import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/compile/evaluate.ts';
import { knownZone, stateOfProject } from '../../../src/compile/plan/compare.ts';
import { openProject } from '../../../src/compile/project.ts';
import { memoryProject, memoryTree } from '../memory.ts';

const document = (dnssec: string, ...more: string[]) =>
  [
    'soa: { primary: ns1.example.net., contact: hostmaster@example.net }',
    ...(dnssec === '' ? [] : [`dnssec: ${dnssec}`]),
    ...more,
    'records:',
    '  "@": { NS: [ns1.example.net., ns2.example.net.] }',
    '',
  ].join('\n');

const files = {
  'zonewright.yaml': 'dnssec: { policies: { strong: { algorithm: 15 } } }\n',
  'zones/same.example.yaml': document('strong'),
  'zones/signed.example.yaml': document('default'),
  'zones/plain.example.yaml': document(''),
};

/** Which algorithm signed each zone, and the files that were read to know it. */
async function algorithms(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  const tree = memoryTree(before);
  const read: string[] = [];
  let isOpen = false;
  const project = openProject({
    ...tree,
    read(path) {
      if (isOpen) read.push(path);
      return tree.read(path);
    },
  });
  isOpen = true;
  const now = memoryProject(after);
  const existing = stateOfProject(project, now);
  const { zones } = await evaluate(now, { today: '2026-11-30' });
  const found: Record<string, number | undefined> = {};
  for (const facts of zones.values()) {
    if ('text' in facts) continue;
    const policy = facts.state.kind === 'content' ? facts.state.signedBy : undefined;
    found[facts.apex] = existing.signedBy(knownZone(facts), policy)?.algorithm;
  }
  return { found, read: read.sort() };
}

describe('the state that a plan is held against', () => {
  it('knows how zones that are as they were are signed without reading any', async () => {
    expect(await algorithms(files, files)).toEqual({
      found: { 'same.example.': 15, 'signed.example.': 13, 'plain.example.': undefined },
      read: [],
    });
  });

  it('reads of the zones that changed how they were signed', async () => {
    const after = {
      ...files,
      'zones/signed.example.yaml': document(''),
      'zones/plain.example.yaml': document('strong'),
      'zones/new.example.yaml': document('default'),
    };
    expect(await algorithms(files, after)).toEqual({
      found: { 'same.example.': 15, 'signed.example.': 13, 'plain.example.': undefined, 'new.example.': undefined },
      read: ['zones/plain.example.yaml', 'zones/signed.example.yaml'],
    });
  });

  it('reads them all where the configuration changed, which may name policies for them', async () => {
    const before = {
      ...files,
      'zonewright.yaml': 'defaults: { dnssec: default }\ndnssec: { policies: { strong: { algorithm: 14 } } }\n',
    };
    const { found, read } = await algorithms(before, files);
    expect(found).toEqual({ 'same.example.': 14, 'signed.example.': 13, 'plain.example.': 13 });
    expect(read).toEqual(['zones/plain.example.yaml', 'zones/same.example.yaml', 'zones/signed.example.yaml']);
  });

  it('of what may not be signed anew says what signed it', async () => {
    const presigned = { ...files, 'zones/same.example.yaml': document('presigned', 'serial_after: 7') };
    const { found } = await algorithms(presigned, files);
    expect(found).toEqual({ 'same.example.': undefined, 'signed.example.': 13, 'plain.example.': undefined });
  });
});
