import type { DomainName } from '../../dns/name.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { Document } from '../document/document.ts';
import { newRecords, type Records, readEntry, recordsReader } from '../document/records.ts';
import { newReport } from '../document/report.ts';
import { ZONE_TTL } from '../document/rrset.ts';
import { soaRRset } from '../document/soa-rrset.ts';
import { lineStart } from '../edit/lines.ts';
import type { SourceFile, Span } from '../source.ts';
import { moved } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import type { DeclaredRRset, Zone } from '../zone.ts';
import { type AmendedNames, amendmentOf, namesOf, replaced, type Shift } from './names.ts';
import { asAmended, type Entry, outdent, type Places, placesOf } from './places.ts';
import { differingStretch } from './stretch.ts';

/** A zone whose document was read again where it had changed. */
export interface Amended extends ZoneDifference {
  readonly zone: Zone;
}

/** Zones of fewer owners are best read and checked as a whole: that is done before it is found out what can be left out. */
export const MANY_OWNERS = 500;

/** How a zone differs from another one. */
export interface ZoneDifference {
  readonly before: Zone;
  /** The owners whose records are others now, or gone. */
  readonly changed: ReadonlySet<DomainName>;
  /** The RRsets that were there before and are not any more, at least not in this form, and those that are there instead. */
  readonly gone: readonly DeclaredRRset[];
  readonly come: readonly DeclaredRRset[];
}

/** Lines that are read again at most, in characters, and changes after which all places are written down anew. */
const MOST = 262_144;
const MANY_AMENDED = 256;
const MANY_SHIFTS = 64;

/**
 * Reads again what has changed of a zone's document: the zone is what `readZone` gives for the new text. `undefined` where
 * the zone is not plain, the change is not just one of a few entries under `records:`, or anything is wrong with them: then
 * all is to be read.
 */
export function amendZone(zone: Zone, text: string): Amended | undefined {
  const { source, apex, names } = zone;
  if (zone.plain !== true || zone.aliases.length + zone.redirects.length > 0) return undefined;
  const stretch = differingStretch(source.text, text);
  const now: SourceFile = { path: source.path, text };
  const known = amendmentOf(names) ?? asAmended(names, source);
  if (stretch === undefined) return { zone, before: zone, changed: new Set(), gone: [], come: [] };
  const places = placesOf(known);
  const first = places.before(stretch.start);
  if (first === undefined) return undefined;
  const from = lineStart(source.text, first.at);
  const endBefore = nextEntry(source.text, places, stretch.endBefore, first.at - from);
  if (endBefore === undefined) return undefined;
  const by = text.length - source.text.length;
  if (Math.max(endBefore, endBefore + by) - from > MOST) return undefined;
  const old = places.between(from, endBefore);
  const records = readStretch(zone, now, from, endBefore + by, first.at - from);
  if (records === undefined || !fits(old, records, zone)) return undefined;

  const shift: Shift = { start: from, end: endBefore, by };
  const shifts = [shift];
  const settingsAt = moveSpans(zone.settingsAt ?? new Map(), source, now, shift);
  const waivers = zone.waivers.map((waiver) => ({ ...waiver, span: moveSpan(waiver.span, source, now, shift) }));
  if (settingsAt === undefined || waivers.some(({ span }) => span === undefined)) return undefined;

  const own = new Map<DomainName, readonly DeclaredRRset[] | undefined>();
  for (const [owner, rrsets] of known.own)
    own.set(
      owner,
      rrsets?.map((rrset) => replaced(rrset, shifts, now)),
    );
  const placed = new Set(known.placed);
  const changed = new Set<DomainName>();
  const gone: DeclaredRRset[] = [];
  const come: DeclaredRRset[] = [];
  const put = (owner: DomainName, rrsets: readonly DeclaredRRset[] | undefined): void => {
    const others = names.get(owner) ?? [];
    for (const rrset of others) if (!rrsets?.some((each) => isSame(each, rrset))) gone.push(rrset);
    for (const rrset of rrsets ?? []) if (!others.some((each) => isSame(each, rrset))) come.push(rrset);
    if (!hasSame(others, rrsets ?? [])) changed.add(owner);
    if (rrsets !== undefined && !names.has(owner)) placed.add(owner);
    own.set(owner, rrsets);
  };
  for (const { owner } of old) if (!records.names.has(owner)) put(owner, undefined);
  for (const [owner, rrsets] of records.names) if (owner !== apex) put(owner, withTtl(rrsets, zone.settings.ttl));
  const read = withTtl(records.names.get(apex) ?? [], zone.settings.ttl);
  const inStretch = old.some(({ owner }) => owner === apex) || read.length > 0;
  const atApex = inStretch ? read : others(names.get(apex)).map((rrset) => replaced(rrset, shifts, now));
  put(apex, [soaRRset(now, apex, zone.settings, settingsAt, atApex), ...atApex]);

  const amended: AmendedNames = {
    base: known.base,
    shifts: by === 0 ? known.shifts : [...known.shifts, shift],
    own,
    placed,
    source: now,
  };
  const all = namesOf(amended);
  const many = own.size > MANY_AMENDED || amended.shifts.length > MANY_SHIFTS;
  return {
    zone: {
      ...zone,
      source: now,
      settingsAt,
      waivers: waivers as Zone['waivers'],
      names: many ? new Map(all) : all,
    },
    before: zone,
    changed,
    gone,
    come,
  };
}

