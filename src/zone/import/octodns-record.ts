import { DnsSyntaxError, quoted } from '../../dns/fault.ts';
import type { Rdata } from '../../dns/octets.ts';
import { comparableRdata, rdataFromData, rdataFromText, typeCode } from '../../dns/rdata.ts';
import { textRdata } from '../document/text.ts';
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { mergedEntries, type OctodnsReading, say, sayFault, warnIfRetyped } from './octodns-reading.ts';

/** A record of octoDNS, which is an RRset, or a name that is answered with the addresses of another. */
export type OctodnsRecord =
  | { readonly kind: 'rrset'; readonly type: number; readonly ttl: number; readonly values: readonly Value[] }
  | { readonly kind: 'alias'; readonly ttl: number; readonly target: string };

/** A value, and where it stands. */
interface Value {
  readonly rdata: Rdata;
  readonly at: number;
}

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

/** The fields of a LOC, in the order in which they stand in a master file, with what stands behind them there. */
const LOC_FIELDS = [
  ['lat_degrees', ''],
  ['lat_minutes', ''],
  ['lat_seconds', ''],
  ['lat_direction', ''],
  ['long_degrees', ''],
  ['long_minutes', ''],
  ['long_seconds', ''],
  ['long_direction', ''],
  ['altitude', 'm'],
  ['size', 'm'],
  ['precision_horz', 'm'],
  ['precision_vert', 'm'],
] as const;

const RECORD_KEYS = new Set(['octodns', 'type', 'ttl', 'value', 'values']);

/** Reads one record; `undefined` where it is wrong or left out, which has then been said. */
export function readRecord(reading: OctodnsReading, node: MapNode): OctodnsRecord | undefined {
  const entries = mergedEntries(node);
  const of = (key: string): YamlNode | undefined => entries.find((each) => each.key.text === key)?.value;
  const type = of('type');
  if (type?.kind !== 'scalar') {
    say(reading, node, 'import-octodns', 'the record has no type', 'add "type: A" or another type');
    return undefined;
  }
  if (isLeftOut(reading, of('octodns'))) return undefined;
  const foreign = entries.filter(({ key }) => !RECORD_KEYS.has(key.text));
  for (const { key } of foreign) sayForeign(reading, key, type);
  const ttl = readTtl(reading, of('ttl'));
  const values = readValues(reading, node, of('values'), of('value'));
  if (values === undefined || ttl === undefined || foreign.length > 0) return undefined;
  if (type.text === 'ALIAS') return readAlias(reading, type, ttl, values);
  const code = typeCode(type.text);
  if (code === undefined) {
    sayUnknownType(reading, type);
    return undefined;
  }
  const read = values.map((value) => ({ rdata: readValue(reading, type.text, code, value), at: value.start }));
  const unique = new Map<Rdata, Value>();
  for (const { rdata, at } of read) {
    if (rdata === undefined) return undefined;
    const comparable = comparableRdata(code, rdata);
    if (!unique.has(comparable)) unique.set(comparable, { rdata, at });
  }
  return { kind: 'rrset', type: code, ttl, values: [...unique.values()] };
}

/** What stands under `octodns:` is about how octoDNS rolls the record out; some of it is about whether. */
function isLeftOut(reading: OctodnsReading, node: YamlNode | undefined): boolean {
  if (node?.kind !== 'map') return false;
  for (const { key, value } of node.entries) {
    if (key.text === 'ignored' && value.kind === 'scalar' && /^(y|yes|true|on)$/i.test(value.text)) {
      const fix = 'remove "ignored" if the zone is to have the record';
      say(reading, key, 'import-octodns', 'octoDNS ignores the record, and so it is left out', fix, 'warning');
      return true;
    }
    if (key.text !== 'included' && key.text !== 'excluded') continue;
    const message = `octoDNS keeps the record from some providers ("${key.text}"); here it is everywhere`;
    say(
      reading,
      key,
      'import-octodns',
      message,
      'remove the record if your name servers are not to have it',
      'warning',
    );
  }
  return false;
}

function sayForeign(reading: OctodnsReading, key: ScalarNode, type: ScalarNode): void {
  const dynamic = key.text === 'dynamic' || key.text === 'geo';
  say(
    reading,
    key,
    'import-octodns',
    dynamic
      ? `${quoted(key.text)} answers each client differently, which a zone cannot`
      : `${quoted(key.text)} of a ${type.text} record has no counterpart in a zone`,
    dynamic
      ? `remove ${quoted(key.text)}: every client then gets the values; see "nodes" for values that only some nodes serve`
      : 'remove it, or correct its spelling',
  );
}

