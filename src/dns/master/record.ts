import { DnsSyntaxError, quoted } from '../fault.ts';
import type { DomainName } from '../name.ts';
import { parseName } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { rdataFromTokens, typeCode, typeName } from '../rdata.ts';
import type { EntryReader } from './entry.ts';
import type { RecordComments, Run } from './run.ts';
import { isInside, note } from './run.ts';
import { endGroup, groupTtl, recordTtl, ttlOf } from './ttl.ts';

const SOA = 6;
const MD = 3;
const MF = 4;
const TXT = 16;
const OPT = 41;

/** Reads the record in the entry that was read last, and gives it to the caller. Throws {@link DnsSyntaxError}. */
export function readRecord(run: Run): void {
  const { scope } = run;
  const { entry } = scope;
  const { tokens } = entry;
  if (entry.blank) {
    tokens.next = 0;
    checkInheritedOwner(run);
  } else {
    tokens.next = 1;
    const text = tokens.texts[0] as string;
    if (text !== scope.ownerText) readOwner(run, text);
  }
  scope.originChanged = false;

  const explicitTtl = readTtlAndClass(run);
  const type = readType(run);
  const rdata = readData(entry, type, scope.origin);
  if (!scope.ownerInside) return;
  const owner = scope.owner as DomainName;
  checkSoaOwner(run, owner, type);
  emit(run, owner, groupTtl(run, recordTtl(run, explicitTtl, type, rdata), type, rdata), type, rdata);
}

/** Reads the rest of the entry as rdata. Throws {@link DnsSyntaxError}. */
export function readData(entry: EntryReader, type: number, origin: DomainName | undefined): Rdata {
  const { tokens } = entry;
  tokens.origin = origin;
  // In TXT, "\\#" is an escaped "#" unless a number follows, as in the generic form (RFC 3597 section 5).
  if (type === TXT && tokens.texts[tokens.next] === '\\#' && !/^\d+$/.test(tokens.texts[tokens.next + 1] ?? '')) {
    tokens.texts[tokens.next] = '#';
  }
  return rdataFromTokens(type, tokens);
}

/** Throws where a SOA record is not at the apex, if that is known. */
export function checkSoaOwner(run: Run, owner: DomainName, type: number): void {
  const { apex } = run.options;
  if (type !== SOA || apex === undefined || owner === apex) return;
  run.scope.entry.tokens.next = 1;
  throw new DnsSyntaxError(
    `the SOA record is not at the zone's name ${apex} but at ${owner}`,
    'give the zone the name of its SOA record, or correct the owner',
    'soa-owner',
  );
}

/** Gives a record to the caller, with the comments that came before it. */
export function emit(run: Run, owner: DomainName, ttl: number, type: number, rdata: Rdata): void {
  const { file, entry } = run.scope;
  const column = (entry.starts[0] as number) - entry.entryAt + 1;
  const comments = entry.comments === undefined ? undefined : takeComments(run);
  run.options.onRecord({ owner, ttl, type, rdata, file, line: entry.entryLine, column, comments });
}

const NO_LINES: readonly string[] = [];

function takeComments(run: Run): RecordComments | undefined {
  const comments = run.scope.entry.comments as NonNullable<EntryReader['comments']>;
  const { leading, trailing } = comments;
  const before = run.comments;
  if (before.length === 0 && leading.length === 0 && trailing.length === 0) return undefined;
  // The lists go to the record; the reader must not fill them any more.
  if (before.length > 0) run.comments = [];
  if (leading.length > 0) comments.leading = [];
  if (trailing.length > 0) comments.trailing = [];
  return {
    leading: before.length > 0 ? before.concat(leading) : leading.length > 0 ? leading : NO_LINES,
    trailing: trailing.length > 0 ? trailing : NO_LINES,
  };
}

function checkInheritedOwner(run: Run): void {
  const { scope } = run;
  if (scope.owner === undefined) {
    throw new DnsSyntaxError(
      'the first record has no owner',
      'write its owner at the beginning of the line, without white space before it',
      'no-owner',
    );
  }
  if (scope.originChanged) {
    note(
      run,
      'warning',
      'inherited-owner',
      `the record follows an $ORIGIN and takes its owner ${scope.owner} from the record before`,
      'write the owner; "@" stands for the new origin',
      scope.entry.entryAt,
    );
  }
}

/** The longest name: 255 octets, each as `\DDD`. */
const NAME_TEXT_LIMIT = 1020;

/** Reads a name. Throws {@link DnsSyntaxError}. */
export function readName(text: string, origin: DomainName | undefined): DomainName {
  if (text.length > NAME_TEXT_LIMIT) {
    throw new DnsSyntaxError(`the name ${quoted(text)} is longer than 255 octets`, 'shorten it', 'name-length');
  }
  return parseName(text, origin);
}

