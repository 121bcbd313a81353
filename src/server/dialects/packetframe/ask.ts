import type { FastifyRequest } from 'fastify';
import type { DomainName } from '../../../dns/name.ts';
import type { Caller } from '../../../pipeline/origin/caller.ts';
import type { Aside } from '../../../pipeline/origin/one-file.ts';
import type { Order } from '../../../pipeline/origin/order.ts';
import { isRefusal } from '../../../pipeline/origin/outcome.ts';
import { refusalOf } from '../../../pipeline/origin/permit.ts';
import type { TopFileOutcome } from '../../../pipeline/origin/top-files.ts';
import type { ZoneView } from '../../../pipeline/origin/view.ts';
import type { Token } from '../../../state/tokens/tokens.ts';
import type { Services } from '../../services.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { carryOut } from '../change.ts';
import { fieldsOf, readJson } from '../json.ts';
import { once } from '../proposal.ts';
import type { Route } from '../routes.ts';
import { zoneNamed } from '../values.ts';
import { not, refusalAnswer } from './say.ts';

/** A request that anybody may send. */
export interface OpenAsk {
  readonly services: Services;
  readonly request: FastifyRequest;
  /** The segments of the path that have names. */
  readonly path: ReadonlyMap<string, string>;
}

/** A request of an account. */
export interface Ask extends OpenAsk {
  readonly caller: Caller;
  readonly token: Token | undefined;
  /** Whether the key came in the cookie. */
  readonly byCookie: boolean;
}

/** What answers to a route, and who is let in: anybody, every account, whoever sees the zone, or admins. */
export type Action =
  | { readonly access: 'open'; readonly run: (ask: OpenAsk) => Promise<Answer> }
  | { readonly access: 'account' | 'zone' | 'admin'; readonly run: (ask: Ask) => Promise<Answer> };

/** Routes of this dialect. */
export type Routes = readonly Route<Action>[];

/** The fields of the body; the answer where it is none. */
export function fieldsIn({ request }: OpenAsk): ReadonlyMap<string, unknown> | Answer {
  const body = readJson((request.body as Uint8Array | undefined) ?? new Uint8Array());
  if (body.kind === 'malformed') return not("request body isn't valid JSON", 400);
  const fields = body.kind === 'empty' ? undefined : fieldsOf(body.value);
  return fields ?? not("request body isn't valid JSON");
}

/** The fields with these names, which must be there, in their order. */
export function required(ask: OpenAsk, ...names: readonly string[]): ReadonlyMap<string, unknown> | Answer {
  const fields = fieldsIn(ask);
  return isAnswer(fields) ? fields : (missing(fields, ...names) ?? fields);
}

/** What is said of the first of these fields that is not there. */
export function missing(fields: ReadonlyMap<string, unknown>, ...names: readonly string[]): Answer | undefined {
  const lacking = names.find((name) => !fields.has(name));
  return lacking === undefined ? undefined : not(`required argument "${lacking}" not supplied.`);
}

/** The name of the zone in the path, as it was sent. */
export function zoneText({ path }: OpenAsk): string {
  return path.get('zone') ?? '';
}

/** The zone that the path names. One of somebody else is as if it were not there. */
export async function zoneFor(ask: Ask): Promise<ZoneView | Answer> {
  const zone = zoneNamed(zoneText(ask));
  if (zone === undefined) return not("zone doesn't exist");
  const view = await ask.services.origin.view(ask.caller, zone);
  return 'kind' in view ? refusalAnswer(view) : view;
}

/** Whether the caller may do what is for admins. */
export function isAdmin({ services, caller }: Ask): boolean {
  return caller.holder.admin && refusalOf(caller, { verb: 'admin' }, [], services.now()) === undefined;
}

/** Carries an order out; gives the answer where it was refused. */
export async function order({ services, caller }: Ask, zones: Order['zones']): Promise<Answer | undefined> {
  const outcome = await carryOut(services, caller, { zones });
  return isRefusal(outcome) ? refusalAnswer(outcome) : undefined;
}

/** Has a file that is no zone's changed, and what was changed rolled out; gives the answer where it was refused. */
export async function changeFile(
  { services, caller }: Ask,
  asked: unknown,
  change: (aside: Aside | undefined) => Promise<TopFileOutcome>,
): Promise<Answer | undefined> {
  const outcome = await change(services.config().server.review ? once(services, caller, asked) : undefined);
  if (isRefusal(outcome)) return refusalAnswer(outcome);
  if (outcome.kind === 'committed') await services.wake();
  return undefined;
}

/** A zone's name without its final dot. */
export function plainZone(zone: DomainName): string {
  return zone === '.' ? zone : zone.slice(0, -1);
}
