import { join } from 'node:path';
import type { DomainName } from '../../dns/name.ts';
import type { Question } from '../questions.ts';
import type { FileMemory } from '../source/folder-tree.ts';
import { type Cache, isStale, readStored, wholeFacts, writeStored } from './cache.ts';
import { type CacheLine, factsOf, isNotable, printLine, readLine } from './line.ts';

/** A cache that a process keeps in memory, and writes when it has time. */
export interface HeldCache {
  /**
   * What is known with a key; see `openCache`. `changed`: the zones that may have changed since all were looked at and that was
   * saved, where nothing else has.
   */
  at(key: string, changed?: ReadonlySet<DomainName>): Cache;
  /** Writes what is not on the disk yet. Never throws. */
  flush(): void;
}

interface Held {
  readonly key: string;
  zones: ReadonlyMap<DomainName, CacheLine>;
  notable: ReadonlyMap<DomainName, CacheLine>;
  /** Whether it was saved by this process, so that it knows what has changed since. */
  saved: boolean;
  /** Lines name them by their places. */
  readonly questions: Question[];
  readonly places: Map<Question, number>;
  /** How many questions there were when there was none that nobody asks any more. */
  readonly compact: number;
  unwritten: boolean;
}

/**
 * Opens a cache of commits, in which no files are noted, for a process that stays: what is saved is remembered at once, and
 * written with {@link HeldCache.flush}. Where a process is killed before, the next one finds out again what it knew.
 */
export function openHeldCache(folder: string, name: string): HeldCache {
  const file = join(folder, name);
  let held: Held | undefined;
  const flush = (): void => {
    if (held?.unwritten !== true) return;
    held.unwritten = false;
    const { key, questions, compact, zones } = held;
    const stale = isStale(questions, compact);
    try {
      writeStored(file, {
        key,
        files: new Map(),
        questions: stale ? [] : questions,
        compact: compact === 0 ? questions.length : compact,
        zones: stale ? wholeFacts(zones.values(), questions) : zones.values(),
      });
    } catch {
      // The next process is slower, that is all.
    }
    // Questions have other numbers on the disk now.
    if (stale) held = undefined;
  };
  return {
    flush,
    at(key, changed) {
      if (held?.key !== key) {
        flush();
        held = readHeld(file, key);
      }
      const of = held;
      const suspects = of.saved && changed !== undefined ? new Set([...changed, ...datedOf(of)]) : undefined;
      return {
        files: noFiles,
        zones: of.zones,
        questions: of.questions,
        suspects,
        notable: of.notable,
        factsOf: (line) => factsOf(line, of.questions),
        save(found) {
          of.saved = true;
          if (!found.changed) return;
          const zones = new Map<DomainName, CacheLine>(suspects && of.zones);
          const notable = new Map<DomainName, CacheLine>(suspects && of.notable);
          const placeOf = (question: Question): number => {
            let at = of.places.get(question);
            if (at === undefined) {
              at = of.questions.push(question) - 1;
              of.places.set(question, at);
            }
            return at;
          };
          for (const [apex, each] of suspects === undefined ? found.zones : found.fresh) {
            const text = 'text' in each ? each.text : printLine(each, placeOf);
            const line = 'text' in each ? each : text === undefined ? undefined : readLine(text);
            if (line === undefined) zones.delete(apex);
            else zones.set(apex, line);
            if (line !== undefined && isNotable(line)) notable.set(apex, line);
            else notable.delete(apex);
            // Of what does not fit into a line nothing is known, and it is looked at every time.
            of.saved &&= line !== undefined;
          }
          of.zones = zones;
          of.notable = notable;
          of.unwritten = true;
        },
      };
    },
  };
}

/** What the disk has, where it has the key. */
function readHeld(file: string, key: string): Held {
  const stored = readStored(file);
  const fits = stored?.key === key;
  const questions = fits ? [...stored.questions] : [];
  const zones: Held['zones'] = fits ? stored.zones : new Map();
  return {
    key,
    zones,
    notable: new Map([...zones].filter(([, line]) => isNotable(line))),
    saved: false,
    questions,
    places: new Map(questions.map((question, i) => [question, i])),
    compact: fits ? stored.compact : 0,
    unwritten: false,
  };
}

/** The zones of which what is known holds for a day. */
function datedOf({ notable }: Held): DomainName[] {
  return [...notable.values()].flatMap(({ apex, day }) => (day === '' ? [] : [apex]));
}

/** Nothing is known of files, and nothing is remembered. */
const noFiles: FileMemory = { recall: () => undefined, note: () => undefined };
