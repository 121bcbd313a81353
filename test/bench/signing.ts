import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Side } from './bench.ts';
import { random, writeFile } from './inputs.ts';
import { debian, find } from './peers.ts';
import { build, forget, generateKeys } from './project.ts';

const NAMES = 50_000;

/** What signing these names may take of memory, in MB. */
const MEMORY = 400;

/** A host with addresses of both families and mail, and every 20th with a text: four signatures a name with its NSEC. */
function* hosts(count: number): Generator<{ label: string; a: string; aaaa: string; text: boolean }> {
  const next = random(13);
  const part = (): string => Math.floor(next() * 65535).toString(16);
  for (let i = 0; i < count; i++) {
    const a = `198.51.${Math.floor(next() * 256)}.${Math.floor(next() * 254) + 1}`;
    yield {
      label: `host-${i.toString(36)}`,
      a,
      aaaa: `2001:db8:${part()}::${(Math.floor(next() * 65534) + 1).toString(16)}`,
      text: i % 20 === 0,
    };
  }
}

function* document(count: number): Generator<string> {
  yield 'ttl: 1h\ndnssec: default\nsoa: { primary: ns1.example.com., contact: hostmaster.example.com. }\nrecords:\n';
  yield '  "@": { NS: [ns1, ns2] }\n  ns1: { A: 198.51.100.1 }\n  ns2: { A: 198.51.100.2 }\n  mail: { A: 198.51.100.4 }\n';
  for (const { label, a, aaaa, text } of hosts(count)) {
    yield `  ${label}: { A: ${a}, AAAA: "${aaaa}", MX: 10 mail${text ? ', TXT: v=spf1 -all' : ''} }\n`;
  }
}

/** The document of the zone. */
export function signedDocument(scale: number): string {
  return [...document(Math.round(NAMES * scale))].join('');
}

function* masterFile(count: number): Generator<string> {
  yield '$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1 hostmaster 1 14400 3600 1209600 3600\n@ NS ns1\n@ NS ns2\n';
  yield 'ns1 A 198.51.100.1\nns2 A 198.51.100.2\nmail A 198.51.100.4\n';
  for (const { label, a, aaaa, text } of hosts(count)) {
    yield `${label} A ${a}\n${label} AAAA ${aaaa}\n${label} MX 10 mail\n`;
    if (text) yield `${label} TXT "v=spf1 -all"\n`;
  }
}

/** Makes the project with its keys. Gives the document. */
function makeProject(folder: string, scale: number): string {
  const file = join(folder, 'repo/zones/example.com.yaml');
  writeFile(file, document(Math.round(NAMES * scale)));
  generateKeys(folder);
  return file;
}

function kzonesign(folder: string, file: string): Side {
  const base = join(folder, 'knot');
  const database = join(base, 'keys');
  const config = join(base, 'knot.conf');
  mkdirSync(database, { recursive: true });
  const policy = '- id: p\n    algorithm: ecdsap256sha256\n    single-type-signing: on\n    signing-threads: 2';
  const zone = `- domain: example.com\n    dnssec-policy: p\n    dnssec-signing: on\n    storage: ${folder}\n    file: ${file}`;
  writeFileSync(config, `policy:\n  ${policy}\nzone:\n  ${zone}\ndatabase:\n    storage: ${database}\n`);
  return debian('kzonesign', 'knot-dnssecutils', ['-c', config, '-o', base, 'example.com']);
}

function ldnsSignzone(folder: string, file: string): Side {
  const keygen = find('dnssec-keygen');
  if (keygen === undefined)
    return { kind: 'missing', reason: 'dnssec-keygen is not installed (Debian package bind9-utils)' };
  const key = execFileSync(keygen, ['-q', '-K', folder, '-a', '13', '-f', 'KSK', 'example.com'], { encoding: 'utf8' });
  return debian('ldns-signzone', 'ldnsutils', ['-f', join(folder, 'ldns.signed'), file, join(folder, key.trim())]);
}

function dnssecSignzone(folder: string, file: string): Side {
  const keygen = find('dnssec-keygen');
  if (keygen === undefined)
    return { kind: 'missing', reason: 'dnssec-keygen is not installed (Debian package bind9-utils)' };
  execFileSync(keygen, ['-q', '-K', folder, '-a', '13', '-f', 'KSK', 'example.com']);
  return debian('dnssec-signzone', 'bind9-utils', [
    '-q',
    '-S',
    '-z',
    '-K',
    folder,
    '-d',
    folder,
    '-o',
    'example.com',
    '-f',
    join(folder, 'bind.signed'),
    file,
  ]);
}

function cold(program: string, peer: (folder: string, file: string) => Side): Bench {
  return {
    name: `cold signing, 50,000 names, against ${program}`,
    about: `zonewright build (YAML, checked, 202,500 signatures of algorithm 13) : ${program} (reading and writing master files)`,
    goal: { time: 0.7, megabytes: MEMORY },
    prepare: async (folder, scale) => {
      makeProject(folder, scale);
      const file = join(folder, 'example.com.zone');
      writeFile(file, masterFile(Math.round(NAMES * scale)));
      return { ours: build(folder, () => forget(folder, 'cache')), peer: peer(folder, file) };
    },
  };
}

/** Signing from nothing, against the fastest of the programs that sign zone files. */
export const coldSigningKnot = cold('kzonesign with 2 threads', kzonesign);

/** The same against another one. */
export const coldSigningLdns = cold('ldns-signzone', ldnsSignzone);

/** The same against BIND's. */
export const coldSigningBind = cold('dnssec-signzone', dnssecSignzone);

/** One record changed in that signed zone. */
export const warmSigning: Bench = {
  name: 'one record changed in a signed zone of 50,000 names',
  about: 'zonewright build from warm state : the same cold',
  goal: { time: 0.03, megabytes: MEMORY },
  prepare: async (folder, scale) => {
    const file = makeProject(folder, scale);
    let change = 0;
    return {
      ours: build(folder, () => appendFileSync(file, `  changed-${change++}: { A: 198.51.100.9 }\n`)),
      peer: build(folder, () => forget(folder, 'cache')),
    };
  },
};
