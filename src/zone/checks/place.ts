import { SOA } from '../../dns/types/soa.ts';
import type { SourceFile, Span } from '../source.ts';
import type { DeclaredRRset, Zone } from '../zone.ts';
import { valueAt } from '../zone.ts';
import { extentOf } from './extent.ts';

/** The span of the key or value that begins at an offset. */
export function spanAt(source: SourceFile, start: number): Span {
  return { source, start, end: extentOf(source.text, start) };
}

/** Where the value with this index stands; the type's key where the RRset has no such value. */
export function valueSpan(rrset: DeclaredRRset, value: number): Span {
  return spanAt(rrset.source, valueAt(rrset, value) ?? rrset.typeAt);
}

/** Where the key of the RRset's type stands. */
export function typeSpan(rrset: DeclaredRRset): Span {
  return spanAt(rrset.source, rrset.typeAt);
}

/** Where the key of the RRset's owner stands. */
export function ownerSpan(rrset: DeclaredRRset): Span {
  return spanAt(rrset.source, rrset.ownerAt);
}

/** The source text of a span, as it is written, quotes and all. */
export function writtenIn(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}

/** Where the key of a zone's apex stands; the beginning of its document where it has none. */
export function apexSpan(zone: Zone): Span {
  // The SOA is among the records of the apex and stands wherever its settings do.
  const rrset = zone.names.get(zone.apex)?.find(({ type, source }) => type !== SOA.code && source === zone.source);
  return rrset === undefined ? { source: zone.source, start: 0, end: 0 } : ownerSpan(rrset);
}