function others(rrsets: readonly DeclaredRRset[] | undefined): DeclaredRRset[] {
  return (rrsets ?? []).filter(({ type }) => type !== SOA.code);
}

/** Where the line of the next entry begins whose key and the line end before it are the same in both texts. */
function nextEntry(text: string, places: Places, from: number, indent: number): number | undefined {
  for (let next = places.after(from); next !== undefined; next = places.after(next.at)) {
    const line = lineStart(text, next.at);
    if (line <= from) continue;
    // A key that begins like this might go on what stands before it.
    return next.at - line === indent && !/[-?:}\]]/.test(text[next.at] ?? '') ? line : undefined;
  }
  return outdent(text, from, indent);
}

/** What stands under `records:` between two line starts of a text; `undefined` where it is not good for itself. */
function readStretch(zone: Zone, source: SourceFile, from: number, to: number, indent: number): Records | undefined {
  const { apex } = zone;
  const lines = source.text.slice(from, to);
  const records = newRecords(apex);
  if (/^\s*$/.test(lines)) return records;
  const { root, problems, complete, apart } = readYaml(lines);
  if (root?.kind !== 'map' || root.flow || root.start !== indent || problems.length > 0 || !complete || !apart)
    return undefined;
  const document: Document = { source, apex, report: newReport(apex) };
  const reader = recordsReader(document, apex, records);
  for (const { key, value } of root.entries) readEntry(reader, moved(key, from), moved(value, from));
  const { aliases, redirects, waivers, unreadable } = records;
  const odd = aliases.size + redirects.size + waivers.length + unreadable.size > 0;
  return odd || document.report.findings.length > 0 ? undefined : records;
}

/** Whether owners stand in the stretch that stood there, in the order in which they stood, or nowhere before. */
function fits(old: readonly Entry[], { names }: Records, zone: Zone): boolean {
  const before = old.map(({ owner }) => owner);
  const there = new Set(before);
  for (const [owner, rrsets] of names) {
    if (rrsets.length === 0 || there.has(owner)) continue;
    if (owner === zone.apex ? others(zone.names.get(owner)).length > 0 : zone.names.has(owner)) return false;
  }
  const stay = [...names].filter(([owner, rrsets]) => rrsets.length > 0 && there.has(owner));
  const order = stay.map(([, rrsets]) => (rrsets[0] as DeclaredRRset).ownerAt);
  const wanted = before.filter((owner) => (names.get(owner) ?? []).length > 0);
  const placeOf = new Map(stay.map(([owner], i) => [owner, order[i] as number]));
  return wanted.every(
    (owner, i) => i === 0 || (placeOf.get(owner) ?? 0) > (placeOf.get(wanted[i - 1] as DomainName) ?? 0),
  );
}

function withTtl(rrsets: readonly DeclaredRRset[], ttl: number): readonly DeclaredRRset[] {
  return rrsets.map((rrset) => (rrset.ttl === ZONE_TTL ? { ...rrset, ttl } : rrset));
}

/** Whether two RRsets say the same to the letter. */
function isSame(a: DeclaredRRset, b: DeclaredRRset): boolean {
  return (
    a.type === b.type &&
    a.ttl === b.ttl &&
    a.rdatas.length === b.rdatas.length &&
    a.rdatas.every((rdata, i) => rdata === b.rdatas[i]) &&
    JSON.stringify(a.options) === JSON.stringify(b.options)
  );
}

function hasSame(a: readonly DeclaredRRset[], b: readonly DeclaredRRset[]): boolean {
  return a.length === b.length && a.every((rrset, i) => isSame(rrset, b[i] as DeclaredRRset));
}

function moveSpan(span: Span, before: SourceFile, now: SourceFile, { start, end, by }: Shift): Span | undefined {
  if (span.source !== before) return span;
  if (span.end <= start) return { ...span, source: now };
  return span.start >= end ? { source: now, start: span.start + by, end: span.end + by } : undefined;
}

function moveSpans(
  spans: ReadonlyMap<string, Span>,
  before: SourceFile,
  now: SourceFile,
  shift: Shift,
): ReadonlyMap<string, Span> | undefined {
  const all = new Map<string, Span>();
  for (const [path, span] of spans) {
    const next = moveSpan(span, before, now, shift);
    if (next === undefined) return undefined;
    all.set(path, next);
  }
  return all;
}
