import { DnsSyntaxError, quoted } from '../../dns/fault.ts';
import { type DomainName, displayName, isAtOrBelow, parseName } from '../../dns/name.ts';
import { fromText } from '../../dns/octets.ts';
import { comparableRdata, rdataFromText } from '../../dns/rdata.ts';
import { MAX_TTL } from '../../dns/ttl.ts';
import { digestOf, type RecordValue } from '../../state/ids/notes.ts';
import { formOf } from '../../zone/document/form.ts';
import { textRdata } from '../../zone/document/text.ts';
import type { NewValue, ZoneChange } from '../../zone/edit/change.ts';
import type { ValueOptions } from '../../zone/zone.ts';
import type { RecordEdit } from './order.ts';
import type { Refusal } from './outcome.ts';
import type { RRsetView } from './view.ts';

/** A value on one side of a change. */
export interface TouchedValue {
  readonly text: string;
  readonly digest: string;
  readonly options: ValueOptions | undefined;
}

/** An RRset that edits name, as it was and as it is to be; `undefined`: not there. */
export interface TouchedRRset {
  readonly owner: DomainName;
  readonly type: string;
  readonly before: { readonly ttl: number; readonly values: readonly TouchedValue[] } | undefined;
  readonly after: { readonly ttl: number; readonly values: readonly TouchedValue[] } | undefined;
}

/** What edits come to in one zone. */
export interface Resolved {
  readonly kind: 'resolved';
  readonly changes: readonly ZoneChange[];
  readonly touched: readonly TouchedRRset[];
  /** Records that become others and keep their ids. */
  readonly moved: readonly { readonly from: RecordValue; readonly to: RecordValue }[];
}

/** What edits are resolved against. */
export interface Ground {
  readonly zone: DomainName;
  /** The zone's TTL. */
  readonly ttl: number;
  rrset(owner: DomainName, type: string): RRsetView | undefined;
  rrsetsAt(owner: DomainName): readonly RRsetView[];
}

/** An RRset while edits change it. */
interface Draft {
  readonly owner: DomainName;
  readonly type: string;
  readonly before: TouchedRRset['before'];
  /** `undefined`: the zone's. */
  ttl: number | undefined;
  values: TouchedValue[];
}

/** Most values of one RRset: beyond, no message holds it. */
const VALUES = 4000;

/** Works out what edits mean for a zone as it is. */
export function resolveEdits(ground: Ground, edits: readonly RecordEdit[]): Resolved | Refusal {
  const drafts = new Map<string, Draft>();
  const moved: { from: RecordValue; to: RecordValue }[] = [];
  const draftOf = (owner: DomainName, type: string): Draft => {
    const key = `${owner} ${type}`;
    let draft = drafts.get(key);
    if (draft === undefined) {
      const view = ground.rrset(owner, type);
      const values = view?.values.map(({ written, digest, options }) => ({ text: written, digest, options })) ?? [];
      draft = {
        owner,
        type,
        before: view && { ttl: view.ttl, values },
        ttl: view === undefined || view.ttl === ground.ttl ? undefined : view.ttl,
        values: [...values],
      };
      drafts.set(key, draft);
    }
    return draft;
  };
  for (const [at, edit] of edits.entries()) {
    try {
      const refused = applyEdit(ground, edit, draftOf, moved, at);
      if (refused !== undefined) return refused;
    } catch (fault) {
      if (!(fault instanceof Misfit)) throw fault;
      return { kind: 'invalid', message: fault.message, fix: fault.fix, at, field: fault.field };
    }
  }
  const touched = [...drafts.values()].map(
    ({ owner, type, before, ttl, values }): TouchedRRset => ({
      owner,
      type,
      before,
      after: values.length === 0 ? undefined : { ttl: ttl ?? ground.ttl, values },
    }),
  );
  const different = touched.filter((each) => !isSame(each));
  const changes = different.map(
    ({ owner, type, after }): ZoneChange =>
      after === undefined
        ? { kind: 'delete', owner, type }
        : { kind: 'put', owner, type, ttl: ownTtl(ground, after.ttl), values: after.values.map(newValue) },
  );
  // What goes makes room before something else comes: a CNAME gives way to an address.
  changes.sort((a, b) => Number(a.kind === 'put') - Number(b.kind === 'put'));
  return { kind: 'resolved', changes, touched: different, moved };
}

/** What is wrong with an edit itself. */
class Misfit extends Error {
  readonly field: string;
  readonly fix: string;

  constructor(field: string, message: string, fix: string) {
    super(message);
    this.name = 'Misfit';
    this.field = field;
    this.fix = fix;
  }
}

function applyEdit(
  ground: Ground,
  edit: RecordEdit,
  draftOf: (owner: DomainName, type: string) => Draft,
  moved: { from: RecordValue; to: RecordValue }[],
  at: number,
): Refusal | undefined {
  switch (edit.op) {
    case 'put':
    case 'add': {
      checkOwner(ground, edit.owner);
      checkType(edit.type);
      checkTtl(edit.ttl);
      const draft = draftOf(edit.owner, edit.type);
      if (edit.op === 'put') draft.values = [];
      if (edit.op === 'put' || edit.ttl !== undefined) draft.ttl = ownTtl(ground, edit.ttl);
      for (const value of edit.values) addValue(draft, touchedValue(ground, edit.type, value));
      return undefined;
    }
    case 'clear': {
      checkOwner(ground, edit.owner);
      const types = edit.type === undefined ? ground.rrsetsAt(edit.owner).map(({ type }) => type) : [edit.type];
      for (const type of types) draftOf(edit.owner, type).values = [];
      return undefined;
    }
    case 'subtract': {
      checkOwner(ground, edit.owner);
      checkType(edit.type);
      const going = new Set(edit.values.map((value) => touchedValue(ground, edit.type, value).digest));
      const draft = draftOf(edit.owner, edit.type);
      draft.values = draft.values.filter(({ digest }) => !going.has(digest));
      return undefined;
    }
    case 'remove': {
      const draft = draftOf(edit.record.owner, edit.record.type);
      const index = draft.values.findIndex(({ digest }) => digest === edit.record.digest);
      if (index < 0) return missing(edit.record, at);
      draft.values.splice(index, 1);
      return undefined;
    }
    case 'update':
      return update(ground, edit, draftOf, moved, at);
  }
}

