import type { DomainName } from '../../dns/name.ts';
import { isGreaterSerial, type Serial } from '../../dns/serial.ts';
import type { Commit, Repository } from '../../git/repository.ts';
import type { TreeChange } from '../../git/tree.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import { type CacheLine, floorOf } from '../cache/line.ts';
import type { OrderedZone } from '../content.ts';
import type { EvaluatedZone } from '../evaluate.ts';
import { type ContentFacts, hasContent, templateNames } from '../facts.ts';
import {
  isAbout,
  type Manifest,
  type ManifestEntry,
  manifestEntry,
  printManifest,
  type ReleaseFile,
  recordsOf,
} from '../manifest.ts';
import { nameserverLists } from '../nameservers/list.ts';
import { zoneFilePath } from '../paths.ts';
import type { Project } from '../project.ts';
import { keepsSerial, newSerialChooser, type SerialChoice } from '../serial/choose.ts';
import type { CurrentZone } from '../serial/past.ts';
import { type CarriedOver, carryOver, listPath } from './carry-over.ts';
import type { ReleaseDraft } from './draft.ts';
import type { ExistingRelease } from './place.ts';
import { firstExpiry, zoneText } from './zone-text.ts';

/** What a release is written from. */
export interface WriterInputs {
  readonly draft: ReleaseDraft;
  readonly project: Project;
  /** The repository and the commit that is compiled; `undefined` outside of git. */
  readonly at: { readonly repository: Repository; readonly commit: Commit } | undefined;
  /** How the files differ from the commit. */
  readonly uncommitted: readonly TreeChange[];
  /** The release before. */
  readonly previous: ExistingRelease | undefined;
  /** The zones that the release holds. */
  readonly zones: ReadonlySet<DomainName>;
  /** Seconds since 1970. */
  readonly now: number;
  readonly generator: string;
}

/** What a finished release is like. */
export interface WrittenRelease {
  readonly commit: string | null;
  readonly dirty: boolean;
  readonly zones: number;
  readonly records: number;
  /** The zones that are new or have another serial than in the release before. */
  readonly changed: readonly { readonly zone: DomainName; readonly serial: Serial }[];
  readonly removed: readonly DomainName[];
  /** Whether the folder was left as it was. */
  readonly untouched: boolean;
}

/** Writes the zones of a release while they are evaluated, and then the rest of it. */
export interface ReleaseWriter {
  /** Takes compiled zones: chooses their serials, and writes those that the release before has not got. */
  readonly take: (zones: readonly EvaluatedZone[]) => Promise<void>;
  /**
   * Takes the zones that are unchanged, when all others were taken. Gives those that have to be compiled all the same: the
   * release before has not got them as they must be.
   */
  readonly want: (unchanged: readonly CacheLine[]) => readonly DomainName[];
  /** What is wrong with serials. */
  readonly findings: Finding[];
  /** Puts the release into its folder. */
  finish(): WrittenRelease;
  close(): void;
}

type Written = EvaluatedZone & { readonly facts: ContentFacts; readonly ordered: OrderedZone };

