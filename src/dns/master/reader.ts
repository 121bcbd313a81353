import { DnsSyntaxError } from '../fault.ts';
import type { DomainName } from '../name.ts';
import { readDirective } from './directive.ts';
import type { EntryReader } from './entry.ts';
import { readEntry } from './entry.ts';
import { allProblems, ERROR_LIMIT } from './problem.ts';
import { readRecord } from './record.ts';
import type { MasterFile, MasterRecord, ReadOptions, ReadResult, Run } from './run.ts';
import { newRun, note } from './run.ts';
import { endGroup } from './ttl.ts';

const SOA = 6;
const DOLLAR = 36;

/**
 * Reads a master file (RFC 1035 section 5, RFC 2308 section 4, RFC 3597 section 5) with the directives `$ORIGIN`, `$TTL`,
 * `$INCLUDE` and `$GENERATE`, as named reads it. Never throws on what a file holds: every problem is in the result, and
 * reading goes on with the next entry.
 */
export function readMaster(file: MasterFile, options: ReadOptions): ReadResult {
  const run = newRun(file, options);
  readAll(run);
  const { errors, warnings } = run.log;
  return { problems: allProblems(run.log, file.name), errors, warnings, comments: run.comments };
}

/**
 * The name of the zone that a master file holds: the owner of its first SOA record. `undefined` where there is none, or
 * where its owner is relative and nothing says to what.
 */
export function findApex(
  file: MasterFile,
  options: Omit<ReadOptions, 'onRecord' | 'apex'> = {},
): DomainName | undefined {
  let apex: DomainName | undefined;
  const onRecord = (record: MasterRecord): void => {
    if (record.type !== SOA) return;
    apex ??= record.owner;
    run.stopped = true;
  };
  const run = newRun(file, { ...options, onRecord });
  readAll(run);
  return apex;
}

function readAll(run: Run): void {
  skipByteOrderMark(run);
  while (!run.stopped) {
    const { entry } = run.scope;
    if (readEntry(entry)) {
      readOne(run, entry);
      if (run.log.errors >= ERROR_LIMIT) run.stopped = true;
    } else if (!leaveFile(run)) {
      return;
    }
  }
}

function readOne(run: Run, entry: EntryReader): void {
  if (entry.cut) {
    note(run, 'warning', 'final-newline', 'the last line has no newline', 'end the file with a newline', entry.at);
  }
  if (entry.fault !== undefined) {
    note(run, 'error', entry.fault.rule, entry.fault.message, entry.fault.fix, entry.fault.at);
    return;
  }
  try {
    const text = entry.tokens.texts[0] as string;
    if (text.charCodeAt(0) === DOLLAR && !entry.blank) readDirective(run, text);
    else readRecord(run);
  } catch (error) {
    if (!(error instanceof DnsSyntaxError)) throw error;
    note(run, 'error', error.rule, error.message, error.fix, faultOffset(entry, error));
  }
}

/** Goes back to the file that includes the one that is at its end. Gives false where there is none. */
function leaveFile(run: Run): boolean {
  const { entry, parent } = run.scope;
  if (entry.comments !== undefined) run.comments = run.comments.concat(entry.comments.leading);
  endGroup(run);
  if (parent === undefined) return false;
  run.scope = parent;
  return true;
}

/** Where a thrown fault lies: at the token that was read last, behind all where one is missing, at the first too many. */
function faultOffset(entry: EntryReader, error: DnsSyntaxError): number {
  const { texts, next } = entry.tokens;
  const last = texts.length - 1;
  if (error.rule === 'incomplete-entry' || error.rule === 'rdata-missing-field') {
    return Math.min((entry.starts[last] ?? 0) + (texts[last]?.length ?? 0), entry.at);
  }
  const at = error.rule === 'rdata-extra-field' ? next : next - 1;
  return entry.starts[Math.min(Math.max(at, 0), last)] ?? entry.entryAt;
}

function skipByteOrderMark(run: Run): void {
  const { entry } = run.scope;
  const start = entry.source.slice(0, 3);
  if (start === '\xef\xbb\xbf') {
    entry.at = 3;
    note(
      run,
      'warning',
      'byte-order-mark',
      'the file begins with a byte order mark',
      'save it as UTF-8 without one',
      0,
    );
  } else if (start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff')) {
    entry.at = entry.source.length;
    note(run, 'error', 'text-encoding', 'the file is UTF-16', 'save it as UTF-8 without a byte order mark', 0);
  }
}
