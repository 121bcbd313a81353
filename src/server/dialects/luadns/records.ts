import type { NumberedRecord, NumberedZone, Origin } from '../../../pipeline/origin/origin.ts';
import { soaRecord } from '../soa.ts';
import { shownValue } from '../values.ts';
import type { Columns } from './listing.ts';

/** A record as the provider shows it; clients that search in the text rely on the order of the first three. */
export interface RecordBody {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly ttl: number;
  readonly zone_id: number;
  /** Whether it comes from a template or a series, so that it cannot be changed by itself. */
  readonly generated: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

/** All records of a zone, the SOA first, then in the order of its document. */
export async function recordBodies(origin: Origin, zone: NumberedZone): Promise<RecordBody[]> {
  const records = await origin.numberRecords(zone.view);
  return [await soaBody(origin, zone), ...records.map((record) => recordBody(zone, record))];
}

/** One record. */
export function recordBody(zone: NumberedZone, { id, rrset, value }: NumberedRecord): RecordBody {
  return {
    id: id.id,
    name: rrset.owner,
    type: rrset.type,
    content: shownValue(rrset, value),
    ttl: rrset.ttl,
    zone_id: zone.id.id,
    generated: rrset.from !== 'records',
    created_at: timeText(id.createdAt),
    updated_at: timeText(id.updatedAt),
  };
}

/** The SOA as a record. */
export async function soaBody(origin: Origin, zone: NumberedZone): Promise<RecordBody> {
  const { id, ttl, text } = await soaRecord(origin, zone);
  return {
    id: id.id,
    name: zone.view.zone,
    type: 'SOA',
    content: text,
    ttl,
    zone_id: zone.id.id,
    generated: false,
    created_at: timeText(zone.id.createdAt),
    updated_at: timeText(Math.max(zone.id.createdAt, id.updatedAt)),
  };
}

/** How the list of records is searched and sorted. */
export const recordColumns: Columns<RecordBody> = {
  searched: ({ name, content }) => [name, content],
  sorted: new Map<string, (row: RecordBody) => string | number>([
    ['id', ({ id }) => id],
    ['name', ({ name }) => name],
    ['type', ({ type }) => type],
    ['content', ({ content }) => content],
    ['ttl', ({ ttl }) => ttl],
    ['created_at', ({ created_at }) => created_at],
    ['updated_at', ({ updated_at }) => updated_at],
  ]),
};

/** A time as the provider writes it. */
export function timeText(time: number): string {
  return new Date(time).toISOString().replace(/\.?0*Z$/, 'Z');
}
