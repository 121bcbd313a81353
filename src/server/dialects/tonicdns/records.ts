import { DnsSyntaxError } from '../../../dns/fault.ts';
import { parseName } from '../../../dns/name.ts';
import { rdataFromText, typeCode } from '../../../dns/rdata.ts';
import { MAX_TTL } from '../../../dns/ttl.ts';
import { formOf } from '../../../zone/document/form.ts';
import { textRdata } from '../../../zone/document/text.ts';
import { hasPriority, joinPriority, withFinalDots } from '../content.ts';
import { fieldsOf } from '../json.ts';
import { textIn } from './body.ts';
import type { Problem } from './faults.ts';

/** A record that a client sends. */
export interface RecordInput {
  /** Absolute, without a final dot. */
  readonly name: string;
  readonly type: string;
  /** The value as a zone document has it. */
  readonly value: string;
  readonly ttl: number | undefined;
  readonly mode: 'add' | 'delete';
}

/** What a record is sent for. */
export interface RecordUse {
  /** Stands for `[ZONE]` in templates. */
  readonly placeholder?: string | undefined;
  /** What is done with it, whatever it says itself. */
  readonly mode?: RecordInput['mode'] | undefined;
}

const NAME =
  'Record name is not valid. Must start with an alphanumeric character, and may only contain alphanumeric characters and dots (.). Must end in a valid tld.';
const CONTENT = 'Record content is not valid.';
const LONGEST = 4096;

/** Reads a record; what is wrong with it, all of it, where it is none. `undefined` where it lacks a name, type or content. */
export function readRecord(value: unknown, use: RecordUse = {}): RecordInput | readonly Problem[] | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  const filled = (text: string | null | undefined): string | null | undefined =>
    use.placeholder === undefined ? text : text?.replaceAll('[ZONE]', use.placeholder);
  const name = filled(textIn(fields, 'name'));
  const type = textIn(fields, 'type');
  const content = filled(textIn(fields, 'content'));
  if (name === undefined || type === undefined || content === undefined) return undefined;
  const problems: Problem[] = [];
  const wrong = (property: string, message: string, code: string): void =>
    void problems.push({ property, message, code });
  if (name === null || !isName(name)) wrong('name', NAME, 'RECORD_INVALID_NAME');
  const code = type === null ? undefined : typeCode(type);
  const form = type === null || code === undefined ? undefined : formOf(type);
  const known = type === 'SOA' || (form !== undefined && !form.meta);
  if (type === null || !known) wrong('type', 'Record has invalid type', 'RECORD_INVALID_TYPE');
  const ttl = numberIn(fields, 'ttl', MAX_TTL);
  if (ttl === null) wrong('ttl', 'Record TTL is not valid. Must be an integer.', 'RECORD_INVALID_TTL');
  const priority = numberIn(fields, 'priority', 65535);
  if (priority === null) wrong('priority', 'Record has invalid priority', 'RECORD_INVALID_PRIORITY');
  if (numberIn(fields, 'change_date', Number.MAX_SAFE_INTEGER) === null)
    wrong('change_date', 'Record change date is not valid. Must be an Unix timestamp.', 'RECORD_INVALID_CHANGE_DATE');
  const mode = use.mode ?? (textIn(fields, 'mode') === 'delete' ? 'delete' : 'add');
  let read = '';
  if (type !== null && known) {
    // Without a priority a new record has 0; which record goes must be said.
    const given = priority ?? (mode === 'add' && use.mode === 'add' ? 0 : undefined);
    const found = readContent(type, content ?? '', given);
    if (typeof found === 'string') read = found;
    else problems.push({ ...found, property: 'content' });
  }
  if (problems.length > 0) return problems;
  return { name: name as string, type: type as string, value: read, ttl: ttl ?? undefined, mode };
}

/** Whether something is a list of problems. */
export function isProblems(value: unknown): value is readonly Problem[] {
  return Array.isArray(value);
}

/** Whether a text is a name as this API has it: absolute, of several labels, without a final dot. */
export function isName(text: string): boolean {
  if (!/^[^\s.\\]+(\.[^\s.\\]+)+$/.test(text) || /[\x00-\x20\x7f]/.test(text)) return false;
  try {
    parseName(`${text}.`);
    return true;
  } catch (error) {
    if (error instanceof DnsSyntaxError) return false;
    throw error;
  }
}

