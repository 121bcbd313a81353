import { masterTextOf } from '../../../pipeline/origin/export.ts';
import type { NumberedRecord } from '../../../pipeline/origin/origin.ts';
import type { ZoneView } from '../../../pipeline/origin/view.ts';
import { holdersOf } from '../../../state/accounts/grants.ts';
import type { Services } from '../../services.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { zoneNamed } from '../values.ts';
import { type Ask, order, plainZone, type Routes, required, zoneFor, zoneText } from './ask.ts';
import { noteShown, recordsOf, rowOf } from './listing.ts';
import { done, not } from './say.ts';

/** Zones as a whole. The provider's server has the export where its document does not say it is. */
export const zoneRoutes: Routes = [
  { method: 'POST', path: '/zones/add', run: { access: 'account', run: addZone } },
  { method: 'GET', path: '/zones/list', run: { access: 'account', run: listZones } },
  { method: 'POST', path: '/zone/:zone/delete', run: { access: 'zone', run: deleteZone } },
  { method: 'GET', path: '/zone/:zone/users', run: { access: 'zone', run: listUsers } },
  { method: 'GET', path: '/zone/:zone/export', run: { access: 'zone', run: exportZone } },
  { method: 'GET', path: '/zones/:zone/export', run: { access: 'zone', run: exportZone } },
];

/** Lower case, no final dot; `_` only begins a label. */
const ZONE = /^(?:_?[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

async function addZone(ask: Ask): Promise<Answer> {
  const fields = required(ask, 'zone');
  if (isAnswer(fields)) return fields;
  const text = fields.get('zone');
  const zone = typeof text === 'string' && text.length <= 253 && ZONE.test(text) ? zoneNamed(text) : undefined;
  if (zone === undefined) return not('Invalid zone');
  const settings = { owners: [ask.caller.account.name] };
  return (await order(ask, [{ kind: 'make', zone, settings }])) ?? done(`Added ${text}`);
}

/** A zone in the list. */
interface ZoneRow {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  readonly serial: string;
  readonly type: 'forward' | 'reverse';
  readonly users: readonly string[];
  readonly zone: string;
}

async function listZones(ask: Ask): Promise<Answer> {
  const { services, caller } = ask;
  const { origin } = services;
  const rows: ZoneRow[] = [];
  const shown = new Map<ZoneView['zone'], readonly NumberedRecord[]>();
  for (const { zone } of await origin.list(caller)) {
    const view = await origin.view(caller, zone);
    // A document that cannot be read has no records to show; people see to it.
    if ('kind' in view) continue;
    const records = await recordsOf(services, view);
    shown.set(zone, records);
    const { serial = 0 } = await origin.standing(zone);
    rows.push({
      records: records.map((record) => rowOf(view, record)),
      serial: String(serial),
      type: zone.includes('arpa') ? 'reverse' : 'forward',
      users: await usersOf(services, view),
      zone: plainZone(zone),
    });
  }
  await noteShown(ask, shown);
  return done(rows.sort((a, b) => (a.zone < b.zone ? -1 : 1)));
}

async function deleteZone(ask: Ask): Promise<Answer> {
  const view = await zoneFor(ask);
  if (isAnswer(view)) return view;
  return (await order(ask, [{ kind: 'delete', zone: view.zone }])) ?? done(`Deleted ${zoneText(ask)}`);
}

async function listUsers(ask: Ask): Promise<Answer> {
  const view = await zoneFor(ask);
  return isAnswer(view) ? view : done(await usersOf(ask.services, view));
}

async function exportZone(ask: Ask): Promise<Answer> {
  const view = await zoneFor(ask);
  if (isAnswer(view)) return view;
  const { serial = 0 } = await ask.services.origin.standing(view.zone);
  const at = timeText(new Date(ask.services.now()));
  return done(`; ${zoneText(ask)} exported from PacketFrame at ${at}\n\n${masterTextOf(view, serial)}`);
}

/** Those whom the document names as owners, and those to whom the zone was granted. */
async function usersOf({ state }: Services, { zone, settings }: ZoneView): Promise<string[]> {
  return [...new Set([...settings.owners, ...(await holdersOf(state.query, zone))])];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov 22 2026 09:05`, UTC. */
function timeText(at: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${MONTHS[at.getUTCMonth()]} ${two(at.getUTCDate())} ${at.getUTCFullYear()}`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}
