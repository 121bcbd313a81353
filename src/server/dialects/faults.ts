import type { FastifyError, FastifyRequest } from 'fastify';
import { isStateError } from '../../state/error.ts';
import type { Services } from '../services.ts';

/** What a caller may know of an error that no handler foresaw. */
export interface Fault {
  readonly status: number;
  readonly message: string;
}

/** The status and words of an error; what only the operator can do something about goes to the log. */
export function faultOf(error: FastifyError, request: FastifyRequest, { log }: Services): Fault {
  const { statusCode = 500 } = error;
  if (statusCode < 500) return { status: statusCode, message: error.message };
  log.error({ err: error, request: request.id }, 'a request could not be answered');
  return isStateError(error, 'unavailable') || isStateError(error, 'again')
    ? { status: 503, message: 'Something needed is not available, try again later' }
    : { status: 500, message: 'Internal Server Error' };
}
