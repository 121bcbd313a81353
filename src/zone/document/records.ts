import { quoted } from '../../dns/fault.ts';
import { type DomainName, displayName } from '../../dns/name.ts';
import type { Span } from '../source.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import type { Alias, DeclaredRRset, Redirect, Waiver } from '../zone.ts';
import { complain, type Document, kindOf, relatedIn, replaceScalar, spanOf } from './document.ts';
import { formOf, type TypeForm, typeKeys } from './form.ts';
import { readOwner } from './owner.ts';
import { readAlias, readRedirect } from './pseudo.ts';
import { report } from './report.ts';
import { readRRset } from './rrset.ts';
import { closest } from './suggest.ts';
import type { ValueReader } from './values.ts';
import { readWaivers } from './waiver.ts';

/** What a document declares under `records:`. TTLs that are not given are `ZONE_TTL`. */
export interface Records {
  readonly names: Map<DomainName, DeclaredRRset[]>;
  readonly aliases: Map<DomainName, Alias>;
  readonly redirects: Map<DomainName, Redirect>;
  readonly waivers: Waiver[];
  /** Owners of which something could not be read. */
  readonly unreadable: Set<DomainName>;
}

/** Records of which nothing has been read yet. The apex is the first of the names, as yet without RRsets. */
export function newRecords(apex: DomainName): Records {
  return {
    names: new Map([[apex, []]]),
    aliases: new Map(),
    redirects: new Map(),
    waivers: [],
    unreadable: new Set(),
  };
}

/** Reads the entries of `records:` one after the other. */
export interface RecordsReader extends ValueReader {
  readonly records: Records;
  /** The RRsets of the owner that is being read; reused for every owner. */
  readonly rrsets: DeclaredRRset[];
}

const noForm: TypeForm = { code: 0, name: '', fields: new Map(), text: false, named: false, cased: false, meta: true };

/** A reader that puts what it reads into `records`. */
export function recordsReader(document: Document, apex: DomainName, records: Records): RecordsReader {
  return {
    document,
    apex,
    records,
    owner: apex,
    ownerAt: 0,
    form: noForm,
    typeAt: 0,
    options: undefined,
    whole: true,
    rrsets: [],
  };
}

/** Reads one entry: an owner with its types. */
export function readEntry(reader: RecordsReader, key: ScalarNode, node: YamlNode): void {
  const { document, apex, records } = reader;
  const owner = readOwner(document, apex, key);
  if (owner === undefined) return;
  reader.owner = owner;
  reader.ownerAt = key.start;
  reader.whole = true;
  if (node.kind !== 'map') {
    sayNoMap(reader, key, node);
    records.unreadable.add(owner);
    return;
  }
  let earlier = records.names.get(owner);
  if (earlier?.length === 0) earlier = undefined;
  if (earlier !== undefined || records.aliases.has(owner) || records.redirects.has(owner)) sayOwnerTwice(reader, key);
  const { entries } = node;
  let count = 0;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as (typeof entries)[number];
    const form = formOf(entry.key.text);
    if (form === undefined || form.meta || form.name === 'SOA') {
      readOther(reader, entry.key, entry.value, form);
      continue;
    }
    reader.form = form;
    reader.typeAt = entry.key.start;
    const rrset = readRRset(reader, entry.value);
    if (rrset === undefined) reader.whole = false;
    else if (earlier === undefined || !isDeclared(reader, rrset, entry.key, earlier)) reader.rrsets[count++] = rrset;
  }
  if (entries.length === 0) {
    const fix = 'write a type and its values, or remove the name';
    complain(document, 'empty-value', node, `${quoted(key.text)} has no records`, fix, { owner });
  }
  if (!reader.whole) records.unreadable.add(owner);
  if (earlier !== undefined) {
    for (let i = 0; i < count; i++) earlier.push(reader.rrsets[i] as DeclaredRRset);
  } else if (count > 0) {
    // A copy of its exact size: an array that grew keeps room for 16 more, for each of a million names.
    records.names.set(owner, count === 1 ? [reader.rrsets[0] as DeclaredRRset] : reader.rrsets.slice(0, count));
  }
}

/** Whether an RRset of the owner and type is declared already, under another spelling of the owner, which is then said. */
function isDeclared(
  reader: RecordsReader,
  rrset: DeclaredRRset,
  typeKey: ScalarNode,
  earlier: readonly DeclaredRRset[],
): boolean {
  const first = earlier.find((each) => each.type === rrset.type);
  if (first === undefined) return false;
  sayTwice(reader, typeKey, reader.form.name, {
    source: first.source,
    start: first.typeAt,
    end: first.typeAt + typeKey.text.length,
  });
  return true;
}

