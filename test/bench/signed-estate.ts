import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Side } from './bench.ts';
import { madeNames, masterFile, writeFile, zoneDocument } from './inputs.ts';
import { find } from './peers.ts';
import { build, forget, generateKeys } from './project.ts';

/** How many zones are signed from nothing, and how many names each has. */
const ZONES = 1000;
const NAMES = 20;

/** What signing them may take of memory, in MB. */
const MEMORY = 400;

const nameOf = (i: number): string => `zone-${i}.example`;

/** Many small signed zones, by their names. */
export function* signedDocuments(count: number): Generator<readonly [zone: string, document: string]> {
  for (let i = 0; i < count; i++) {
    const document = [...zoneDocument(madeNames(NAMES, i), nameOf(i))].join('');
    yield [nameOf(i), `dnssec: default\n${document}`];
  }
}

/** Many small zones from nothing, against a program that is run for each of them, on every processor. */
export const coldSigningEstate: Bench = {
  name: 'cold signing, 1,000 zones of 20 names, against ldns-signzone, two at a time',
  about: 'zonewright build (YAML, checked, signed with algorithm 13) : ldns-signzone for each (master files)',
  goal: { time: 0.5, megabytes: MEMORY },
  prepare: async (folder, scale) => {
    const count = Math.round(ZONES * scale);
    for (const [zone, document] of signedDocuments(count))
      writeFile(join(folder, `repo/zones/${zone}.yaml`), [document]);
    generateKeys(folder);
    return { ours: build(folder, () => forget(folder, 'cache')), peer: ldnsForEach(folder, count) };
  },
};

/** Signs each of the zones with a process of its own, two of which run at a time. */
function ldnsForEach(folder: string, count: number): Side {
  const signer = find('ldns-signzone');
  const keygen = find('dnssec-keygen');
  if (signer === undefined || keygen === undefined) {
    return { kind: 'missing', reason: 'ldns-signzone or dnssec-keygen is not installed (ldnsutils, bind9-utils)' };
  }
  const made = execFileSync(keygen, ['-q', '-K', folder, '-a', '13', '-f', 'KSK', 'key.example'], { encoding: 'utf8' });
  const partOf = (ending: string): string => readFileSync(join(folder, `${made.trim()}.${ending}`), 'utf8');
  const [publicKey, privateKey] = [partOf('key'), partOf('private')];
  const jobs: string[] = [];
  for (let i = 0; i < count; i++) {
    const zone = nameOf(i);
    const file = join(folder, 'plain', zone);
    writeFile(file, masterFile(madeNames(NAMES, i), zone));
    // The same key under the name of each zone: its tag does not hang on that.
    writeFile(`${file}.ksk.key`, [publicKey.replaceAll('key.example.', `${zone}.`)]);
    writeFile(`${file}.ksk.private`, [privateKey]);
    jobs.push(`-f ${file}.signed ${file} ${file}.ksk\n`);
  }
  writeFile(join(folder, 'jobs'), jobs);
  return { kind: 'command', argv: ['xargs', '-a', join(folder, 'jobs'), '-L', '1', '-P', '2', signer] };
}
