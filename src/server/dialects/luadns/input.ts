import { type Answer, isAnswer } from '../answer.ts';
import { fieldsOf, type JsonBody } from '../json.ts';
import { type InputError, inputAnswer } from './errors.ts';

/** A record as a client sends it. Fields that are not known are passed over, as the provider does. */
export interface RecordInput {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly content?: string | undefined;
  /** Seconds; also `undefined` where it was sent as 0, which is how clients written in Go leave it out. */
  readonly ttl?: number | undefined;
}

/** A zone as a client sends it. */
export interface ZoneInput {
  readonly name: string;
  readonly templateId: number | undefined;
  readonly records: readonly RecordInput[] | undefined;
}

const MAX_TTL = 4294967295;

type Kind = 'string' | 'uint32' | 'int64' | '[]*Record';

const recordFields = {
  name: 'string',
  type: 'string',
  content: 'string',
  ttl: 'uint32',
  external_id: 'string',
} as const satisfies Record<string, Kind>;

const zoneFields = {
  name: 'string',
  template_id: 'int64',
  records: '[]*Record',
} as const satisfies Record<string, Kind>;

/** The zone of a body; `name` is required. */
export function readZone(body: JsonBody): ZoneInput | Answer {
  const value = bodyValue(body);
  if (isAnswer(value)) return value;
  const read = readFields(value, 'Zone', zoneFields);
  if (isAnswer(read)) return read;
  const name = (read.get('name') as string | undefined) ?? '';
  if (name === '') return inputAnswer([required('name'), validation('name', 'invalid name')]);
  const rows = read.get('records') as readonly unknown[] | undefined;
  const records = rows === undefined ? undefined : readRows(rows, completeRecord);
  if (isAnswer(records)) return records;
  const templateId = read.get('template_id') as number | undefined;
  return { name, templateId: templateId === 0 ? undefined : templateId, records };
}

/** The record of a body; all of `name`, `type` and `content` are required of a new one. */
export function readRecord(body: JsonBody, isNew: boolean): RecordInput | Answer {
  const value = bodyValue(body);
  if (isAnswer(value)) return value;
  return isNew ? completeRecord(value) : someRecord(value);
}

/** The records of a body. `delete_many` needs no more of them than their names. */
export function readRecords(body: JsonBody, need: 'all' | 'name'): readonly RecordInput[] | Answer {
  const value = bodyValue(body);
  if (isAnswer(value)) return value;
  if (!Array.isArray(value)) return mistyped(value, 'Go value', '[]*Record');
  return readRows(value, need === 'all' ? completeRecord : namedRecord);
}

function readRows(
  rows: readonly unknown[],
  read: (value: unknown) => RecordInput | Answer,
): readonly RecordInput[] | Answer {
  const records: RecordInput[] = [];
  for (const row of rows) {
    const record = read(row);
    if (isAnswer(record)) return record;
    records.push(record);
  }
  return records;
}

function completeRecord(value: unknown): RecordInput | Answer {
  const record = someRecord(value);
  return isAnswer(record) ? record : requireOf(record, ['name', 'type', 'content']);
}

function namedRecord(value: unknown): RecordInput | Answer {
  const record = someRecord(value);
  return isAnswer(record) ? record : requireOf(record, ['name']);
}

function someRecord(value: unknown): RecordInput | Answer {
  const read = readFields(value, 'Record', recordFields);
  if (isAnswer(read)) return read;
  const text = (field: string): string | undefined => {
    const given = read.get(field) as string | undefined;
    return given === '' ? undefined : given;
  };
  const ttl = read.get('ttl') as number | undefined;
  return {
    name: text('name'),
    type: text('type')?.toUpperCase(),
    content: text('content'),
    ttl: ttl === 0 ? undefined : ttl,
  };
}

function requireOf(record: RecordInput, fields: readonly ('name' | 'type' | 'content')[]): RecordInput | Answer {
  const missing = fields.filter((field) => record[field] === undefined);
  return missing.length === 0 ? record : inputAnswer(missing.map(required));
}

/** The known fields that are there and not null, all of their types; an answer in the words of the provider's decoder. */
function readFields(
  value: unknown,
  struct: string,
  fields: Readonly<Record<string, Kind>>,
): ReadonlyMap<string, unknown> | Answer {
  const given = fieldsOf(value);
  if (given === undefined) return mistyped(value, 'Go value', struct);
  const read = new Map<string, unknown>();
  for (const [field, kind] of Object.entries(fields)) {
    const each = given.get(field) ?? undefined;
    if (each === undefined) continue;
    if (!isOf(kind, each)) return mistyped(each, `Go struct field ${struct}.${field}`, kind);
    read.set(field, each);
  }
  return read;
}

function isOf(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string';
    case '[]*Record':
      return Array.isArray(value);
    case 'uint32':
      return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_TTL;
    case 'int64':
      return Number.isSafeInteger(value);
  }
}

function mistyped(value: unknown, where: string, kind: string): Answer {
  const is =
    typeof value === 'number'
      ? kind.includes('int')
        ? `number ${value}`
        : 'number'
      : typeof value === 'boolean'
        ? 'bool'
        : Array.isArray(value)
          ? 'array'
          : value === null
            ? 'null'
            : typeof value;
  return undecodable(`json: cannot unmarshal ${is} into ${where} of type ${kind}`);
}

function bodyValue(body: JsonBody): unknown {
  if (body.kind === 'value') return body.value;
  return undecodable(body.kind === 'empty' ? 'unexpected end of JSON input' : body.message);
}

function undecodable(message: string): Answer {
  return inputAnswer([{ classification: 'DeserializationError', message }]);
}

function required(field: string): InputError {
  return { fieldNames: [field], classification: 'RequiredError', message: 'Required' };
}

function validation(field: string, message: string): InputError {
  return { fieldNames: [field], classification: 'ValidationError', message };
}
