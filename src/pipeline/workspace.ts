import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Cache, openCache } from '../compile/cache/cache.ts';
import { compilerId } from '../compile/cache/compiler.ts';
import type { KeptZones } from '../compile/evaluate.ts';
import { openProject, type Project } from '../compile/project.ts';
import type { OpenCommit } from '../compile/serial/choose.ts';
import { openCommit, SOURCE_PATHS } from '../compile/source/commit-tree.ts';
import { holdsDocumentsAlone, openFolder } from '../compile/source/folder-tree.ts';
import { CONFIG_FILE, INVENTORY_FILE, type SourceTree, TOP_FILES } from '../compile/source/tree.ts';
import { DnsSyntaxError } from '../dns/fault.ts';
import type { DomainName } from '../dns/name.ts';
import { parseName } from '../dns/name.ts';
import { GitError } from '../git/error.ts';
import { changedFiles, headCommit, openRepository, resolveCommit } from '../git/repository.ts';
import { listTree, type TreeChange } from '../git/tree.ts';
import { type Failure, failure } from './failure.ts';
import type { Memory } from './memory.ts';

/** Where a use case works, and what it may not find out for itself. */
export interface Workspace {
  /** The folder of `zonewright.yaml`, or one with a `zones/` folder; see {@link findProject}. */
  readonly folder: string;
  /** The time, in milliseconds since 1970. */
  readonly now: number;
  /** The version of zonewright. */
  readonly version: string;
  /** `false`: nothing is remembered for the next run, and nothing of the last one believed. */
  readonly cache?: boolean;
  /** The state of the repository that is meant where nobody names one; the working folder unless given. */
  readonly revision?: string;
  /**
   * The folder of what belongs to this machine and is no part of the project: caches, keys, rollouts. `.zonewright` in the
   * folder unless given; a bare repository has none of its own.
   */
  readonly stateFolder?: string;
  /** What a process that stays keeps from one use case to the next. */
  readonly memory?: Memory | undefined;
  /** Is told from time to time how many zones are done, and how many there are to do. */
  readonly progress?: (done: number, all: number) => void;
}

/** A project that was opened, from the working folder or from a commit. */
export interface OpenWorkspace {
  readonly project: Project;
  readonly cache: Cache | undefined;
  /** The repository and the commit that is checked out, or that was asked for; `undefined` outside of git. */
  readonly at: OpenCommit | undefined;
  /** How the files differ from that commit. Empty for a commit. */
  readonly uncommitted: readonly TreeChange[];
  /** What is kept of zones from one run to the next. */
  readonly kept?: KeptZones;
  close(): void;
}

/**
 * The folder of the project that a folder belongs to: the nearest one upwards that holds `zonewright.yaml`, else the nearest
 * one with a `zones/` folder. `undefined` where there is neither.
 */
export function findProject(from: string): string | undefined {
  for (const mark of [CONFIG_FILE, 'zones']) {
    for (let at = resolve(from); ; at = dirname(at)) {
      if (existsSync(join(at, mark))) return at;
      if (dirname(at) === at) break;
    }
  }
  return undefined;
}

/** Whether a folder that was named is a project itself, or holds nothing but zone documents. */
export function isProject(folder: string): boolean {
  return [CONFIG_FILE, 'zones'].some((mark) => existsSync(join(folder, mark))) || holdsDocumentsAlone(folder);
}

/**
 * Opens the project of a workspace as it is in the working folder, or at a revision. `git: false` leaves git alone where only
 * the files of the working folder count.
 *
 * @throws GitError where git refuses, or `at` names no commit.
 */
export function openWorkspace(
  workspace: Workspace,
  at: string | undefined,
  options: { readonly git: boolean } = { git: true },
): Promise<OpenWorkspace> {
  const revision = at ?? workspace.revision;
  return revision === undefined ? openWorkingFolder(workspace, options.git) : openRevision(workspace, revision);
}

async function openWorkingFolder(workspace: Workspace, git: boolean): Promise<OpenWorkspace> {
  const { folder } = workspace;
  // git looks at the folder while this process does.
  const state = git ? gitState(folder) : undefined;
  const opened = workspace.cache === false ? undefined : openCache(cacheFolder(workspace), 'folder');
  const tree = openFolder(folder, opened?.files);
  const cache = opened?.at(cacheKey(workspace, tree));
  const project = openProject(tree, cache?.zones.values());
  return {
    project,
    cache,
    at: await state?.at,
    uncommitted: (await state?.uncommitted) ?? [],
    close: () => tree.close(),
  };
}

/**
 * Opens the project of a workspace as {@link openWorkspace} does, for its configuration and inventory: zones may be missing,
 * and what is said about the lack of one means nothing.
 */
