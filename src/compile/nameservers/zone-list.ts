import type { DomainName } from '../../dns/name.ts';
import { escapeLabel, labelsOf } from '../../dns/name.ts';

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

/**
 * A zone's name in which only letters, digits, `-`, `_`, `/` and `*` stand for themselves and every other octet is `\DDD`: no
 * quote, backslash or brace of a name can end a string of the configuration, and every parser of names understands it.
 */
export function plainName(apex: DomainName): string {
  const labels = labelsOf(apex).map((label) =>
    /^[a-z0-9_/*-]+$/.test(label) ? label : label.replace(/[^a-z0-9_/*-]/g, decimal),
  );
  return `${labels.join('.')}.`;
}

function decimal(octet: string): string {
  const escaped = escapeLabel(octet);
  return escaped.length === 4 ? escaped : `\\${octet.charCodeAt(0).toString().padStart(3, '0')}`;
}
