import type { DomainName } from '../../dns/name.ts';
import type { CacheLine } from '../cache/line.ts';
import type { Unchanged } from '../evaluate.ts';
import { inOrder, type Manifest, type ManifestEntry, printFrom, printManifest } from '../manifest.ts';
import type { Basis } from './basis.ts';
import type { ExistingRelease } from './place.ts';

/** The entries of zones in a release that is being made, as they come to be known. */
export interface Entries {
  /** The zones that were told apart. With a basis, all others have the entries of the release before. */
  readonly apart: Set<DomainName>;
  /** The zones that are written. */
  readonly written: Map<DomainName, ManifestEntry>;
  /** The zones that are as the release before has them. */
  readonly kept: Map<DomainName, ManifestEntry>;
  /** Of the zones that are unchanged, the lines of those that may have another entry; `more`: also these zones. */
  linesOf(unchanged: Unchanged, more: Iterable<DomainName>): readonly CacheLine[];
  /** All zones that keep their entries, and those of the release before that do not. */
  allKept(): ReadonlyMap<DomainName, ManifestEntry>;
  notKept(): readonly DomainName[];
  /** The entries of the new release. Throws an Error where one of the zones that it is to have is missing. */
  all(zones: Pick<ReadonlySet<DomainName>, 'keys'>): Manifest['zones'];
  /** The zones of the release before that are gone, sorted. */
  goneFrom(zones: Manifest['zones']): readonly DomainName[];
  /** How many records all zones have together. */
  recordsIn(zones: Manifest['zones']): number;
  /** The manifest as it is printed. */
  print(manifest: Manifest): string;
  /** The zones to whose records something was added. */
  extendedIn(zones: Manifest['zones']): ReadonlySet<DomainName>;
}

/** Begins with no entry; `basis`: that of the release before, which is the one in the folder then. */
export function newEntries(previous: ExistingRelease | undefined, basis: Basis | undefined): Entries {
  const apart = new Set<DomainName>();
  const written = new Map<DomainName, ManifestEntry>();
  const kept = new Map<DomainName, ManifestEntry>();
  const before: Manifest['zones'] = previous?.manifest.zones ?? new Map();
  const entryNow = (apex: DomainName): ManifestEntry | undefined => written.get(apex) ?? kept.get(apex);
  return {
    apart,
    written,
    kept,
    linesOf(unchanged, more) {
      if (basis === undefined) return unchanged.all();
      const lines = new Map(unchanged.notable().map((line) => [line.apex, line]));
      for (const apexes of [basis.since, basis.extended, more]) {
        for (const apex of apexes) {
          const line = unchanged.get(apex);
          if (line !== undefined) lines.set(apex, line);
        }
      }
      return [...lines.values()];
    },
    allKept() {
      if (basis === undefined) return kept;
      return new Map([...[...before].filter(([apex]) => !apart.has(apex)), ...kept]);
    },
    notKept: () =>
      [...(basis === undefined ? before.keys() : apart)].filter((apex) => !kept.has(apex) && before.has(apex)),
    all(expected) {
      // A release that lacks a zone takes it off every name server: rather none at all.
      for (const apex of basis === undefined ? expected.keys() : apart)
        if (entryNow(apex) === undefined) throw new Error(`the zone ${apex} got lost while the release was made`);
      // The order of the release before is nearly that of the new one.
      const zones = new Map(basis?.manifest.zones);
      for (const apex of basis === undefined ? before.keys() : apart) {
        const entry = entryNow(apex);
        if (entry !== undefined) zones.set(apex, entry);
      }
      if (basis !== undefined) return zones;
      if (zones.size < kept.size + written.size)
        for (const [apex, entry] of [...kept, ...written]) zones.set(apex, entry);
      return inOrder(zones);
    },
    goneFrom: (zones) => (basis === undefined ? [...before.keys()].filter((apex) => !zones.has(apex)).sort() : []),
    recordsIn(zones) {
      if (basis === undefined) return [...zones.values()].reduce((sum, { records }) => sum + records, 0);
      const more = (apex: DomainName): number => (zones.get(apex)?.records ?? 0) - (before.get(apex)?.records ?? 0);
      return [...apart].reduce((sum, apex) => sum + more(apex), basis.records);
    },
    print: (manifest) =>
      basis === undefined || previous === undefined
        ? printManifest(manifest)
        : printFrom(previous, manifest, [...apart]),
    extendedIn(zones) {
      const extended = new Set(basis?.extended);
      for (const apex of basis === undefined ? zones.keys() : apart) {
        if (zones.get(apex)?.isExtended) extended.add(apex);
        else extended.delete(apex);
      }
      return extended;
    },
  };
}
