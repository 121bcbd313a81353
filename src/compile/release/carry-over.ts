import type { DomainName } from '../../dns/name.ts';
import type { ManifestEntry } from '../manifest.ts';
import type { ReleaseDraft } from './draft.ts';
import type { ExistingRelease } from './place.ts';

/** What is to be taken over from the release before. */
export interface CarryOver {
  readonly draft: ReleaseDraft;
  /** The release before, which need not be the one in the folder. */
  readonly previous: ExistingRelease;
  /** The zones that keep their entries, and so their files. */
  readonly kept: () => ReadonlyMap<DomainName, ManifestEntry>;
  /** All others of the release before. */
  readonly others: readonly DomainName[];
  /** The paths of the files that belong to no single zone. */
  readonly parts: ReadonlyMap<string, unknown>;
  /** Those among them that the release in the folder has not got as they must be. */
  readonly newParts: ReadonlySet<string>;
}

/** What became of it. */
export interface CarriedOver {
  /** Whether the new release has other files than the one in the folder: there is a draft of it then. */
  readonly differs: boolean;
  /** The zones whose files are missing or damaged, and have to be written anew. */
  readonly damaged: ReadonlySet<DomainName>;
  /** The files that belong to no single zone and have to be written anew. */
  readonly newParts: ReadonlySet<string>;
}

/** Takes the files of unchanged zones over into the draft; where nothing differs they are only looked at. */
export function carryOver(work: CarryOver): CarriedOver {
  return work.previous === work.draft.existing ? fromFolder(work, work.previous) : fromElsewhere(work);
}

function fromFolder({ draft, kept, others, parts, newParts }: CarryOver, existing: ExistingRelease): CarriedOver {
  const { zones, files } = existing.manifest;
  const gone = files.flatMap(({ path }) => (parts.has(path) ? [] : [path]));
  const differs = newParts.size > 0 || gone.length > 0 || others.length > 0;
  if (differs) {
    const except = others.flatMap((apex) => (zones.get(apex) as ManifestEntry).zone.files.map(({ path }) => path));
    return report(kept, parts, newParts, draft.keepAll(new Set([...except, ...gone, ...newParts])));
  }
  const damaged = draft.findDamage();
  if (damaged.length === 0) return { differs: false, damaged: new Set(), newParts };
  return report(kept, parts, newParts, [...damaged, ...draft.keepAll(new Set(damaged))]);
}

function fromElsewhere({ draft, previous, kept, parts }: CarryOver): CarriedOver {
  const files = [...kept().values()].flatMap(({ zone }) => zone.files);
  const damaged = draft.keepFrom(previous, files).map(({ path }) => path);
  return report(kept, parts, new Set(parts.keys()), damaged);
}

function report(
  kept: CarryOver['kept'],
  parts: CarryOver['parts'],
  newParts: ReadonlySet<string>,
  damaged: readonly string[],
): CarriedOver {
  const paths = new Set(damaged);
  const zones = new Set<DomainName>();
  if (paths.size > 0) {
    for (const [apex, { zone }] of kept()) if (zone.files.some(({ path }) => paths.has(path))) zones.add(apex);
  }
  const lost = [...parts.keys()].filter((path) => paths.has(path));
  return { differs: true, damaged: zones, newParts: new Set([...newParts, ...lost]) };
}
