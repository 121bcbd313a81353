import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import { type Answer, answer, isAnswer } from '../answer.ts';
import { carryOut } from '../change.ts';
import type { Route } from '../routes.ts';
import { zoneNamed } from '../values.ts';
import { type Ask, edit, type Run, zoneFor } from './ask.ts';
import { invalid, refusalAnswer } from './errors.ts';
import { readZone } from './input.ts';
import { pageOf, readListing } from './listing.ts';
import { wantedRecords, wholeEdits } from './orders.ts';
import { templateNumber } from './templates.ts';
import { type ZoneRow, zoneBody, zoneColumns, zoneRowBody } from './zones.ts';

/** `/zones`, but for what is below one. */
export const zoneRoutes: readonly Route<Run>[] = [
  { method: 'GET', path: '/zones', run: listZones },
  { method: 'POST', path: '/zones', run: createZone },
  { method: 'GET', path: '/zones/:zone', run: showZone },
  { method: 'PUT', path: '/zones/:zone', run: updateZone },
  { method: 'DELETE', path: '/zones/:zone', run: deleteZone },
];

async function listZones({ services: { origin }, caller, query }: Ask): Promise<Answer> {
  const listing = readListing(query, zoneColumns.sorted);
  if (isAnswer(listing)) return listing;
  const summaries = await origin.list(caller);
  const ids = await origin.numberZones(summaries.map(({ zone }) => zone));
  const all = summaries.map((summary, i): ZoneRow => ({ id: ids[i] as ZoneRow['id'], summary }));
  const { rows, headers } = pageOf(all, zoneColumns, listing);
  return answer(200, await Promise.all(rows.map((row) => zoneRowBody(origin, row))), headers);
}

async function createZone({ services, caller, body }: Ask): Promise<Answer> {
  const { origin } = services;
  const input = readZone(body);
  if (isAnswer(input)) return input;
  const zone = zoneNamed(input.name);
  if (zone === undefined) return invalid('name', 'invalid name');
  const { templateId } = input;
  const templates =
    templateId === undefined ? undefined : origin.templates().filter((name) => templateNumber(name) === templateId);
  if (templates?.length === 0) return invalid('template_id', 'no such template');
  const outcome = await carryOut(services, caller, { zones: [{ kind: 'make', zone, templates }] });
  if (isRefusal(outcome)) return refusalAnswer(outcome, 'name');
  const [made] = outcome.zones;
  const [id] = await origin.numberZones([zone]);
  return answer(200, await zoneBody(origin, { id, view: made?.view } as Parameters<typeof zoneBody>[1]));
}

async function showZone(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  return isAnswer(zone) ? zone : answer(200, await zoneBody(ask.services.origin, zone));
}

async function updateZone(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const input = readZone(ask.body);
  if (isAnswer(input)) return input;
  if (zoneNamed(input.name) !== zone.view.zone) return invalid('name', 'the name of a zone cannot be changed');
  if (input.records === undefined) return answer(200, await zoneBody(ask.services.origin, zone));
  const records = wantedRecords(input.records, zone.view.zone);
  if (isAnswer(records)) return records;
  const edits = wholeEdits(zone, records);
  if (isAnswer(edits)) return edits;
  const changed = await edit(ask, zone, edits, 'content');
  return isAnswer(changed) ? changed : answer(200, await zoneBody(ask.services.origin, changed));
}

/** Answers with the zone that is no more. */
async function deleteZone(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const { origin } = ask.services;
  const body = await zoneBody(origin, zone);
  const outcome = await carryOut(ask.services, ask.caller, {
    zones: [{ kind: 'delete', zone: zone.view.zone }],
  });
  return isRefusal(outcome) ? refusalAnswer(outcome, 'name') : answer(200, body);
}
