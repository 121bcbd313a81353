import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainName } from '../../dns/name.ts';
import type { ZoneFacts } from '../facts.ts';
import type { Question } from '../questions.ts';
import type { FileMemory } from '../source/folder-tree.ts';
import { makeFolder, readChecked, writeChecked } from './checked-file.ts';
import { type CacheLine, factsOf, printLine, readLine } from './line.ts';

/**
 * What is remembered from one run to the next, in one file of `.zonewright/cache`: the fingerprints of the files, and the
 * facts of the zones with the questions that they asked about each other. It may be deleted at any time. A file that is
 * damaged, or that another version of the compiler wrote, counts as none.
 */
export interface Cache {
  readonly files: FileMemory;
  /** The zones that were there, with their facts. */
  readonly zones: ReadonlyMap<DomainName, CacheLine>;
  readonly questions: readonly Question[];
  /**
   * The zones of which what is known may not hold any more, where that of all others is known to hold: the zones are those of
   * the project then.
   */
  readonly suspects?: ReadonlySet<DomainName> | undefined;
  /** The zones whose lines are {@link isNotable}, where they are known apart. */
  readonly notable?: ReadonlyMap<DomainName, CacheLine>;
  /** The whole facts of a line. */
  factsOf(line: CacheLine): ZoneFacts;
  /** Keeps what was found out. Never throws: a cache that cannot be written is none. */
  save(found: Found): void;
}

/** What a run has found out. */
export interface Found {
  /** All zones, of which those given as a line are as they were. */
  readonly zones: ReadonlyMap<DomainName, CacheLine | ZoneFacts>;
  /** Those that were looked at. */
  readonly fresh: ReadonlyMap<DomainName, ZoneFacts>;
  /** Whether anything has changed: else nothing has to be written but files that were noted. */
  readonly changed: boolean;
}

const FIRST_LINE = 'zonewright cache 2';

/** A clock of a file system goes in steps: what was changed within one step of being read may have been changed after it. */
const STEP = 50_000_000n;
/** Some file systems tell whole or even seconds only. */
const COARSE_STEP = 2_500_000_000n;

/** A file as it was once. */
export interface NotedFile {
  readonly fingerprint: string;
  readonly id: string;
}

/**
 * Opens the cache of a folder, which is made when it is not there; `name` tells those of one folder apart. The key, what all
 * facts depend on beside the files of their zones, is asked for when files can be recalled already. Never throws.
 */
export function openCache(folder: string, name: string): { readonly files: FileMemory; at(key: string): Cache } {
  const began = timeOfFileSystem(folder);
  const file = join(folder, name);
  const stored = readStored(file);
  const known = stored?.files ?? new Map<string, NotedFile>();
  const noted = new Map<string, NotedFile>();
  const recalled = new Map<string, NotedFile>();
  const files: FileMemory = {
    recall(path, fingerprint) {
      const file = known.get(path);
      if (file?.fingerprint !== fingerprint) return undefined;
      recalled.set(path, file);
      return file.id;
    },
    note: (path, fingerprint, id) => void noted.set(path, { fingerprint, id }),
  };
  return {
    files,
    at(key) {
      const fits = stored !== undefined && stored.key === key;
      const zones = fits ? stored.zones : new Map<DomainName, CacheLine>();
      const questions = fits ? stored.questions : [];
      return {
        files,
        zones,
        questions,
        factsOf: (line) => factsOf(line, questions),
        save({ zones: found, changed }) {
          if (!changed && noted.size === 0 && fits) return;
          const settled = [...noted].filter(([, each]) => isSettled(each, began));
          const compact = stored?.compact ?? 0;
          const stale = isStale(questions, compact);
          try {
            writeStored(file, {
              key,
              files: new Map([...recalled, ...settled]),
              questions: stale ? [] : questions,
              compact,
              zones: stale ? wholeFacts(found.values(), questions) : found.values(),
            });
          } catch {
            // The next run is slower, that is all.
          }
        },
      };
    },
  };
}

/** What a file of a cache holds. */
export interface Stored {
  readonly key: string;
  readonly files: ReadonlyMap<string, NotedFile>;
  readonly questions: readonly Question[];
  /** How many questions there were when there was none that nobody asks any more. */
  readonly compact: number;
  readonly zones: ReadonlyMap<DomainName, CacheLine>;
}

