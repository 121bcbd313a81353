import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Side } from './bench.ts';
import { madeNames, zoneDocument } from './inputs.ts';
import { signedDocuments } from './signed-estate.ts';
import { signedDocument } from './signing.ts';

const client = new URL('release-client.ts', import.meta.url).pathname;

function side(
  kind: 'cold' | 'warm',
  folder: string,
  path: string,
  signed: readonly string[],
  record = '{ A: 198.51.100.9 }',
): Side {
  const argv = [process.execPath, '--import', 'tsx', client, kind, folder, path, record, ...signed];
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

/** The same repository twice, the other one below: where a release is lost, the serial comes from every commit of a big document. */
function makeApart(folder: string, documents: readonly (readonly [string, string])[]): string {
  const apart = join(folder, 'cold');
  mkdirSync(apart);
  for (const of of [folder, apart]) makeRepository(of, documents);
  return apart;
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
    const cold = makeApart(folder, [[path, signedDocument(scale)]]);
    return { ours: side('warm', folder, path, signed), peer: side('cold', cold, path, signed) };
  },
};

/** A zone of a registry: names that others answer for, every third with a DS, and addresses of name servers below them. */
function registryDocument(count: number): string {
  const lines = [
    'ttl: 1h\ndnssec: default\nsoa: { primary: ns1.example.com., contact: hostmaster.example.com. }\nrecords:\n',
    '  "@": { NS: [ns1, ns2] }\n  ns1: { A: 198.51.100.1 }\n  ns2: { A: 198.51.100.2 }\n',
  ];
  for (let i = 0; i < count; i++) {
    const name = `d-${i.toString(36)}`;
    const ds = i % 3 === 0 ? `, DS: 12345 13 2 ${'AB12CD34'.repeat(8)}` : '';
    lines.push(`  ${name}: { NS: [ns1.${name}, ns.example.net.]${ds} }\n  ns1.${name}: { A: 192.0.2.${i % 250} }\n`);
  }
  return lines.join('');
}

/** One delegation that comes in a signed zone of them, signed by that process. */
export const residentRegistry: Bench = {
  name: 'one delegation more in a signed zone of 50,000 with NSEC3 and opt-out, in serve',
  about: 'the process of zonewright serve that makes releases : the same from nothing',
  goal: { time: 0.08 },
  prepare: async (folder, scale) => {
    const path = 'zones/example.com.yaml';
    const signed = ['example.com.'];
    const policy = 'dnssec: { policies: { default: { denial: nsec3, opt_out: true } } }\n';
    const documents = [
      ['zonewright.yaml', policy] as const,
      [path, registryDocument(Math.round(50_000 * scale))] as const,
    ];
    const cold = makeApart(folder, documents);
    const record = '{ NS: [ns.example.net., ns2.example.net.] }';
    return { ours: side('warm', folder, path, signed, record), peer: side('cold', cold, path, signed, record) };
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
