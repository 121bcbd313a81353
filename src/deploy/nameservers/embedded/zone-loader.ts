import { readFileSync } from 'node:fs';
import { type ServedZone, serveZone } from '../../../dns/answer/served-zone.ts';
import { readRRsets } from '../../../dns/master/collect.ts';
import type { DomainName } from '../../../dns/name.ts';
import { octets } from '../../../dns/octets.ts';

/** Reads a zone file of a release. Throws a RangeError where it holds no zone of that name, or is no master file. */
export function loadZone(path: string, apex: DomainName): ServedZone {
  const { rrsets, problems } = readRRsets({ name: path, octets: octets(readFileSync(path, 'latin1')) }, { apex });
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new RangeError(`line ${error.line}: ${error.message}`);
  return serveZone(apex, rrsets);
}
