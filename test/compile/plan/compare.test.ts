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
  // It hangs on another zone, which is no reason to read how it was signed.
  'zones/alias.example.yaml': `${document('default')}  www: { ALIAS: plain.example. }\n`,
};

/** Which algorithm signed each zone, and the files that were read to know it. */
async function algorithms(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  const tree = memoryTree(before);
  const read: string[] = [];
  const fetched: string[] = [];
  let isOpen = false;
  const project = openProject({
    ...tree,
    prefetch: async (paths) => void fetched.push(...paths),
    read(path) {
      if (isOpen) read.push(path);
      return tree.read(path);
    },
  });
  isOpen = true;
  const now = memoryProject(after);
  const existing = stateOfProject(project, now);
  const { zones } = await evaluate(now, { today: '2026-11-30' });
  const planned = [...zones.values()].flatMap((facts) => {
    if ('text' in facts) return [];
    return [{ zone: knownZone(facts), policy: facts.state.kind === 'content' ? facts.state.signedBy : undefined }];
  });
  const policies = await existing.signedBy(planned);
  const found: Record<string, number | undefined> = {};
  for (const { zone } of planned) found[zone.apex] = policies.get(zone.apex)?.algorithm;
  // Nothing is fetched that nobody reads.
  expect(fetched.sort()).toEqual(read.sort());
  return { found, read };
}

describe('the state that a plan is held against', () => {
  it('knows how zones that are as they were are signed without reading any', async () => {
    expect(await algorithms(files, files)).toEqual({
      found: { 'same.example.': 15, 'signed.example.': 13, 'plain.example.': undefined, 'alias.example.': 13 },
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
      found: {
        'same.example.': 15,
        'signed.example.': 13,
        'plain.example.': undefined,
        'alias.example.': 13,
        'new.example.': undefined,
      },
      read: ['zones/plain.example.yaml', 'zones/signed.example.yaml'],
    });
  });

  it('reads them all where the configuration changed, which may name policies for them', async () => {
    const before = {
      ...files,
      'zonewright.yaml': 'defaults: { dnssec: default }\ndnssec: { policies: { strong: { algorithm: 14 } } }\n',
    };
    const { found, read } = await algorithms(before, files);
    expect(found).toEqual({ 'same.example.': 14, 'signed.example.': 13, 'plain.example.': 13, 'alias.example.': 13 });
    expect(read).toEqual([
      'zones/alias.example.yaml',
      'zones/plain.example.yaml',
      'zones/same.example.yaml',
      'zones/signed.example.yaml',
    ]);
  });

  it('of what may not be signed anew says what signed it', async () => {
    const presigned = { ...files, 'zones/same.example.yaml': document('presigned', 'serial_after: 7') };
    const { found } = await algorithms(presigned, files);
    expect(found).toEqual({
      'same.example.': undefined,
      'signed.example.': 13,
      'plain.example.': undefined,
      'alias.example.': 13,
    });
  });
});
