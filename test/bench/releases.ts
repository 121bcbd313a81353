import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Side } from './bench.ts';
import { madeNames, zoneDocument } from './inputs.ts';
import { signedDocuments } from './signed-estate.ts';
import { signedDocument } from './signing.ts';

const client = new URL('release-client.ts', import.meta.url).pathname;

function side(kind: 'cold' | 'warm', folder: string, path: string, signed: readonly string[]): Side {
  const argv = [process.execPath, '--import', 'tsx', client, kind, folder, path, ...signed];
  return { kind: 'command', argv, timed: true };
}

/** A bare repository with these documents, as git's fast-import reads it. */
function makeRepository(folder: string, documents: Iterable<readonly [string, string]>): void {
  const repository = join(folder, 'repo.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  const parts = ['commit refs/heads/main\ncommitter bench <bench@example.net> 1767225600 +0000\ndata 5\nzones\n'];
  for (const [path, text] of documents) parts.push(`M 100644 inline ${path}\ndata ${text.length}\n${text}\n`);
  execFileSync('git', ['-C', repository, 'fast-import', '--quiet'], { input: parts.join('') });
}

/** One record changed in an estate, built by the process that stays beside a server. */
export const residentEstate: Bench = {
  name: 'one record changed in 10,000 zones, in serve: commit to release',
  about: 'the process of zonewright serve that makes releases : the same from nothing',
  goal: { time: 0.02 },
  prepare: async (folder, scale) => {
    const documents = Array.from({ length: Math.round(10_000 * scale) }, (_, i) => {
      const zone = `zone-${i}.example`;
      const path = `zones/${String(i % 100).padStart(2, '0')}/${zone}.yaml`;
      return [path, [...zoneDocument(madeNames(51, i), zone)].join('')] as const;
    });
    makeRepository(folder, documents);
    const path = documents[0]?.[0] as string;
    return { ours: side('warm', folder, path, []), peer: side('cold', folder, path, []) };
  },
};

/** One record changed in a signed zone, signed by that process. */
export const residentSigning: Bench = {
  name: 'one record changed in a signed zone of 50,000 names, in serve',
  about: 'the process of zonewright serve that makes releases : the same from nothing',
  goal: { time: 0.03 },
  prepare: async (folder, scale) => {
    const path = 'zones/example.com.yaml';
    const signed = ['example.com.'];
    // A repository of its own: where a release is lost, the serial comes from every commit of so big a document.
    const cold = join(folder, 'cold');
    mkdirSync(cold);
    for (const of of [folder, cold]) makeRepository(of, [[path, signedDocument(scale)]]);
    return { ours: side('warm', folder, path, signed), peer: side('cold', cold, path, signed) };
  },
};

/** One record changed in an estate of signed zones, built by that process. */
export const residentSignedEstate: Bench = {
  name: 'one record changed in 5,000 signed zones, in serve: commit to release',
  about: 'the process of zonewright serve that makes releases : the same from nothing',
  goal: { time: 0.03 },
  prepare: async (folder, scale) => {
    const documents = [...signedDocuments(Math.round(5000 * scale))].map(
      ([zone, document], i) => [`zones/${String(i % 100).padStart(2, '0')}/${zone}.yaml`, document] as const,
    );
    makeRepository(folder, documents);
    const path = documents[0]?.[0] as string;
    const signed = documents.map((_, i) => `zone-${i}.example.`);
    return { ours: side('warm', folder, path, signed), peer: side('cold', folder, path, signed) };
  },
};
