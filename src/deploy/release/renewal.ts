import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileToSend } from './difference.ts';
import { piecesOf } from './pieces.ts';
import type { Release } from './release.ts';

/** More files than this, or more octets, are brought by rsync: it knows how much of them there is already, and how far it is. */
const FILES = 40;
const OCTETS = 96 * 1024;
/** So many lines are read one octet after the other. */
const LINES = 400;
/** A file that is not larger is sent as it is. */
const SMALL = 4096;

/** What differs in a release, as it stands in the input of `renew`. */
export interface Renewal {
  /** The whole input, with lines of "prepare" in front; `undefined` where those are too many. */
  with(lines: readonly string[]): string | undefined;
}

/**
 * Puts what differs between a release and the one whose files are in `folder` into the form in which it goes to a node
 * together with all else that it is told: `undefined` where it is too much for that. Of files that the node has nearly the
 * same only what differs is in it. All of it is held against its digests on the node.
 *
 * Throws what the file system throws where a file of the release is missing.
 */
export function renewalOf(
  node: string,
  existing: Release,
  folder: string,
  send: readonly FileToSend[],
): Renewal | undefined {
  if (send.length > FILES) return undefined;
  const lines: string[] = [];
  const data: string[] = [];
  let octets = 0;
  const put = (piece: Buffer): boolean => {
    const text = piece.toString();
    // What goes through a shell is text, and is read line by line.
    if (text.includes('\0') || !text.endsWith('\n') || !Buffer.from(text).equals(piece)) return false;
    octets += piece.length;
    lines.push(`d ${piece.length}\n`);
    data.push(text);
    return octets <= OCTETS;
  };
  for (const { path, file, text } of send) {
    lines.push(`+ ${file.sha256} ${path}\n`);
    const after = text === undefined ? readFileSync(join(folder, file.path)) : Buffer.from(text);
    const before = text === undefined && after.length > SMALL ? formerFile(node, existing, path) : undefined;
    const pieces = before === undefined ? undefined : piecesOf(before, after);
    for (const piece of pieces ?? [{ kind: 'data' as const, octets: after }]) {
      if (piece.kind === 'copy') lines.push(`c ${piece.offset} ${piece.size}\n`);
      else if (piece.octets.length > 0 && !put(piece.octets)) return undefined;
    }
  }
  return {
    with: (more) =>
      more.length + lines.length > LINES ? undefined : `${more.join('')}${lines.join('')}\n${data.join('')}`,
  };
}

/** The file of a path on the node as the release before has it, where that is here. */
function formerFile(node: string, { folder }: Release, path: string): Buffer | undefined {
  if (folder === undefined) return undefined;
  for (const place of [join(folder, 'nodes', node, path), join(folder, path)]) {
    try {
      return readFileSync(place);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}
