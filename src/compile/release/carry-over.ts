import type { DomainName } from '../../dns/name.ts';
import type { ManifestEntry } from '../manifest.ts';
import { nameserverLists } from '../nameservers/list.ts';
import type { ReleaseDraft } from './draft.ts';
import type { ExistingRelease } from './place.ts';

/** What is to be taken over from the release before. */
export interface CarryOver {
  readonly draft: ReleaseDraft;
  /** The release before, which need not be the one in the folder. */
  readonly previous: ExistingRelease;
  /** The zones that keep their entries, and so their files. */
  readonly kept: ReadonlyMap<DomainName, ManifestEntry>;
  /** Whether the zones of the new release, or the program, are others than those of the release in the folder. */
  readonly newLists: boolean;
}

/** What became of it. */
export interface CarriedOver {
  /** Whether the new release has other files than the one in the folder: there is a draft of it then. */
  readonly differs: boolean;
  /** The zones whose files are missing or damaged, and have to be written anew. */
  readonly damaged: ReadonlySet<DomainName>;
  /** Whether the lists of zones have to be written anew. */
  readonly newLists: boolean;
}

/** The path of a list of zones in a release. */
export function listPath(file: string): string {
  return `nameservers/${file}`;
}

/** Takes the files of unchanged zones over into the draft; where nothing differs they are only looked at. */
export function carryOver(work: CarryOver): CarriedOver {
  return work.previous === work.draft.existing ? fromFolder(work, work.previous) : fromElsewhere(work);
}

function fromFolder({ draft, kept, newLists }: CarryOver, existing: ExistingRelease): CarriedOver {
  const { zones } = existing.manifest;
  const others = [...zones.keys()].filter((apex) => !kept.has(apex));
  const differs = newLists || others.length > 0;
  const lists = nameserverLists.map(({ file }) => listPath(file));
  if (differs) {
    const except = others.flatMap((apex) => (zones.get(apex) as ManifestEntry).zone.files.map(({ path }) => path));
    return report(kept, draft.keepAll(new Set([...except, ...(newLists ? lists : [])])), newLists);
  }
  const damaged = draft.findDamage();
  if (damaged.length === 0) return { differs: false, damaged: new Set(), newLists: false };
  return report(kept, [...damaged, ...draft.keepAll(new Set(damaged))], false);
}

function fromElsewhere({ draft, previous, kept }: CarryOver): CarriedOver {
  const files = [...kept.values()].flatMap(({ zone }) => zone.files);
  const damaged = draft.keepFrom(previous, files).map(({ path }) => path);
  return report(kept, damaged, true);
}

function report(kept: CarryOver['kept'], damaged: readonly string[], newLists: boolean): CarriedOver {
  const paths = new Set(damaged);
  const zones = new Set<DomainName>();
  if (paths.size > 0) {
    for (const [apex, { zone }] of kept) if (zone.files.some(({ path }) => paths.has(path))) zones.add(apex);
  }
  return {
    differs: true,
    damaged: zones,
    newLists: newLists || nameserverLists.some(({ file }) => paths.has(listPath(file))),
  };
}
