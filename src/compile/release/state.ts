import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

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

/** What is known about a release and its spare: a memory that may be lost, and is not believed without a look. */
export interface ReleaseState {
  /** SHA-256 of the manifest of the release that it is about. */
  readonly manifest: string;
  readonly files: ReadonlyMap<string, KnownFile>;
}

const VERSION = 'zonewright release state 1';

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

/** The state in a file; `undefined` where there is none, it is damaged, or it is about another release. */
export function readState(file: string, manifestText: string): ReleaseState | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const [version, sum, manifest] = text.slice(0, 300).split('\n', 3) as [string, string?, string?];
  if (version !== VERSION || sum === undefined || manifest === undefined) return undefined;
  if (manifest !== sha256(manifestText)) return undefined;
  const bodyAt = version.length + sum.length + 2;
  if (sha256(text.slice(bodyAt)) !== sum) return undefined;
  const files = new Map<string, KnownFile>();
  for (const line of text.slice(bodyAt + manifest.length + 1).split('\n')) {
    const [path, size, modified, inode, spare] = line.split('\t');
    if (spare === undefined) continue;
    files.set(path as string, {
      size: Number(size),
      modified: modified as string,
      inode: inode as string,
      inSpare: spare === 's',
    });
  }
  return { manifest, files };
}

/** Writes the state. It is a memory only: where it cannot be written it is forgotten. */
export function writeState(file: string, state: ReleaseState): void {
  const lines = [state.manifest];
  for (const [path, { size, modified, inode, inSpare }] of state.files) {
    lines.push(`${path}\t${size}\t${modified}\t${inode}\t${inSpare ? 's' : '-'}`);
  }
  const body = `${lines.join('\n')}\n`;
  const draft = `${file}.new`;
  try {
    writeFileSync(draft, `${VERSION}\n${sha256(body)}\n${body}`);
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
    rmSync(file, { force: true });
  }
}
