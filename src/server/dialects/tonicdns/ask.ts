import type { Caller } from '../../../pipeline/origin/caller.ts';
import type { Origin } from '../../../pipeline/origin/origin.ts';
import type { Services } from '../../services.ts';
import type { Answer } from '../answer.ts';
import type { Fields } from './body.ts';

/** A request that is to be answered. */
export interface Ask {
  readonly services: Services;
  readonly origin: Origin;
  readonly caller: Caller;
  /** What the path names; `undefined` where it names nothing. */
  readonly identifier: string | undefined;
  readonly query: URLSearchParams;
  /** `undefined`: none, or not an object. */
  readonly fields: Fields | undefined;
}

/** Answers the requests of one resource and method. */
export type Run = (ask: Ask) => Promise<Answer>;
