import { type DomainName, isAtOrBelow, parseName, ROOT, relativeName } from '../dns/name.ts';
import { rdataToText, typeName } from '../dns/rdata.ts';
import { newRecords, readEntry, recordsReader } from './document/records.ts';
import { newReport } from './document/report.ts';
import { ZONE_TTL } from './document/rrset.ts';
import { substituteNode, substituteScalar, substituteText } from './document/substitute.ts';
import { readTemplate } from './document/template.ts';
import type { SourceFile } from './source.ts';
import { quoteScalar } from './yaml/quote.ts';

/** Stands for the zone in what is copied from and to templates: no zone has this name (RFC 6761 section 6.4). */
export const PLACEHOLDER = 'zone-placeholder.invalid.' as DomainName;

const BARE = PLACEHOLDER.slice(0, -1);

/** One record of a template. */
export interface TemplateRecord {
  /** At or below {@link PLACEHOLDER} where it hangs on the zone, else a name of its own. */
  readonly owner: DomainName;
  readonly type: string;
  /** Seconds; `undefined`: the zone's. */
  readonly ttl: number | undefined;
  /** As a document has it, with absolute names. */
  readonly value: string;
}

/** What a program copies into a zone that it makes, and what it may make a template of. */
export interface TemplateCopy {
  readonly description: string | undefined;
  /** The fields of the SOA as the keys under `soa:` name them. */
  readonly soa: ReadonlyMap<string, string>;
  readonly records: readonly TemplateRecord[];
}

/**
 * What a template holds, with {@link PLACEHOLDER} for the zone. `undefined` where it cannot be read, or has a variable
 * without a default: only who uses it could say what is meant.
 */
export function copyTemplate(source: SourceFile): TemplateCopy | undefined {
  const template = readTemplate(source);
  if (template.findings.some(({ severity }) => severity === 'error')) return undefined;
  const vars = new Map<string, string>([['zone', BARE]]);
  for (const [name, usual] of template.vars) {
    if (usual === undefined) return undefined;
    vars.set(name, usual);
  }
  let known = true;
  const lookup = (name: string): string | undefined => vars.get(name);
  const unknown = (): void => {
    known = false;
  };
  const report = newReport(PLACEHOLDER);
  const all = [PLACEHOLDER, ROOT].map((apex) => newRecords(apex));
  const [own, foreign] = all.map((records, i) =>
    recordsReader({ source, apex: i === 0 ? PLACEHOLDER : ROOT, report }, i === 0 ? PLACEHOLDER : ROOT, records),
  );
  for (const entry of template.entries) {
    const owner = substituteScalar(entry.key, lookup, unknown);
    const isForeign = owner.text.endsWith('.') && !owner.text.toLowerCase().endsWith(PLACEHOLDER);
    const reader = isForeign ? foreign : own;
    if (reader !== undefined) readEntry(reader, owner, substituteNode(entry.value, lookup, unknown));
  }
  const soa = new Map([...template.soa].map(([key, text]) => [key, substituteText(text, lookup, unknown)]));
  if (!known) return undefined;
  const records = all.flatMap(({ names }) =>
    [...names.values()].flat().flatMap(({ owner, type, ttl, rdatas }) =>
      rdatas.map((rdata) => ({
        owner,
        type: typeName(type),
        ttl: ttl === ZONE_TTL ? undefined : ttl,
        value: rdataToText(type, rdata),
      })),
    ),
  );
  return { description: template.description, soa, records };
}

/** The document of a template. Values must be those that a zone document can have. */
export function writeTemplate({ description, soa, records }: TemplateCopy): string {
  let text = '';
  if (description !== undefined && description !== '')
    text += `description: ${quoteScalar(description, 'block-value')}\n`;
  if (soa.size > 0) text += 'soa:\n';
  for (const [key, value] of soa) text += `  ${key}: ${quoteScalar(withVariables(value), 'block-value')}\n`;
  const owners = new Map<DomainName, Map<string, TemplateRecord[]>>();
  for (const record of records) {
    const types = owners.get(record.owner) ?? new Map<string, TemplateRecord[]>();
    owners.set(record.owner, types);
    const values = types.get(record.type);
    if (values === undefined) types.set(record.type, [record]);
    else if (!values.some(({ value }) => value === record.value)) values.push(record);
  }
  text += owners.size === 0 ? 'records: {}\n' : 'records:\n';
  for (const [owner, types] of owners) {
    const key = isAtOrBelow(owner, PLACEHOLDER) ? relativeName(owner, PLACEHOLDER) : owner;
    text += `  ${quoteScalar(withVariables(key), 'key')}:\n`;
    for (const [type, [first, ...more]] of types) text += typeText(type, first as TemplateRecord, more);
  }
  return text;
}

/** An RRset has one TTL: that of its first record. */
function typeText(type: string, first: TemplateRecord, more: readonly TemplateRecord[]): string {
  const values = [first, ...more].map(({ value }) => quoteScalar(withVariables(value), 'block-value'));
  const ttl = first.ttl === undefined ? '' : `      ttl: ${first.ttl}\n`;
  if (values.length === 1 && ttl === '') return `    ${type}: ${values[0]}\n`;
  const lines = values.length === 1 ? ` ${values[0]}` : values.map((value) => `\n        - ${value}`).join('');
  return `    ${type}:\n${ttl}      values:${lines}\n`;
}

/** What looks like a variable is none; what stands for the zone is its variable. */
function withVariables(text: string): string {
  return text.replaceAll('${', () => '$${').replaceAll(BARE, () => '${zone}');
}

/** A text with the name of a zone for {@link PLACEHOLDER}. */
export function forZone(text: string, zone: DomainName): string {
  return text.replaceAll(BARE, () => (zone === ROOT ? '' : zone.slice(0, -1)));
}

/** The owner of a record of a template in a zone. Throws `DnsSyntaxError` where the name would be too long. */
export function ownerIn(owner: DomainName, zone: DomainName): DomainName {
  return isAtOrBelow(owner, PLACEHOLDER) ? parseName(relativeName(owner, PLACEHOLDER), zone) : owner;
}
