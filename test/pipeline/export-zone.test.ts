import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildRelease } from '../../src/pipeline/build.ts';
import { type ExportOptions, exportZone } from '../../src/pipeline/export-zone.ts';
import { scratchFolder, scratchRepository } from '../git/scratch-repository.ts';
import { contentsOf, firstEstate, numbersFrom } from './random-estate.ts';

const workspaceOf = (folder: string) => ({ folder, now: Date.UTC(2026, 10, 22), version: '1.0.0' });

async function exported(folder: string, options: ExportOptions): Promise<string> {
  const result = await exportZone(workspaceOf(folder), options);
  if (result.kind !== 'exported') throw new Error(JSON.stringify(result));
  return [...result.text].join('');
}

describe('exportZone', () => {
  it('prints what a release holds, for all nodes and for one, now and at a revision', async () => {
    const repository = scratchRepository();
    const first = repository.commit(1000, firstEstate(numbersFrom(3)));
    repository.commit(2000, firstEstate(numbersFrom(4)));
    for (const at of [undefined, first]) {
      const out = join(scratchFolder(), 'out');
      const state = at === undefined ? {} : { at };
      await buildRelease(workspaceOf(repository.folder), { out, ...state });
      for (const [path, text] of Object.entries(contentsOf(out))) {
        const [, node, zone] = /^(?:nodes\/([^/]+)\/)?zones\/(.+)\.zone$/.exec(path) ?? [];
        if (zone === undefined) continue;
        const options = { zone, ...state, ...(node !== undefined && { node }) };
        expect(await exported(repository.folder, options), path).toBe(text);
      }
    }
  });

  it('refuses a zone with errors, and one that is not there', async () => {
    const repository = scratchRepository();
    repository.commit(1000, { 'zones/a.example.yaml': 'records: { "@": { NS: oops } }\n' });
    expect(await exportZone(workspaceOf(repository.folder), { zone: 'a.example' })).toMatchObject({ kind: 'refused' });
    expect(await exportZone(workspaceOf(repository.folder), { zone: 'b.example' })).toMatchObject({ status: 'usage' });
    expect(await exportZone(workspaceOf(repository.folder), { zone: 'a..b' })).toMatchObject({ status: 'usage' });
  });
});
