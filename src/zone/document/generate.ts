import { quoted } from '../../dns/fault.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import type { MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import type { DeclaredRRset } from '../zone.ts';
import { complain, type Document } from './document.ts';
import { formOf, type TypeForm } from './form.ts';
import { readOwner } from './owner.ts';
import { type RecordsReader, recordsReader, sayTwice } from './records.ts';
import { adopt, newReport } from './report.ts';
import { declareRRset, fits, hasDuplicates, readTtl, ZONE_TTL } from './rrset.ts';
import { map, scalar, unknownKey } from './setting.ts';
import { type Lookup, substituteNode, substituteScalar } from './substitute.ts';
import { readRdata } from './values.ts';

/** How many records one entry and all entries of a zone may generate. */
const MAX_GENERATED = 65_536;
const MAX_GENERATED_IN_ZONE = 1_000_000;

const MAX_NUMBER = 2147483647;

const generateKeys = ['range', 'name', 'type', 'value', 'ttl'] as const;

type Parts = { [K in (typeof generateKeys)[number]]?: { key: ScalarNode; value: YamlNode } };

interface Range {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** Reads `generate:`, a list of entries, and puts their RRsets to the records that the document declares itself. */
export function readGenerate(reader: RecordsReader, node: YamlNode): void {
  let left = MAX_GENERATED_IN_ZONE;
  for (const item of node.kind === 'seq' ? node.items : [node]) {
    const entry = map(item, reader.document, 'an entry of generate');
    if (entry !== undefined) left -= readEntry(reader, entry, left);
  }
}

/** Reads one entry; gives how many records it stands for. */
function readEntry(reader: RecordsReader, entry: MapNode, left: number): number {
  const { document } = reader;
  const parts: Parts = {};
  let known = true;
  for (const { key, value } of entry.entries) {
    const name = generateKeys.find((each) => each === key.text);
    if (name !== undefined) parts[name] = { key, value };
    else {
      unknownKey(key, generateKeys, document, 'an entry of generate');
      known = false;
    }
  }
  for (const name of ['range', 'name', 'type', 'value'] as const) {
    if (parts[name] !== undefined) continue;
    complain(document, 'generate-syntax', entry, `an entry of generate has no ${name}`, `add "${name}:"`);
    known = false;
  }
  const { range, name, type, value, ttl } = parts;
  if (!known || range === undefined || name === undefined || type === undefined || value === undefined) return 0;
  const numbers = readRange(document, range.value);
  const owners = scalar(name.value, document, 'name');
  const form = readType(document, type.value);
  if (numbers === undefined || owners === undefined || form === undefined) return 0;
  const count = Math.floor((numbers.last - numbers.first) / numbers.step) + 1;
  if (count > MAX_GENERATED || count > left) {
    complain(
      document,
      'generate-limit',
      range.value,
      `the range stands for ${count} records`,
      count > MAX_GENERATED
        ? `generate at most ${MAX_GENERATED} records in one entry`
        : `generate at most ${MAX_GENERATED_IN_ZONE} records in one zone`,
    );
    return 0;
  }
  reader.form = form;
  reader.typeAt = type.value.start;
  const seconds = ttl === undefined ? ZONE_TTL : readTtl(reader, ttl.value);
  if (seconds === undefined) return 0;
  generate(reader, form, numbers, owners, type.value.start, value.value, seconds);
  return count;
}

function generate(
  reader: RecordsReader,
  form: TypeForm,
  { first, last, step }: Range,
  owners: ScalarNode,
  typeAt: number,
  value: YamlNode,
  ttl: number,
): void {
  const { document, apex, records } = reader;
  // Each finding is said once, for the first number that has it.
  const inner = newReport(apex);
  const one = recordsReader({ ...document, report: inner }, apex, records);
  one.form = form;
  one.ownerAt = owners.start;
  one.typeAt = typeAt;
  const found = new Map<DomainName, Rdata[]>();
  for (let i = first; i <= last && one.whole; i += step) generateOne(one, i, owners, value, found);
  const said = new Set<string>();
  for (const finding of inner.findings) {
    if (!said.has(finding.rule)) adopt(document.report, document.source, finding);
    said.add(finding.rule);
  }
  for (const [owner, rdatas] of found) {
    one.owner = owner;
    if (!one.whole) records.unreadable.add(owner);
    if (hasDuplicates(one, rdatas, rdatas.length)) {
      complain(
        document,
        'duplicate-value',
        value,
        `the entry gives ${displayName(owner)} the same ${form.name} more than once`,
        `write \${i} into the name or the value`,
      );
    } else if (fits({ ...one, document }, rdatas, value)) {
      const valuesAt = rdatas.length === 1 ? value.start : rdatas.map(() => value.start);
      addRRset(reader, declareRRset(one, ttl, rdatas, valuesAt, undefined), owners);
    }
  }
}

function generateOne(
  one: RecordsReader,
  i: number,
  owners: ScalarNode,
  value: YamlNode,
  found: Map<DomainName, Rdata[]>,
): void {
  const { document, apex } = one;
  const lookup: Lookup = (expression) => numberText(expression, i);
  const unknown = (expression: string, node: ScalarNode): void => {
    one.whole = false;
    complain(
      document,
      'generate-syntax',
      node,
      `${quoted(expression)} in ${quoted(node.text)} stands for no number`,
      `write \${i}, with an offset as \${i+100}, in three digits as \${i:03}, hexadecimal as \${i:x}; "$\${" is "\${" itself`,
    );
  };
  const name = substituteScalar(owners, lookup, unknown);
  const node = substituteNode(value, lookup, unknown);
  const owner = one.whole ? readOwner(document, apex, name) : undefined;
  if (owner !== undefined) one.owner = owner;
  const rdata = owner === undefined ? undefined : readRdata(one, node);
  if (owner === undefined || rdata === undefined) {
    one.whole = false;
    return;
  }
  const rdatas = found.get(owner);
  if (rdatas === undefined) found.set(owner, [rdata]);
  else rdatas.push(rdata);
}

function addRRset(reader: RecordsReader, rrset: DeclaredRRset, name: ScalarNode): void {
  const { records, document } = reader;
  const earlier = records.names.get(rrset.owner);
  const first = earlier?.find((each) => each.type === rrset.type);
  if (first !== undefined) {
    const span = { source: first.source, start: first.typeAt, end: first.typeAt };
    sayTwice({ document, owner: rrset.owner }, name, reader.form.name, span);
  } else if (earlier === undefined) {
    records.names.set(rrset.owner, [rrset]);
  } else {
    earlier.push(rrset);
  }
}

/** The text of `i`, `i+5`, `i-5`, and each with a width and a base: `i:03`, `i:x`, `i+5:04x`. */
function numberText(expression: string, i: number): string | undefined {
  const parts = /^i([+-]\d{1,10})?(?::0?(\d{1,2})?(x)?)?$/.exec(expression);
  if (parts === null || expression.endsWith(':')) return undefined;
  const [, offset = '0', width = '0', hex] = parts;
  const number = i + Number(offset);
  return number < 0 ? undefined : number.toString(hex === undefined ? 10 : 16).padStart(Number(width), '0');
}

function readRange(document: Document, node: YamlNode): Range | undefined {
  const found = scalar(node, document, 'range');
  if (found === undefined) return undefined;
  const parts = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(found.text);
  if (parts !== null) {
    const [first, last, step] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 1)];
    if (first <= last && last <= MAX_NUMBER && step > 0) return { first, last, step };
  }
  complain(
    document,
    'generate-syntax',
    found,
    `the range is ${quoted(found.text)}`,
    'write the first and the last number as 10-250, or with a step as 10-250/2',
  );
  return undefined;
}

function readType(document: Document, node: YamlNode): TypeForm | undefined {
  const found = scalar(node, document, 'type');
  if (found === undefined) return undefined;
  const form = formOf(found.text);
  if (form !== undefined && !form.meta && form.name !== 'SOA') return form;
  complain(
    document,
    'unknown-type',
    found,
    `${quoted(found.text)} is not a record type that can be generated`,
    'write a mnemonic in capital letters, such as A, PTR or CNAME',
  );
  return undefined;
}
