import type { DomainName } from '../../../dns/name.ts';
import { relativeName } from '../../../dns/name.ts';
import type { RecordEdit } from '../../../pipeline/origin/order.ts';
import type { NumberedRecord, NumberedZone } from '../../../pipeline/origin/origin.ts';
import type { RRsetView, ValueView } from '../../../pipeline/origin/view.ts';
import { uuidOf } from '../../../state/ids/uuid.ts';
import type { Answer } from '../answer.ts';
import { joinPriority, type SplitValue, splitPriority, withFinalDots, withoutFinalDots } from '../content.ts';
import { ownerOf, shownValue } from '../values.ts';
import { invalid } from './errors.ts';
import { missingPriority, type RecordInput } from './input.ts';

/** The TTL of a record that is sent without one, where there is no other of its name and type. */
const DEFAULT_TTL = 3600;

/** A record as the provider shows it. */
export interface RecordBody {
  readonly uuid: string;
  readonly record_type: string;
  /** `@`, or relative to the zone. */
  readonly name: string;
  readonly value: string;
  readonly ttl: number;
  readonly priority: number | null;
  readonly created_at: string;
}

/** One record. */
export function recordBody(zone: DomainName, { id, rrset, value }: NumberedRecord): RecordBody {
  const { type, owner, ttl } = rrset;
  const { priority, rest } = partsOf(rrset, value);
  return {
    uuid: uuidOf('record', id.id),
    record_type: type,
    name: relativeName(owner, zone),
    value: rest,
    ttl,
    priority: priority ?? null,
    created_at: timeText(id.createdAt),
  };
}

/** An edit, and the record that comes of it. */
export interface Made {
  readonly owner: DomainName;
  readonly type: string;
  readonly text: string;
  readonly edit: RecordEdit;
}

/** A new record. */
export function createEdit({ view }: NumberedZone, input: RecordInput): Made | Answer {
  const { type = '', name = '', value = '', priority } = input;
  const lacking = missingPriority(type, priority);
  if (lacking !== undefined) return lacking;
  const owner = ownerOf(name, view.zone);
  if (owner === undefined) return invalid('name', 'Invalid record name');
  const text = valueText(type, { priority, rest: value });
  const ttl = input.ttl ?? (view.rrset(owner, type) === undefined ? DEFAULT_TTL : undefined);
  return { owner, type, text, edit: { op: 'add', owner, type, ttl, values: [{ text }] } };
}

/** A record becomes another: what was not sent stays, but for the priority where the whole record was sent. */
export function updateEdit(
  { view }: NumberedZone,
  { id, rrset, value }: NumberedRecord,
  input: RecordInput,
  whole: boolean,
): Made | Answer {
  const { type = rrset.type, name, ttl } = input;
  const existing = partsOf(rrset, value);
  const parts = {
    priority: input.priority ?? (whole ? undefined : existing.priority),
    rest: input.value ?? existing.rest,
  };
  const lacking = missingPriority(type, parts.priority);
  if (lacking !== undefined) return lacking;
  const owner = name === undefined ? rrset.owner : ownerOf(name, view.zone);
  if (owner === undefined) return invalid('name', 'Invalid record name');
  // A value that says what is there already stays as the document spells it.
  const wanted = valueText(type, parts);
  const text = wanted === valueText(rrset.type, existing) ? value.written : wanted;
  return { owner, type, text, edit: { op: 'update', record: id, owner, type, ttl, value: { text } } };
}

function partsOf(rrset: RRsetView, value: ValueView): SplitValue {
  return splitPriority(rrset.type, withoutFinalDots(rrset.type, shownValue(rrset, value)));
}

function valueText(type: string, parts: SplitValue): string {
  return withFinalDots(type, joinPriority(type, parts));
}

/** A time as the provider writes it. */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
