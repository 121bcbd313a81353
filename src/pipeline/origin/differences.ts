import { type DomainName, displayName } from '../../dns/name.ts';
import { fromText } from '../../dns/octets.ts';
import { changesBetween, type RecordChange } from '../../state/ids/changes.ts';
import { digestOf, type RecordValue, soaValue } from '../../state/ids/notes.ts';
import type { ZoneChange } from '../../state/ids/plan.ts';
import type { Refusal } from './outcome.ts';
import type { TouchedRRset } from './resolve.ts';
import type { RRsetView, ValueView, ZoneView } from './view.ts';

/** Changes with the state of an RRset: its entity tag. */
export function tagOf({ ttl, values }: RRsetView): string {
  const parts = values.map(({ digest, options }) => `${digest}${options === undefined ? '' : JSON.stringify(options)}`);
  return digestOf(fromText([ttl, ...parts.sort()].join(' ')));
}

function valuesOf(owner: DomainName, type: string, side: { values: readonly { digest: string }[] } | undefined) {
  return (side?.values ?? []).map(({ digest }) => ({ owner, type, digest }));
}

/** What becomes of records where RRsets change. `moved`: those of which the caller knows what they turn into. */
export function changesOf(
  touched: readonly TouchedRRset[],
  moved: readonly { readonly from: RecordValue; readonly to: RecordValue }[],
): RecordChange[] {
  const before = touched.flatMap(({ owner, type, before: old }) => valuesOf(owner, type, old));
  const after = touched.flatMap(({ owner, type, after: now }) => valuesOf(owner, type, now));
  return changesBetween(before, after, moved);
}

/** A zone that is made gets an id for its SOA as well: providers list it among the records. */
export function withSoa(change: ZoneChange): ZoneChange {
  if (change.kind !== 'make') return change;
  return { ...change, changes: [{ kind: 'add', to: soaValue(change.zone) }, ...change.changes] };
}

/** The RRsets in which two states of a zone differ; `owners`: where they can, if that is known. */
export function differences(
  before: ZoneView | undefined,
  after: ZoneView | undefined,
  owners?: ReadonlySet<DomainName>,
): TouchedRRset[] {
  const rrsetsOf = (view: ZoneView | undefined): readonly RRsetView[] =>
    owners === undefined ? (view?.rrsets() ?? []) : [...owners].flatMap((owner) => view?.rrsetsAt(owner) ?? []);
  const sideOf = (rrset: RRsetView | undefined) =>
    rrset && {
      ttl: rrset.ttl,
      values: rrset.values.map(({ written, digest, options }) => ({ text: written, digest, options })),
    };
  const touched: TouchedRRset[] = [];
  const seen = new Set<string>();
  for (const { owner, type } of [...rrsetsOf(before), ...rrsetsOf(after)]) {
    const key = `${owner} ${type}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const [old, now] = [before?.rrset(owner, type), after?.rrset(owner, type)];
    if (old !== undefined && now !== undefined && (isSame(old, now) || tagOf(old) === tagOf(now))) continue;
    touched.push({ owner, type, before: sideOf(old), after: sideOf(now) });
  }
  return touched;
}

/** Whether two RRsets are the same to the octet: nothing has to be worked out of their values. */
function isSame(a: RRsetView, b: RRsetView): boolean {
  if (a.ttl !== b.ttl || a.values.length !== b.values.length) return false;
  return a.values.every(({ rdata, options }, i) => {
    const other = b.values[i] as ValueView;
    return (
      rdata !== undefined &&
      rdata === other.rdata &&
      (options === other.options || JSON.stringify(options) === JSON.stringify(other.options))
    );
  });
}

/** Whether a zone has exactly the values that an RRset was to have. */
export function holds(view: ZoneView, { owner, type, after }: TouchedRRset): boolean {
  const wanted = new Set(after?.values.map(({ digest }) => digest));
  const values = view.rrset(owner, type)?.values ?? [];
  return values.length === wanted.size && values.every(({ digest }) => wanted.has(digest));
}

/** Refuses to change an RRset that something else in the document, or a template, makes what it was. */
export function putBack({ owner, type }: TouchedRRset): Refusal {
  return {
    kind: 'invalid',
    message: `${type} of ${displayName(owner)} comes from a template or a series, which puts it back`,
    fix: 'change it in the repository, where it is written',
    at: 0,
    field: 'owner',
  };
}
