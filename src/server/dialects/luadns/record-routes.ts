import type { NumberedRecord, NumberedZone, Origin } from '../../../pipeline/origin/origin.ts';
import { type Answer, answer, isAnswer } from '../answer.ts';
import type { Route } from '../routes.ts';
import { valueFor } from '../values.ts';
import { type Ask, edit, type Run, recordFor, zoneFor } from './ask.ts';
import { errorAnswer, invalid } from './errors.ts';
import { readRecord, readRecords } from './input.ts';
import { pageOf, readListing } from './listing.ts';
import {
  createEdits,
  matchRecords,
  replaceEdits,
  soaUpdate,
  updateEdits,
  type WantedRecord,
  wantedRecord,
  wantedRecords,
} from './orders.ts';
import { type RecordBody, recordBodies, recordBody, recordColumns, soaBody } from './records.ts';

/** `/zones/:zone/records`; the bulk routes are those of the provider's own client. */
export const recordRoutes: readonly Route<Run>[] = [
  { method: 'GET', path: '/zones/:zone/records', run: listRecords },
  { method: 'POST', path: '/zones/:zone/records', run: createRecord },
  { method: 'PATCH', path: '/zones/:zone/records', run: replaceRecords },
  { method: 'POST', path: '/zones/:zone/records/create_many', run: createRecords },
  { method: 'POST', path: '/zones/:zone/records/delete_many', run: deleteRecords },
  { method: 'GET', path: '/zones/:zone/records/:id', run: showRecord },
  { method: 'PUT', path: '/zones/:zone/records/:id', run: updateRecord },
  { method: 'DELETE', path: '/zones/:zone/records/:id', run: deleteRecord },
];

async function listRecords(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const listing = readListing(ask.query, recordColumns.sorted);
  if (isAnswer(listing)) return listing;
  const { rows, headers } = pageOf(await recordBodies(ask.services.origin, zone), recordColumns, listing);
  return answer(200, rows, headers);
}

async function createRecord(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const input = readRecord(ask.body, true);
  if (isAnswer(input)) return input;
  const record = wantedRecord(input, zone.view.zone);
  if (isAnswer(record)) return record;
  const made = await create(ask, zone, [record]);
  return isAnswer(made) ? made : answer(200, made[0]);
}

async function createRecords(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const records = wantedOf(ask, zone);
  if (isAnswer(records)) return records;
  const made = await create(ask, zone, records);
  return isAnswer(made) ? made : answer(200, made);
}

async function create(ask: Ask, zone: NumberedZone, records: readonly WantedRecord[]): Promise<RecordBody[] | Answer> {
  const edits = createEdits(records);
  if (isAnswer(edits)) return edits;
  const changed = await edit(ask, zone, edits, 'content');
  return isAnswer(changed) ? changed : bodiesFor(ask.services.origin, changed, records);
}

/** The records of a zone that were asked for, in that order. */
async function bodiesFor(origin: Origin, zone: NumberedZone, wanted: readonly WantedRecord[]): Promise<RecordBody[]> {
  const { view } = zone;
  const bodies: RecordBody[] = [];
  const sets = new Map<string, readonly NumberedRecord[]>();
  for (const { owner, type, text } of wanted) {
    const rrset = view.rrset(owner, type);
    if (rrset === undefined) continue;
    const key = `${owner} ${type}`;
    const records = sets.get(key) ?? (await origin.numberRecords(view, [rrset]));
    sets.set(key, records);
    const value = valueFor(rrset, text, view.zone);
    const record = records.find((each) => each.value.digest === value?.digest);
    if (record !== undefined) bodies.push(recordBody(zone, record));
  }
  return bodies;
}

async function replaceRecords(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const records = wantedOf(ask, zone);
  if (isAnswer(records)) return records;
  const edits = replaceEdits(zone, records);
  if (isAnswer(edits)) return edits;
  const changed = await edit(ask, zone, edits, 'content');
  if (isAnswer(changed)) return changed;
  const { origin } = ask.services;
  const soa = records.some(({ type }) => type === 'SOA') ? [await soaBody(origin, changed)] : [];
  return answer(200, [...soa, ...(await bodiesFor(origin, changed, records))]);
}

/** Answers with the records that are no more. */
async function deleteRecords(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const inputs = readRecords(ask.body, 'name');
  if (isAnswer(inputs)) return inputs;
  const chosen = matchRecords(inputs, zone, await ask.services.origin.numberRecords(zone.view));
  if (isAnswer(chosen)) return chosen;
  const edits = chosen.map(({ id }) => ({ op: 'remove', record: id }) as const);
  const changed = await edit(ask, zone, { edits }, 'content');
  return isAnswer(changed)
    ? changed
    : answer(
        200,
        chosen.map((record) => recordBody(zone, record)),
      );
}

async function showRecord(ask: Ask): Promise<Answer> {
  const found = await recordFor(ask);
  if (isAnswer(found)) return found;
  const { zone, record } = found;
  return answer(200, record === 'soa' ? await soaBody(ask.services.origin, zone) : recordBody(zone, record));
}

async function updateRecord(ask: Ask): Promise<Answer> {
  const found = await recordFor(ask);
  if (isAnswer(found)) return found;
  const input = readRecord(ask.body, false);
  if (isAnswer(input)) return input;
  const { zone, record } = found;
  const { origin } = ask.services;
  if (record === 'soa') {
    if (input.type !== undefined && input.type !== 'SOA') return invalid('type', 'the SOA record stays one');
    const edits = soaUpdate(zone, input.content, input.ttl);
    const changed = isAnswer(edits) ? edits : await edit(ask, zone, edits, 'content');
    return isAnswer(changed) ? changed : answer(200, await soaBody(origin, changed));
  }
  const update = updateEdits(record, input, zone.view.zone);
  if (isAnswer(update)) return update;
  const changed = await edit(ask, zone, update, 'content');
  if (isAnswer(changed)) return changed;
  const [body] = await bodiesFor(origin, changed, [update.target]);
  return answer(200, body);
}

/** Answers with the record that is no more. */
async function deleteRecord(ask: Ask): Promise<Answer> {
  const found = await recordFor(ask);
  if (isAnswer(found)) return found;
  const { zone, record } = found;
  if (record === 'soa') return errorAnswer(403, 'The SOA record cannot be deleted.');
  const changed = await edit(ask, zone, { edits: [{ op: 'remove', record: record.id }] }, 'content');
  return isAnswer(changed) ? changed : answer(200, recordBody(zone, record));
}

function wantedOf({ body }: Ask, { view }: NumberedZone): WantedRecord[] | Answer {
  const inputs = readRecords(body, 'all');
  return isAnswer(inputs) ? inputs : wantedRecords(inputs, view.zone);
}
