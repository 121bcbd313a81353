import type { Caller } from '../../../pipeline/origin/caller.ts';
import type { NumberedRecord, NumberedZone } from '../../../pipeline/origin/origin.ts';
import { idOfUuid } from '../../../state/ids/uuid.ts';
import { allows } from '../../../state/tokens/scope.ts';
import type { Services } from '../../services.ts';
import type { Answer } from '../answer.ts';
import type { JsonBody } from '../json.ts';
import { forbidden, notFound } from './errors.ts';

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

/** 403 where the caller may not list anything; the origin would show an empty list. */
export function listRefusal({ services, caller }: Ask): Answer | undefined {
  const { holder, from, dialect } = caller;
  const verdict = allows(holder, { verb: 'read', from, dialect, now: services.now() });
  return verdict.kind === 'forbidden' ? forbidden('dns:list') : undefined;
}

/** The zone that the path names by its UUID. */
export async function zoneFor(ask: Ask): Promise<NumberedZone | Answer> {
  return (await zoneOfUuid(ask, ask.path.get('uuid') ?? '')) ?? notFound('Zone');
}

/** The zone of a UUID. */
export async function zoneOfUuid({ services, caller }: Ask, uuid: string): Promise<NumberedZone | undefined> {
  const id = idOfUuid('zone', uuid);
  return id === undefined ? undefined : services.origin.zoneOf(caller, id);
}

/** The record that the path names by its UUID, with its zone. */
export async function recordFor({
  services,
  caller,
  path,
}: Ask): Promise<{ readonly zone: NumberedZone; readonly record: NumberedRecord } | Answer> {
  const id = idOfUuid('record', path.get('uuid') ?? '');
  return (id === undefined ? undefined : await services.origin.recordOf(caller, id)) ?? notFound('Record');
}
