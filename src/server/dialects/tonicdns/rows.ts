import type { DomainName } from '../../../dns/name.ts';
import { ROOT } from '../../../dns/name.ts';
import type { NumberedRecord } from '../../../pipeline/origin/origin.ts';
import type { RRsetView, ValueView } from '../../../pipeline/origin/view.ts';
import { formOf } from '../../../zone/document/form.ts';
import { splitPriority, withoutFinalDots } from '../content.ts';
import type { SoaRecord } from '../soa.ts';
import { shownValue } from '../values.ts';

/** A record as clients get it: no more keys than these, and texts or null alone, or some of them break. */
export interface Row {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: string;
  readonly priority: string | null;
  readonly change_date?: string;
}

/** A name without its final dot. */
export function bareName(name: DomainName): string {
  return name === ROOT ? ROOT : name.slice(0, -1);
}

/** A record of a zone. */
export function rowOf({ id, rrset, value }: NumberedRecord): Row {
  return { ...valueRow(rrset, value), change_date: seconds(id.updatedAt) };
}

/** A value of an RRset. */
export function valueRow(rrset: RRsetView, value: ValueView): Omit<Row, 'change_date'> {
  const { owner, type, ttl } = rrset;
  const { priority, rest } = splitPriority(type, contentOf(rrset, value));
  return {
    name: bareName(owner),
    type,
    content: rest,
    ttl: String(ttl),
    priority: priority === undefined ? null : String(priority),
  };
}

/**
 * The SOA of a zone. Before the first release its serial is the time of its last change: clients count on from what they
 * find, and stumble over a lone 0.
 */
export function soaRow(zone: DomainName, { id, ttl, text }: SoaRecord): Row {
  return {
    name: bareName(zone),
    type: 'SOA',
    content: withoutFinalDots('SOA', text).replace(/^(\S+ \S+) 0 /, `$1 ${seconds(id.updatedAt)} `),
    ttl: String(ttl),
    priority: null,
    change_date: seconds(id.updatedAt),
  };
}

/** Texts stand in quotes, whatever they are in the document. */
function contentOf(rrset: RRsetView, value: ValueView): string {
  const shown = shownValue(rrset, value);
  if (formOf(rrset.type)?.text === true) return shown.startsWith('"') ? shown : `"${shown.replace(/["\\]/g, '\\$&')}"`;
  return withoutFinalDots(rrset.type, shown);
}

function seconds(milliseconds: number): string {
  return String(Math.floor(milliseconds / 1000));
}

/** The provider's order: by name, then the type backwards, so that the SOA comes first, then priority and content. */
export function compareRows(a: Row, b: Row): number {
  return (
    leadingNumber(a.name) - leadingNumber(b.name) ||
    compareText(a.name, b.name) ||
    compareText(b.type, a.type) ||
    Number(a.priority ?? -1) - Number(b.priority ?? -1) ||
    compareText(a.content, b.content)
  );
}

/** So that the names of reverse zones are in the order of their addresses. */
function leadingNumber(name: string): number {
  return Number(/^\d{1,9}/.exec(name)?.[0] ?? 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
