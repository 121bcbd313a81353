import type { DomainName } from '../dns/name.ts';
import { zoneFileName } from '../dns/zone-file.ts';

/** The longest name that a file can have on the file systems in use. */
const NAME_MAX = 255;

/**
 * A zone's base name in a release: the one that its document has in canonical layout, with `=` for `%`, which NSD and Knot
 * take for the beginning of a variable in a path. Only letters, digits, `-`, `_`, `.` and `=` are in it.
 */
export function releaseName(apex: DomainName): string {
  return zoneFileName(apex).replaceAll('%', '=');
}

/** Where the file that every node serves stands in a release; on a node of its own below `nodes/<node>/`. */
export function zoneFilePath(apex: DomainName, node?: string): string {
  const path = `zones/${releaseName(apex)}.zone`;
  return node === undefined ? path : `nodes/${node}/${path}`;
}

/** Whether a zone's name fits into a file's name. */
export function fitsFileName(apex: DomainName): boolean {
  // No octet of a name takes more than three characters.
  return apex.length * 3 + '.zone'.length <= NAME_MAX || releaseName(apex).length + '.zone'.length <= NAME_MAX;
}
