import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import type { State } from '../../state/state.ts';
import type { Tables } from '../../state/tables.ts';
import { isDry, type WriteQuery } from './door.ts';

/** The query of writes that are no commits. */
export const rehearsable = {
  type: 'object',
  additionalProperties: false,
  properties: {
    dry_run: { enum: ['true', 'false', ''], description: 'Say what would come of it, and change nothing.' },
  },
} as const;

/** Whether a request is a rehearsal; then its answer says so. */
export function isRehearsal(request: FastifyRequest, reply: FastifyReply): boolean {
  const dry = isDry(request.query as WriteQuery);
  if (dry) reply.header('zonewright-dry-run', 'true');
  return dry;
}

/** Runs the queries of a request in one transaction, of which nothing stays where only a rehearsal is asked for. */
export async function carryOut<T>(
  state: State,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  if (!isRehearsal(request, reply)) return state.transaction(work);
  let done: { readonly result: T } | undefined;
  try {
    return await state.transaction(async (tx) => {
      done = { result: await work(tx) };
      throw new Rehearsed();
    });
  } catch (error) {
    if (!(error instanceof Rehearsed) || done === undefined) throw error;
    return done.result;
  }
}

/** Takes a transaction back. */
class Rehearsed extends Error {}
