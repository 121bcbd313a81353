import type { KeptZone } from '../compile/amended.ts';
import { type HeldCache, openHeldCache } from '../compile/cache/held-cache.ts';
import type { KeptZones } from '../compile/evaluate.ts';
import {
  amendDocument,
  openProject,
  type Project,
  type ReadDocument,
  readDocument,
  settled,
} from '../compile/project.ts';
import { type BasisMemory, newBasisMemory } from '../compile/release/basis.ts';
import type { FileIndexes } from '../compile/release/file-before.ts';
import { type HashThread, newHashThread } from '../compile/release/hash-thread.ts';
import { newReleaseMemory, type ReleaseMemory } from '../compile/release/release-memory.ts';
import { openSettledZones, type SettledZones } from '../compile/signing/settled.ts';
import { SOURCE_PATHS } from '../compile/source/commit-tree.ts';
import { type FollowedTree, openFollowedTree } from '../compile/source/followed-tree.ts';
import { TOP_FILES } from '../compile/source/tree.ts';
import type { DomainName } from '../dns/name.ts';
import type { KnownKeys } from '../dnssec/store/store.ts';
import { commitsSince, readCommit } from '../git/commits-since.ts';
import { GitError } from '../git/error.ts';
import { type LastingBlobs, openLastingBlobs } from '../git/lasting-blobs.ts';
import { readReference } from '../git/reference.ts';
import { type Commit, openRepository, type Repository } from '../git/repository.ts';
import { MANY_OWNERS } from '../zone/amend/amend.ts';
import type { Zone } from '../zone/zone.ts';
import type { KnownSchedules } from './keys/known-schedule.ts';
import { COMMIT_CACHE, cacheFolder, cacheKey, type OpenWorkspace, type Workspace } from './workspace.ts';

/**
 * What a process that stays keeps of a bare repository from one use case to the next: what costs much to find out and is
 * the same again, because commits never change. It may be thrown away at any time.
 */
export interface Memory {
  /** Opens a commit, or the head of a branch; `undefined` where the repository is such that it must be opened as usual. */
  open(workspace: Workspace, revision: string): Promise<OpenWorkspace | undefined>;
  /** What is known of the release that was written last, and of its signed zone files. */
  readonly release: ReleaseMemory;
  /** Hashes long files of releases. */
  readonly hashes: HashThread;
  readonly basis: BasisMemory;
  readonly indexes: FileIndexes;
  /** What was found out about the signing of zones. */
  readonly settled: SettledZones;
  /** What was read of the key store. */
  readonly keys: KnownKeys;
  /** When what is signed has to be built again. */
  readonly schedules: KnownSchedules;
  /** Nothing is to be done for a while: writes down what helps the next process, and ends what waits. Never throws. */
  rest(): void;
}

interface Opened {
  readonly followed: FollowedTree;
  project: Project;
  documents: KeptDocuments;
  /** The zones by the paths of their documents. */
  readonly zoneAt: ReadonlyMap<string, DomainName>;
  /** The zones whose documents have changed since what is known of all zones was saved; `undefined` before that. */
  changed: Set<DomainName> | undefined;
}

/** The documents of big zones, read. */
interface KeptDocuments {
  readonly read: (apex: DomainName) => ReadDocument;
  /** Whether the document is here as it is now. */
  has(apex: DomainName): boolean;
  /** From now on it is of no interest how a document differs from what it was. */
  settle(apex: DomainName): void;
}

/** How much text of documents is kept, in characters. */
const KEPT = 64 * 1024 * 1024;

function keptDocuments(project: Project): KeptDocuments {
  const kept = new Map<DomainName, ReadDocument>();
  const idNow = (apex: DomainName): string | undefined => {
    const path = project.zones.get(apex);
    return path === undefined ? undefined : project.tree.id(path);
  };
  const has = (apex: DomainName): boolean => kept.has(apex) && kept.get(apex)?.id === idNow(apex);
  return {
    has,
    read(apex) {
      const before = kept.get(apex);
      if (before !== undefined && has(apex)) return before;
      kept.delete(apex);
      const document = before === undefined ? readDocument(project, apex) : amendDocument(project, apex, before);
      if (document.zone === undefined || document.zone.names.size < MANY_OWNERS) return document;
      kept.set(apex, document);
      let size = 0;
      for (const [each, { zone }] of [...kept].reverse()) {
        size += zone?.source.text.length ?? 0;
        if (size > KEPT && each !== apex) kept.delete(each);
      }
      return document;
    },
    settle(apex) {
      const document = kept.get(apex);
      if (document !== undefined) kept.set(apex, settled(document));
    },
  };
}