export async function openSettings(
  workspace: Workspace,
  at: string | undefined,
): Promise<Pick<OpenWorkspace, 'project' | 'close'>> {
  const revision = at ?? workspace.revision;
  if (revision !== undefined) return openRevision(workspace, revision);
  const tree = openFolder(workspace.folder, undefined, []);
  return { project: openProject(tree), close: () => tree.close() };
}

/** Asks git everything at once, so that its processes run side by side; outside of a repository no answer counts. */
function gitState(folder: string): {
  at: Promise<OpenWorkspace['at']>;
  uncommitted: Promise<readonly TreeChange[]>;
} {
  const head = headCommit(folder);
  const changed = changedFiles(folder, SOURCE_PATHS);
  const at = openRepository(folder).then(async (repository) => {
    const commit = repository === undefined || repository.bare ? undefined : await head;
    return repository === undefined || commit === undefined ? undefined : { repository, commit };
  });
  const uncommitted = at.then(async (known) => (known === undefined ? [] : before(known, await changed)));
  for (const answer of [head, changed, at, uncommitted]) answer.catch(() => undefined);
  return { at, uncommitted };
}

/** The changed files with what the commit has in their place. */
async function before(
  { repository, commit }: NonNullable<OpenWorkspace['at']>,
  changed: readonly string[],
): Promise<TreeChange[]> {
  const paths = changed.map((path) => path.slice(repository.prefix.length));
  if (paths.length === 0) return [];
  // More paths than this are not named one by one: the list of arguments of a process has an end.
  const asked = paths.length > 1000 ? SOURCE_PATHS : paths;
  const entries = new Map((await listTree(repository, commit, asked)).map((entry) => [entry.path, entry]));
  return paths.map((path) => ({ path, before: entries.get(path), after: undefined }));
}

async function openRevision(workspace: Workspace, revision: string): Promise<OpenWorkspace> {
  const { folder } = workspace;
  const remembered = await workspace.memory?.open(workspace, revision);
  if (remembered !== undefined) return remembered;
  const repository = await openRepository(folder);
  if (repository === undefined) {
    throw new GitError(
      'refused',
      `${folder} is in no git repository, so it has no revisions`,
      'work without a revision',
    );
  }
  const commit = await resolveCommit(repository, revision);
  const tree = await openCommit(repository, commit);
  await tree.prefetch(TOP_FILES.filter((path) => tree.paths.includes(path)));
  const bare = repository.bare && workspace.stateFolder === undefined;
  const opened = workspace.cache === false || bare ? undefined : openCache(cacheFolder(workspace), COMMIT_CACHE);
  const cache = opened?.at(cacheKey(workspace, tree));
  const project = openProject(tree, cache?.zones.values());
  return { project, cache, at: { repository, commit }, uncommitted: [], close: () => tree.close() };
}

/** The cache in which what is known of commits is remembered, in the folder of {@link cacheFolder}. */
export const COMMIT_CACHE = 'commit';

/** Where caches are. */
export function cacheFolder(workspace: Pick<Workspace, 'folder' | 'stateFolder'>): string {
  return join(stateFolderOf(workspace), 'cache');
}

/** Where a project keeps what belongs to this machine alone. */
export function stateFolderOf({ folder, stateFolder }: Pick<Workspace, 'folder' | 'stateFolder'>): string {
  return stateFolder ?? join(folder, '.zonewright');
}

/** What all facts of zones depend on beside their own files. */
export function cacheKey({ version }: Pick<Workspace, 'version'>, tree: SourceTree): string {
  const present = new Set(tree.paths);
  const ids = [CONFIG_FILE, INVENTORY_FILE].map((path) => (present.has(path) ? tree.id(path) : '-'));
  return [compilerId(version), ...ids].join(' ');
}

/** The zones that were named, in either spelling; all where none was. A name that is no zone of the project is a failure. */
export function namedZones(
  project: Project,
  names: readonly string[] | undefined,
): ReadonlySet<DomainName> | undefined | Failure {
  if (names === undefined || names.length === 0) return undefined;
  const zones = new Set<DomainName>();
  for (const name of names) {
    const apex = readApex(name);
    if (apex === undefined || !project.zones.has(apex)) {
      return failure(
        'usage',
        `there is no zone ${name} in this project`,
        'name a zone as its file is named, such as example.com',
      );
    }
    zones.add(apex);
  }
  return zones;
}

function readApex(name: string): DomainName | undefined {
  try {
    return parseName(name.endsWith('.') ? name : `${name}.`);
  } catch (error) {
    if (error instanceof DnsSyntaxError) return undefined;
    throw error;
  }
}
