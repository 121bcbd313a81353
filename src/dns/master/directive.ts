import { DnsSyntaxError, quoted } from '../fault.ts';
import type { DomainName } from '../name.ts';
import type { Rdata } from '../octets.ts';
import { octets, toText } from '../octets.ts';
import { newEntryReader, rawToken, readEntry } from './entry.ts';
import { expandGenerate, generateCount, parseGenerateRange, parseGenerateTemplate } from './generate.ts';
import { checkSoaOwner, emit, noteOutside, readData, readName, readTtlAndClass, readType } from './record.ts';
import type { MasterFile, Run, Scope } from './run.ts';
import { GENERATE_COUNT, isInside, newScope, note } from './run.ts';
import { endGroup, noTtl, ttlOf } from './ttl.ts';

/** How deep files may include files. */
const INCLUDE_DEPTH = 16;
/** How many files, and octets in them, one run reads: included files that include files grow like powers. */
const INCLUDE_COUNT = 10_000;
const INCLUDE_OCTETS = 1 << 29;

/** Carries out the directive in the entry that was read last. Throws {@link DnsSyntaxError}. */
export function readDirective(run: Run, text: string): void {
  const { comments, tokens } = run.scope.entry;
  const directive = text.toUpperCase();
  if (comments !== undefined) {
    // What stands behind $TTL explains its number and nothing that comes after it.
    run.comments = run.comments.concat(comments.leading, directive === '$TTL' ? [] : comments.trailing);
  }
  tokens.next = 1;
  switch (directive) {
    case '$ORIGIN':
      readOrigin(run);
      break;
    case '$TTL':
      readDefaultTtl(run);
      break;
    case '$INCLUDE':
      readInclude(run);
      break;
    case '$GENERATE':
      readGenerate(run);
      break;
    case '$DATE':
      readDate(run);
      break;
    default:
      throw new DnsSyntaxError(
        `${quoted(text)} is not a directive`,
        'use $ORIGIN, $TTL, $INCLUDE or $GENERATE; write \\$ for a name that begins with a dollar sign',
        'unknown-directive',
      );
  }
}

/** The next token of a directive. Throws where there is none, or where it stands in quotes and must not. */
function argument(run: Run, what: string, mayBeQuoted = false): string {
  const { tokens } = run.scope.entry;
  const text = tokens.texts[tokens.next];
  if (text === undefined) {
    throw new DnsSyntaxError(`the ${what} is missing`, `write the ${what}`, 'incomplete-entry');
  }
  tokens.next++;
  if (!mayBeQuoted && tokens.quotes[tokens.next - 1] === true) {
    throw new DnsSyntaxError(`the ${what} stands in quotes`, 'remove the quotes', 'directive-syntax');
  }
  return text;
}

function endOfDirective(run: Run): void {
  const { tokens } = run.scope.entry;
  const text = tokens.texts[tokens.next];
  if (text === undefined) return;
  tokens.next++;
  throw new DnsSyntaxError(`there is ${quoted(text)} behind the directive`, 'remove it', 'directive-syntax');
}

/** `$DATE YYYYMMDDHHMMSS` stands in dumps of named; TTLs are not counted down from it. */
function readDate(run: Run): void {
  const date = argument(run, 'date');
  if (!/^\d{14}$/.test(date)) {
    throw new DnsSyntaxError(`the date is ${quoted(date)}`, 'write YYYYMMDDHHMMSS, or remove it', 'directive-syntax');
  }
  endOfDirective(run);
  note(run, 'warning', 'date-directive', '$DATE is not used', 'remove it', run.scope.entry.entryAt);
}

function readOrigin(run: Run): void {
  const { scope } = run;
  scope.origin = readName(argument(run, 'origin'), scope.origin);
  scope.originInside = isInside(scope.origin, run.options.apex);
  scope.originChanged = true;
  scope.ownerText = '';
  endOfDirective(run);
}

function readDefaultTtl(run: Run): void {
  // Whatever follows: that the TTL is bad is said once, not again for every record that would take it.
  run.defaultTtl = 0;
  const text = argument(run, 'TTL');
  run.scope.entry.tokens.next--;
  const seconds = ttlOf(run, text);
  run.scope.entry.tokens.next++;
  if (seconds < 0) {
    throw new DnsSyntaxError(
      `the TTL is ${quoted(text)}`,
      'write seconds (3600) or a time such as 1h, 30m, 1d or 1w',
      'ttl-syntax',
    );
  }
  run.defaultTtl = seconds;
  run.ttl = seconds;
  endOfDirective(run);
}

