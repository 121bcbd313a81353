import { quoted } from '../../dns/fault.ts';
import { nameWireLength } from '../../dns/name.ts';
import type { Rdata } from '../../dns/octets.ts';
import { comparableRdata } from '../../dns/rdata.ts';
import { parseTtl } from '../../dns/ttl.ts';
import type { Edit } from '../finding.ts';
import type { YamlNode } from '../yaml/node.ts';
import type { DeclaredRRset, ValueOptions } from '../zone.ts';
import { type Document, spanOf } from './document.ts';
import type { TypeForm } from './form.ts';
import { readOptions } from './options.ts';
import { type MapParts, partsOf } from './parts.ts';
import { complainOf, faultOf, readFields, readRdata, type ValueReader } from './values.ts';

/** The TTL of an RRset that gives none: the zone's, which may stand further down in the document, takes its place. */
export const ZONE_TTL = -1;

const MAX_MESSAGE = 65535;
/** Shorter rdata fits into a message with any owner. */
const LONG_RDATA = 65_000;

/** Up to this many values it is faster to compare each with each. */
const FEW = 8;

/** Makes an RRset. Every one is made here, so that all have one shape in memory. */
export function declareRRset(
  reader: ValueReader,
  ttl: number,
  rdatas: readonly Rdata[],
  valuesAt: number | readonly number[],
  options: readonly (ValueOptions | undefined)[] | undefined,
): DeclaredRRset {
  return {
    owner: reader.owner,
    type: reader.form.code,
    ttl,
    rdatas,
    source: reader.document.source,
    ownerAt: reader.ownerAt,
    typeAt: reader.typeAt,
    valuesAt,
    options,
  };
}

/**
 * Reads what stands under a type: a value, a list of values, or `{ ttl, values }`. A value that is wrong is left out after
 * that was said, and `reader.whole` becomes false; `undefined` where no value is left.
 */
export function readRRset(reader: ValueReader, node: YamlNode): DeclaredRRset | undefined {
  if (node.kind === 'scalar') {
    const rdata = readRdata(reader, node);
    if (rdata === undefined || (rdata.length > LONG_RDATA && !fits(reader, [rdata], node))) return undefined;
    return declareRRset(reader, ZONE_TTL, [rdata], node.start, undefined);
  }
  if (node.kind === 'seq') return readValues(reader, ZONE_TTL, node.items, node);
  const parts = partsOf(reader, node, false);
  if (parts === undefined) return undefined;
  const ttl = parts.ttl === undefined ? ZONE_TTL : readTtl(reader, parts.ttl);
  if (ttl === undefined) return undefined;
  const { values } = parts;
  if (values === undefined) return readValues(reader, ttl, [node], node, parts);
  return readValues(reader, ttl, values.kind === 'seq' ? values.items : [values], values);
}

/** Reads a TTL; `undefined` where it is wrong, which has then been said. */
export function readTtl(reader: ValueReader, node: YamlNode): number | undefined {
  if (node.kind !== 'scalar' || node.style === 'empty') {
    complainOf(reader, 'value-shape', node, 'the ttl is not a single value', 'write one time such as 300 or 1h');
    return undefined;
  }
  try {
    return parseTtl(node.text);
  } catch (fault) {
    faultOf(reader, fault, node);
    return undefined;
  }
}

/** Reads values; `parts` are those of the only item where its map has been taken apart already. */
function readValues(
  reader: ValueReader,
  ttl: number,
  items: readonly YamlNode[],
  list: YamlNode,
  parts?: MapParts,
): DeclaredRRset | undefined {
  const count = items.length;
  if (count === 0) {
    const { name } = reader.form;
    complainOf(
      reader,
      'empty-value',
      list,
      `${name} has an empty list of values`,
      `write a value, or remove "${name}:"`,
    );
    return undefined;
  }
  const rdatas: Rdata[] = new Array(count);
  const valuesAt: number[] = new Array(count);
  let options: (ValueOptions | undefined)[] | undefined;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const item = items[i] as YamlNode;
    const rdata = readItem(reader, item, parts);
    if (rdata === undefined) {
      reader.whole = false;
      continue;
    }
    if (reader.options !== undefined) {
      options ??= new Array(count).fill(undefined);
      options[kept] = reader.options;
    }
    rdatas[kept] = rdata;
    valuesAt[kept] = item.start;
    kept++;
  }
  if (kept > 1 && hasDuplicates(reader, rdatas, kept)) {
    kept = dropDuplicates(reader, rdatas, valuesAt, options, kept, items);
    reader.whole = false;
  }
  if (kept === 0) return undefined;
  if (kept < count) {
    rdatas.length = kept;
    valuesAt.length = kept;
    if (options !== undefined) options.length = kept;
  }
  return fits(reader, rdatas, list) ? declareRRset(reader, ttl, rdatas, valuesAt, options) : undefined;
}

