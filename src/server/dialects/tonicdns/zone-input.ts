import { isIP } from 'node:net';
import { type DomainName, parseName } from '../../../dns/name.ts';
import { type Answer, isAnswer } from '../answer.ts';
import { type ZoneKind, type ZoneType, zoneTypes } from '../zone-type.ts';
import { type Fields, textIn } from './body.ts';
import { fault, INVALID, invalid, malformed, type Problem, wordsOf } from './faults.ts';
import { isName, isProblems, type RecordInput, readRecord } from './records.ts';

/** A zone as a client sends it; what is not given is `undefined`. */
export interface ZoneInput {
  readonly name: DomainName | undefined;
  readonly kind: ZoneKind | undefined;
  /** Whether a master is sent that is none, which is a change by itself. */
  readonly clearsMaster: boolean;
  readonly records: readonly RecordInput[] | undefined;
  /** The identifiers of templates. */
  readonly templates: readonly string[];
}

const TEMPLATE_NAME = /^[\w-]+$/;
const LISTS = 'are not valid. Must be specified as an (empty) array.';

/**
 * Reads the properties of a zone that are there; an answer where some are wrong.
 *
 * @param mode what is done with the records, whatever they say themselves
 */
export function readZone(fields: Fields, mode?: RecordInput['mode']): ZoneInput | Answer {
  const problems: Problem[] = [];
  const wrong = (property: string, message: string, code: string): void => {
    problems.push({ property, message, code });
  };
  const name = textIn(fields, 'name');
  if (name !== undefined && (name === null || !isName(name)))
    wrong('name', 'Name is not valid. Must be a valid FQDN.', 'ZONE_INVALID_DOMAIN');
  const type = readType(fields);
  if (typeof type === 'object') problems.push(type);
  const master = textIn(fields, 'master');
  if (textIn(fields, 'type') !== 'SLAVE' && master !== undefined && master !== '')
    wrong(
      'master',
      'Zone master is not valid. If type is not set to SLAVE, master must be empty.',
      'ZONE_INVALID_MASTER',
    );
  for (const [property, code] of [
    ['last_check', 'ZONE_INVALID_LAST_CHECK'],
    ['notified_serial', 'ZONE_INVALID_NOTIFIED_SERIAL'],
  ] as const) {
    const number = textIn(fields, property);
    if (number !== undefined && !/^\d+$/.test(number ?? ''))
      wrong(property, `${property.replace('_', ' ')} is not valid. Must be an integer.`, code);
  }
  const templates = readTemplateNames(fields);
  if (typeof templates === 'string') wrong('templates', templates, 'ZONE_INVALID_TEMPLATES');
  const records = readRecords(fields, mode);
  if (typeof records === 'string') wrong('records', records, 'ZONE_INVALID_RECORDS');
  if (type === 'SLAVE' && problems.length === 0 && records !== undefined)
    return fault(409, 'Cannot modify records. Zone type is SLAVE.', 'ZONE_IS_SLAVE');
  if (problems.length > 0 || typeof records === 'string' || typeof templates === 'string')
    return invalid(problems, Array.isArray(fields.get('records')) ? (fields.get('records') as unknown[]).length : 0);
  return {
    name: name === undefined ? undefined : parseName(`${name}.`),
    kind: typeof type === 'string' ? { type, master: master || undefined } : undefined,
    clearsMaster: master === '',
    records,
    templates,
  };
}

function readType(fields: Fields): ZoneType | Problem | undefined {
  const type = textIn(fields, 'type');
  const wrong = (why: string): Problem => ({
    property: 'type',
    message: `Zone type is not valid. ${why}`,
    code: 'ZONE_INVALID_TYPE',
  });
  if (type === undefined) return undefined;
  const known = zoneTypes.find((each) => each === type);
  if (known === undefined) return wrong('Must be one of (case-sensitive): MASTER, SLAVE or NATIVE.');
  if (known !== 'SLAVE') return known;
  const master = textIn(fields, 'master');
  if (master === undefined || master === null) return wrong('If set to SLAVE, a master IP must be specified.');
  if (isIP(master) !== 0) return known;
  return {
    property: 'master',
    message: 'Zone master is not valid. Type is set to SLAVE, but the master IP is not a valid IPv4 or IPv6 address.',
    code: 'ZONE_INVALID_MASTER',
  };
}

function readTemplateNames(fields: Fields): readonly string[] | string {
  const list = fields.get('templates') ?? undefined;
  if (list === undefined) return [];
  if (!Array.isArray(list)) return `Zone templates ${LISTS}`;
  const names = list.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null ? (entry as { identifier?: unknown }).identifier : entry,
  );
  if (names.every((name) => typeof name === 'string' && TEMPLATE_NAME.test(name))) return names as string[];
  return 'Zone templates are not valid. The following errors occurred: \nZone template identifier was not set or not valid.';
}

/** Records that lack a name, type or content are passed over, as the provider does. */
function readRecords(
  fields: Fields,
  mode: RecordInput['mode'] | undefined,
): readonly RecordInput[] | string | undefined {
  const list = fields.get('records') ?? undefined;
  if (list === undefined) return undefined;
  if (!Array.isArray(list)) return `Zone records ${LISTS}`;
  const read = list.map((entry: unknown) => readRecord(entry, { mode }));
  const wrong = read.filter(isProblems);
  if (wrong.length > 0)
    return ['Zone records are not valid. The following errors occurred: ', ...wrong.map((each) => wordsOf(each))].join(
      '\n',
    );
  return read.filter((record): record is RecordInput => record !== undefined && !isProblems(record));
}

/** Whether a text can be the identifier of a template. */
export function isTemplateIdentifier(text: string): boolean {
  return TEMPLATE_NAME.test(text);
}

/** `VALIDATE /zone`: whether a zone could be so. */
export function validateZone(fields: Fields | undefined): Answer | true {
  if (fields === undefined || textIn(fields, 'name') === undefined)
    return malformed('Request body was malformed. Ensure that all mandatory properties have been set.');
  const read = readZone(fields);
  return isAnswer(read) ? (read.status === 409 ? { ...read, status: INVALID } : read) : true;
}
