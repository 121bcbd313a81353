import type { DomainName } from '../../dns/name.ts';
import type { Manifest } from '../manifest.ts';
import type { Project } from '../project.ts';

/**
 * What a process that stays knows of the release that it wrote last: all zones but some have entries that follow from what the
 * cache knows of them.
 */
export interface Basis {
  readonly manifest: Manifest;
  /** The zones of the project, all of which the release holds. */
  readonly zones: Project['zones'];
  readonly records: number;
  /** The zones to whose records something was added. */
  readonly extended: ReadonlySet<DomainName>;
  /** The zones of which something was found out since. */
  readonly since: Set<DomainName>;
}

/** Keeps the basis of the next release. */
export interface BasisMemory {
  /** The basis, if this is the release that it is of, and these are all zones of the project. */
  recall(manifest: Manifest | undefined, zones: unknown): Basis | undefined;
  /** Takes note of a release that has just come into its folder. */
  note(basis: Omit<Basis, 'since'>): void;
  /** Says that something was found out of zones. */
  found(zones: Iterable<DomainName>): void;
}

/** A memory of no release. */
export function newBasisMemory(): BasisMemory {
  let basis: Basis | undefined;
  return {
    recall: (manifest, zones) => (basis?.manifest === manifest && basis?.zones === zones ? basis : undefined),
    note(known) {
      basis = { ...known, since: new Set() };
    },
    found(zones) {
      for (const apex of zones) basis?.since.add(apex);
    },
  };
}