/** Reads one value, and its options into `reader.options`. */
function readItem(reader: ValueReader, item: YamlNode, parts: MapParts | undefined): Rdata | undefined {
  reader.options = undefined;
  if (item.kind !== 'map') return readRdata(reader, item);
  const found = parts ?? partsOf(reader, item, true);
  if (found === undefined) return undefined;
  if (found.value === undefined) return readFields(reader, item);
  return readOptions(reader, found) ? readRdata(reader, found.value) : undefined;
}

/** Whether one of the first `count` rdata stands there twice, names compared without case. */
export function hasDuplicates(reader: ValueReader, rdatas: readonly Rdata[], count: number): boolean {
  const { form } = reader;
  if (count > FEW) {
    const seen = new Set<Rdata>();
    for (let i = 0; i < count; i++) seen.add(comparable(form, rdatas[i] as Rdata));
    return seen.size < count;
  }
  for (let i = 1; i < count; i++) {
    const rdata = comparable(form, rdatas[i] as Rdata);
    for (let j = 0; j < i; j++) if (comparable(form, rdatas[j] as Rdata) === rdata) return true;
  }
  return false;
}

function comparable(form: TypeForm, rdata: Rdata): Rdata {
  return form.cased ? comparableRdata(form.code, rdata) : rdata;
}

/** Says which values stand there twice and keeps the first of each; gives how many are left. */
function dropDuplicates(
  reader: ValueReader,
  rdatas: Rdata[],
  valuesAt: number[],
  options: (ValueOptions | undefined)[] | undefined,
  count: number,
  items: readonly YamlNode[],
): number {
  const { document, form } = reader;
  const first = new Map<Rdata, YamlNode>();
  let kept = 0;
  let at = -1;
  for (let i = 0; i < count; i++) {
    const rdata = rdatas[i] as Rdata;
    const start = valuesAt[i] as number;
    do at++;
    while ((items[at] as YamlNode).start !== start);
    const node = items[at] as YamlNode;
    const same = comparable(form, rdata);
    const earlier = first.get(same);
    if (earlier !== undefined) {
      const shown = node.kind === 'scalar' ? quoted(node.text) : 'this value';
      complainOf(
        reader,
        'duplicate-value',
        node,
        `${shown} is already a value of ${form.name} here`,
        'remove one of the two',
        {
          related: [{ span: spanOf(document, earlier), message: 'the first of the two' }],
          edits: removal(document, items[at - 1] as YamlNode, node),
        },
      );
      continue;
    }
    first.set(same, node);
    rdatas[kept] = rdata;
    valuesAt[kept] = start;
    if (options !== undefined) options[kept] = options[i];
    kept++;
  }
  return kept;
}

/** The edit that takes an item of a list away, with the comma or the dash before it; none where a comment is between. */
function removal(document: Document, before: YamlNode, item: YamlNode): Edit[] | undefined {
  if (item.start < before.end) return undefined;
  if (!/^\s*[,-]?\s*$/.test(document.source.text.slice(before.end, item.start))) return undefined;
  return [{ file: document.source.path, start: before.end, end: item.end, text: '' }];
}

/** Whether an RRset fits into a message over TCP (RFC 1035 section 4.2.2); if not, that is said. */
export function fits(reader: ValueReader, rdatas: readonly Rdata[], node: YamlNode): boolean {
  // Header and question; then for each record a compressed owner, type, class, TTL and length.
  let size = 12 + nameWireLength(reader.owner) + 4;
  for (const rdata of rdatas) size += 12 + rdata.length;
  if (size <= MAX_MESSAGE) return true;
  complainOf(
    reader,
    'rrset-size',
    node,
    `the ${rdatas.length} values of ${reader.form.name} take ${size} octets in an answer`,
    'use fewer or shorter values: an answer has at most 65,535 octets',
  );
  return false;
}
