import { readRRsets, type ZoneRRsets } from '../../dns/master/collect.ts';
import type { MasterProblem } from '../../dns/master/problem.ts';
import { findApex } from '../../dns/master/reader.ts';
import type { IncludeRefusal, MasterFile, MasterRecord } from '../../dns/master/run.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import { type Rdata, readU16 } from '../../dns/octets.ts';
import { typeName } from '../../dns/rdata.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { Finding } from '../finding.ts';
import { keepComments, newComments, paragraphs, placeComments } from './comments.ts';
import type { Imported } from './document.ts';

/** What came of reading a source: the zone, where it could be read, and everything that is to be said about it. */
export interface ImportedZone {
  readonly zone: Imported | undefined;
  readonly findings: readonly Finding[];
}

/** Reads an include. */
type Include = (path: string, from: string) => MasterFile | IncludeRefusal;

/**
 * Reads a master file. The zone is `apex`, or the owner of the first SOA. A file that a name server refuses is refused;
 * what it would read in its own way (records outside the zone, unequal TTLs) is read that way with a warning.
 */
export function importMaster(file: MasterFile, apex: DomainName | undefined, include: Include): ImportedZone {
  const name = apex ?? findApex(file, { include });
  if (name === undefined) {
    const { problems } = readRRsets(file, { include });
    const errors = problems.filter((problem) => problem.severity === 'error');
    return { zone: undefined, findings: [...errors.map(findingOf), noZone(file.name)] };
  }
  const comments = newComments();
  const onRecord = (record: MasterRecord): void => {
    if (record.comments !== undefined) keepComments(comments, record, record.comments);
  };
  const result = readRRsets(file, { apex: name, include, comments: true, onRecord });
  const findings = result.problems.map(findingOf);
  const soas = result.rrsets.get(name)?.find((rrset) => rrset.type === SOA.code);
  if (result.errors === 0 && soas === undefined) findings.push(missingSoa(file.name, name));
  if ((soas?.rdatas.length ?? 0) > 1) findings.push(severalSoas(file.name, name));
  if (findings.some((finding) => finding.severity === 'error')) return { zone: undefined, findings };
  findings.push(...signatureTtls(file.name, result.rrsets));
  const { rrsets } = result;
  const { header } = comments;
  const tail = paragraphs(result.comments);
  return { zone: { apex: name, rrsets, header, comments: placeComments(comments, rrsets), tail }, findings };
}

/** A problem of a master file as a finding. */
export function findingOf(problem: MasterProblem): Finding {
  const { rule, severity, message, fix, file, line, column } = problem;
  return { rule, severity, message, fix, place: { file, line, column, endLine: line, endColumn: column + 1 } };
}

function noZone(file: string): Finding {
  return atStart(
    file,
    'import-zone-name',
    `nothing in ${file} says which zone it is: there is no SOA with an absolute owner`,
    'name the zone with --zone',
  );
}

function missingSoa(file: string, apex: DomainName): Finding {
  return atStart(
    file,
    'import-no-soa',
    `${file} has no SOA record for ${displayName(apex)}`,
    'add an SOA record at the apex, or name another zone with --zone',
  );
}

/** Signatures get the TTL of what they sign (RFC 4034 section 3), whatever the file says: one finding for all. */
function signatureTtls(file: string, rrsets: ZoneRRsets): Finding[] {
  let first = '';
  let count = 0;
  for (const [owner, sets] of rrsets) {
    for (const { type, ttl, rdatas } of sets) {
      if (type !== RRSIG.code) continue;
      const covered = readU16(rdatas[0] as Rdata, 0);
      const data = sets.find((rrset) => rrset.type === covered);
      if (data === undefined || data.ttl === ttl) continue;
      if (count++ > 0) continue;
      first = `the TTL ${ttl} of the signature of ${typeName(covered)} at ${displayName(owner)} differs from ${data.ttl}`;
    }
  }
  if (count === 0) return [];
  const more = count === 1 ? '' : ` (and so do ${count - 1} more)`;
  const message = `${first}, which the data have and which is taken${more}`;
  return [{ ...atStart(file, 'ttl-mismatch', message, 'sign the zone anew'), severity: 'warning' }];
}

function severalSoas(file: string, apex: DomainName): Finding {
  return atStart(
    file,
    'import-several-soas',
    `${file} has more than one SOA record for ${displayName(apex)}`,
    'keep the one that is served',
  );
}

function atStart(file: string, rule: string, message: string, fix: string): Finding {
  return { rule, severity: 'error', message, fix, place: { file, line: 1, column: 1, endLine: 1, endColumn: 1 } };
}
