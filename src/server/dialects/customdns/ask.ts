import type { FastifyRequest } from 'fastify';
import type { DomainName } from '../../../dns/name.ts';
import { displayName } from '../../../dns/name.ts';
import type { Caller } from '../../../pipeline/origin/caller.ts';
import type { NumberedZone } from '../../../pipeline/origin/origin.ts';
import type { Services } from '../../services.ts';
import { ownerOf, zoneNamed } from '../values.ts';
import { refusalSaid, refuse, type Said } from './answer.ts';
import type { Body } from './format.ts';

/** The dialect's name. */
export const DIALECT = 'customdns';

/** A request that is to be answered. */
export interface Ask {
  readonly services: Services;
  readonly request: FastifyRequest;
  readonly caller: Caller;
  /** The API key that was shown. */
  readonly key: string;
  /** The segments of the path that have names. */
  readonly path: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** Reads the body as an object of this name. */
  readonly body: (name: string) => Body;
}

/** Answers the requests of one route. */
export type Run = (ask: Ask) => Promise<Said>;

/** The fields of the body, which must be there. */
export function fieldsIn(ask: Ask, name: string): ReadonlyMap<string, string> | Said {
  const body = ask.body(name);
  if (body.kind === 'fields') return body.fields;
  return body.kind === 'empty' ? refuse(400, `send a ${name}`) : refuse(body.status, body.message);
}

/** The zone that the path names. */
export async function zoneIn(ask: Ask, segment = 'zone'): Promise<NumberedZone | Said> {
  return zoneCalled(ask, ask.path.get(segment) ?? '');
}

/** The zone of a name, in Unicode or not. */
export async function zoneCalled({ services, caller }: Ask, text: string): Promise<NumberedZone | Said> {
  const zone = zoneNamed(text);
  if (zone === undefined) return refuse(404, 'there is no such zone');
  const { origin } = services;
  const view = await origin.view(caller, zone);
  if ('kind' in view) return refusalSaid(view);
  const [id] = await origin.numberZones([zone]);
  return { id: id as NumberedZone['id'], view };
}

/** Which part of a list is asked for. */
export interface Page {
  readonly offset: number;
  readonly count: number;
}

const USUAL = 100;
const MOST = 1000;

/** Reads `offset` and `count`. */
export function pageIn({ query }: Ask): Page | Said {
  const whole = (name: string): number | undefined => {
    const text = query.get(name);
    if (text === null || text === '') return 0;
    return /^-?\d{1,9}$/.test(text) ? Math.max(0, Number(text)) : undefined;
  };
  const [offset, count] = [whole('offset'), whole('count')];
  if (offset === undefined || count === undefined) return refuse(400, 'offset and count are numbers');
  return { offset, count: count === 0 ? USUAL : Math.min(count, MOST) };
}

/** A name as people read it: in Unicode, without its final dot. */
export function shownName(name: DomainName): string {
  return name === '.' ? name : displayName(name).slice(0, -1);
}

/** A time as the provider writes it: ISO 8601 with a numeric offset. */
export function shownTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, '+00:00');
}

/** The owner that a record's name means: empty is the zone, and what does not end in the zone is below it. */
export function ownerNamed(text: string, zone: DomainName): DomainName | undefined {
  return text === '' ? zone : ownerOf(text, zone);
}
