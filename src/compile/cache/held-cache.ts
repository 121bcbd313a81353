import { join } from 'node:path';
import type { DomainName } from '../../dns/name.ts';
import type { Question } from '../questions.ts';
import type { FileMemory } from '../source/folder-tree.ts';
import { type Cache, isStale, readStored, wholeFacts, writeStored } from './cache.ts';
import { type CacheLine, factsOf, printLine, readLine } from './line.ts';

/** A cache that a process keeps in memory, and writes when it has time. */
export interface HeldCache {
  /** What is known with a key; see `openCache`. */
  at(key: string): Cache;
  /** Writes what is not on the disk yet. Never throws. */
  flush(): void;
}

interface Held {
  readonly key: string;
  zones: ReadonlyMap<DomainName, CacheLine>;
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
    at(key) {
      if (held?.key !== key) {
        flush();
        held = readHeld(file, key);
      }
      const of = held;
      return {
        files: noFiles,
        zones: of.zones,
        questions: of.questions,
        factsOf: (line) => factsOf(line, of.questions),
        save(all, changed) {
          if (!changed) return;
          const zones = new Map<DomainName, CacheLine>();
          const placeOf = (question: Question): number => {
            let at = of.places.get(question);
            if (at === undefined) {
              at = of.questions.push(question) - 1;
              of.places.set(question, at);
            }
            return at;
          };
          for (const each of all) {
            if ('text' in each) {
              zones.set(each.apex, each);
              continue;
            }
            const text = printLine(each, placeOf);
            if (text !== undefined) zones.set(each.apex, readLine(text));
          }
          of.zones = zones;
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
  return {
    key,
    zones: fits ? stored.zones : new Map(),
    questions,
    places: new Map(questions.map((question, i) => [question, i])),
    compact: fits ? stored.compact : 0,
    unwritten: false,
  };
}

/** Nothing is known of files, and nothing is remembered. */
const noFiles: FileMemory = { recall: () => undefined, note: () => undefined };
