import { isIP } from 'node:net';
import { type DomainName, parseName } from '../../../dns/name.ts';
import { composeEdit } from '../../../pipeline/origin/compose.ts';
import type { RecordEdit } from '../../../pipeline/origin/order.ts';
import { isRefusal, type Refusal } from '../../../pipeline/origin/outcome.ts';
import type { ZoneView } from '../../../pipeline/origin/view.ts';
import { forgetZone } from '../../../state/accounts/grants.ts';
import type { ZoneId } from '../../../state/ids/replay.ts';
import { type Answer, answer, isAnswer } from '../answer.ts';
import { carryOut } from '../change.ts';
import { soaRecord } from '../soa.ts';
import { forgetZoneKind, keepZoneKind, type ZoneKind, zoneKind, zoneKinds } from '../zone-type.ts';
import { arpaName, zonesAbove } from './addresses.ts';
import type { Ask, Run } from './ask.ts';
import { DEFAULT_TTL, editsOf, newZoneEdits } from './edits.ts';
import { fault, INVALID, invalid, malformed, missing, notFound, refusalAnswer } from './faults.ts';
import { isName, isProblems, type RecordInput } from './records.ts';
import { bareName, compareRows, rowOf, soaRow } from './rows.ts';
import { templateRecords } from './templates.ts';
import { readZone, validateZone, type ZoneInput } from './zone-input.ts';

/** The type of zones that no client has given one. */
const USUAL: ZoneKind = { type: 'MASTER' };
/** How often records that others removed at the same time are looked at anew. */
const ATTEMPTS = 5;

const done = answer(200, true);

/** `GET /zone`: the zones, all or those that a query with `*` matches. `GET /zone/:identifier`: one with its records. */
export const getZone: Run = async (ask) => {
  const { origin, caller, identifier, query } = ask;
  if (identifier === undefined) {
    const wanted = query.get('query');
    if (wanted === null && query.size > 0)
      return malformed(
        'Query was missing. Ensure that the body is in valid format and all required parameters are present.',
      );
    if (wanted !== null && !/^[a-zA-Z0-9\-.*]+$/.test(wanted))
      return invalid([
        {
          property: 'query',
          message:
            'Query is invalid. May only contain alphanumeric characters, dashes (-), dots (.) and wildcards (*).',
          code: 'ZONE_INVALID_QUERY',
        },
      ]);
    const matches = wanted === null ? () => true : wildcard(wanted);
    const zones = (await origin.list(caller)).map(({ zone }) => zone).filter((zone) => matches(bareName(zone)));
    const ids = [...(await origin.numberZones(zones))].sort((a, b) => (a.zone < b.zone ? -1 : 1));
    const kinds = await zoneKinds(origin.state);
    return answer(200, await Promise.all(ids.map(({ id, zone }) => zoneRow(ask, zone, kinds.get(id)))));
  }
  const view = await viewOf(ask, identifier);
  if (isAnswer(view)) return view;
  const [id] = await origin.numberZones([view.zone]);
  const soa = await soaRecord(origin, { id: id as NonNullable<typeof id>, view });
  const records = [soaRow(view.zone, soa), ...(await origin.numberRecords(view)).map(rowOf)].sort(compareRows);
  return answer(200, { ...(await zoneRow(ask, view.zone, await zoneKind(origin, view.zone))), records });
};

/** `PUT /zone`: a new zone. `PUT /zone/:identifier`: more records of one. */
export const putZone: Run = async (ask) => {
  const { fields, identifier } = ask;
  if (fields === undefined) return malformed();
  if (identifier === undefined) {
    const lacks = ['name', 'type'].some((field) => fields.get(field) === undefined || fields.get(field) === null);
    if (lacks)
      return missing(
        'Identifier and/or entries were missing or invalid. Ensure that the body is in valid format and all required parameters are present.',
      );
    const input = readZone(fields, 'add');
    return isAnswer(input) ? input : makeZone(ask, input as ZoneInput & { name: DomainName });
  }
  const input = readZone(fields, 'add');
  if (isAnswer(input)) return input;
  const view = await viewOf(ask, identifier);
  if (isAnswer(view)) return view;
  if (input.records === undefined) return fault(500, 'Creation data invalid', 'INTERNAL_SERVER_ERROR');
  return (await slaveFault(ask, view.zone)) ?? changeRecords(ask, view, input.records);
};