/** A whole number; `null` where it is something else. */
function numberIn(fields: ReadonlyMap<string, unknown>, name: string, most: number): number | null | undefined {
  const text = textIn(fields, name);
  if (text === undefined) return undefined;
  return text !== null && /^\d{1,16}$/.test(text) && Number(text) <= most ? Number(text) : null;
}

type ContentProblem = Omit<Problem, 'property'>;

/** The content and priority of a record as the value of a zone document. */
function readContent(type: string, content: string, priority: number | undefined): string | ContentProblem {
  if (content === '') return { message: `${CONTENT} Content may never be empty.`, code: 'RECORD_RHS_EMPTY' };
  if (Buffer.byteLength(content) > LONGEST)
    return {
      message: `${CONTENT} Content is too long, must be less than ${LONGEST} characters.`,
      code: 'RECORD_RHS_TOO_LONG',
    };
  if (hasPriority(type) && priority === undefined)
    return {
      message: `${CONTENT} A ${type} record must also specify a priority.`,
      code: 'RECORD_RHS_MISSING_PRIORITY',
    };
  const words = content.trim().split(/\s+/);
  const wanted = parts.get(type);
  if (wanted !== undefined && (type === 'CAA' ? words.length < wanted : words.length !== wanted))
    return {
      message: `${CONTENT} A ${type} record must provide all ${wanted} parts.`,
      code: `RECORD_RHS_${type}_PARTS_MISSING`,
    };
  const host = hosts.has(type) ? content : type === 'SRV' ? words[2] : undefined;
  if (host !== undefined && !isName(host))
    return {
      message: `${CONTENT} A ${type} record must contain a valid FQDN without trailing dot.`,
      code: type === 'SRV' ? 'RECORD_RHS_SRV_INVALID_PART_2' : 'RECORD_RHS_INVALID_FQDN',
    };
  return textTypes.has(type) ? readText(type, content) : readValue(type, content, priority);
}

/** How many words a content has. */
const parts = new Map([
  ['SOA', 7],
  ['SRV', 3],
  ['RP', 2],
  ['SSHFP', 3],
  ['NAPTR', 6],
  ['CAA', 3],
]);
const hosts: ReadonlySet<string> = new Set(['MX', 'NS', 'PTR', 'CNAME']);
const textTypes: ReadonlySet<string> = new Set(['TXT', 'SPF']);

/** The text of a TXT, which this API quotes; documents do not, unless they must. */
function readText(type: string, content: string): string | ContentProblem {
  const inner = /^"([^"\\]*)"$/s.exec(content)?.[1];
  const plain = inner !== undefined && inner !== '' && inner.trim() === inner;
  const found = tried(() => (plain ? textRdata(inner) : rdataFromText(typeCode(type) as number, content)));
  if (content.startsWith('"') && content.endsWith('"') && found === undefined) return plain ? inner : content;
  return {
    message: `${CONTENT} A ${type} record must provide a valid quoted string.`,
    code: 'RECORD_RHS_INVALID_QUOTED_STRING',
  };
}

function readValue(type: string, content: string, priority: number | undefined): string | ContentProblem {
  // The mailbox of an SOA may be written as a mail address.
  const rest = type === 'SOA' ? content.replace('@', '.') : content;
  const value = withFinalDots(type, joinPriority(type, { priority, rest }));
  const fault = tried(() => rdataFromText(typeCode(type) as number, value));
  if (fault === undefined) return value;
  return { message: `${CONTENT} ${fault.message}.`, code: codeOf(type, fault.message) };
}

function codeOf(type: string, message: string): string {
  if (type === 'A') return 'RECORD_RHS_INVALID_IPV4';
  if (type === 'AAAA') return 'RECORD_RHS_INVALID_IPV6';
  if (!parts.has(type)) return 'RECORD_INVALID_CODE';
  const fields = partNames.get(type) ?? [];
  const at = fields.findIndex((field) => message.toLowerCase().includes(field));
  return `RECORD_RHS_${type}_INVALID_PART_${Math.max(0, at)}`;
}

/** What the parts are called in messages. */
const partNames = new Map([
  ['SOA', ['mname', 'rname', 'serial', 'refresh', 'retry', 'expire', 'minimum']],
  ['SRV', ['weight', 'port', 'target']],
  ['RP', ['mbox', 'txt']],
  ['SSHFP', ['algorithm', 'type', 'fingerprint']],
  ['NAPTR', ['order', 'preference', 'flags', 'service', 'regexp', 'replacement']],
  ['CAA', ['flags', 'tag', 'value']],
]);

function tried(work: () => unknown): DnsSyntaxError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof DnsSyntaxError) return error;
    throw error;
  }
}