/** A writer for a draft. It writes nothing any more once a finding stops the release. */
export function newReleaseWriter(inputs: WriterInputs): ReleaseWriter {
  const { draft, project, at, previous, uncommitted, now } = inputs;
  const existing = draft.existing?.manifest;
  const chooser = newSerialChooser({ project, at, uncommitted, previous: previous?.manifest, now });
  const findings: Finding[] = [];
  /** The zones that are written, and those that are as the release before has them. */
  const written = new Map<DomainName, ManifestEntry>();
  const kept = new Map<DomainName, ManifestEntry>();
  const changed: { zone: DomainName; serial: Serial }[] = [];
  /** The zones that are written whether their content has changed or not: nothing of them was taken over. */
  let toWrite: ReadonlySet<DomainName> = new Set();
  const newLists = existing?.generator !== inputs.generator || !sameKeys(existing.zones, inputs.zones);
  let carried: CarriedOver = { differs: true, damaged: new Set(), newLists: true };
  let stopped = project.findings.some(stops);

  const writeFile = (path: string, chunks: Iterable<string>): ReleaseFile => {
    const sink = draft.create(path);
    try {
      for (const chunk of chunks) sink.write(chunk);
      return sink.end();
    } catch (error) {
      sink.abort();
      throw error;
    }
  };
  const writeZone = ({ facts, ordered }: Written, choice: SerialChoice): void => {
    const { apex, source, records, state } = facts;
    const { serial, from: serialFrom, commit } = choice;
    const files = [undefined, ...facts.nodes].map((node) =>
      writeFile(zoneFilePath(apex, node), zoneText(ordered, serial, node)),
    );
    const signaturesExpire = state.documentSerial === undefined ? null : firstExpiry(ordered.rrsets);
    const zone = { apex, serial, serialFrom, commit, source, content: state.content, records, signaturesExpire, files };
    kept.delete(apex);
    written.set(apex, manifestEntry(zone));
  };
  const takeOne = (zone: Written, choice: SerialChoice): void => {
    const { apex, state, source } = zone.facts;
    const before = previous?.manifest.zones.get(apex);
    if (before?.zone.serial !== choice.serial) changed.push({ zone: apex, serial: choice.serial });
    if (before === undefined || !keepsSerial(state, before.zone) || toWrite.has(apex)) writeZone(zone, choice);
    else kept.set(apex, entryFor({ source, content: state.content }, before) as ManifestEntry);
  };

  return {
    findings,
    async take(zones) {
      stopped ||= zones.some(({ facts }) => facts.findings.some(stops));
      if (stopped) return;
      const good = zones.filter((zone): zone is Written => zone.ordered !== undefined && hasContent(zone.facts));
      const choices = await chooser.choose(good.map(({ facts }) => currentZone(facts)));
      findings.push(...choices.flatMap(({ finding }) => finding ?? []));
      stopped = findings.length > 0;
      if (!stopped) for (const [i, choice] of choices.entries()) takeOne(good[i] as Written, choice);
    },
    want(unchanged) {
      stopped ||= unchanged.some((line) => line.stops);
      if (stopped) return [];
      const wanted = new Set<DomainName>();
      for (const line of unchanged) {
        const entry = entryFor(line, previous?.manifest.zones.get(line.apex));
        const risen = entry !== undefined && line.hasFloor && !isAbove(entry.zone.serial, floorOf(line));
        if (entry === undefined || risen) wanted.add(line.apex);
        else kept.set(line.apex, entry);
      }
      if (previous !== undefined) {
        carried = carryOver({ draft, previous, kept, newLists });
        for (const apex of carried.damaged) wanted.add(apex);
      }
      toWrite = wanted;
      return [...wanted];
    },
    finish() {
      const zones = new Map([...kept, ...written]);
      const commit = at?.commit.id ?? null;
      const dirty = at === undefined || uncommitted.length > 0;
      const finished = (files: readonly ReleaseFile[]): Manifest => {
        return { generator: inputs.generator, commit, dirty, files, zones };
      };
      const removed = [...(previous?.manifest.zones.keys() ?? [])].filter((apex) => !zones.has(apex)).sort();
      const records = [...zones.values()].reduce((sum, entry) => sum + recordsOf(entry), 0);
      const summary = { commit, dirty, zones: zones.size, records, changed: changed.sort(byZone), removed };
      if (carried.differs) {
        const files = carried.newLists || existing === undefined ? writeLists(zones.keys()) : existing.files;
        draft.publish(finished(files));
        return { ...summary, untouched: false };
      }
      const manifest = finished(existing?.files ?? []);
      const untouched = printManifest(manifest) === draft.existing?.text;
      if (!untouched) draft.replaceManifest(manifest);
      return { ...summary, untouched };
    },
    close: () => chooser.close(),
  };

  function writeLists(apexes: Iterable<DomainName>): ReleaseFile[] {
    const zones = [...apexes].sort().map((apex) => ({ apex, file: zoneFilePath(apex) }));
    return nameserverLists.map(({ file, print }) => writeFile(listPath(file), [print(zones)]));
  }
}

function sameKeys(a: ReadonlyMap<DomainName, unknown>, b: ReadonlySet<DomainName>): boolean {
  return a.size === b.size && [...b].every((key) => a.has(key));
}

/** The entry that a zone has in the release before, if it has this content; brought up to date with its sources. */
function entryFor(
  { source, content }: { readonly source: string; readonly content: string },
  before: ManifestEntry | undefined,
): ManifestEntry | undefined {
  if (before === undefined || isAbout(before, source, content)) return before;
  return before.zone.content === content ? manifestEntry({ ...before.zone, source }) : undefined;
}

function isAbove(serial: Serial, floor: Serial | undefined): boolean {
  return floor === undefined || isGreaterSerial(serial, floor);
}

function byZone(a: { readonly zone: DomainName }, b: { readonly zone: DomainName }): number {
  return a.zone < b.zone ? -1 : 1;
}

function currentZone({ apex, state, templates, dependent }: ContentFacts): CurrentZone {
  return { apex, state, templates: templateNames(templates), dependent };
}
