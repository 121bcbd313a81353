import type { DomainName } from '../../../dns/name.ts';
import type { NumberedRecord, NumberedZone, Origin } from '../../../pipeline/origin/origin.ts';
import type { RRsetView, ZoneSummary } from '../../../pipeline/origin/view.ts';
import type { ZoneId } from '../../../state/ids/replay.ts';
import { uuidOf } from '../../../state/ids/uuid.ts';
import { type RecordBody, recordBody, timeText } from './records.ts';

/** A zone as the provider lists it. */
export interface ZoneBody {
  readonly uuid: string;
  readonly domain: string;
  readonly created_at: string;
  readonly record_count: number;
}

/** A zone as a list has it. `servers` are the name servers that new zones get. */
export function zoneBody(id: ZoneId, summary: ZoneSummary, servers: readonly DomainName[]): ZoneBody {
  const own = areServers(summary.nameServers, servers) ? servers.length : 0;
  return bodyOf(id, summary.zone, summary.records - own);
}

/** A zone with its records. */
export async function wholeZoneBody(
  origin: Origin,
  zone: NumberedZone,
  servers: readonly DomainName[],
): Promise<ZoneBody & { readonly records: readonly RecordBody[] }> {
  const records = await shownRecords(origin, zone, servers);
  const bodies = records.map((record) => recordBody(zone.view.zone, record));
  return { ...bodyOf(zone.id, zone.view.zone, bodies.length), records: bodies };
}

/**
 * The records of a zone that the provider shows. The server's own name servers at the apex are none, as the provider's are
 * not: a new zone has no records. A zone that is delegated to others shows them.
 */
export function shownRecords(
  origin: Origin,
  { view }: NumberedZone,
  servers: readonly DomainName[],
): Promise<readonly NumberedRecord[]> {
  const isOwn = ({ owner, type, values }: RRsetView): boolean =>
    owner === view.zone &&
    type === 'NS' &&
    areServers(
      values.map(({ text }) => text),
      servers,
    );
  return origin.numberRecords(
    view,
    view.rrsets().filter((rrset) => !isOwn(rrset)),
  );
}

function areServers(names: readonly string[], servers: readonly DomainName[]): boolean {
  const lower = new Set(names.map((name) => name.toLowerCase()));
  return lower.size === servers.length && servers.every((server) => lower.has(server));
}

function bodyOf(id: ZoneId, zone: DomainName, count: number): ZoneBody {
  return {
    uuid: uuidOf('zone', id.id),
    domain: zone === '.' ? zone : zone.slice(0, -1),
    created_at: timeText(id.createdAt),
    record_count: count,
  };
}