/** `POST /zone/:identifier`: another name or type, and records that go and come, all at once. */
export const postZone: Run = async (ask) => {
  const { services, origin, caller, fields, identifier } = ask;
  if (fields === undefined)
    return malformed('Request body was malformed. Ensure the body is in valid format, and that the body is not empty.');
  if (identifier === undefined)
    return missing('Identifier was missing or invalid. Ensure that the body is in valid format.');
  const input = readZone(fields);
  if (isAnswer(input)) return input.status === 409 ? { ...input, status: INVALID } : input;
  const view = await viewOf(ask, identifier);
  if (isAnswer(view)) return view;
  const { name = view.zone, records } = input;
  if (input.name === undefined && input.kind === undefined && records === undefined && !input.clearsMaster)
    return fault(INVALID, 'Nothing to change, check your request body.', 'ZONE_NO_CHANGES');
  const kept = await zoneKind(origin, view.zone);
  const kind = input.kind ?? (input.clearsMaster && kept !== undefined ? { type: kept.type } : kept);
  // The kind of the zone is changed first: of one that was a SLAVE records can be changed.
  if (records !== undefined && kind?.type === 'SLAVE') return isSlave(view.zone);
  if (name !== view.zone) {
    const text = renamed(ask, view, name, records ?? []);
    if (isAnswer(text)) return text;
    const [id] = (await origin.numberZones([view.zone])) as [ZoneId];
    const outcome = await carryOut(services, caller, {
      zones: [
        { kind: 'write', zone: name, text: text.document, as: 'make' },
        { kind: 'delete', zone: view.zone, ifMatch: [view.tag] },
      ],
      subject: `${bareName(view.zone)}: renamed to ${bareName(name)}`,
    });
    if (isRefusal(outcome)) return refusalAnswer(outcome);
    await forgetZone(origin.state.query, view.zone);
    await forgetZoneKind(origin.state, id.id);
  } else if (records !== undefined) {
    const changed = await changeRecords(ask, view, records);
    if (changed.status !== 200) return changed;
  }
  if (kind !== undefined && (kind !== kept || name !== view.zone)) {
    const may = await origin.view(caller, name, 'update');
    if ('kind' in may) return refusalAnswer(may);
    await keepZoneKind(origin, name, kind);
  }
  return done;
};

/** `DELETE /zone/:identifier`: the whole zone, whatever the body says. `DELETE /zone`: the records of the body. */
export const deleteZone: Run = async (ask) => {
  const { services, origin, caller, fields, identifier } = ask;
  if (identifier !== undefined) {
    const view = await viewOf(ask, identifier);
    if (isAnswer(view)) return view;
    const [id] = (await origin.numberZones([view.zone])) as [ZoneId];
    const outcome = await carryOut(services, caller, { zones: [{ kind: 'delete', zone: view.zone }] });
    if (isRefusal(outcome)) return refusalAnswer(outcome);
    await forgetZoneKind(origin.state, id.id);
    return done;
  }
  const records = fields?.get('records');
  if (fields === undefined || fields.get('name') === undefined || !Array.isArray(records) || records.length === 0)
    return missing(
      'Identifier and/or records were missing or invalid. Ensure that the body is in valid format and all required parameters are present.',
    );
  const input = readZone(fields, 'delete');
  if (isAnswer(input)) return input;
  const view = input.name === undefined ? notFound() : await viewOf(ask, bareName(input.name));
  if (isAnswer(view)) return view;
  return (await slaveFault(ask, view.zone)) ?? changeRecords(ask, view, input.records ?? []);
};

/** `VALIDATE /zone`. */
export const validateZoneBody: Run = async ({ fields }) => {
  const found = validateZone(fields);
  return found === true ? done : found;
};

/** The zone that an identifier names: its name, or an address that it holds the name of. */
async function viewOf({ origin, caller }: Ask, identifier: string): Promise<ZoneView | Answer> {
  const address = isIP(identifier) !== 0;
  if (!address && !isName(identifier))
    return invalid([
      {
        property: 'identifier',
        message: 'Identifier is not valid. Must be a valid FQDN.',
        code: 'ZONE_INVALID_DOMAIN',
      },
    ]);
  let found: ZoneView | Refusal = await origin.view(
    caller,
    address ? (zonesAbove(arpaName(identifier))[0] as DomainName) : parseName(`${identifier}.`),
  );
  for (const zone of address ? zonesAbove(arpaName(identifier)).slice(1) : []) {
    if (!('kind' in found)) break;
    found = await origin.view(caller, zone);
  }
  if (!('kind' in found)) return found;
  if (address && found.kind === 'no-zone')
    return fault(404, `Could not find a reverse DNS zone for ${identifier}`, 'ARPA_ZONE_NOT_FOUND');
  return refusalAnswer(found);
}