function readInclude(run: Run): void {
  const { scope } = run;
  const { tokens } = scope.entry;
  argument(run, 'file name', true);
  const path = rawToken(scope.entry, 1);
  const origin = tokens.next < tokens.texts.length ? readName(argument(run, 'origin'), scope.origin) : undefined;
  endOfDirective(run);
  tokens.next = 2;
  const file = includedFile(run, path);
  endGroup(run);
  run.scope = newScope(file, run.options, scope, origin ?? scope.origin);
  if (origin !== undefined) run.scope.originChanged = true;
}

function includedFile(run: Run, path: string): MasterFile {
  const { scope } = run;
  if (run.options.include === undefined) {
    throw new DnsSyntaxError('$INCLUDE is not allowed here', 'put the records into the file itself', 'include-refused');
  }
  let depth = 1;
  for (let each = scope.parent; each !== undefined; each = each.parent) depth++;
  if (depth > INCLUDE_DEPTH || ++run.included > INCLUDE_COUNT) {
    throw new DnsSyntaxError(
      depth > INCLUDE_DEPTH
        ? `files include files more than ${INCLUDE_DEPTH} deep`
        : `more than ${INCLUDE_COUNT} files are included`,
      'include fewer files',
      'include-limit',
    );
  }
  const found = run.options.include(toText(octets(path)) ?? path, scope.file);
  if ('message' in found) throw new DnsSyntaxError(found.message, found.fix, 'include-refused');
  run.includedOctets += found.octets.length;
  if (run.includedOctets > INCLUDE_OCTETS) {
    throw new DnsSyntaxError('the included files are too large together', 'include fewer files', 'include-limit');
  }
  for (let each: Scope | undefined = scope; each !== undefined; each = each.parent) {
    if (each.file === found.name) {
      throw new DnsSyntaxError(
        `${quoted(found.name)} includes itself`,
        'remove one $INCLUDE of the circle',
        'include-cycle',
      );
    }
  }
  return found;
}

function readGenerate(run: Run): void {
  const { scope } = run;
  const { entry } = scope;
  const range = parseGenerateRange(argument(run, 'range'));
  const ownerTemplate = parseGenerateTemplate(argument(run, 'name'));
  const ownerToken = entry.tokens.next - 1;
  const explicitTtl = readTtlAndClass(run);
  const type = readType(run);
  // Inside quotes a quote stands behind a backslash, which is gone when the text is read as rdata.
  const text = argument(run, 'data', true);
  const dataToken = entry.tokens.next;
  const dataTemplate = parseGenerateTemplate(entry.tokens.quotes[dataToken - 1] ? text.replaceAll('\\"', '"') : text);
  endOfDirective(run);
  const count = generateCount(range);
  if (count > run.generateCount || count * text.length > run.generateCharacters) {
    entry.tokens.next = 2;
    throw new DnsSyntaxError(
      'the $GENERATE directives make too many records, or too long ones',
      `generate at most ${GENERATE_COUNT} records`,
      'generate-limit',
    );
  }
  run.generateCount -= count;
  run.generateCharacters -= count * text.length;
  if (explicitTtl < 0 && run.defaultTtl >= 0) run.ttl = run.defaultTtl;
  else if (run.ttl < 0) noTtl(run);
  let outside = false;
  for (let number = range.start; number <= range.stop; number += range.step) {
    entry.tokens.next = ownerToken + 1;
    const owner = readName(expandGenerate(ownerTemplate, number), scope.origin);
    if (!isInside(owner, run.options.apex)) {
      if (!outside) noteOutside(run, owner, ownerToken);
      outside = true;
      continue;
    }
    checkSoaOwner(run, owner, type);
    entry.tokens.next = dataToken;
    emit(run, owner, run.ttl, type, generatedRdata(type, expandGenerate(dataTemplate, number), scope.origin));
  }
}

function generatedRdata(type: number, text: string, origin: DomainName | undefined): Rdata {
  const entry = newEntryReader(text);
  readEntry(entry);
  if (entry.fault !== undefined) throw new DnsSyntaxError(entry.fault.message, entry.fault.fix, entry.fault.rule);
  return readData(entry, type, origin);
}
