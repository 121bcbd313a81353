import { DnsSyntaxError } from '../../../dns/fault.ts';
import { type DomainName, parseName } from '../../../dns/name.ts';
import type { TemplateOrder } from '../../../pipeline/origin/templates.ts';
import { formOf } from '../../../zone/document/form.ts';
import {
  copyTemplate,
  forZone,
  ownerIn,
  PLACEHOLDER,
  type TemplateCopy,
  writeTemplate,
} from '../../../zone/template-copy.ts';
import { type OutlinedRecord, outlineTemplate } from '../../../zone/template-outline.ts';
import { type Answer, answer, isAnswer } from '../answer.ts';
import { splitPriority, withoutFinalDots } from '../content.ts';
import { once } from '../proposal.ts';
import type { Ask, Run } from './ask.ts';
import { type Fields, textIn } from './body.ts';
import { DEFAULT_TTL } from './edits.ts';
import { fault, invalid, malformed, missing, notFound, type Problem, refusalAnswer, wordsOf } from './faults.ts';
import { isProblems, type RecordInput, readRecord } from './records.ts';
import { bareName, type Row } from './rows.ts';
import { isTemplateIdentifier } from './zone-input.ts';

const BARE = PLACEHOLDER.slice(0, -1);
const MISSING =
  'and/or entries were missing or invalid. Ensure that the body is in valid format and all required parameters are present.';
const done = answer(200, true);

/** `GET /template`: all. `GET /template/:identifier`: one. */
export const getTemplate: Run = async ({ origin, caller, identifier }) => {
  const texts = await origin.readTemplates(caller);
  if ('kind' in texts) return refusalAnswer(texts);
  if (identifier === undefined)
    return answer(
      200,
      [...texts].flatMap(([name, text]) => templateOf(name, text) ?? []),
    );
  const text = texts.get(identifier);
  return (text === undefined ? undefined : shown(identifier, text)) ?? notFound();
};

/** `PUT /template`, with or without an identifier, which counts in the body alone. */
export const putTemplate: Run = async (ask) => {
  const { fields } = ask;
  if (fields === undefined) return malformed();
  if (['identifier', 'description', 'entries'].some((name) => isUnset(fields, name)) || isEmpty(fields.get('entries')))
    return missing(`Identifier, description ${MISSING}`);
  return writeOne(ask, fields, 'make');
};

/** `POST /template/:identifier`: another content. It keeps its identifier, by which zones may use it. */
export const postTemplate: Run = async (ask) => {
  const { fields, identifier } = ask;
  if (fields === undefined) return malformed();
  if (
    identifier === undefined ||
    ['identifier', 'entries'].some((name) => isUnset(fields, name)) ||
    isEmpty(fields.get('entries'))
  )
    return missing(`Identifier ${MISSING}`);
  return writeOne(ask, fields, 'change');
};

/** `DELETE /template/:identifier`. */
export const deleteTemplate: Run = async (ask) => {
  const { identifier } = ask;
  if (identifier === undefined) return malformed(`Identifier ${MISSING}`);
  return change(ask, { name: identifier, text: undefined, as: 'change' });
};

/** `VALIDATE /template`. */
export const validateTemplate: Run = async ({ fields }) => {
  if (fields === undefined || isUnset(fields, 'identifier') || isUnset(fields, 'description'))
    return malformed('Request body was malformed. Ensure that all mandatory properties have been set.');
  const read = readTemplate(fields);
  return isAnswer(read) ? read : done;
};

/**
 * The records that templates give a new zone. Those that are not there give none, as with the provider. One with variables
 * that must be given cannot be used: nothing here could give them.
 */
export async function templateRecords(
  { origin, caller }: Ask,
  names: readonly string[],
  zone: DomainName,
): Promise<RecordInput[] | Answer> {
  if (names.length === 0) return [];
  const texts = await origin.readTemplates(caller);
  if ('kind' in texts) return refusalAnswer(texts);
  const open = names.find((name) => texts.has(name) && copyOf(name, texts.get(name) as string) === undefined);
  if (open !== undefined) return invalid([{ ...HAS_VARIABLES, property: 'templates', code: 'ZONE_INVALID_TEMPLATES' }]);
  try {
    return names.flatMap((name) => {
      const copy = copyOf(name, texts.get(name) ?? '');
      return copy === undefined ? [] : recordsFor(copy, zone);
    });
  } catch (error) {
    if (!(error instanceof DnsSyntaxError)) throw error;
    return invalid([{ property: 'templates', message: error.message, code: 'ZONE_INVALID_TEMPLATES' }]);
  }
}

