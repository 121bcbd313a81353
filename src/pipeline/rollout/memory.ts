import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST } from '../../compile/manifest.ts';
import type { Release } from '../../deploy/release/release.ts';
import { openConnections } from '../../deploy/transport/connections.ts';
import type { Files } from '../../git/snapshot.ts';
import type { Failure } from '../failure.ts';
import type { Workspace } from '../workspace.ts';
import { type Archive, openArchive } from './archive.ts';
import { type KnownRelease, readReleaseAfter } from './release.ts';
import { type BadInventory, deployFolder, type NodesSetting, readNodesSetting } from './setting.ts';

/** What a process that rolls out again and again keeps from one rollout to the next. */
export interface RolloutMemory {
  /** The nodes and the policy at the head; read again where what they depend on is another. Connections to nodes are kept. */
  setting(): Promise<NodesSetting | BadInventory | Failure>;
  readonly archive: Archive;
  /** The release in a folder; of one that is much like the last only what differs is taken apart. Throws a ManifestError. */
  read(folder: string): StoredRelease;
  /** Says that a rollout will soon begin: connections that are kept are looked at. */
  expect(): void;
  /** Ends the connections. */
  close(): Promise<void>;
}

/** A release of which the files are here. */
type StoredRelease = Release & { readonly folder: string };

/** Opens the memory of rollouts from a repository; `head` gives the files of the branch. */
export function openRolloutMemory(workspace: () => Workspace, head: () => Promise<Files>): RolloutMemory {
  const connections = openConnections();
  let setting: { readonly mark: string; readonly of: NodesSetting } | undefined;
  let last: { readonly mark: string; readonly known: KnownRelease; readonly release: StoredRelease } | undefined;
  const archive = openArchive(
    join(deployFolder(workspace()), 'releases'),
    (folder) => readReleaseAfter(folder, last?.known).release,
  );
  const markOf = async (policy: NodesSetting['policy'] | undefined): Promise<string> => {
    const files = await head();
    const paths = ['nodes.yaml', 'zonewright.yaml', ...(policy === undefined ? [] : [policy.knownHosts])];
    const entries = await Promise.all(paths.map((path) => files.entry(path)));
    return JSON.stringify(entries);
  };
  return {
    archive,
    async setting() {
      if (setting !== undefined) {
        const { mark, of } = setting;
        if (mark === (await markOf(of.policy)) && existsSync(of.knownHosts)) return of;
      }
      setting = undefined;
      const read = await readNodesSetting(workspace(), undefined, connections);
      if (read.kind !== 'nodes') return read;
      setting = { mark: await markOf(read.policy), of: read };
      return read;
    },
    read(folder) {
      const file = join(folder, MANIFEST);
      const { ino, mtimeNs, size } = statSync(file, { bigint: true });
      const mark = `${file} ${ino} ${mtimeNs} ${size}`;
      if (last?.mark !== mark) {
        const known = readReleaseAfter(folder, last?.known);
        last = { mark, known, release: { ...known.release, folder } };
      }
      return last.release;
    },
    expect: connections.look,
    close: () => connections.close(),
  };
}