function readOwner(run: Run, text: string): void {
  const { scope } = run;
  // named takes an owner in quotes, too; only there may a space be in it.
  const bare = text.includes(' ') ? text.replaceAll(/(\\.)| /g, (_, escaped?: string) => escaped ?? '\\032') : text;
  const owner = readName(bare, scope.origin);
  if (owner !== scope.owner) endGroup(run);
  scope.owner = owner;
  scope.ownerText = text;
  const relative = text.charCodeAt(text.length - 1) !== 46;
  scope.ownerInside = (relative && scope.originInside) || isInside(owner, run.options.apex);
  if (!scope.ownerInside) noteOutside(run, owner, 0);
}

/** Warns of an owner that is not in the zone. `token` is where it stands. */
export function noteOutside(run: Run, owner: DomainName, token: number): void {
  note(
    run,
    'warning',
    'out-of-zone',
    `${owner} is not in the zone ${run.options.apex} and is left out`,
    'remove it, or check the $ORIGIN and whether a final dot is one too many',
    run.scope.entry.starts[token] as number,
  );
}

/** What the next token says where a class, a TTL or a type may stand. Throws at the end of the entry. */
function headToken(run: Run): string {
  const { tokens } = run.scope.entry;
  const text = tokens.texts[tokens.next];
  if (text === undefined) {
    throw new DnsSyntaxError('the record has no type', 'write the type and the data of the record', 'incomplete-entry');
  }
  if (tokens.quotes[tokens.next] === true) {
    tokens.next++;
    throw new DnsSyntaxError(
      `${quoted(text)} stands in quotes where a type is due`,
      'remove the quotes',
      'unknown-type',
    );
  }
  return text;
}

/** Reads class and TTL, each of which may be missing, in either order. Gives the TTL; -1 where there is none. */
export function readTtlAndClass(run: Run): number {
  const { tokens } = run.scope.entry;
  let text = headToken(run);
  const classFirst = isClassIn(run, text);
  if (classFirst) {
    tokens.next++;
    text = headToken(run);
  }
  const ttl = ttlOf(run, text);
  if (ttl >= 0) {
    tokens.next++;
    if (!classFirst && isClassIn(run, headToken(run))) tokens.next++;
    run.ttl = ttl;
  }
  return ttl;
}

/** Whether the text is the class IN. Throws for another class. */
function isClassIn(run: Run, text: string): boolean {
  if (text === 'IN') return true;
  const c = text.charCodeAt(0) | 32;
  // in, ch, chaos, class3, hs, hesiod, any, none, reserved0
  if (c !== 105 && c !== 99 && c !== 104 && c !== 97 && c !== 110 && c !== 114) return false;
  const found = /^(?:(in)|chaos|ch|hesiod|hs|any|none|reserved0|class0*(\d{1,5}))$/i.exec(text);
  if (found === null) return false;
  if (found[1] !== undefined || found[2] === '1') return true;
  run.scope.entry.tokens.next++;
  throw new DnsSyntaxError(
    `the class is ${quoted(text)}`,
    'remove the record: only the class IN is served',
    'bad-class',
  );
}

/** Reads the type of a record. Throws {@link DnsSyntaxError} for one that no zone has. */
export function readType(run: Run): number {
  const { tokens } = run.scope.entry;
  const text = headToken(run);
  tokens.next++;
  const type = typeCode(text);
  if (type === undefined) {
    throw new DnsSyntaxError(`${quoted(text)} is not a record type`, typeFix(text), 'unknown-type');
  }
  if (type === 0 || type === OPT || (type >= 128 && type <= 255)) {
    throw new DnsSyntaxError(
      `${typeName(type)} is not a type of data but of queries and messages`,
      'remove the record',
      'meta-type',
    );
  }
  if (type === MD || type === MF) {
    throw new DnsSyntaxError(
      `${typeName(type)} records are not loaded any more`,
      'write an MX record',
      'obsolete-type',
    );
  }
  return type;
}

function typeFix(text: string): string {
  if (/^\d+(\.\d+){3}$/.test(text)) return 'write the type A before the address';
  if (/^in$|^\d+[a-z]?$/i.test(text)) return 'write class and TTL at most once each, before the type';
  if (/^\d+[smhdw]/i.test(text)) return 'if it is a TTL, write a unit behind every number, such as 1h30m';
  if (text.startsWith('$')) return 'begin the line with the directive, without white space before it';
  return 'write OWNER [TTL] [CLASS] TYPE DATA; a type without a name is written as TYPE65280';
}
