import { posix } from 'node:path';
import type { BlobReader } from '../../git/blobs.ts';
import { openBlobs } from '../../git/blobs.ts';
import type { Commit, Repository } from '../../git/repository.ts';
import { listTree, type TreeEntry } from '../../git/tree.ts';
import type { Finding } from '../../zone/finding.ts';
import { newFetchedFiles } from './fetched.ts';
import { linkFinding } from './folder-tree.ts';
import { SOURCE_FOLDERS, SourceError, type SourceTree, TOP_FILES } from './tree.ts';

/** The paths that a project is compiled from, as git is asked for them. */
export const SOURCE_PATHS: readonly string[] = [...TOP_FILES, ...SOURCE_FOLDERS];

const MAX_LINKS = 8;
const MAX_TARGET = 4096;

/** The files at a commit. Symbolic links to files are followed within the project, as in a folder. */
export async function openCommit(repository: Repository, commit: Commit): Promise<SourceTree> {
  const entries = await listTree(repository, commit, SOURCE_PATHS);
  const blobs = openBlobs(repository);
  try {
    const { files, findings } = await resolveLinks(entries, blobs);
    return blobTree(repository, blobs, files, findings);
  } catch (error) {
    blobs.close();
    throw error;
  }
}

/** The files with these blobs, by their paths. */
function blobTree(
  repository: Repository,
  blobs: BlobReader,
  files: ReadonlyMap<string, string>,
  findings: readonly Finding[],
): SourceTree {
  const id = (path: string): string => {
    const blob = files.get(path);
    if (blob !== undefined) return blob;
    throw new SourceError('source-unreadable', `the commit has no ${path}`, 'name another commit');
  };
  const { prefetch, read } = newFetchedFiles(repository, blobs, id);
  return {
    paths: [...files.keys()],
    findings,
    id,
    prefetch,
    read,
    close: () => blobs.close(),
  };
}

async function resolveLinks(
  entries: readonly TreeEntry[],
  blobs: BlobReader,
): Promise<{ files: Map<string, string>; findings: Finding[] }> {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const files = new Map<string, string>();
  const findings: Finding[] = [];
  for (const entry of entries) {
    if (entry.kind === 'file') {
      files.set(entry.path, entry.blob);
      continue;
    }
    let at: TreeEntry | undefined = entry;
    for (let hops = 0; at?.kind === 'link' && hops < MAX_LINKS; hops++) {
      const target: string = (await blobs.read(at.blob, MAX_TARGET))?.toString('utf8') ?? '/';
      at = target.startsWith('/') ? undefined : byPath.get(posix.join(posix.dirname(at.path), target));
    }
    if (at?.kind === 'file') files.set(entry.path, at.blob);
    else {
      findings.push(
        linkFinding(
          entry.path,
          entry.kind === 'link' ? 'is a symbolic link to no file of the project' : 'is a submodule',
        ),
      );
    }
  }
  return { files, findings };
}
