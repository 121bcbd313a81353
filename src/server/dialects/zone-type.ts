import type { DomainName } from '../../dns/name.ts';
import type { Origin } from '../../pipeline/origin/origin.ts';
import {
  addDocument,
  changeDocument,
  listDocuments,
  readDocument,
  removeDocument,
} from '../../state/documents/documents.ts';
import { type State, unlessThere } from '../../state/state.ts';

/** What PowerDNS calls a zone by how it comes to its servers. */
export const zoneTypes = ['MASTER', 'NATIVE', 'SLAVE'] as const;

/** One of {@link zoneTypes}. */
export type ZoneType = (typeof zoneTypes)[number];

/**
 * What clients of PowerDNS call a zone. Zones are served from the repository whatever it says; it is kept so that clients find
 * what they wrote, and so that the records of a `SLAVE` are not changed through them.
 */
export interface ZoneKind {
  readonly type: ZoneType;
  /** The address, or addresses, of the server that a `SLAVE` would come from. */
  readonly master?: string | undefined;
}

const KIND = 'zone-type';

/** Keeps what a client calls a zone. It belongs to the zone's id: a later zone of the same name is another. */
export async function keepZoneKind(origin: Origin, zone: DomainName, { type, master }: ZoneKind): Promise<void> {
  const { state } = origin;
  const id = await idOf(origin, zone);
  const values = { status: type, body: { master } };
  const added = await unlessThere(() => addDocument(state, state.query, KIND, id, values));
  if (added === undefined) await changeDocument(state, KIND, id, () => values);
}

/** What a client called a zone; `undefined` where none did. */
export async function zoneKind(origin: Origin, zone: DomainName): Promise<ZoneKind | undefined> {
  const known = await readDocument<Omit<ZoneKind, 'type'>>(origin.state.query, KIND, await idOf(origin, zone));
  return known && { ...known.body, type: known.status as ZoneType };
}

/** What clients called zones, by their ids. */
export async function zoneKinds(state: State): Promise<ReadonlyMap<number, ZoneKind>> {
  const all = await listDocuments<Omit<ZoneKind, 'type'>>(state.query, KIND, { limit: Number.MAX_SAFE_INTEGER });
  return new Map(all.map(({ id, status, body }) => [Number(id), { ...body, type: status as ZoneType }]));
}

/** Forgets what a zone was called that goes. */
export async function forgetZoneKind({ query }: State, id: number): Promise<void> {
  await removeDocument(query, KIND, String(id));
}

async function idOf(origin: Origin, zone: DomainName): Promise<string> {
  const [known] = await origin.numberZones([zone]);
  return String((known as NonNullable<typeof known>).id);
}