function sayUnknownType(reading: OctodnsReading, type: ScalarNode): void {
  const forward = type.text === 'URLFWD';
  say(
    reading,
    type,
    'unknown-type',
    forward ? 'URLFWD is not a record type of DNS' : `${quoted(type.text)} is not a record type`,
    forward
      ? 'remove the record here, and write REDIRECT: "301 https://..." into the document'
      : 'remove the record, or give it the type that it has in DNS',
  );
}

function readTtl(reading: OctodnsReading, node: YamlNode | undefined): number | undefined {
  if (node === undefined) return DEFAULT_TTL;
  if (node.kind === 'scalar' && /^\d{1,10}$/.test(node.text) && Number(node.text) <= 2147483647)
    return Number(node.text);
  say(reading, node, 'ttl-syntax', 'the ttl is not a number of seconds', 'write a whole number of seconds');
  return undefined;
}

function readValues(
  reading: OctodnsReading,
  record: MapNode,
  values: YamlNode | undefined,
  value: YamlNode | undefined,
): readonly YamlNode[] | undefined {
  const found = values ?? value;
  if (found === undefined || (values !== undefined && value !== undefined)) {
    const both = found !== undefined;
    say(
      reading,
      value ?? record,
      'import-octodns',
      both ? 'the record has "value" and "values"' : 'the record has neither "value" nor "values"',
      both ? 'put all values under "values"' : 'add one of them',
    );
    return undefined;
  }
  const items = found.kind === 'seq' ? found.items : [found];
  if (items.length > 0 && !(found.kind === 'scalar' && found.style === 'empty')) return items;
  say(reading, found, 'import-octodns', 'the record has no value', 'write a value, or remove the record');
  return undefined;
}

function readAlias(
  reading: OctodnsReading,
  type: ScalarNode,
  ttl: number,
  values: readonly YamlNode[],
): OctodnsRecord | undefined {
  const [target] = values;
  if (values.length === 1 && target?.kind === 'scalar') return { kind: 'alias', ttl, target: target.text };
  say(reading, type, 'import-octodns', 'an ALIAS has one target', 'write it as "value:"');
  return undefined;
}

function readValue(reading: OctodnsReading, type: string, code: number, node: YamlNode): Rdata | undefined {
  try {
    if (node.kind === 'map') {
      if (type === 'LOC') return rdataFromText(code, locationText(node), reading.apex);
      return rdataFromData(code, fieldsOf(type, node), reading.apex);
    }
    if (node.kind === 'seq')
      throw new DnsSyntaxError('a list stands inside a list of values', 'write each value by itself');
    warnIfRetyped(reading, node);
    return TEXTS.has(type) ? textRdata(bareText(node.text)) : rdataFromText(code, node.text, reading.apex);
  } catch (fault) {
    sayFault(reading, node, fault);
    return undefined;
  }
}

/** octoDNS asks for every semicolon to be escaped, and takes a text in quotes for one that has been divided already. */
function bareText(text: string): string {
  const whole =
    text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('" "', '') : text;
  return whole.replaceAll('\\;', ';');
}

function locationText(node: MapNode): string {
  const entries = mergedEntries(node);
  const known = LOC_FIELDS.map(([name]) => name as string);
  for (const { key } of entries) {
    if (!known.includes(key.text))
      throw new DnsSyntaxError(`${quoted(key.text)} is not a field of LOC`, `use ${known.join(', ')}`, 'unknown-field');
  }
  return LOC_FIELDS.map(([name, unit]) => {
    const value = entries.find(({ key }) => key.text === name)?.value;
    if (value?.kind !== 'scalar' || value.text === '')
      throw new DnsSyntaxError(`the ${name} is missing`, `add ${name}:`, 'rdata-missing-field');
    return `${value.text}${unit}`;
  }).join(' ');
}

function fieldsOf(type: string, node: MapNode): Map<string, unknown> {
  const names = FIELD_NAMES[type] ?? {};
  const nameOf = ({ key }: MapEntry): string =>
    Object.hasOwn(names, key.text) ? (names[key.text] as string) : key.text;
  return new Map(mergedEntries(node).map((entry) => [nameOf(entry), dataOf(entry.value)]));
}

function dataOf(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.text;
  if (node.kind === 'seq') return node.items.map(dataOf);
  return new Map(node.entries.map(({ key, value }) => [key.text, dataOf(value)]));
}