function recordsFor({ soa, records }: TemplateCopy, zone: DomainName): RecordInput[] {
  const inputs = records.map(({ owner, type, ttl, value }): RecordInput => {
    const text = type === 'TXT' || type === 'SPF' ? documentText(value) : value;
    return { name: bareName(ownerIn(owner, zone)), type, value: forZone(text, zone), ttl, mode: 'add' };
  });
  const content = soaContent(soa);
  if (content === undefined) return inputs;
  const ttl = soa.get('ttl');
  const value = forZone(content, zone);
  return [
    { name: bareName(zone), type: 'SOA', value, ttl: ttl === undefined ? undefined : Number(ttl), mode: 'add' },
    ...inputs,
  ];
}

/** One string in quotes without escapes as the bare text that documents have. */
function documentText(value: string): string {
  const inner = /^"([^"\\]+)"$/.exec(value)?.[1];
  return inner === undefined || inner.trim() !== inner ? value : inner;
}

/** The fields of an SOA in the order of its content, with what they are where a template does not say. */
const soaFields = [
  ['primary', ''],
  ['contact', ''],
  ['serial', '0'],
  ['refresh', '14400'],
  ['retry', '3600'],
  ['expire', '1209600'],
  ['minimum', '3600'],
] as const;

function soaContent(soa: ReadonlyMap<string, string>): string | undefined {
  if (!soa.has('primary') || !soa.has('contact')) return undefined;
  return soaFields.map(([field, usual]) => soa.get(field) ?? usual).join(' ');
}

function copyOf(name: string, text: string): TemplateCopy | undefined {
  return copyTemplate({ path: `templates/${name}.yaml`, text });
}

interface Shown {
  readonly identifier: string;
  readonly entries: readonly Omit<Row, 'change_date'>[];
  readonly description: string;
}

function templateOf(identifier: string, text: string): Shown | undefined {
  const source = { path: `templates/${identifier}.yaml`, text };
  const copy = copyTemplate(source) ?? outlineTemplate(source);
  if (copy === undefined) return undefined;
  const entries = copy.records.map((record) => entryOf({ ...record, owner: record.owner.replace(/\.$/, '') }));
  const soa = soaContent(copy.soa);
  if (soa !== undefined) {
    const value = withoutFinalDots('SOA', soa);
    entries.unshift(entryOf({ owner: BARE, type: 'SOA', ttl: Number(copy.soa.get('ttl') ?? DEFAULT_TTL), value }));
  }
  return { identifier, entries, description: copy.description ?? '' };
}

function shown(identifier: string, text: string): Answer | undefined {
  const template = templateOf(identifier, text);
  return template && answer(200, template);
}

function entryOf({ owner, type, ttl, value }: OutlinedRecord): Omit<Row, 'change_date'> {
  const { priority, rest } = splitPriority(type, withoutFinalDots(type, value));
  const isBare = formOf(type)?.text === true && !rest.startsWith('"');
  return {
    name: withZone(owner),
    type,
    content: withZone(isBare ? `"${rest.replace(/["\\]/g, '\\$&')}"` : rest),
    ttl: String(ttl ?? DEFAULT_TTL),
    priority: priority === undefined ? null : String(priority),
  };
}

function withZone(text: string): string {
  return text.replaceAll(BARE, '[ZONE]');
}

