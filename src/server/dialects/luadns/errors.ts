import { STATUS_CODES } from 'node:http';
import type { Refusal } from '../../../pipeline/origin/outcome.ts';
import { stops } from '../../../zone/finding.ts';
import { type Answer, answer } from '../answer.ts';

/** One thing that is wrong with what was sent: an element of the array that a 400 answers with. */
export interface InputError {
  readonly fieldNames?: readonly string[];
  readonly classification?: 'DeserializationError' | 'RequiredError' | 'ValidationError';
  readonly message: string;
}

/** 400: what is wrong with the input, all of it. */
export function inputAnswer(errors: readonly InputError[]): Answer {
  return answer(400, errors);
}

/** 400: one field holds what it must not. */
export function invalid(field: string, message: string): Answer {
  return inputAnswer([{ fieldNames: [field], classification: 'ValidationError', message }]);
}

/** Every other error. */
export function errorAnswer(status: number, message: string, headers?: Answer['headers']): Answer {
  return answer(status, { status: STATUS_CODES[status] ?? 'Error', request_id: '', message }, headers);
}

/** The body of an answer, which says of an error which request it was. */
export function withRequest(body: unknown, id: string): unknown {
  return typeof body === 'object' && body !== null && 'request_id' in body ? { ...body, request_id: id } : body;
}

/** 401, as browsers and clients know it. */
export function unauthorized(message = 'Invalid API Key'): Answer {
  return errorAnswer(401, message, { 'www-authenticate': 'Basic realm="Authorization Required"' });
}

/** The names that fields of orders have here. */
const fields = new Map([
  ['owner', 'name'],
  ['name', 'name'],
  ['type', 'type'],
  ['ttl', 'ttl'],
  ['value', 'content'],
]);

/**
 * What the repository refused, in the provider's words.
 *
 * @param field what broken rules are said of
 */
export function refusalAnswer(refusal: Refusal, field: 'name' | 'content'): Answer {
  switch (refusal.kind) {
    case 'unknown':
      return unauthorized();
    case 'no-zone':
      return errorAnswer(404, 'Zone not found');
    case 'missing':
      return errorAnswer(404, refusal.message);
    case 'forbidden':
      return errorAnswer(403, refusal.message);
    case 'exists':
      return errorAnswer(403, `Zone '${refusal.zone.slice(0, -1)}' is taken already.`);
    case 'stale':
      return errorAnswer(409, refusal.message);
    case 'invalid':
      return inputAnswer([
        {
          fieldNames: [fields.get(refusal.field) ?? field],
          classification: 'ValidationError',
          message: `${refusal.message}: ${refusal.fix}`,
        },
      ]);
    case 'refused': {
      const errors = refusal.findings.filter(stops);
      return inputAnswer(
        (errors.length > 0 ? errors : refusal.findings).map(({ message, fix }) => ({
          fieldNames: [field],
          classification: 'ValidationError',
          message: `${message}: ${fix}`,
        })),
      );
    }
    case 'failure':
      return refusal.status === 'usage' || refusal.status === 'refused'
        ? invalid(field, `${refusal.message}: ${refusal.fix}`)
        : errorAnswer(500, refusal.message);
  }
}