function update(
  ground: Ground,
  edit: RecordEdit & { op: 'update' },
  draftOf: (owner: DomainName, type: string) => Draft,
  moved: { from: RecordValue; to: RecordValue }[],
  at: number,
): Refusal | undefined {
  const { record } = edit;
  const owner = edit.owner ?? record.owner;
  const type = edit.type ?? record.type;
  checkOwner(ground, owner);
  checkType(type);
  checkTtl(edit.ttl);
  const from = draftOf(record.owner, record.type);
  const index = from.values.findIndex(({ digest }) => digest === record.digest);
  const old = from.values[index];
  if (old === undefined) return missing(record, at);
  const wanted = edit.value ?? { text: old.text };
  const value = touchedValue(ground, type, wanted, wanted.options === undefined ? old.options : undefined);
  const to = draftOf(owner, type);
  if (to === from) {
    if (from.values.some(({ digest }, i) => digest === value.digest && i !== index)) from.values.splice(index, 1);
    else from.values[index] = value;
  } else {
    from.values.splice(index, 1);
    if (to.values.length === 0) to.ttl = from.ttl;
    addValue(to, value);
  }
  if (edit.ttl !== undefined) to.ttl = ownTtl(ground, edit.ttl);
  moved.push({ from: record, to: { owner, type, digest: value.digest } });
  return undefined;
}

function missing({ owner, type }: RecordValue, at: number): Refusal {
  return { kind: 'missing', message: `${displayName(owner)} has no such ${type} any more`, at };
}

function addValue(draft: Draft, value: TouchedValue): void {
  if (draft.values.some(({ digest }) => digest === value.digest)) return;
  if (draft.values.length >= VALUES)
    throw new Misfit('value', `${displayName(draft.owner)} would have more than ${VALUES} ${draft.type}`, 'use fewer');
  draft.values.push(value);
}

function checkOwner({ zone }: Ground, owner: DomainName): void {
  if (isAtOrBelow(owner, zone)) return;
  throw new Misfit(
    'owner',
    `${displayName(owner)} is not in the zone ${displayName(zone)}`,
    `use a name that ends in ${displayName(zone)}`,
  );
}

function checkType(type: string): void {
  if (type === 'ALIAS' || type === 'REDIRECT') return;
  if (type === 'SOA')
    throw new Misfit('type', 'the SOA is made from the settings of the zone', 'change the settings under "soa"');
  const form = formOf(type);
  if (form !== undefined && !form.meta) return;
  throw new Misfit('type', `${quoted(type)} is no record type`, 'use a mnemonic in capitals, such as A, or TYPE65280');
}

function checkTtl(ttl: number | undefined): void {
  if (ttl === undefined || (Number.isInteger(ttl) && ttl >= 0 && ttl <= MAX_TTL)) return;
  throw new Misfit('ttl', `${quoted(String(ttl))} is no TTL`, `use whole seconds from 0 to ${MAX_TTL}`);
}

function ownTtl({ ttl: usual }: Ground, ttl: number | undefined): number | undefined {
  return ttl === usual ? undefined : ttl;
}

function touchedValue(ground: Ground, type: string, value: NewValue, options = value.options): TouchedValue {
  const { text } = value;
  if (/[\x00-\x1f\x7f]/.test(text))
    throw new Misfit('value', `the value ${quoted(text)} has a control character`, 'remove it, or write it as \\DDD');
  try {
    return { text, digest: digestOfText(ground.zone, type, text), options: realOptions(options) };
  } catch (fault) {
    if (!(fault instanceof DnsSyntaxError)) throw fault;
    throw new Misfit('value', fault.message, fault.fix);
  }
}

/** Stands for the data of a record that is written so. Throws `DnsSyntaxError`. */
export function digestOfText(zone: DomainName, type: string, text: string): string {
  if (type === 'ALIAS') return digestOf(fromText(parseName(text, zone)));
  if (type === 'REDIRECT') return digestOf(fromText(text.replace(/^(\d+) +/, '$1 ')));
  const form = formOf(type);
  if (form === undefined) throw new DnsSyntaxError(`${quoted(type)} is no record type`, 'use a mnemonic in capitals');
  const rdata = form.text && !text.startsWith('"') ? textRdata(text) : rdataFromText(form.code, text, zone);
  return digestOf(comparableRdata(form.code, rdata));
}

function realOptions(options: ValueOptions | undefined): ValueOptions | undefined {
  return options === undefined || (options.nodes === undefined && !options.proxied) ? undefined : options;
}

function newValue({ text, options }: TouchedValue): NewValue {
  return options === undefined ? { text } : { text, options };
}

function isSame({ before, after }: TouchedRRset): boolean {
  if (before === undefined || after === undefined) return before === undefined && after === undefined;
  if (before.ttl !== after.ttl || before.values.length !== after.values.length) return false;
  return after.values.every(({ digest, options, text }) =>
    before.values.some(
      (each) =>
        each.digest === digest && each.text === text && JSON.stringify(each.options) === JSON.stringify(options),
    ),
  );
}
