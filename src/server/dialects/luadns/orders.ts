import type { DomainName } from '../../../dns/name.ts';
import type { RecordEdit, SettingEdits } from '../../../pipeline/origin/order.ts';
import type { NumberedRecord, NumberedZone } from '../../../pipeline/origin/origin.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { withFinalDots } from '../content.ts';
import { soaEdits } from '../soa.ts';
import { ownerOf, shownValue, standingValue } from '../values.ts';
import { errorAnswer, invalid } from './errors.ts';
import type { RecordInput } from './input.ts';

/** A record that a client sent, as an order has it. */
export interface WantedRecord {
  readonly owner: DomainName;
  readonly type: string;
  readonly text: string;
  readonly ttl: number | undefined;
}

/** What is to become of a zone. */
export interface Edits {
  readonly edits: readonly RecordEdit[];
  readonly settings?: SettingEdits | undefined;
}

/** A complete record of the input. */
export function wantedRecord({ name, type, content, ttl }: RecordInput, zone: DomainName): WantedRecord | Answer {
  const owner = ownerOf(name ?? '', zone);
  if (owner === undefined) return invalid('name', 'invalid name');
  return { owner, type: type ?? '', text: withFinalDots(type ?? '', content ?? ''), ttl };
}

/** Complete records of the input; the first that is wrong is told. */
export function wantedRecords(inputs: readonly RecordInput[], zone: DomainName): WantedRecord[] | Answer {
  const records: WantedRecord[] = [];
  for (const input of inputs) {
    const record = wantedRecord(input, zone);
    if (isAnswer(record)) return record;
    records.push(record);
  }
  return records;
}

/** Adds records. A zone has its SOA already. */
export function createEdits(records: readonly WantedRecord[]): Edits | Answer {
  if (records.some(({ type }) => type === 'SOA'))
    return invalid('type', 'the zone has its SOA record: update that one');
  return {
    edits: records.map(({ owner, type, text, ttl }) => ({ op: 'add', owner, type, ttl, values: [{ text }] })),
  };
}

/** The zone has these and no other records of each owner and type among them; others stay. */
export function replaceEdits(zone: NumberedZone, records: readonly WantedRecord[]): Edits | Answer {
  const sets = new Map<string, WantedRecord[]>();
  let settings: SettingEdits | undefined;
  for (const record of records) {
    if (record.type === 'SOA') {
      const edits = soaUpdate(zone, record.text, record.ttl);
      if (isAnswer(edits)) return edits;
      settings = edits.settings;
      continue;
    }
    const key = `${record.owner} ${record.type}`;
    const set = sets.get(key);
    if (set === undefined) sets.set(key, [record]);
    else set.push(record);
  }
  const edits = [...sets.values()].map((set): RecordEdit => {
    const [{ owner, type }] = set as [WantedRecord];
    const existing = zone.view.rrset(owner, type);
    const ttl = set.find((record) => record.ttl !== undefined)?.ttl ?? existing?.ttl;
    const texts = new Set(set.map(({ text }) => text));
    const values = [...texts].map((text) => standingValue(existing, text, zone.view.zone));
    return { op: 'put', owner, type, ttl, values };
  });
  return { edits, settings };
}

/**
 * The zone has these and no other records. The SOA and the name servers stay unless there are others among them, as the
 * provider keeps its own.
 */
export function wholeEdits(zone: NumberedZone, records: readonly WantedRecord[]): Edits | Answer {
  const replaced = replaceEdits(zone, records);
  if (isAnswer(replaced)) return replaced;
  const { view } = zone;
  const kept = new Set([...records.map(({ owner, type }) => `${owner} ${type}`), `${view.zone} NS`]);
  const gone = view
    .rrsets()
    .filter(({ owner, type, from }) => from === 'records' && !kept.has(`${owner} ${type}`))
    .map(({ owner, type }): RecordEdit => ({ op: 'clear', owner, type }));
  return { ...replaced, edits: [...gone, ...replaced.edits] };
}

/** One record becomes another, the `target`; what was not sent stays. */
export function updateEdits(
  { id, rrset, value }: NumberedRecord,
  { name, type = rrset.type, content, ttl }: RecordInput,
  zone: DomainName,
): (Edits & { readonly target: WantedRecord }) | Answer {
  const owner = name === undefined ? rrset.owner : ownerOf(name, zone);
  if (owner === undefined) return invalid('name', 'invalid name');
  // A value that was sent as it is shown is the one that is there, however the document spells it.
  const same = content === undefined || content === shownValue(rrset, value);
  const text = same ? value.written : withFinalDots(type, content);
  const target = { owner, type, text, ttl };
  return { edits: [{ op: 'update', record: id, owner, type, ttl, value: { text } }], target };
}

/** The SOA becomes another one, but for its serial. */
export function soaUpdate(
  zone: NumberedZone,
  text: string | undefined,
  ttl: number | undefined,
): { readonly edits: readonly []; readonly settings: SettingEdits } | Answer {
  const settings = soaEdits(zone.view, text, ttl);
  return typeof settings === 'string' ? invalid('content', settings) : { edits: [], settings };
}

/** The records that an input of `delete_many` means: its name, and what else it names, match exactly. */
export function matchRecords(
  inputs: readonly RecordInput[],
  zone: NumberedZone,
  records: readonly NumberedRecord[],
): NumberedRecord[] | Answer {
  const chosen = new Set<NumberedRecord>();
  for (const { name, type, content, ttl } of inputs) {
    const owner = ownerOf(name ?? '', zone.view.zone);
    if (owner === undefined) return invalid('name', 'invalid name');
    if (type === 'SOA') return errorAnswer(403, 'The SOA record cannot be deleted.');
    for (const record of records) {
      const { rrset, value } = record;
      const matches =
        rrset.owner === owner &&
        (type === undefined || type === rrset.type) &&
        (content === undefined || content === shownValue(rrset, value)) &&
        (ttl === undefined || ttl === rrset.ttl);
      if (matches) chosen.add(record);
    }
  }
  return [...chosen];
}
