import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import { type Answer, answer, isAnswer } from '../answer.ts';
import { carryOut } from '../change.ts';
import type { Route } from '../routes.ts';
import { zoneNamed } from '../values.ts';
import { type Ask, listRefusal, type Run, zoneFor } from './ask.ts';
import { invalid, refusalAnswer } from './errors.ts';
import { readDomain } from './input.ts';
import { wholeZoneBody, zoneBody } from './zones.ts';

/** `/dns-zones/`, but for the records. */
export const zoneRoutes: readonly Route<Run>[] = [
  { method: 'GET', path: '/dns-zones', run: listZones },
  { method: 'POST', path: '/dns-zones', run: createZone },
  { method: 'GET', path: '/dns-zones/:uuid', run: showZone },
  { method: 'DELETE', path: '/dns-zones/:uuid', run: deleteZone },
];

async function listZones(ask: Ask): Promise<Answer> {
  const refused = listRefusal(ask);
  if (refused !== undefined) return refused;
  const { origin } = ask.services;
  const all = await origin.list(ask.caller);
  const domain = ask.query.get('domain');
  const wanted = domain === null ? undefined : zoneNamed(domain);
  const summaries = domain === null ? all : all.filter(({ zone }) => zone === wanted);
  const ids = await origin.numberZones(summaries.map(({ zone }) => zone));
  const { nameServers } = ask.services.config().server;
  return answer(
    200,
    summaries.map((summary, i) => zoneBody(ids[i] as Parameters<typeof zoneBody>[0], summary, nameServers)),
  );
}

async function createZone({ services, caller, body }: Ask): Promise<Answer> {
  const { origin } = services;
  const domain = readDomain(body);
  if (isAnswer(domain)) return domain;
  const zone = zoneNamed(domain);
  if (zone === undefined) return invalid('domain', 'Invalid domain name');
  const outcome = await carryOut(services, caller, { zones: [{ kind: 'make', zone }] });
  if (isRefusal(outcome)) return refusalAnswer(outcome, 'dns:create', 'domain');
  const [id] = await origin.numberZones([zone]);
  const made = { id, view: outcome.zones[0]?.view } as Parameters<typeof wholeZoneBody>[1];
  return answer(201, await wholeZoneBody(origin, made, services.config().server.nameServers));
}

async function showZone(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const { origin, config } = ask.services;
  return answer(200, await wholeZoneBody(origin, zone, config().server.nameServers));
}

async function deleteZone(ask: Ask): Promise<Answer> {
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const outcome = await carryOut(ask.services, ask.caller, { zones: [{ kind: 'delete', zone: zone.view.zone }] });
  return isRefusal(outcome) ? refusalAnswer(outcome, 'dns:delete', 'domain') : answer(204, undefined);
}