async function writeOne(ask: Ask, fields: Fields, as: TemplateOrder['as']): Promise<Answer> {
  const read = readTemplate(fields);
  if (isAnswer(read)) return read;
  const name = ask.identifier === undefined || as === 'make' ? read.identifier : ask.identifier;
  if (as === 'change' && name !== read.identifier)
    return invalid([{ property: 'identifier', message: 'A template cannot be renamed: make another.' }]);
  if (as === 'change') {
    const texts = await ask.origin.readTemplates(ask.caller);
    const text = 'kind' in texts ? undefined : texts.get(name);
    // Its variables would become texts.
    if (text !== undefined && copyOf(name, text) === undefined) return invalid([HAS_VARIABLES]);
  }
  return change(ask, { name, text: writeTemplate(read.copy), as });
}

async function change({ services, origin, caller }: Ask, order: TemplateOrder): Promise<Answer> {
  if (!isTemplateIdentifier(order.name)) return invalid([IDENTIFIER]);
  const made = services.config().server.review ? undefined : await origin.changeTemplate(caller, order);
  // Where not all changes are reviewed, those of zones that use it may be.
  const isReviewed = made === undefined || (made.kind === 'forbidden' && made.review === true);
  const outcome = isReviewed
    ? await origin.changeTemplate(caller, { ...order, aside: once(services, caller, order) })
    : made;
  switch (outcome.kind) {
    case 'committed':
      await services.wake();
      return done;
    case 'unchanged':
      return done;
    case 'no-template':
      return notFound();
    case 'template-exists':
      return fault(409, 'Resource already exists', 'TEMPLATE_ALREADY_EXISTS');
    default:
      return refusalAnswer(outcome);
  }
}

const HAS_VARIABLES: Problem = {
  property: 'entries',
  message:
    'The template has variables that must be given, or cannot be read: it is used and changed in the repository alone.',
};

const IDENTIFIER: Problem = {
  property: 'identifier',
  message: 'Identifier is not valid. May only contain word characters (a-z, 0-9), underscores (_) or dashes (-).',
};

/** A template of a body. */
function readTemplate(fields: Fields): { readonly identifier: string; readonly copy: TemplateCopy } | Answer {
  const problems: Problem[] = [];
  const identifier = textIn(fields, 'identifier');
  if (typeof identifier !== 'string' || !isTemplateIdentifier(identifier)) problems.push(IDENTIFIER);
  const description = textIn(fields, 'description');
  if (description === null || /[\x00-\x1f\x7f]/.test(description ?? ''))
    problems.push({
      property: 'description',
      message: 'Description is not valid. May not contain control characters.',
    });
  const list = fields.get('entries') ?? [];
  const read = Array.isArray(list)
    ? list.map((entry: unknown) => readRecord(entry, { placeholder: BARE, mode: 'add' }))
    : undefined;
  if (read === undefined)
    problems.push({
      property: 'entries',
      message: 'Template entries are not valid. Must be specified as an (empty) array.',
    });
  const wrong = (read ?? []).filter(isProblems);
  if (wrong.length > 0)
    problems.push({
      property: 'entries',
      message: [
        'Template entries are not valid. The following errors occurred: ',
        ...wrong.map((each) => wordsOf(each)),
      ].join('\n'),
      code: wrong[0]?.[0]?.code,
    });
  if (problems.length > 0 || read === undefined) return invalid(problems, read?.length ?? 0);
  const records = read.filter((record): record is RecordInput => record !== undefined && !isProblems(record));
  return {
    identifier: identifier as string,
    copy: {
      description: description ?? undefined,
      soa: soaOf(records),
      records: records
        .filter(({ type }) => type !== 'SOA')
        .map(({ name, type, value, ttl }) => ({ owner: parseName(`${name}.`), type, value, ttl: ttl ?? DEFAULT_TTL })),
    },
  };
}

function soaOf(records: readonly RecordInput[]): ReadonlyMap<string, string> {
  const soa = records.find(({ type }) => type === 'SOA');
  if (soa === undefined) return new Map();
  const words = soa.value.split(/\s+/);
  const fields = soaFields.flatMap(([field], i): [string, string][] =>
    field === 'serial' ? [] : [[field, words[i] ?? '']],
  );
  return new Map([...fields, ['ttl', String(soa.ttl ?? DEFAULT_TTL)]]);
}

function isUnset(fields: Fields, name: string): boolean {
  return fields.get(name) === undefined || fields.get(name) === null;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