/** 409 where a zone is called a `SLAVE`, whose records come from elsewhere. */
export async function slaveFault({ origin }: Ask, zone: DomainName): Promise<Answer | undefined> {
  return (await zoneKind(origin, zone))?.type === 'SLAVE' ? isSlave(zone) : undefined;
}

function isSlave(zone: DomainName): Answer {
  return fault(409, `Cannot change records of SLAVE zone ${bareName(zone)}`, 'ZONE_IS_SLAVE');
}

/** A client stumbles over more than three fields; of a `SLAVE` nobody is notified. */
async function zoneRow({ origin }: Ask, zone: DomainName, kind = USUAL): Promise<Record<string, string>> {
  const { type, master } = kind;
  const row = { name: bareName(zone), type };
  if (master !== undefined) return { ...row, master };
  const { serial } = await origin.standing(zone);
  return serial === undefined ? row : { ...row, notified_serial: String(serial) };
}

async function makeZone(ask: Ask, input: ZoneInput & { readonly name: DomainName }): Promise<Answer> {
  const { services, origin, caller } = ask;
  const { name, kind } = input;
  const copied = await templateRecords(ask, input.templates, name);
  if (isAnswer(copied)) return copied;
  const records = [...copied, ...(input.records ?? [])];
  const made = newZoneEdits(name, records);
  if (isProblems(made)) return invalid(made);
  const { edits, settings } = made;
  const ttl = usualTtl(edits);
  const outcome = await carryOut(services, caller, {
    zones: [{ kind: 'make', zone: name, edits, settings: { ...settings, ttl } }],
  });
  if (isRefusal(outcome)) return refusalAnswer(outcome);
  if (kind !== undefined) await keepZoneKind(origin, name, kind);
  return done;
}

/** The TTL that most records have becomes the zone's, so that its document says it once. */
function usualTtl(edits: readonly RecordEdit[]): number {
  const counts = new Map<number, number>();
  for (const edit of edits)
    if (edit.op === 'add' && edit.ttl !== undefined) counts.set(edit.ttl, (counts.get(edit.ttl) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || a - b)[0]?.[0] ?? DEFAULT_TTL;
}

/** Changes the records of a zone; those that go and are gone already are no error. */
async function changeRecords(ask: Ask, view: ZoneView, records: readonly RecordInput[]): Promise<Answer> {
  const { services, origin, caller } = ask;
  let now = view;
  for (let attempt = 1; ; attempt++) {
    const edits = editsOf(now, records);
    if (isProblems(edits)) return invalid(edits);
    const outcome = await carryOut(services, caller, { zones: [{ kind: 'edit', zone: view.zone, ...edits }] });
    if (!isRefusal(outcome)) return done;
    if (outcome.kind !== 'missing' || attempt === ATTEMPTS) return refusalAnswer(outcome);
    const next = await origin.view(caller, view.zone);
    if ('kind' in next) return refusalAnswer(next);
    now = next;
  }
}

/** The document of a zone under another name, with records that go and come there, as the document has it: the name first. */
function renamed(
  { origin }: Ask,
  view: ZoneView,
  name: DomainName,
  records: readonly RecordInput[],
): { readonly document: string } | Answer {
  const there = records.length === 0 ? undefined : origin.read(name, view.text);
  if (there === undefined) return { document: view.text };
  const edits = editsOf(there, records);
  if (isProblems(edits)) return invalid(edits);
  const composed = composeEdit(there, edits.edits, edits.settings);
  return composed.kind === 'composed' ? { document: composed.text } : refusalAnswer(composed);
}

/** Whether a text matches a pattern in which `*` is any text. */
function wildcard(pattern: string): (text: string) => boolean {
  const wanted = pattern.toLowerCase();
  return (text) => {
    let at = 0;
    let star = -1;
    let restart = 0;
    for (let i = 0; i < text.length; ) {
      if (wanted[at] === '*') {
        star = at++;
        restart = i;
      } else if (wanted[at] === text[i]) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++restart;
      } else return false;
    }
    while (wanted[at] === '*') at++;
    return at === wanted.length;
  };
}
