import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ServedZone } from '../../../src/dns/answer/served-zone.ts';
import { serveZone } from '../../../src/dns/answer/served-zone.ts';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { parseName } from '../../../src/dns/name.ts';
import { fromText } from '../../../src/dns/octets.ts';

/** Zones of `fixtures/` that one server can hold beside each other. */
export const estate = [
  'aliases.test',
  'child.parent.test',
  'delegations.test',
  'held.deep.parent.test',
  'parent.test',
  'sizes.test',
  'wildcards.test',
] as const;

/** Where the master file of a zone lies; the root's is `root`. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}.zone`, import.meta.url));
}

/** A fixture, ready for answering. */
export function fixtureZone(name: string): ServedZone {
  return zoneFromText(name === 'root' ? '.' : `${name}.`, readFileSync(fixturePath(name), 'latin1'));
}

/** A zone from a master file's text. Throws where it has errors. */
export function zoneFromText(apex: string, text: string): ServedZone {
  const zone: DomainName = parseName(apex);
  const result = readRRsets({ name: apex, octets: fromText(text) }, { apex: zone });
  if (result.errors > 0) throw new Error(result.problems.map((problem) => JSON.stringify(problem)).join('\n'));
  return serveZone(zone, result.rrsets);
}
