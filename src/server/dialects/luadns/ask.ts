import type { Caller } from '../../../pipeline/origin/caller.ts';
import type { NumberedRecord, NumberedZone } from '../../../pipeline/origin/origin.ts';
import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import type { Services } from '../../services.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { carryOut } from '../change.ts';
import type { JsonBody } from '../json.ts';
import { soaRecord } from '../soa.ts';
import { errorAnswer, refusalAnswer } from './errors.ts';
import type { Edits } from './orders.ts';

/** A request that is to be answered. */
export interface Ask {
  readonly services: Services;
  readonly caller: Caller;
  /** The segments of the path that have names. */
  readonly path: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly body: JsonBody;
}

/** Answers the requests of one route. */
export type Run = (ask: Ask) => Promise<Answer>;

/** The zone that the path names by its id. */
export async function zoneFor({ services, caller, path }: Ask): Promise<NumberedZone | Answer> {
  const id = idOf(path.get('zone'));
  const zone = id === undefined ? undefined : await services.origin.zoneOf(caller, id);
  return zone ?? errorAnswer(404, 'Zone not found');
}

/** A record that the path names by its id. */
export interface FoundRecord {
  readonly zone: NumberedZone;
  /** `soa`: that of the zone. */
  readonly record: NumberedRecord | 'soa';
}

/** The record that the path names by its id, in the zone that it names. */
export async function recordFor(ask: Ask): Promise<FoundRecord | Answer> {
  const { services, caller, path } = ask;
  const zone = await zoneFor(ask);
  if (isAnswer(zone)) return zone;
  const id = idOf(path.get('id'));
  if (id === (await soaRecord(services.origin, zone)).id.id) return { zone, record: 'soa' };
  const found = id === undefined ? undefined : await services.origin.recordOf(caller, id);
  return found?.zone.id.id === zone.id.id ? found : errorAnswer(404, 'Record not found');
}

/** Carries edits of a zone out; gives the zone as it is then. */
export async function edit(
  { services, caller }: Ask,
  { id, view }: NumberedZone,
  edits: Edits,
  field: 'name' | 'content',
): Promise<NumberedZone | Answer> {
  const outcome = await carryOut(services, caller, { zones: [{ kind: 'edit', zone: view.zone, ...edits }] });
  if (isRefusal(outcome)) return refusalAnswer(outcome, field);
  return { id, view: outcome.zones[0]?.view ?? view };
}

function idOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}
