import type { DomainName } from '../../dns/name.ts';

/** A zone as a name server is told of it. */
export interface ListedZone {
  readonly apex: DomainName;
  /** The path of its file in the release: letters, digits and `-`, `_`, `.`, `=`, `/` only. */
  readonly file: string;
}

/**
 * The zones of a release as one kind of name server wants them listed, in a file to include. The same list serves all
 * nodes, so the paths in it are relative to the release; where that is, the server's own configuration says.
 */
export interface NameserverList {
  /** The file's name below `nameservers/`. */
  readonly file: string;
  /** The whole file. The zones come sorted. */
  readonly print: (zones: readonly ListedZone[]) => string;
}
