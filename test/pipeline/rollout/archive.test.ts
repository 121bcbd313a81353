import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildRelease } from '../../../src/pipeline/build.ts';
import { openArchive } from '../../../src/pipeline/rollout/archive.ts';
import { readRelease } from '../../../src/pipeline/rollout/release.ts';
import { put, scratch } from '../../setup/program.ts';

const zone = (text: string): string => `soa: { primary: ns1.example.org., contact: hostmaster@example.org }
records: { "@": { NS: [ns1.example.org., ns2.example.org.] }, label: { TXT: "${text}" } }
`;

it('keeps twenty releases, each of exactly its files, made from one that goes', async () => {
  const project = scratch({ 'zones/same.example.yaml': zone('same') });
  const out = join(scratch(), 'release');
  const archive = openArchive(join(scratch(), 'archive'));
  const ids: string[] = [];
  for (let i = 0; i < 24; i++) {
    put(project, 'zones/label.example.yaml', zone(`r${i}`));
    // Two zones whose files have the same name, one after the other.
    const slashed = i % 3 === 0 ? 'zone: "0/8.2.0.192.in-addr.arpa"\n' : '';
    put(project, 'zones/0_8.2.0.192.in-addr.arpa.yaml', slashed + zone('odd'));
    const built = await buildRelease({ folder: project, now: Date.UTC(2026, 10, 22, 0, i), version: '1.0.0' }, { out });
    if (built.kind !== 'built') throw new Error(JSON.stringify(built));
    ids.push(archive.keep({ ...readRelease(out), folder: out }).id);
  }
  expect(archive.list()).toHaveLength(20);
  expect([...archive.list()].sort()).toEqual(ids.slice(-20).sort());
  // As another process finds it.
  for (const id of ids.slice(-20)) {
    const release = openArchive(join(archive.find(id)?.folder ?? '', '..')).find(id);
    const listed = [release?.manifest, ...(release?.files ?? [])].concat(
      [...(release?.zones.values() ?? [])].flatMap((each) => each.zone.files),
    );
    const digests = new Map(listed.map((file) => [file?.path, file?.sha256]));
    expect(filesIn(release?.folder as string)).toEqual(digests);
  }
  const [first, last] = [ids[4], ids[23]].map((id) =>
    join(archive.find(id as string)?.folder ?? '', 'zones/same.example.zone'),
  );
  expect(lstatSync(first as string).ino).toBe(lstatSync(last as string).ino);
});

/** The files of a folder and their digests. */
function filesIn(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    lstatSync(join(folder, path)).isFile(),
  );
  return new Map(
    paths.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  );
}
