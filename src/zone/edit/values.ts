import type { DomainName } from '../../dns/name.ts';
import { comparableRdata, rdataFromText } from '../../dns/rdata.ts';
import type { Document } from '../document/document.ts';
import type { TypeForm } from '../document/form.ts';
import { formOf } from '../document/form.ts';
import { newRecords, recordsReader } from '../document/records.ts';
import { newReport } from '../document/report.ts';
import { readRRset } from '../document/rrset.ts';
import { textRdata } from '../document/text.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { valueAt } from '../zone.ts';
import type { NewValue } from './change.ts';

/** One value as it stands under a type. */
export interface StandingValue {
  /** The item: a scalar, a map of fields, or `{ value, nodes, proxied }`. */
  readonly node: YamlNode;
  /** What is equal for equal values; `undefined` where it cannot be read. */
  readonly key: string | undefined;
  /** The scalar that holds the value itself; `undefined` where it is a map of fields. */
  readonly scalar: ScalarNode | undefined;
}

/** What stands under a type. */
export interface Standing {
  readonly values: readonly StandingValue[];
  readonly ttl: ScalarNode | undefined;
  /** The list that holds the values; `undefined` where there is a single one without a list. */
  readonly list: YamlNode | undefined;
}

/** Reads what stands under a type, as far as an edit must know it. */
export function standingValues(document: Document, apex: DomainName, type: string, node: YamlNode): Standing {
  const under = node.kind === 'map' ? entryOf(node, 'values') : undefined;
  const value =
    node.kind === 'map' && under === undefined && entryOf(node, 'ttl') !== undefined
      ? entryOf(node, 'value')
      : undefined;
  const ttl = node.kind === 'map' && (under ?? value) !== undefined ? entryOf(node, 'ttl') : undefined;
  const list = under?.kind === 'seq' ? under : node.kind === 'seq' ? node : undefined;
  const items = list !== undefined ? list.items : [under ?? node];
  const keys = keysOf(document, apex, type, node);
  return {
    values: items.map((item) => ({ node: item, key: keys(item), scalar: scalarOf(item) })),
    ttl: ttl?.kind === 'scalar' ? ttl : undefined,
    list,
  };
}

function entryOf(node: YamlNode & { kind: 'map' }, key: string): YamlNode | undefined {
  return node.entries.find((entry) => entry.key.text === key)?.value;
}

function scalarOf(item: YamlNode): ScalarNode | undefined {
  if (item.kind === 'scalar') return item;
  const value =
    item.kind === 'map' && item.entries.every(({ key }) => ['ttl', 'value', 'nodes', 'proxied'].includes(key.text))
      ? entryOf(item, 'value')
      : undefined;
  return value?.kind === 'scalar' ? value : undefined;
}

function keysOf(
  document: Document,
  apex: DomainName,
  type: string,
  node: YamlNode,
): (item: YamlNode) => string | undefined {
  const form = formOf(type);
  if (form === undefined) return (item) => scalarOf(item)?.text;
  const reader = recordsReader({ ...document, report: newReport(apex) }, apex, newRecords(apex));
  reader.form = form;
  const rrset = readRRset(reader, node);
  const keys = new Map<number, string>();
  rrset?.rdatas.forEach((rdata, i) => {
    const options = rrset.options?.[i];
    const at = valueAt(rrset, i);
    if (at !== undefined)
      keys.set(
        at,
        valueKey(comparableRdata(form.code, rdata), { text: '', ...(options !== undefined && { options }) }),
      );
  });
  return (item) => keys.get(item.start);
}

/** What is equal for equal new values of a type. Throws `DnsSyntaxError` where the text is no value of the type. */
export function newValueKey(apex: DomainName, type: string, value: NewValue): string {
  const form = formOf(type);
  return form === undefined ? value.text : valueKey(comparableRdata(form.code, rdataOf(form, value.text, apex)), value);
}

function rdataOf(form: TypeForm, text: string, apex: DomainName): ReturnType<typeof rdataFromText> {
  return form.text && !text.startsWith('"') ? textRdata(text) : rdataFromText(form.code, text, apex);
}

function valueKey(rdata: string, { options }: NewValue): string {
  return options === undefined ? rdata : `${rdata}\0${options.nodes?.join(',') ?? '*'}\0${options.proxied}`;
}
