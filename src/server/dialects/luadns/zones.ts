import type { DomainName } from '../../../dns/name.ts';
import type { NumberedZone, Origin } from '../../../pipeline/origin/origin.ts';
import type { ZoneSummary } from '../../../pipeline/origin/view.ts';
import type { ZoneId } from '../../../state/ids/replay.ts';
import type { Columns } from './listing.ts';
import { type RecordBody, recordBodies } from './records.ts';
import { templateNumber } from './templates.ts';

/** A zone as the provider shows it; clients that search in the text rely on the order of the first two. */
export interface ZoneBody {
  readonly id: number;
  /** Without a final dot, unlike the names of records. */
  readonly name: string;
  /** 0: it uses none. */
  readonly template_id: number;
  /** Whether every announced node serves the zone as it is in the repository. */
  readonly synced: boolean;
  /** Queries are not counted. */
  readonly queries_count: 0;
  /** Records, the SOA among them; those of the two types below have counts of their own. */
  readonly records_count: number;
  readonly aliases_count: number;
  readonly redirects_count: number;
  /** There are no mail forwards. */
  readonly forwards_count: 0;
  readonly records: readonly RecordBody[] | null;
}

/** A zone with its records. */
export async function zoneBody(origin: Origin, zone: NumberedZone): Promise<ZoneBody> {
  const records = await recordBodies(origin, zone);
  const { view } = zone;
  const aliases = records.filter(({ type }) => type === 'ALIAS').length;
  const redirects = records.filter(({ type }) => type === 'REDIRECT').length;
  const counts = { records: records.length - 1, aliases, redirects };
  return bodyOf(origin, zone.id, { ...counts, zone: view.zone, templates: view.templates }, records);
}

/** A row of the list of zones. */
export interface ZoneRow {
  readonly id: ZoneId;
  readonly summary: ZoneSummary;
}

/** How the list of zones is searched and sorted. */
export const zoneColumns: Columns<ZoneRow> = {
  searched: ({ summary }) => [summary.zone],
  sorted: new Map<string, (row: ZoneRow) => string | number>([
    ['id', ({ id }) => id.id],
    ['name', ({ summary }) => summary.zone],
    ['template_id', ({ summary }) => templateIdOf(summary.templates)],
    ['queries_count', () => 0],
    ['records_count', ({ summary }) => recordsCount(summary)],
    ['aliases_count', ({ summary }) => summary.aliases],
    ['redirects_count', ({ summary }) => summary.redirects],
    ['forwards_count', () => 0],
    ['created_at', ({ id }) => id.createdAt],
    ['updated_at', ({ id }) => id.updatedAt],
  ]),
};

/** A zone as the list shows it. */
export function zoneRowBody(origin: Origin, { id, summary }: ZoneRow): Promise<ZoneBody> {
  return bodyOf(origin, id, summary, null);
}

async function bodyOf(
  origin: Origin,
  { id }: ZoneId,
  { zone, templates, records, aliases, redirects }: Counted,
  rows: ZoneBody['records'],
): Promise<ZoneBody> {
  const { synced } = await origin.standing(zone);
  return {
    id,
    name: zone === '.' ? zone : zone.slice(0, -1),
    template_id: templateIdOf(templates),
    synced,
    queries_count: 0,
    records_count: recordsCount({ records, aliases, redirects }),
    aliases_count: aliases,
    redirects_count: redirects,
    forwards_count: 0,
    records: rows,
  };
}

interface Counted extends Pick<ZoneSummary, 'templates' | 'aliases' | 'redirects' | 'records'> {
  readonly zone: DomainName;
}

function recordsCount({ records, aliases, redirects }: Pick<Counted, 'records' | 'aliases' | 'redirects'>): number {
  return records - aliases - redirects + 1;
}

function templateIdOf([first]: readonly string[]): number {
  return first === undefined ? 0 : templateNumber(first);
}
