import { isIP } from 'node:net';
import type { DomainName } from '../../../dns/name.ts';
import type { Caller } from '../../../pipeline/origin/caller.ts';
import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import type { ZoneId } from '../../../state/ids/replay.ts';
import { carryOut } from '../change.ts';
import { zoneNamed } from '../values.ts';
import { forgetZoneKind, keepZoneKind, type ZoneKind, zoneKind, zoneKinds, zoneTypes } from '../zone-type.ts';
import { done, isSaid, list, number, one, refusalSaid, refuse, type Said } from './answer.ts';
import { type Ask, DIALECT, fieldsIn, pageIn, type Run, shownName, shownTime, zoneCalled, zoneIn } from './ask.ts';
import type { Fields } from './format.ts';
import { accountFor, rootOnly } from './users.ts';

/** The type of zones that no client has given one. */
const USUAL: ZoneKind = { type: 'NATIVE' };

/** `GET /zone/count`: how many zones the caller has. */
export const countZones: Run = async ({ services, caller }) => number((await services.origin.list(caller)).length);

/** `GET /zone/:name/count`: how many records the zone has; where the caller knows no such zone, how many zones the user has. */
export const countIn: Run = async (ask) => {
  const zone = await zoneIn(ask, 'name');
  if (!isSaid(zone)) {
    const records = zone.view.records();
    return number(records + 1);
  }
  const user = await userCaller(ask, ask.path.get('name') ?? '');
  return isSaid(user) ? user : number((await ask.services.origin.list(user)).length);
};

/** `GET /zone/list`. */
export const listZones: Run = (ask) => zonesOf(ask, ask.caller);

/** `GET /zone/:name/list`: the zones of a user. */
export const listZonesOf: Run = async (ask) => {
  const user = await userCaller(ask, ask.path.get('name') ?? '');
  return isSaid(user) ? user : zonesOf(ask, user);
};

/** `GET /zone/:zone`. */
export const getZone: Run = async (ask) => {
  const zone = await zoneIn(ask);
  if (isSaid(zone)) return zone;
  return one('domain', rowOf(zone.id, await zoneKinds(ask.services.state)));
};

/** `POST /zone`: a new zone, for another user where root says so. */
export const postZone: Run = async (ask) => {
  const { services, caller, query } = ask;
  const fields = fieldsIn(ask, 'domain');
  if (isSaid(fields)) return fields;
  const name = zoneNamed((fields.get('name') ?? '').trim());
  if (name === undefined) return refuse(400, 'name is missing, or no name of a zone');
  const kind = kindIn(fields, undefined);
  if (kind !== undefined && isSaid(kind)) return kind;
  const user = query.get('userName') || undefined;
  const owner = user === undefined || user === caller.account.name ? undefined : await ownerFor(ask, user);
  if (owner !== undefined && isSaid(owner)) return owner;
  const outcome = await carryOut(services, caller, {
    zones: [{ kind: 'make', zone: name, ...(owner !== undefined && { settings: { owners: [owner.account.name] } }) }],
  });
  if (isRefusal(outcome)) return refusalSaid(outcome);
  if (kind !== undefined) await keepZoneKind(services.origin, name, kind);
  return done;
};

/** `PUT /zone`: another type of a zone, or another master. */
export const putZone: Run = async (ask) => {
  const fields = fieldsIn(ask, 'domain');
  if (isSaid(fields)) return fields;
  const zone = await zoneCalled(ask, fields.get('name') ?? '');
  if (isSaid(zone)) return zone;
  const { origin } = ask.services;
  const kind = kindIn(fields, await zoneKind(origin, zone.view.zone));
  if (kind !== undefined && isSaid(kind)) return kind;
  const may = await origin.view(ask.caller, zone.view.zone, 'update');
  if ('kind' in may) return refusalSaid(may);
  if (kind !== undefined) await keepZoneKind(origin, zone.view.zone, kind);
  return done;
};

/** `DELETE /zone/:zone`, and `DELETE /zone` with the name as parameter or in a body. */
export const deleteZone: Run = async (ask) => {
  const { services, caller, path, query } = ask;
  let name = path.get('zone') ?? query.get('name') ?? undefined;
  if (name === undefined) {
    const fields = fieldsIn(ask, 'domain');
    if (isSaid(fields)) return fields;
    name = fields.get('name') ?? '';
  }
  const zone = await zoneCalled(ask, name);
  if (isSaid(zone)) return zone;
  const outcome = await carryOut(services, caller, { zones: [{ kind: 'delete', zone: zone.view.zone }] });
  if (isRefusal(outcome)) return refusalSaid(outcome);
  await forgetZoneKind(services.state, zone.id.id);
  return done;
};

async function zonesOf(ask: Ask, whose: Caller): Promise<Said> {
  const { origin, state } = ask.services;
  const page = pageIn(ask);
  if (isSaid(page)) return page;
  const zones = (await origin.list(whose)).map(({ zone }) => zone);
  const ids = [...(await origin.numberZones(zones))].sort((a, b) => a.id - b.id);
  const known = await zoneKinds(state);
  return list(
    'domain',
    ids.slice(page.offset, page.offset + page.count).map((id) => rowOf(id, known)),
  );
}

function rowOf({ id, zone, createdAt, updatedAt }: ZoneId, known: ReadonlyMap<number, ZoneKind>): Fields {
  const { type, master } = known.get(id) ?? USUAL;
  return {
    dateCreated: shownTime(createdAt),
    dateModified: shownTime(updatedAt),
    name: shownName(zone as DomainName),
    master,
    lastCheck: 0,
    type,
    zoneId: id,
  };
}

/** What a zone is to be called; `undefined` where nothing of it is sent. */
function kindIn(fields: ReadonlyMap<string, string>, existing: ZoneKind | undefined): ZoneKind | undefined | Said {
  const given = fields.get('type') || undefined;
  const type = given === undefined ? existing?.type : zoneTypes.find((each) => each === given);
  if (given !== undefined && type === undefined) return refuse(400, 'type is NATIVE, MASTER or SLAVE');
  const sent = fields.get('master') || undefined;
  if (given === undefined && sent === undefined) return undefined;
  if (type !== 'SLAVE')
    return sent === undefined && type !== undefined ? { type } : refuse(400, 'master is for zones of the type SLAVE');
  const master = sent ?? existing?.master;
  if (master === undefined) return refuse(400, 'master is missing, which SLAVE needs');
  const addresses = master.split(',').map((address) => address.trim());
  if (master.length > 128 || addresses.some((address) => isIP(address) === 0))
    return refuse(400, 'master is an address, or several with commas');
  return { type, master: addresses.join(',') };
}

/** A user as one who asks: what root may see of it. */
async function userCaller(ask: Ask, name: string): Promise<Caller | Said> {
  const account = await accountFor(ask, name);
  if (isSaid(account)) return account;
  if (account.id === ask.caller.account.id) return ask.caller;
  return ask.services.authentication.as(ask.request, account, DIALECT);
}

async function ownerFor(ask: Ask, user: string): Promise<Caller | Said> {
  const refused = rootOnly(ask);
  if (refused !== undefined) return refused;
  const found = await userCaller(ask, user);
  return isSaid(found) && found.status === 404 ? refuse(400, 'there is no such user') : found;
}
