import { type DomainName, parseName } from '../../../dns/name.ts';
import type { RecordEdit, SettingEdits } from '../../../pipeline/origin/order.ts';
import type { ZoneView } from '../../../pipeline/origin/view.ts';
import { newSoa, soaEdits } from '../soa.ts';
import { valueFor } from '../values.ts';
import type { Problem } from './faults.ts';
import type { RecordInput } from './records.ts';

/** The TTL of records that come without one. */
export const DEFAULT_TTL = 86_400;

/** What records come to in an order. */
export interface Edits {
  readonly edits: readonly RecordEdit[];
  readonly settings: SettingEdits;
}

/**
 * Records that go, then records that come. Which of those that go are not there makes no difference. An SOA that comes
 * changes the zone's; one that goes is the one before it, and nothing is to be done: a zone has exactly one.
 */
export function editsOf(view: ZoneView, records: readonly RecordInput[]): Edits | readonly Problem[] {
  const gone = records
    .filter(({ mode, type }) => mode === 'delete' && type !== 'SOA')
    .flatMap(({ name, type, value }): RecordEdit[] => {
      const owner = ownerOf(name);
      const rrset = view.rrset(owner, type);
      const found = rrset && valueFor(rrset, value, view.zone);
      return found === undefined ? [] : [{ op: 'remove', record: { owner, type, digest: found.digest } }];
    });
  const edits = [...gone, ...additions(records, (owner, type) => view.rrset(owner, type) !== undefined)];
  const soa = soaOf(records);
  if (soa === undefined) return { edits, settings: {} };
  const settings = soaEdits(view, soa.value, soa.ttl);
  return typeof settings === 'string' ? [soaProblem(settings)] : { edits, settings };
}

/** The records of a new zone. */
export function newZoneEdits(zone: DomainName, records: readonly RecordInput[]): Edits | readonly Problem[] {
  const edits = additions(records, () => false);
  const soa = soaOf(records);
  if (soa === undefined) return { edits, settings: {} };
  const settings = newSoa(zone, soa.value, soa.ttl);
  return typeof settings === 'string' ? [soaProblem(settings)] : { edits, settings };
}

/** An RRset has one TTL: what comes to one that is there without a TTL of its own takes that. */
function additions(
  records: readonly RecordInput[],
  isThere: (owner: DomainName, type: string) => boolean,
): RecordEdit[] {
  const seen = new Set<string>();
  return records
    .filter(({ mode, type }) => mode === 'add' && type !== 'SOA')
    .map(({ name, type, value, ttl }) => {
      const owner = ownerOf(name);
      const key = `${owner} ${type}`;
      const usual = seen.has(key) || isThere(owner, type) ? undefined : DEFAULT_TTL;
      seen.add(key);
      return { op: 'add', owner, type, ttl: ttl ?? usual, values: [{ text: value }] };
    });
}

function soaOf(records: readonly RecordInput[]): RecordInput | undefined {
  return records.findLast(({ mode, type }) => mode === 'add' && type === 'SOA');
}

function soaProblem(message: string): Problem {
  return { property: 'content', message, code: 'RECORD_INVALID_CODE' };
}

/** Names were looked at when the record was read. */
function ownerOf(name: string): DomainName {
  return parseName(`${name}.`);
}
