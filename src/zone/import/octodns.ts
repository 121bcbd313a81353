import { DnsSyntaxError, quoted } from '../../dns/fault.ts';
import { type DomainName, parseName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { comparableRdata, rdataFromData, rdataFromText, typeCode } from '../../dns/rdata.ts';
import type { RRset } from '../../dns/rrset.ts';
import { textRdata } from '../document/text.ts';
import type { Finding } from '../finding.ts';
import { placeOf, type SourceFile } from '../source.ts';
import type { NewAlias } from '../write.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import { yaml11Differs } from '../yaml/yaml11.ts';
import type { ImportedZone } from './master.ts';

const DEFAULT_TTL = 3600;

/** Types whose values octoDNS writes as one text. */
const TEXTS = new Set(['TXT', 'SPF']);

/** What octoDNS calls the fields of structured values, where it is not what their RFC calls them. */
const FIELD_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MX: { priority: 'preference', value: 'exchange' },
  SSHFP: { fingerprint_type: 'fp_type' },
  NAPTR: { service: 'services' },
  SVCB: { svcpriority: 'priority', targetname: 'target', svcparams: 'params' },
  HTTPS: { svcpriority: 'priority', targetname: 'target', svcparams: 'params' },
};

/** Keys of a record that say nothing about its data. */
const OTHER_KEYS = new Set(['octodns', 'type', 'ttl', 'value', 'values']);

interface Reading {
  readonly source: SourceFile;
  readonly apex: DomainName;
  readonly findings: Finding[];
  readonly rrsets: Map<DomainName, RRset[]>;
  readonly aliases: NewAlias[];
}

/**
 * Reads a zone in octoDNS's YAML (one file a zone). What octoDNS can hold and a zone cannot (pools, geo targets, its own
 * processors' data) is an error at its place. Scalars are taken as written; where PyYAML would have read something else,
 * a warning says what.
 */
export function importOctodns(source: SourceFile, apex: DomainName): ImportedZone {
  const reading: Reading = { source, apex, findings: [], rrsets: new Map(), aliases: [] };
  const { root, problems } = readYaml(source.text);
  for (const problem of problems)
    say(
      reading,
      problem,
      problem.code === 'duplicate-key' ? 'duplicate-key' : 'yaml-syntax',
      problem.message,
      problem.fix,
    );
  if (root?.kind === 'map') {
    for (const { key, value } of root.entries) readOwner(reading, key, value);
  } else if (root !== undefined && !(root.kind === 'scalar' && root.style === 'empty')) {
    say(reading, root, 'import-octodns', 'the document is not a map of names', 'give a zone file of octoDNS');
  }
  const refused = reading.findings.some((finding) => finding.severity === 'error');
  const { findings, rrsets, aliases } = reading;
  return { zone: refused ? undefined : { apex, rrsets, aliases }, findings };
}

function say(
  { source, findings, apex }: Reading,
  at: { readonly start: number; readonly end: number },
  rule: string,
  message: string,
  fix: string,
  severity: Finding['severity'] = 'error',
): void {
  if (findings.length < 1000)
    findings.push({
      rule,
      severity,
      message,
      fix,
      place: placeOf({ source, start: at.start, end: at.end }),
      zone: apex,
    });
}

function sayFault(reading: Reading, at: YamlNode, fault: unknown): void {
  if (!(fault instanceof DnsSyntaxError)) throw fault;
  say(reading, at, fault.rule, fault.message, fault.fix);
}

function readOwner(reading: Reading, key: ScalarNode, node: YamlNode): void {
  warnIfRetyped(reading, key);
  let owner: DomainName;
  try {
    owner = key.text === '' ? reading.apex : parseName(key.text.replace(/\\;/g, ';'), reading.apex);
  } catch (fault) {
    sayFault(reading, key, fault);
    return;
  }
  for (const item of node.kind === 'seq' ? node.items : [node]) {
    if (item.kind === 'map') readRecord(reading, owner, item);
    else
      say(
        reading,
        item,
        'import-octodns',
        `${quoted(key.text)} has no record here`,
        'write a map with "type" and "value" or "values"',
      );
  }
}

