import { createHash } from 'node:crypto';
import type { Finding } from '../../zone/finding.ts';
import { WEB_FILE } from '../../zone/web-file.ts';

/** A file that was read. */
export interface SourceBytes {
  /** What the octets are called in git: equal exactly where the octets are. */
  readonly id: string;
  readonly bytes: Uint8Array;
  /** The text that they are, where that is known already. */
  readonly text?: string;
}

/**
 * The files that a project is compiled from, in the working folder or at a commit: `zonewright.yaml`, `nodes.yaml`, `web.yaml`,
 * and what lies below `zones/` and `templates/`. Paths are relative to the folder of `zonewright.yaml`, with `/`.
 */
export interface SourceTree {
  readonly paths: readonly string[];
  /** What cannot be read at all: links that lead out of the folder, devices. */
  readonly findings: readonly Finding[];
  /** The id of a file's octets, found out without reading them where that is possible. */
  id(path: string): string;
  /** Gets files ready to be read, where reading them one by one would be slow. */
  prefetch(paths: readonly string[]): Promise<void>;
  /** Reads a file that is among `paths`. Throws a {@link SourceError}. */
  read(path: string): SourceBytes;
  /** Ends what was opened for reading. */
  close(): void;
}

/** What `read` throws where a file cannot be read: one sentence for the user and one that says what to do. */
export class SourceError extends Error {
  /** The id of the rule that is broken. */
  readonly rule: 'document-size' | 'source-unreadable';
  readonly fix: string;

  constructor(rule: 'document-size' | 'source-unreadable', message: string, fix: string) {
    super(message);
    this.name = 'SourceError';
    this.rule = rule;
    this.fix = fix;
  }
}

/** The files and folders of a project, from the folder of `zonewright.yaml`. */
export const CONFIG_FILE = 'zonewright.yaml';
export const INVENTORY_FILE = 'nodes.yaml';
/** The files beside each other at the top. */
export const TOP_FILES = [CONFIG_FILE, INVENTORY_FILE, WEB_FILE] as const;
export const SOURCE_FOLDERS = ['zones', 'templates'] as const;

/** The longest file that is read, in octets. The reader of documents has a limit of its own, in characters. */
export const MAX_FILE = 256 * 1024 * 1024;

/** What is said about a file that is longer. */
export function tooLarge(path: string, size: number): SourceError {
  return new SourceError(
    'document-size',
    `${path} has ${size} octets, more than the ${MAX_FILE} that are read`,
    'divide the zone by delegating parts of it',
  );
}

/** The id under which git stores a file with these octets (in a repository of the usual kind). */
export function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