const roots: ReadonlySet<string> = new Set(SOURCE_PATHS);

/** How many commits there may be since the last release for them to be looked at one by one. */
const MOST_COMMITS = 200;

/** A memory of nothing yet. */
export function newMemory(): Memory {
  let place: { repository: Repository; blobs: LastingBlobs; cache: HeldCache } | undefined;
  let opened: Opened | undefined;
  const release = newReleaseMemory();
  const basis = newBasisMemory();
  const held = new WeakMap<Zone, KeptZone>();

  const goTo = async (
    commit: Commit,
    tree: string,
    key: (tree: Project['tree']) => string,
  ): Promise<Opened | undefined> => {
    const { repository, blobs, cache } = place as NonNullable<typeof place>;
    const changes = await opened?.followed.follow(tree);
    if (opened === undefined || changes === undefined) {
      opened = undefined;
      const followed = await openFollowedTree(repository, blobs, commit, tree);
      if (followed === undefined) return undefined;
      opened = { followed, ...(await projectOf(followed, cache, key)) };
    } else if (!changes.every(({ path }) => opened?.zoneAt.has(path))) {
      opened = { followed: opened.followed, ...(await projectOf(opened.followed, cache, key)) };
    }
    for (const { path } of changes ?? []) opened.changed?.add(opened.zoneAt.get(path) as DomainName);
    return opened;
  };

  return {
    async open(workspace, revision) {
      if (place === undefined) {
        const repository = await openRepository(workspace.folder);
        if (repository === undefined || !repository.bare || repository.shallow) return undefined;
        const cache = openHeldCache(cacheFolder(workspace), COMMIT_CACHE);
        place = { repository, blobs: openLastingBlobs(repository), cache };
      }
      const { repository, blobs, cache } = place;
      const id = isCommit(revision) ? revision : readReference(repository.folder, `refs/heads/${revision}`);
      if (id === undefined) return undefined;
      const { tree, committerTime } = await readCommit(blobs, id);
      const commit = { id, time: committerTime };
      const key = (of: Project['tree']): string => cacheKey(workspace, of);
      const known = await goTo(commit, tree, key);
      if (known === undefined) return undefined;
      const { project, documents, changed } = known;
      const found = cache.at(key(project.tree), changed);
      const kept: KeptZones = {
        keptOf: (zone) => held.get(zone),
        keep({ zone, facts, kept: what }) {
          if (zone !== undefined && what !== undefined) held.set(zone, what);
          documents.settle(facts.apex);
        },
      };
      return {
        project,
        cache: {
          ...found,
          save(all) {
            found.save(all);
            basis.found(all.fresh.keys());
            known.changed = new Set();
          },
        },
        at: {
          repository,
          commit,
          // What cannot be read this way is looked for by git.
          since: (before) => commitsSince(blobs, id, before, { most: MOST_COMMITS, roots }).catch(nothing),
        },
        uncommitted: [],
        kept,
        close: () => project.tree.close(),
      };
    },
    release,
    hashes: newHashThread(),
    basis,
    indexes: new Map(),
    settled: openSettledZones(undefined),
    keys: new Map(),
    schedules: new Map(),
    rest() {
      release.rest();
      place?.cache.flush();
      place?.blobs.release();
    },
  };
}

async function projectOf(
  { tree }: FollowedTree,
  cache: HeldCache,
  key: (tree: Project['tree']) => string,
): Promise<Omit<Opened, 'followed'>> {
  await tree.prefetch(TOP_FILES.filter((path) => tree.paths.includes(path)));
  const read = openProject(tree, cache.at(key(tree)).zones.values());
  const documents = keptDocuments(read);
  const zoneAt = new Map([...read.zones].map(([apex, path]) => [path, apex]));
  const isHere = (path: string): boolean => {
    const apex = zoneAt.get(path);
    return apex !== undefined && documents.has(apex);
  };
  const prefetch = (paths: readonly string[]): Promise<void> => tree.prefetch(paths.filter((path) => !isHere(path)));
  const project = { ...read, tree: { ...tree, prefetch }, document: documents.read };
  return { documents, project, zoneAt, changed: undefined };
}

function isCommit(revision: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(revision);
}

function nothing(error: unknown): undefined {
  if (error instanceof GitError) return undefined;
  throw error;
}
