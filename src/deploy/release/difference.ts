import type { DomainName } from '../../dns/name.ts';
import type { ZoneChanges } from '../nameservers/adapter.ts';
import { partsBetween } from './parts.ts';
import {
  filesOnNode,
  type ListedZone,
  type Release,
  type ReleaseFile,
  zoneFileOnNode,
  zonesBetween,
} from './release.ts';

/** A file that a node has to get, and its path there. */
export interface FileToSend {
  readonly path: string;
  readonly file: ReleaseFile;
  /** What is in it, where that is no file of the release: a part of its manifest. */
  readonly text?: string;
}

/** How two releases differ for one node. */
export interface Difference {
  readonly send: readonly FileToSend[];
  /** Paths on the node that are gone. */
  readonly remove: readonly string[];
  readonly zones: ZoneChanges;
}

/**
 * How a node that has `existing` (nothing: it is new) has to change to have `desired`. The cost follows the number of zones
 * that differ, where these are known, else it is one look at each line of the manifests.
 */
export function differenceFor(node: string, existing: Release | undefined, desired: Release): Difference {
  const send: FileToSend[] = [];
  const remove: string[] = [];
  const files = (before: readonly ReleaseFile[], after: readonly ReleaseFile[]): void => {
    const old = filesOnNode(before, node);
    for (const [path, file] of filesOnNode(after, node)) {
      if (old.get(path)?.sha256 !== file.sha256) send.push({ path, file });
      old.delete(path);
    }
    remove.push(...old.keys());
  };
  files(existing?.files ?? [], desired.files);
  const differing = existing === undefined ? [...desired.zones.keys()] : zonesBetween(existing, desired);
  const added: DomainName[] = [];
  const changed: DomainName[] = [];
  const removed: DomainName[] = [];
  for (const apex of differing) {
    const [before, after] = [existing?.zones.get(apex), desired.zones.get(apex)];
    files(before?.zone.files ?? [], after?.zone.files ?? []);
    if (before === undefined) added.push(apex);
    else if (after === undefined) removed.push(apex);
    else if (fileOf(before, node)?.sha256 !== fileOf(after, node)?.sha256) changed.push(apex);
  }
  const parts = partsBetween(existing, desired, differing);
  send.push(...parts.send);
  remove.push(...parts.remove);
  // Two zones never share a file, so what one loses no other has got.
  return { send, remove, zones: { added: added.sort(), changed: changed.sort(), removed: removed.sort() } };
}

function fileOf(zone: ListedZone, node: string): ReleaseFile | undefined {
  return zoneFileOnNode(zone.zone, node);
}
