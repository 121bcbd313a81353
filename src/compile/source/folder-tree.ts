import { type BigIntStats, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Finding } from '../../zone/finding.ts';
import { sourceFinding } from '../rules.ts';
import {
  blobId,
  CONFIG_FILE,
  INVENTORY_FILE,
  MAX_FILE,
  SOURCE_FOLDERS,
  type SourceBytes,
  SourceError,
  type SourceTree,
  TOP_FILES,
  tooLarge,
} from './tree.ts';

/** What is remembered about a file of the working folder, so that an unchanged one need not be read. */
export interface FileMemory {
  /** The id that the file had when its fingerprint was this; `undefined` where that is not known. */
  recall(path: string, fingerprint: string): string | undefined;
  /** Takes note of what a file is now. */
  note(path: string, fingerprint: string, id: string): void;
}

/** Files up to this size that were read to know their ids are kept until they are read for their content. */
const KEPT = 16 * 1024 * 1024;

/**
 * The files of the working folder; those at the top and in `folders`. Symbolic links to files are followed within the folder;
 * every other link, and what is neither file nor folder, is a finding.
 */
export function openFolder(root: string, memory?: FileMemory, folders: readonly string[] = SOURCE_FOLDERS): SourceTree {
  const findings: Finding[] = [];
  const paths: string[] = [];
  if (holdsDocumentsAlone(root)) return openDocuments(root, memory);
  for (const file of TOP_FILES) {
    const stat = lstatSync(join(root, file), { throwIfNoEntry: false });
    if (stat !== undefined)
      visit(root, file, stat.isFile() ? 'file' : stat.isSymbolicLink() ? 'link' : 'other', paths, findings);
  }
  for (const folder of folders) walk(root, folder, paths, findings);
  return filesOf(root, paths, findings, memory);
}

/**
 * Whether a folder holds zone documents and nothing that makes it a project, as an import leaves them: it is taken for the
 * `zones/` of a project on built-in defaults.
 */
export function holdsDocumentsAlone(folder: string): boolean {
  const marks = [CONFIG_FILE, ...SOURCE_FOLDERS];
  if (marks.some((mark) => lstatSync(join(folder, mark), { throwIfNoEntry: false }) !== undefined)) return false;
  return documentsIn(folder).length > 0;
}

function documentsIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return list(folder).flatMap((entry) =>
    entry.isFile() && entry.name.endsWith('.yaml') && entry.name !== INVENTORY_FILE ? [entry.name] : [],
  );
}

function openDocuments(root: string, memory: FileMemory | undefined): SourceTree {
  const tree = filesOf(root, documentsIn(root), [], memory);
  const real = (path: string): string => path.slice(IN_ZONES.length);
  return {
    ...tree,
    paths: tree.paths.map((path) => IN_ZONES + path),
    id: (path) => tree.id(real(path)),
    read: (path) => tree.read(real(path)),
  };
}

const IN_ZONES = 'zones/';

function filesOf(root: string, paths: string[], findings: Finding[], memory: FileMemory | undefined): SourceTree {
  const ids = new Map<string, string>();
  // At most one file waits for its content to be asked for, so a million of them cost no memory.
  let waiting: { path: string; bytes: Uint8Array } | undefined;

  const load = (path: string): SourceBytes => {
    const stat = statOf(root, path);
    const bytes = readFile(root, path, stat.size);
    const id = blobId(bytes);
    ids.set(path, id);
    memory?.note(path, fingerprint(stat), id);
    return { id, bytes };
  };
  return {
    paths,
    findings,
    id(path) {
      const known = ids.get(path);
      if (known !== undefined) return known;
      const recalled = memory?.recall(path, fingerprint(statOf(root, path)));
      if (recalled !== undefined) {
        ids.set(path, recalled);
        return recalled;
      }
      const { id, bytes } = load(path);
      waiting = bytes.length <= KEPT ? { path, bytes } : undefined;
      return id;
    },
    prefetch: () => Promise.resolve(),
    read(path) {
      if (waiting?.path === path) {
        const { bytes } = waiting;
        waiting = undefined;
        return { id: ids.get(path) as string, bytes };
      }
      return load(path);
    },
    close() {
      waiting = undefined;
    },
  };
}

/** Size, times and place of a file: whoever changes it changes one of them. */
function fingerprint(stat: BigIntStats): string {
  return `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`;
}

function statOf(root: string, path: string): BigIntStats {
  try {
    return statSync(join(root, path), { bigint: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readFile(root: string, path: string, size: bigint): Uint8Array {
  if (size > MAX_FILE) throw tooLarge(path, Number(size));
  try {
    return readFileSync(join(root, path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): SourceError {
  const { code } = error as NodeJS.ErrnoException;
  const reason =
    code === 'EACCES' ? 'permission denied' : code === 'ENOENT' ? 'it is not there any more' : (code ?? '');
  return new SourceError(
    'source-unreadable',
    `${path} cannot be read: ${reason}`,
    'check the file and its permissions',
  );
}

function walk(root: string, folder: string, paths: string[], findings: Finding[]): void {
  let entries: ReturnType<typeof list>;
  try {
    entries = list(join(root, folder));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return;
    const { message, fix } = unreadable(folder, error);
    findings.push(sourceFinding('source-unreadable', folder, message, fix));
    return;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isFile()) paths.push(path);
    else if (entry.isDirectory()) walk(root, path, paths, findings);
    else visit(root, path, entry.isSymbolicLink() ? 'link' : 'other', paths, findings);
  }
}

function list(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

function visit(
  root: string,
  path: string,
  kind: 'file' | 'link' | 'other',
  paths: string[],
  findings: Finding[],
): void {
  const fault =
    kind === 'file' ? undefined : kind === 'link' ? linkFault(root, path) : 'is neither a file nor a folder';
  if (fault === undefined) paths.push(path);
  else findings.push(linkFinding(path, fault));
}

function linkFault(root: string, path: string): string | undefined {
  let target: string;
  try {
    target = realpathSync(join(root, path));
  } catch {
    return 'is a symbolic link to nothing';
  }
  if (!target.startsWith(realpathSync(root) + sep)) return 'is a symbolic link that leads out of the folder';
  return statSync(target).isFile() ? undefined : 'is a symbolic link to a folder';
}

/** What is said about a path that is not read. */
export function linkFinding(path: string, what: string): Finding {
  return sourceFinding(
    'source-link',
    path,
    `${path} ${what}`,
    'put a plain file there, or a link to one in this folder',
  );
}
