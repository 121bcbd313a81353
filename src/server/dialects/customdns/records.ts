import type { DomainName } from '../../../dns/name.ts';
import { labelsOf } from '../../../dns/name.ts';
import { MAX_TTL } from '../../../dns/ttl.ts';
import type { RecordEdit } from '../../../pipeline/origin/order.ts';
import type { NumberedRecord, NumberedZone } from '../../../pipeline/origin/origin.ts';
import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import type { RRsetView, ValueView } from '../../../pipeline/origin/view.ts';
import { formOf } from '../../../zone/document/form.ts';
import { carryOut } from '../change.ts';
import { hasPriority, joinPriority, splitPriority, withFinalDots, withoutFinalDots } from '../content.ts';
import { type SoaRecord, soaEdits, soaRecord } from '../soa.ts';
import { shownValue, valueFor } from '../values.ts';
import { zoneKind } from '../zone-type.ts';
import { done, isSaid, list, number, one, refusalSaid, refuse, type Said } from './answer.ts';
import { type Ask, fieldsIn, ownerNamed, pageIn, type Run, shownName, shownTime, zoneIn } from './ask.ts';
import type { Fields } from './format.ts';

const DEFAULT_TTL = 3600;

/** `GET /zone/:zone/records`: the SOA, then the others as they were made. */
export const listRecords: Run = async (ask) => {
  const zone = await zoneIn(ask);
  if (isSaid(zone)) return zone;
  const page = pageIn(ask);
  if (isSaid(page)) return page;
  const { origin } = ask.services;
  const records = [...(await origin.numberRecords(zone.view))].sort((a, b) => a.id.id - b.id.id);
  const rows = [soaRow(zone.view.zone, await soaRecord(origin, zone)), ...records.map(rowOf)];
  return list('record', rows.slice(page.offset, page.offset + page.count));
};

/** `GET /zone/:zone/record/:id`. */
export const getRecord: Run = async (ask) => {
  const found = await recordIn(ask, ask.path.get('id') ?? '', await zoneIn(ask));
  if (isSaid(found)) return found;
  return one('record', 'soa' in found ? soaRow(found.zone.view.zone, found.soa) : rowOf(found.record));
};

/** `POST /zone/:zone`: a new record; answers with its id. */
export const postRecord: Run = async (ask) => {
  const { origin } = ask.services;
  const fields = fieldsIn(ask, 'record');
  if (isSaid(fields)) return fields;
  const zone = await writableZone(ask);
  if (isSaid(zone)) return zone;
  const missing = ['name', 'type', 'content'].find(
    (field) => !fields.has(field) || (field !== 'name' && fields.get(field) === ''),
  );
  if (missing !== undefined) return refuse(400, `${missing} is missing`);
  const wanted = readRecord(fields, zone.view.zone);
  if (isSaid(wanted)) return wanted;
  const { owner, type, text, ttl = DEFAULT_TTL } = wanted;
  if (type === 'SOA') {
    const changed = await changeSoa(ask, zone, text, wanted.ttl);
    return changed.status === 204 ? number((await soaRecord(origin, zone)).id.id) : changed;
  }
  const before = zone.view.rrset(owner, type);
  if (before !== undefined && valueFor(before, text, zone.view.zone) !== undefined)
    return refuse(400, 'there is such a record already');
  const edits: RecordEdit[] = [{ op: 'add', owner, type, ttl, values: [{ text }] }];
  const outcome = await carryOut(ask.services, ask.caller, { zones: [{ kind: 'edit', zone: zone.view.zone, edits }] });
  if (isRefusal(outcome)) return refusalSaid(outcome);
  const view = outcome.zones[0]?.view ?? zone.view;
  const after = view.rrset(owner, type);
  const value = after && valueFor(after, text, view.zone);
  const numbered = after === undefined ? [] : await origin.numberRecords(view, [after]);
  const record = numbered.find((each) => each.value.digest === value?.digest);
  return record === undefined ? refuse(409, 'the record is gone already') : number(record.id.id);
};

/** `PUT /zone/:zone`: the record of the body's id becomes another. */
export const putRecord: Run = async (ask) => {
  const fields = fieldsIn(ask, 'record');
  if (isSaid(fields)) return fields;
  const found = await recordIn(ask, fields.get('id') ?? '', await writableZone(ask));
  if (isSaid(found)) return found;
  const { zone } = found;
  if ('soa' in found) {
    const wanted = readRecord(new Map([...fields, ['type', 'SOA']]), zone.view.zone);
    return isSaid(wanted) ? wanted : changeSoa(ask, zone, fields.get('content') ? wanted.text : undefined, wanted.ttl);
  }
  const { id, rrset, value } = found.record;
  const now = rowOf(found.record);
  const filled = new Map(
    [...Object.entries({ name: now.name, type: now.type, content: now.content, prio: now.prio }), ...fields].map(
      ([field, text]) => [field, String(text)],
    ),
  );
  const wanted = readRecord(filled, zone.view.zone);
  if (isSaid(wanted)) return wanted;
  const { owner, type, text, ttl } = wanted;
  const same = type === rrset.type && valueFor({ ...rrset, values: [value] }, text, zone.view.zone) !== undefined;
  const edits: RecordEdit[] = [{ op: 'update', record: id, owner, type, ttl, ...(!same && { value: { text } }) }];
  const outcome = await carryOut(ask.services, ask.caller, {
    zones: [{ kind: 'edit', zone: zone.view.zone, edits }],
  });
  return isRefusal(outcome) ? refusalSaid(outcome) : done;
};