/** Says that an RRset, an alias or a redirect is declared a second time. */
export function sayTwice(
  reader: { readonly document: Document; readonly owner: DomainName },
  at: { readonly start: number; readonly end: number },
  type: string,
  first: Span,
): void {
  const { document, owner } = reader;
  report(document.report, 'rrset-twice', spanOf(document, at), {
    message: `${displayName(owner)} has ${type} already`,
    fix: 'put all values of the type under one key',
    owner,
    type,
    related: relatedIn(document, [{ span: first, message: 'the first of the two' }]),
  });
}

function sayOwnerTwice(reader: RecordsReader, key: ScalarNode): void {
  const { document, owner, records } = reader;
  const rrset = records.names.get(owner)?.[0];
  const span =
    rrset === undefined
      ? (records.aliases.get(owner) ?? records.redirects.get(owner))?.span
      : { source: rrset.source, start: rrset.ownerAt, end: rrset.ownerAt };
  if (span === undefined) return;
  report(document.report, 'owner-twice', spanOf(document, key), {
    message: `${quoted(key.text)} is the name ${displayName(owner)}, which has another key already`,
    fix: 'put all records of the name under one of the two keys',
    owner,
    related: relatedIn(document, [{ span, message: 'the first of the two' }]),
  });
}

function sayNoMap(reader: RecordsReader, key: ScalarNode, node: YamlNode): void {
  const type = node.kind === 'scalar' && /^\d+\.\d+\.\d+\.\d+$/.test(node.text) ? 'A' : 'TYPE';
  const value = node.kind === 'scalar' && node.text.length < 40 && node.text !== '' ? node.text : 'value';
  complain(
    reader.document,
    'document-shape',
    node.kind === 'scalar' && node.style === 'empty' ? key : node,
    `${quoted(key.text)} has ${kindOf(node)} where its record types are expected`,
    `write ${key.text === '' ? '""' : key.text}: { ${type}: ${value} }`,
    { owner: reader.owner },
  );
}

/** Reads what stands under a name and is no record type: `ALIAS`, `REDIRECT` and `waive`; all else is wrong. */
function readOther(reader: RecordsReader, key: ScalarNode, node: YamlNode, form: TypeForm | undefined): void {
  const { document, apex, owner, records } = reader;
  const { text } = key;
  if (text === 'waive') {
    records.waivers.push(...readWaivers(document, owner, false, node));
    return;
  }
  if (text === 'ALIAS') {
    const alias = readAlias(document, apex, owner, node);
    const first = records.aliases.get(owner);
    if (alias === undefined) reader.whole = false;
    else if (first !== undefined) sayTwice(reader, key, text, first.span);
    else records.aliases.set(owner, alias);
    return;
  }
  if (text === 'REDIRECT') {
    const redirect = readRedirect(document, owner, node);
    const first = records.redirects.get(owner);
    if (redirect === undefined) reader.whole = false;
    else if (first !== undefined) sayTwice(reader, key, text, first.span);
    else records.redirects.set(owner, redirect);
    return;
  }
  reader.whole = false;
  if (form?.name === 'SOA') {
    complain(
      document,
      'soa-in-records',
      key,
      'the SOA is not a record of "records:": its serial belongs to the compiler',
      'remove it and write its fields under "soa:" at the top of the document',
      { owner },
    );
  } else if (form !== undefined) {
    complain(
      document,
      'meta-type',
      key,
      `${text} is a type of queries and messages, not of records`,
      'remove it: a zone cannot hold it',
      { owner },
    );
  } else {
    sayUnknownType(reader, key);
  }
}

function sayUnknownType({ document, owner }: RecordsReader, key: ScalarNode): void {
  const { text } = key;
  const upper = text.toUpperCase();
  const exact = upper !== text && (formOf(upper) !== undefined || upper === 'ALIAS' || upper === 'REDIRECT');
  const near = exact ? upper : closest(text, typeKeys());
  complain(
    document,
    'unknown-type',
    key,
    exact ? `the record type ${quoted(text)} is not in capital letters` : `${quoted(text)} is not a record type`,
    near === undefined
      ? "write a mnemonic such as A or MX; a type without one is TYPE65280: '\\# 4 0a000001' (RFC 3597)"
      : `write ${near}${exact ? '' : ' if that is meant'}`,
    near === undefined ? { owner } : { owner, edits: replaceScalar(document, key, near) },
  );
}
