import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ReleaseFile } from '../manifest.ts';

/** What tells whether a file is still the one that was written: no octet of it has to be read. */
export interface Fingerprint {
  readonly size: number;
  /** Nanoseconds, as text. */
  readonly modified: string;
  readonly inode: string;
}

/** A file of a release, as it was when it was published. */
export interface KnownFile extends Fingerprint {
  /** Whether the spare holds the very same file under the same path. */
  readonly inSpare: boolean;
}

/** What is known about the files of a release and its spare: a memory that may be lost, and is not believed without a look. */
export type ReleaseState = ReadonlyMap<string, KnownFile>;

const FIRST_LINE = 'zonewright release 1';

/** SHA-256, hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The fingerprint of a file; `undefined` where there is none, or something else than a plain file. */
export function fingerprintOf(path: string): Fingerprint | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return undefined;
  return { size: Number(stat.size), modified: String(stat.mtimeNs), inode: String(stat.ino) };
}

/** Whether a path still holds the file that is known. */
export function isUntouched(path: string, known: Fingerprint): boolean {
  const now = fingerprintOf(path);
  return now?.size === known.size && now.modified === known.modified && now.inode === known.inode;
}

/** The state in a file; `undefined` where there is none, it is damaged, or it is about another manifest than this one. */
export function readState(file: string, manifestText: string): ReleaseState | undefined {
  let octets: Buffer;
  try {
    octets = readFileSync(file);
  } catch {
    return undefined;
  }
  const bodyAt = octets.indexOf(10) + 1;
  if (octets.toString('latin1', 0, bodyAt) !== headOf(octets.subarray(bodyAt), manifestText)) return undefined;
  const files = new Map<string, KnownFile>();
  for (const line of octets.toString('utf8', bodyAt).split('\n')) {
    const [path, size, modified, inode, spare] = line.split('\t');
    if (spare === undefined) continue;
    files.set(path as string, {
      size: Number(size),
      modified: modified as string,
      inode: inode as string,
      inSpare: spare === 's',
    });
  }
  return files;
}

/** Where a state is written before it has its name; one that is there otherwise was left by a killed process. */
export function draftOfState(file: string): string {
  return `${file}.new`;
}

/** Writes the state of the release that has this manifest. Where it cannot be written it is forgotten. */
export function writeState(file: string, manifestText: string, state: ReleaseState): void {
  const lines: string[] = [];
  for (const [path, { size, modified, inode, inSpare }] of state) {
    lines.push(`${path}\t${size}\t${modified}\t${inode}\t${inSpare ? 's' : '-'}\n`);
  }
  const body = Buffer.from(lines.join(''));
  const draft = draftOfState(file);
  try {
    writeFileSync(draft, Buffer.concat([Buffer.from(headOf(body, manifestText)), body]));
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
    rmSync(file, { force: true });
  }
}

function headOf(body: Uint8Array, manifestText: string): string {
  const sums = [body, Buffer.from(manifestText)].map((octets) => `${crc32(octets).toString(16)} ${octets.length}`);
  return `${FIRST_LINE} ${sums.join(' ')}\n`;
}

/** Whether a folder holds a file as the manifest describes it; its octets are read. */
export function isFile(folder: string, file: ReleaseFile): boolean {
  return readFile(folder, file) !== undefined;
}

/** The octets of a file in a folder; `undefined` where it is missing or not as the manifest describes it. */
export function readFile(folder: string, { path, size, sha256: digest }: ReleaseFile): Buffer | undefined {
  const file = join(folder, path);
  if (fingerprintOf(file)?.size !== size) return undefined;
  const octets = readFileSync(file);
  return sha256(octets) === digest ? octets : undefined;
}
