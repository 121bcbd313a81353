import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { DomainName } from '../../dns/name.ts';
import { type FileIndex, indexFile } from '../../dnssec/sign/file-index.ts';
import type { MadeFrom } from '../manifest.ts';

/** What a process that stays knows of signed zone files: the index of each, and the SHA-256 of the file that it is about. */
export type FileIndexes = Map<DomainName, { readonly sha256: string; readonly index: FileIndex }>;

/** The zone file of the release before, which is known to be as it was written, for whoever amends it. */
export interface FileBefore {
  /** What it was made from. */
  readonly made: MadeFrom;
  /** Its index; `undefined` where it is none that can be amended. */
  readonly index: () => FileIndex | undefined;
  readonly read: (from: number, to: number) => Uint8Array;
  /** Hands octets of it over, piece by piece. */
  readonly pass: (from: number, to: number, write: (octets: Uint8Array) => void) => void;
  readonly close: () => void;
}

/** How many octets are passed at a time. */
const PIECE = 1 << 20;

/** Opens the file at a path, when somebody wants something of it. */
export function openFileBefore(
  path: string,
  made: MadeFrom,
  known: FileIndex | undefined,
  apex: DomainName,
): FileBefore {
  let descriptor: number | undefined;
  let index = known;
  const fill = (buffer: Uint8Array, from: number): void => {
    descriptor ??= openSync(path, 'r');
    for (let at = 0; at < buffer.length; ) {
      const read = readSync(descriptor, buffer, at, buffer.length - at, from + at);
      if (read === 0) throw new Error(`${path} is shorter than it was`);
      at += read;
    }
  };
  return {
    made,
    index() {
      index ??= indexFile(readFileSync(path), apex);
      return index;
    },
    read(from, to) {
      const buffer = Buffer.allocUnsafeSlow(to - from);
      fill(buffer, from);
      return buffer;
    },
    pass(from, to, write) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(PIECE, to - from));
      for (let at = from; at < to; at += buffer.length) {
        const piece = buffer.subarray(0, Math.min(buffer.length, to - at));
        fill(piece, at);
        write(piece);
      }
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