/** From how many questions more than twice the needed ones on the list is made anew. */
const MANY_QUESTIONS = 1000;

/** Whether so many questions may be of nobody any more that the list is made anew; `compact` of them were needed once. */
export function isStale(questions: readonly Question[], compact: number): boolean {
  return questions.length > 2 * compact + MANY_QUESTIONS;
}

/** Lines whose questions are to get other numbers, as facts. */
export function* wholeFacts(
  all: Iterable<CacheLine | ZoneFacts>,
  questions: readonly Question[],
): Generator<ZoneFacts> {
  for (const each of all) yield 'text' in each ? factsOf(each, questions) : each;
}

/** Reads a cache; `undefined` where there is none, or it is damaged. */
export function readStored(file: string): Stored | undefined {
  const body = readChecked(file, FIRST_LINE);
  if (body === undefined) return undefined;
  try {
    const lines = body.toString('utf8').split('\n');
    const counts = (lines[0] as string).split(' ').map(Number);
    const [fileCount, questionCount, zoneCount, compact] = counts as [number, number, number, number];
    const key = lines[1] as string;
    let at = 2;
    const files = new Map<string, NotedFile>();
    for (const end = at + fileCount; at < end; at++) {
      const [path, fingerprint, id] = (lines[at] as string).split('\t') as [string, string, string];
      files.set(path, { fingerprint, id });
    }
    const questions: Question[] = [];
    for (const end = at + questionCount; at < end; at++) {
      const [kind, target, name, digest] = (lines[at] as string).split('\t');
      questions.push({ kind, target, name, digest } as Question);
    }
    const zones = new Map<DomainName, CacheLine>();
    for (const end = at + zoneCount; at < end; at++) {
      const line = readLine(lines[at] as string);
      zones.set(line.apex, line);
    }
    return { key, files, questions, compact, zones };
  } catch {
    return undefined;
  }
}

/** What is to be written into a cache. */
export interface ToWrite {
  readonly key: string;
  readonly files: ReadonlyMap<string, NotedFile>;
  /** The questions that keep their numbers. */
  readonly questions: readonly Question[];
  readonly compact: number;
  readonly zones: Iterable<CacheLine | ZoneFacts>;
}

/** Writes a cache in one step. Throws what the file system does. */
export function writeStored(file: string, content: ToWrite): void {
  const questions = [...content.questions];
  const index = new Map(questions.map((question, i) => [question, i]));
  const indexOf = (question: Question): number => {
    let at = index.get(question);
    if (at === undefined) {
      at = questions.push(question) - 1;
      index.set(question, at);
    }
    return at;
  };
  const zones: string[] = [];
  for (const each of content.zones) {
    const line = 'text' in each ? each.text : printLine(each, indexOf);
    if (line !== undefined) zones.push(line);
  }
  const files: string[] = [];
  for (const [path, { fingerprint, id }] of content.files) {
    if (!/[\t\n\r]/.test(path)) files.push(`${path}\t${fingerprint}\t${id}`);
  }
  const compact = content.questions.length === 0 ? questions.length : content.compact;
  const body = Buffer.from(
    [
      `${files.length} ${questions.length} ${zones.length} ${compact}`,
      content.key,
      ...files,
      ...questions.map(({ kind, target, name, digest }) => `${kind}\t${target}\t${name}\t${digest}`),
      ...zones,
      '',
    ].join('\n'),
  );
  writeChecked(file, FIRST_LINE, body);
}

/** What time it is for the file system, in nanoseconds; 0 where nothing can be written, and so nothing be remembered. */
function timeOfFileSystem(folder: string): bigint {
  const probe = join(folder, `clock.${process.pid}`);
  try {
    makeFolder(folder);
    writeFileSync(probe, '');
    const time = statSync(probe, { bigint: true }).mtimeNs;
    rmSync(probe, { force: true });
    return time;
  } catch {
    return 0n;
  }
}

/** Whether a file was last changed so long before it was read that its fingerprint shows every later change. */
function isSettled({ fingerprint }: NotedFile, began: bigint): boolean {
  const [, modified, changed] = fingerprint.split(' ') as [string, string, string];
  const latest = BigInt(modified) > BigInt(changed) ? BigInt(modified) : BigInt(changed);
  const step = latest % 1_000_000_000n === 0n ? COARSE_STEP : STEP;
  return latest + step < began;
}
