import { type DomainName, displayName } from '../../dns/name.ts';
import type { CommitMessage, Person } from '../../git/commit-object.ts';
import { type IdNote, printNote } from '../../state/ids/notes.ts';
import type { Caller } from './caller.ts';
import type { TouchedRRset, TouchedValue } from './resolve.ts';

/** What an order did to one zone, for the words of its commit. */
export interface ZoneDeed {
  readonly zone: DomainName;
  readonly kind: 'make' | 'change' | 'delete';
  readonly touched: readonly TouchedRRset[];
  /** The settings that were changed, where nothing else was. */
  readonly settings?: readonly string[];
}

/** Longest subject, and most lines of a body. */
const SUBJECT = 72;
const LINES = 100;

/** The words of a commit: what a person would write, and the trailers by which programs know it again. */
export function messageOf(
  deeds: readonly ZoneDeed[],
  caller: Caller,
  notes: readonly IdNote[],
  subject: string | undefined,
): CommitMessage {
  const lines = deeds.flatMap((deed) => linesOf(deed, deeds.length > 1));
  const said = subject ?? subjectOf(deeds);
  const body = lines.length < 2 && said === lines[0] ? [] : lines.slice(0, LINES);
  if (lines.length > LINES) body.push(`and ${lines.length - LINES} more`);
  return {
    subject: said,
    ...(body.length > 0 && { body: body.join('\n') }),
    trailers: [
      { key: 'Zonewright-Request', value: caller.requestId },
      ...(caller.dialect === undefined ? [] : [{ key: 'Zonewright-Dialect', value: caller.dialect }]),
      ...notes.map(printNote),
    ],
  };
}

/** The author of a caller's commits. */
export function personOf({ account: { name, email } }: Caller): Person {
  return { name, email: email ?? (name.includes('@') ? name : `${name}@users.zonewright.invalid`) };
}

function subjectOf(deeds: readonly ZoneDeed[]): string {
  const [first] = deeds;
  if (first === undefined) return 'nothing';
  if (deeds.length > 1) return cut(`${deeds.length} zones: ${deeds.map(({ zone }) => nameOf(zone)).join(', ')}`);
  const zone = nameOf(first.zone);
  if (first.kind === 'make') return cut(`${zone}: new zone`);
  if (first.kind === 'delete') return cut(`${zone}: zone deleted`);
  const [only] = first.touched;
  if (only === undefined) return cut(`${zone}: settings ${(first.settings ?? []).join(', ')}`.trimEnd());
  if (first.touched.length > 1) return cut(`${zone}: ${first.touched.length} RRsets`);
  const whole = lineOf(only);
  return whole.length <= SUBJECT ? whole : cut(`${nameOf(only.owner)}: ${verbOf(only)} ${only.type}`);
}

function linesOf({ zone, kind, touched }: ZoneDeed, several: boolean): string[] {
  if (kind === 'delete') return several ? [`${nameOf(zone)}: zone deleted`] : [];
  return [...(kind === 'make' && several ? [`${nameOf(zone)}: new zone`] : []), ...touched.map(lineOf)];
}

function lineOf({ owner, type, before, after }: TouchedRRset): string {
  const name = nameOf(owner);
  const [old, now] = [before?.values ?? [], after?.values ?? []];
  const gone = old.filter((value) => !now.some(({ digest }) => digest === value.digest));
  const come = now.filter((value) => !old.some(({ digest }) => digest === value.digest));
  const ttl = before === undefined || after === undefined || before.ttl === after.ttl ? '' : ` TTL ${after.ttl}`;
  if (gone.length === 0 && come.length === 0) return `${name}: ${type}${ttl === '' ? ' written otherwise' : ttl}`;
  if (gone.length === 0) return `${name}: add ${type} ${texts(come)}${ttl}`;
  if (come.length === 0) return `${name}: remove ${type} ${texts(gone)}${ttl}`;
  return `${name}: ${type} ${texts(gone)} -> ${texts(come)}${ttl}`;
}

function verbOf({ before, after }: TouchedRRset): string {
  return before === undefined ? 'add' : after === undefined ? 'remove' : 'change';
}

function texts(values: readonly TouchedValue[]): string {
  const shown = values.slice(0, 4).map(({ text }) => (text.length > 200 ? `${text.slice(0, 200)}...` : text));
  return values.length > 4 ? `${shown.join(', ')} and ${values.length - 4} more` : shown.join(', ');
}

/** A name without its final dot. */
function nameOf(name: DomainName): string {
  return name === '.' ? '.' : displayName(name).slice(0, -1);
}

function cut(text: string): string {
  return text.length <= SUBJECT ? text : `${text.slice(0, SUBJECT - 3)}...`;
}
