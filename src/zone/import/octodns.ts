import { quoted } from '../../dns/fault.ts';
import { type DomainName, displayName, parseName } from '../../dns/name.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Finding } from '../finding.ts';
import type { SourceFile } from '../source.ts';
import type { CommentsAround, NewAlias, OwnerComments } from '../write.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import type { ImportedZone } from './master.ts';
import { commentsOf, type YamlComments } from './octodns-comments.ts';
import { mergedEntries, type OctodnsReading, say, sayFault, warnIfRetyped } from './octodns-reading.ts';
import { type OctodnsRecord, readRecord } from './octodns-record.ts';

/** What has been read of a zone, from all of its files. */
interface Zone {
  readonly rrsets: Map<DomainName, RRset[]>;
  readonly aliases: NewAlias[];
  readonly header: string[];
  readonly comments: Map<DomainName, Comments>;
  readonly tail: string[];
}

interface Comments extends OwnerComments {
  readonly above: string[];
  readonly around: CommentsAround[];
}

/**
 * Reads a zone in octoDNS's YAML, in one file or split over several. What octoDNS can hold and a zone cannot (pools, geo
 * targets, data of its own processors) is an error at its place. Scalars are taken as written; where PyYAML would have read
 * something else, a warning says what. Comments are kept, but in files with anchors.
 */
export function importOctodns(sources: readonly SourceFile[], apex: DomainName): ImportedZone {
  const findings: Finding[] = [];
  const zone: Zone = { rrsets: new Map(), aliases: [], header: [], comments: new Map(), tail: [] };
  for (const source of sources) readFile({ source, apex, findings }, zone);
  const refused = findings.some((finding) => finding.severity === 'error');
  return { zone: refused ? undefined : { apex, ...zone }, findings };
}

/** Whether a document is a configuration of octoDNS, which names providers, and no zone. */
export function isOctodnsConfiguration(source: SourceFile): boolean {
  const { root } = readYaml(source.text);
  if (root?.kind !== 'map') return false;
  return root.entries.some(
    ({ key, value }) =>
      ['providers', 'zones', 'manager'].includes(key.text) &&
      value.kind === 'map' &&
      !value.entries.some((entry) => entry.key.text === 'type' && entry.value.kind === 'scalar'),
  );
}

function readFile(reading: OctodnsReading, zone: Zone): void {
  const { source } = reading;
  const { root, problems } = readYaml(source.text);
  for (const problem of problems) {
    const rule = problem.code === 'duplicate-key' ? 'duplicate-key' : 'yaml-syntax';
    say(reading, problem, rule, problem.message, problem.fix);
  }
  if (root?.kind === 'map') {
    const comments = commentsOf(source.text, root);
    zone.header.push(...comments.header);
    for (const { key, value } of mergedEntries(root)) readOwner(reading, key, value, zone, comments);
    zone.tail.push(...comments.tail);
  } else if (root !== undefined && !(root.kind === 'scalar' && root.style === 'empty')) {
    say(reading, root, 'import-octodns', 'the document is not a map of names', 'give a zone file of octoDNS');
  }
}

function readOwner(reading: OctodnsReading, key: ScalarNode, node: YamlNode, zone: Zone, comments: YamlComments): void {
  warnIfRetyped(reading, key);
  let owner: DomainName;
  try {
    owner = key.text === '' ? reading.apex : parseName(key.text.replaceAll('\\;', ';'), reading.apex);
  } catch (fault) {
    sayFault(reading, key, fault);
    return;
  }
  const { above, behind } = comments.take(key.start);
  if (above.length > 0 || behind !== '') commentsAt(zone, owner).above.push(...above, ...lines(behind));
  for (const item of node.kind === 'seq' ? node.items : [node]) {
    if (item.kind !== 'map') {
      const fix = 'write a map with "type" and "value" or "values"';
      say(reading, item, 'import-octodns', `${quoted(key.text)} has no record here`, fix);
      continue;
    }
    const record = readRecord(reading, item);
    if (record === undefined) continue;
    add(reading, zone, owner, record, item);
    if (record.kind === 'rrset') keepComments(zone, owner, record, item, comments);
  }
}

function add(reading: OctodnsReading, zone: Zone, owner: DomainName, record: OctodnsRecord, at: YamlNode): void {
  const rrsets = zone.rrsets.get(owner) ?? [];
  const { ttl } = record;
  const twice =
    record.kind === 'alias'
      ? zone.aliases.some((alias) => alias.owner === owner)
      : rrsets.some(({ type }) => type === record.type);
  if (twice) {
    const message = `${displayName(owner)} has this type already`;
    say(reading, at, 'rrset-twice', message, 'put all values of the type into one record');
  } else if (record.kind === 'alias') {
    zone.aliases.push({ owner, ttl, target: record.target });
  } else {
    rrsets.push({ owner, type: record.type, ttl, rdatas: record.values.map(({ rdata }) => rdata) });
    zone.rrsets.set(owner, rrsets);
  }
}

/** The comments of a record: those of its values go to them, all others above its type. */
function keepComments(
  zone: Zone,
  owner: DomainName,
  { type, values }: OctodnsRecord & { kind: 'rrset' },
  node: MapNode,
  comments: YamlComments,
): void {
  const ofType: string[] = [];
  const around: CommentsAround[] = [];
  const takeLines = (at: number): void => {
    const { above, behind } = comments.take(at);
    ofType.push(...above, ...lines(behind));
  };
  takeLines(node.start);
  for (const { key, value } of node.entries) {
    const [only] = values;
    if (value.kind === 'scalar' && key.text === 'value' && only !== undefined) {
      const { above, behind } = comments.take(key.start);
      ofType.push(...above);
      if (behind !== '') around.push({ type, rdata: only.rdata, above: [], behind });
    } else {
      takeLines(key.start);
    }
  }
  for (const { rdata, at } of values) {
    const { above, behind } = comments.take(at);
    if (above.length > 0 || behind !== '') around.push({ type, rdata, above, behind });
  }
  takeRest(node, takeLines);
  if (ofType.length > 0) around.push({ type, rdata: undefined, above: ofType, behind: '' });
  if (around.length > 0) commentsAt(zone, owner).around.push(...around);
}

/** Takes what stands around the fields of structured values. */
function takeRest(node: YamlNode, take: (at: number) => void): void {
  if (node.kind === 'scalar') return;
  const children = node.kind === 'seq' ? node.items : node.entries.map(({ value }) => value);
  for (const at of node.kind === 'seq' ? node.items : node.entries.map(({ key }) => key)) take(at.start);
  for (const child of children) takeRest(child, take);
}

function commentsAt(zone: Zone, owner: DomainName): Comments {
  let known = zone.comments.get(owner);
  if (known === undefined) {
    known = { above: [], around: [] };
    zone.comments.set(owner, known);
  }
  return known;
}

function lines(behind: string): string[] {
  return behind === '' ? [] : [behind];
}
