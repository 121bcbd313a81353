import { listNodes } from '../../../pipeline/fleet.ts';
import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { carryOut } from '../change.ts';
import { type Ask, fieldsIn, type Routes, zoneFor, zoneText } from './ask.ts';
import { noteShown, recordAt, recordsOf, rowOf } from './listing.ts';
import { faultOf, readRecord } from './record-input.ts';
import { done, not, refusalAnswer } from './say.ts';

/** The records of one zone. */
export const recordRoutes: Routes = [
  { method: 'GET', path: '/zone/:zone/records', run: { access: 'zone', run: listRecords } },
  { method: 'POST', path: '/zone/:zone/add', run: { access: 'zone', run: addRecord } },
  { method: 'POST', path: '/zone/:zone/delete_record/:index', run: { access: 'zone', run: deleteRecord } },
];

async function listRecords(ask: Ask): Promise<Answer> {
  const view = await zoneFor(ask);
  if (isAnswer(view)) return view;
  const records = await recordsOf(ask.services, view);
  await noteShown(ask, new Map([[view.zone, records]]));
  return done(records.map((record) => rowOf(view, record)));
}

async function addRecord(ask: Ask): Promise<Answer> {
  const view = await zoneFor(ask);
  if (isAnswer(view)) return view;
  const fields = fieldsIn(ask);
  if (isAnswer(fields)) return fields;
  const edit = readRecord(fields, view.zone);
  if (isAnswer(edit)) return edit;
  const { services, caller } = ask;
  const pinned = edit.values[0]?.options?.nodes ?? [];
  if (pinned.length > 0) {
    const nodes = await listNodes(services.origin);
    const unknown = pinned.find((node) => !nodes.has(node));
    if (unknown !== undefined) return not(`Node ${unknown} is not a valid node`);
  }
  const outcome = await carryOut(services, caller, { zones: [{ kind: 'edit', zone: view.zone, edits: [edit] }] });
  if (!isRefusal(outcome)) return done(`Record added to ${zoneText(ask)}`);
  const fault = outcome.kind === 'invalid' ? faultOf(edit.type, outcome.field) : undefined;
  return fault === undefined ? refusalAnswer(outcome) : not(fault);
}

async function deleteRecord(ask: Ask): Promise<Answer> {
  const view = await zoneFor(ask);
  if (isAnswer(view)) return view;
  const index = ask.path.get('index') ?? '';
  if (!/^\d{1,15}$/.test(index)) return not('Index must be a positive, nonzero integer');
  const zone = zoneText(ask);
  const position = Number(index);
  const gone = done(`Record at index ${position} doesn't exist in ${zone}`);
  const record = await recordAt(ask, view, position);
  if (record === 'none') return gone;
  if (record === 'unclear')
    return not(`The records of ${zone} have changed: get them again, and send the index of that list`);
  const edits = [{ op: 'remove', record: record.id }] as const;
  const outcome = await carryOut(ask.services, ask.caller, { zones: [{ kind: 'edit', zone: view.zone, edits }] });
  if (!isRefusal(outcome)) return done(`Record deleted at index ${position} from ${zone}`);
  // Somebody else was faster.
  return outcome.kind === 'missing' ? gone : refusalAnswer(outcome);
}
