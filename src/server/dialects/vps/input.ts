import type { Answer } from '../answer.ts';
import { hasPriority } from '../content.ts';
import { fieldsOf, type JsonBody } from '../json.ts';
import { errorAnswer, invalid } from './errors.ts';

/** A record as a client sends it; `undefined`: not sent. */
export interface RecordInput {
  readonly type: string | undefined;
  readonly name: string | undefined;
  readonly value: string | undefined;
  readonly ttl: number | undefined;
  readonly priority: number | undefined;
}

const MAX_TTL = 2147483647;
const MAX_PRIORITY = 65535;

/** The domain of a body. */
export function readDomain(body: JsonBody): string | Answer {
  const fields = readBody(body);
  if ('kind' in fields) return fields;
  const domain = text(fields, 'domain', true);
  return typeof domain === 'string' ? domain : (domain ?? required('domain'));
}

/** The record of a body; all of it must be there unless only some fields are to change. */
export function readRecord(body: JsonBody, whole: boolean): RecordInput | Answer {
  const fields = readBody(body);
  if ('kind' in fields) return fields;
  const type = text(fields, 'record_type', whole);
  if (typeof type === 'object') return type;
  const name = text(fields, 'name', whole);
  if (typeof name === 'object') return name;
  const value = text(fields, 'value', whole);
  if (typeof value === 'object') return value;
  const ttl = number(fields, 'ttl', MAX_TTL);
  if (typeof ttl === 'object') return ttl;
  const priority = number(fields, 'priority', MAX_PRIORITY);
  if (typeof priority === 'object') return priority;
  return { type: type?.toUpperCase(), name, value, ttl, priority };
}

/** 400 where a type needs a priority that is not there. */
export function missingPriority(type: string, priority: number | undefined): Answer | undefined {
  return hasPriority(type) && priority === undefined
    ? invalid('priority', `${type} records require a priority value`)
    : undefined;
}

function readBody(body: JsonBody): ReadonlyMap<string, unknown> | Answer {
  if (body.kind === 'malformed') return errorAnswer(400, `JSON parse error - ${body.message}`, 'parse_error');
  const fields = fieldsOf(body.kind === 'empty' ? {} : body.value);
  return fields ?? errorAnswer(400, 'Invalid data. Expected a dictionary.', 'validation_error');
}

function text(fields: ReadonlyMap<string, unknown>, field: string, needed: boolean): string | undefined | Answer {
  const value = fields.get(field);
  if (value === undefined) return needed ? required(field) : undefined;
  if (value === null) return invalid(field, 'This field may not be null.');
  if (typeof value !== 'string') return invalid(field, 'Not a valid string.');
  return value.trim() === '' ? invalid(field, 'This field may not be blank.') : value;
}

/** A whole number, also as text; `null` counts as not sent. */
function number(fields: ReadonlyMap<string, unknown>, field: string, max: number): number | undefined | Answer {
  const value = fields.get(field) ?? undefined;
  if (value === undefined) return undefined;
  const given = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (!Number.isInteger(given)) return invalid(field, 'A valid integer is required.');
  if ((given as number) < 0) return invalid(field, 'Ensure this value is greater than or equal to 0.');
  if ((given as number) > max) return invalid(field, `Ensure this value is less than or equal to ${max}.`);
  return given as number;
}

function required(field: string): Answer {
  return invalid(field, 'This field is required.');
}