/** `DELETE /zone/:zone/record/:id`. */
export const deleteRecord: Run = async (ask) => {
  const found = await recordIn(ask, ask.path.get('id') ?? '', await writableZone(ask));
  if (isSaid(found)) return found;
  if ('soa' in found) return refuse(400, 'a zone has its SOA as long as it is there');
  const outcome = await carryOut(ask.services, ask.caller, {
    zones: [{ kind: 'edit', zone: found.zone.view.zone, edits: [{ op: 'remove', record: found.record.id }] }],
  });
  return isRefusal(outcome) ? refusalSaid(outcome) : done;
};

type Found = { readonly zone: NumberedZone } & ({ readonly record: NumberedRecord } | { readonly soa: SoaRecord });

/** The zone that the path names, where its records can be changed: those of a `SLAVE` come from elsewhere. */
async function writableZone(ask: Ask): Promise<NumberedZone | Said> {
  const zone = await zoneIn(ask);
  if (isSaid(zone)) return zone;
  const kind = await zoneKind(ask.services.origin, zone.view.zone);
  return kind?.type === 'SLAVE' ? refuse(409, 'the zone is a SLAVE: its records cannot be changed') : zone;
}

/** The record of an id in a zone. */
async function recordIn(ask: Ask, text: string, zone: NumberedZone | Said): Promise<Found | Said> {
  if (isSaid(zone)) return zone;
  const { origin } = ask.services;
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0;
  const soa = await soaRecord(origin, zone);
  if (soa.id.id === id) return { zone, soa };
  const found = id === 0 ? undefined : await origin.recordOf(ask.caller, id);
  return found?.zone.id.id === zone.id.id ? found : refuse(404, 'there is no such record');
}

async function changeSoa(
  ask: Ask,
  zone: NumberedZone,
  text: string | undefined,
  ttl: number | undefined,
): Promise<Said> {
  const settings = soaEdits(zone.view, text, ttl);
  if (typeof settings === 'string') return refuse(400, settings);
  const outcome = await carryOut(ask.services, ask.caller, {
    zones: [{ kind: 'edit', zone: zone.view.zone, settings }],
  });
  return isRefusal(outcome) ? refusalSaid(outcome) : done;
}

interface Wanted {
  readonly owner: DomainName;
  readonly type: string;
  readonly text: string;
  readonly ttl: number | undefined;
}

function readRecord(fields: ReadonlyMap<string, string>, zone: DomainName): Wanted | Said {
  const owner = ownerNamed(fields.get('name') ?? '', zone);
  if (owner === undefined) return refuse(400, 'name is no name');
  const type = (fields.get('type') ?? '').toUpperCase();
  const form = formOf(type);
  if (type !== 'SOA' && (form === undefined || form.meta)) return refuse(400, 'type is no type of records');
  const ttl = numberIn(fields, 'ttl', MAX_TTL);
  // The document calls it `priority` in its words, and `prio` in its examples.
  const prio = numberIn(fields, fields.get('prio') ? 'prio' : 'priority', 65_535);
  if (ttl === null) return refuse(400, `ttl is a number of seconds up to ${MAX_TTL}`);
  if (prio === null) return refuse(400, 'prio is a number up to 65535');
  if (hasPriority(type) && prio === undefined) return refuse(400, `prio is missing, which ${type} needs`);
  if (fields.get('active') === 'false') return refuse(400, 'records are active as long as they are there');
  const content = fields.get('content') ?? '';
  const text =
    form?.text === true
      ? plainText(content)
      : withFinalDots(
          type,
          joinPriority(type, { priority: prio, rest: type === 'SOA' ? content.replace('@', '.') : content }),
        );
  return { owner, type, text, ttl };
}

/** A text in quotes without need is written without them. */
function plainText(content: string): string {
  const inner = /^"([^"\\]+)"$/.exec(content)?.[1];
  return inner === undefined || inner.trim() !== inner ? content : inner;
}

function numberIn(fields: ReadonlyMap<string, string>, name: string, most: number): number | null | undefined {
  const text = fields.get(name);
  if (text === undefined || text === '') return undefined;
  return /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : null;
}

function rowOf({ id, rrset, value }: NumberedRecord): Fields {
  const { priority = 0, rest } = splitPriority(rrset.type, contentOf(rrset, value));
  return row(id, rrset.owner, rrset.type, rest, rrset.ttl, priority);
}

/** Texts of several words stand in quotes. */
function contentOf(rrset: RRsetView, value: ValueView): string {
  const shown = shownValue(rrset, value);
  if (formOf(rrset.type)?.text !== true) return withoutFinalDots(rrset.type, shown);
  return shown.startsWith('"') || !/\s/.test(shown) ? shown : `"${shown.replace(/["\\]/g, '\\$&')}"`;
}

/** The mailbox of the SOA is written as an address. */
function soaRow(zone: DomainName, { id, ttl, text }: SoaRecord): Fields {
  const [primary = '', contact = '', ...numbers] = text.split(' ');
  const [local = '', ...host] = labelsOf(contact as DomainName);
  const address = host.length === 0 ? contact : `${local.replaceAll('\\', '')}@${host.join('.')}`;
  const content = [withoutFinalDots('NS', primary), address, ...numbers].join(' ');
  return row(id, zone, 'SOA', content, ttl, 0);
}

function row(
  id: NumberedRecord['id'],
  owner: DomainName,
  type: string,
  content: string,
  ttl: number,
  prio: number,
): Fields {
  return {
    dateCreated: shownTime(id.createdAt),
    dateModified: shownTime(id.updatedAt),
    name: shownName(owner),
    type,
    content,
    ttl,
    prio,
    active: true,
    auth: true,
    id: id.id,
  };
}
