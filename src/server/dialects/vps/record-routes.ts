import type { DomainName } from '../../../dns/name.ts';
import type { RecordEdit } from '../../../pipeline/origin/order.ts';
import type { NumberedRecord, NumberedZone } from '../../../pipeline/origin/origin.ts';
import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import { type Answer, answer, isAnswer } from '../answer.ts';
import { carryOut } from '../change.ts';
import type { Route } from '../routes.ts';
import { valueFor } from '../values.ts';
import { type Ask, listRefusal, type Run, recordFor, zoneFor, zoneOfUuid } from './ask.ts';
import { invalid, notFound, type Permission, refusalAnswer } from './errors.ts';
import { readRecord } from './input.ts';
import { createEdit, type RecordBody, recordBody, updateEdit } from './records.ts';
import { shownRecords } from './zones.ts';

/** Records in their zones, and by themselves. */
export const recordRoutes: readonly Route<Run>[] = [
  { method: 'GET', path: '/dns-zones/:uuid/records', run: listZoneRecords },
  { method: 'POST', path: '/dns-zones/:uuid/records', run: createRecord },
  { method: 'GET', path: '/dns-records', run: listRecords },
  { method: 'GET', path: '/dns-records/:uuid', run: showRecord },
  { method: 'PUT', path: '/dns-records/:uuid', run: (ask) => updateRecord(ask, true) },
  { method: 'PATCH', path: '/dns-records/:uuid', run: (ask) => updateRecord(ask, false) },
  { method: 'DELETE', path: '/dns-records/:uuid', run: deleteRecord },
];

async function listZoneRecords(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  return isAnswer(zone) ? zone : answer(200, await bodiesOf(ask, zone));
}

async function listRecords(ask: Ask): Promise<Answer> {
  const refused = listRefusal(ask);
  if (refused !== undefined) return refused;
  const { query, caller, services } = ask;
  const uuid = query.get('zone');
  const type = query.get('record_type')?.toUpperCase();
  const zones: NumberedZone[] = [];
  if (uuid !== null) {
    const zone = await zoneOfUuid(ask, uuid);
    if (zone === undefined)
      return invalid('zone', 'Select a valid choice. That choice is not one of the available choices.');
    zones.push(zone);
  } else {
    const summaries = await services.origin.list(caller);
    const ids = await services.origin.numberZones(summaries.map(({ zone }) => zone));
    for (const [i, { zone }] of summaries.entries()) {
      const view = await services.origin.view(caller, zone);
      if (!('kind' in view)) zones.push({ id: ids[i] as NumberedZone['id'], view });
    }
  }
  const rows: RecordBody[] = [];
  for (const zone of zones) rows.push(...(await bodiesOf(ask, zone)));
  return answer(200, type === undefined ? rows : rows.filter(({ record_type }) => record_type === type));
}

async function createRecord(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const input = readRecord(ask.body, true);
  if (isAnswer(input)) return input;
  const made = createEdit(zone, input);
  if (isAnswer(made)) return made;
  return change(ask, zone, made.edit, made, { permission: 'dns:create', status: 201 });
}

async function showRecord(ask: Ask): Promise<Answer> {
  const found = await recordFor(ask);
  return isAnswer(found) ? found : answer(200, recordBody(found.zone.view.zone, found.record));
}

async function updateRecord(ask: Ask, whole: boolean): Promise<Answer> {
  const found = await recordFor(ask);
  if (isAnswer(found)) return found;
  const input = readRecord(ask.body, whole);
  if (isAnswer(input)) return input;
  const update = updateEdit(found.zone, found.record, input, whole);
  if (isAnswer(update)) return update;
  return change(ask, found.zone, update.edit, update, { permission: 'dns:update', status: 200 });
}

async function deleteRecord(ask: Ask): Promise<Answer> {
  const found = await recordFor(ask);
  if (isAnswer(found)) return found;
  const { zone } = found.zone.view;
  const edits = [{ op: 'remove', record: found.record.id } as const];
  const outcome = await carryOut(ask.services, ask.caller, { zones: [{ kind: 'edit', zone, edits }] });
  return isRefusal(outcome) ? refusalAnswer(outcome, 'dns:delete', 'value') : answer(204, undefined);
}

/** Carries an edit out and answers with the record that it made. */
async function change(
  { services, caller }: Ask,
  { view: { zone } }: NumberedZone,
  edit: RecordEdit,
  { owner, type, text }: { readonly owner: DomainName; readonly type: string; readonly text: string },
  { permission, status }: { readonly permission: Permission; readonly status: number },
): Promise<Answer> {
  const outcome = await carryOut(services, caller, { zones: [{ kind: 'edit', zone, edits: [edit] }] });
  if (isRefusal(outcome)) return refusalAnswer(outcome, permission, 'value');
  const { origin } = services;
  const view = outcome.zones[0]?.view;
  const rrset = view?.rrset(owner, type);
  const value = rrset && valueFor(rrset, text, zone);
  if (view === undefined || rrset === undefined || value === undefined) return notFound('Record');
  const records = await origin.numberRecords(view, [rrset]);
  const record = records.find((each) => each.value.digest === value.digest) as NumberedRecord;
  return answer(status, recordBody(zone, record));
}

async function bodiesOf({ services }: Ask, zone: NumberedZone): Promise<RecordBody[]> {
  const records = await shownRecords(services.origin, zone, services.config().server.nameServers);
  return records.map((record) => recordBody(zone.view.zone, record));
}