function readRecord(reading: Reading, owner: DomainName, node: MapNode): void {
  const type = entry(node, 'type');
  if (type?.kind !== 'scalar') {
    say(reading, node, 'import-octodns', 'the record has no type', 'add "type: A" or another type');
    return;
  }
  for (const { key } of node.entries) {
    if (OTHER_KEYS.has(key.text)) continue;
    say(
      reading,
      key,
      'import-octodns',
      `${quoted(key.text)} of a ${type.text} record has no counterpart in a zone`,
      'import what each client would get as records of their own, and remove it here',
    );
  }
  const ttl = readTtl(reading, entry(node, 'ttl'));
  const values = entry(node, 'values') ?? entry(node, 'value');
  if (values === undefined || ttl === undefined) {
    if (values === undefined)
      say(reading, node, 'import-octodns', 'the record has neither "value" nor "values"', 'add one of them');
    return;
  }
  const items = values.kind === 'seq' ? values.items : [values];
  if (type.text === 'ALIAS') {
    const [target] = items;
    if (target?.kind === 'scalar') reading.aliases.push({ owner, ttl, target: target.text });
    return;
  }
  const code = typeCode(type.text);
  if (code === undefined) {
    say(
      reading,
      type,
      'unknown-type',
      `${quoted(type.text)} is not a record type`,
      'remove the record, or give it the type that it has in DNS',
    );
    return;
  }
  addRRset(
    reading,
    owner,
    code,
    ttl,
    items.flatMap((item) => readValue(reading, type.text, code, item) ?? []),
    type,
  );
}

function addRRset(reading: Reading, owner: DomainName, type: number, ttl: number, rdatas: Rdata[], at: YamlNode): void {
  const unique = [...new Map(rdatas.map((rdata) => [comparableRdata(type, rdata), rdata])).values()];
  if (unique.length === 0) return;
  const rrsets = reading.rrsets.get(owner) ?? [];
  if (rrsets.some((rrset) => rrset.type === type)) {
    say(reading, at, 'rrset-twice', `${owner} has this type already`, 'put all values of the type into one record');
    return;
  }
  reading.rrsets.set(owner, [...rrsets, { owner, type, ttl, rdatas: unique }]);
}

function readTtl(reading: Reading, node: YamlNode | undefined): number | undefined {
  if (node === undefined) return DEFAULT_TTL;
  if (node.kind === 'scalar' && /^\d{1,10}$/.test(node.text) && Number(node.text) <= 2147483647)
    return Number(node.text);
  say(reading, node, 'ttl-syntax', 'the ttl is not a number of seconds', 'write a whole number of seconds');
  return undefined;
}

function readValue(reading: Reading, type: string, code: number, node: YamlNode): Rdata | undefined {
  try {
    if (node.kind === 'map') return rdataFromData(code, fieldsOf(type, node), reading.apex);
    if (node.kind === 'seq')
      throw new DnsSyntaxError('a list stands inside a list of values', 'write each value by itself');
    warnIfRetyped(reading, node);
    // octoDNS asks for every semicolon in a text to be escaped.
    if (TEXTS.has(type)) return textRdata(node.text.replace(/\\;/g, ';'));
    return rdataFromText(code, node.text, reading.apex);
  } catch (fault) {
    sayFault(reading, node, fault);
    return undefined;
  }
}

function fieldsOf(type: string, node: MapNode): Map<string, unknown> {
  const names = FIELD_NAMES[type] ?? {};
  return new Map(
    node.entries.map(({ key, value }) => [
      Object.hasOwn(names, key.text) ? (names[key.text] as string) : key.text,
      dataOf(value),
    ]),
  );
}

function dataOf(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'seq') return node.items.map(dataOf);
  return new Map(node.entries.map(({ key, value }) => [key.text, dataOf(value)]));
}

function warnIfRetyped(reading: Reading, node: ScalarNode): void {
  if (node.style !== 'plain') return;
  const other = yaml11Differs(node.text);
  if (other === undefined || /^\d+$/.test(node.text)) return;
  say(
    reading,
    node,
    'yaml-retyped',
    `octoDNS reads ${quoted(node.text)} as ${other}; it is taken as written`,
    'look whether that is what was meant, and put it in quotes',
    'warning',
  );
}

function entry(node: MapNode, key: string): YamlNode | undefined {
  return node.entries.find((each) => each.key.text === key)?.value;
}
