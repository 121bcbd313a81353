import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { masterChunks } from '../../dns/master/writer.ts';
import type { DomainName } from '../../dns/name.ts';
import { isGreaterSerial, type Serial } from '../../dns/serial.ts';
import { printTime } from '../../dns/timestamp.ts';
import type { Commit, Repository } from '../../git/repository.ts';
import type { TreeChange } from '../../git/tree.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import { type CacheLine, floorOf, signedBy } from '../cache/line.ts';
import { type OrderedZone, rrsetsOfNode } from '../content.ts';
import type { EvaluatedZone } from '../evaluate.ts';
import { type ContentFacts, hasContent, templateNames } from '../facts.ts';
import {
  isMadeFrom,
  type MadeFrom,
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
import type { Additions, FinishedZone, Preparation, SigningDesk } from '../signing/desk.ts';
import { isDue, serialAfterSigning } from '../signing/due.ts';
import { signingFinding } from '../signing/finding.ts';
import { type CarriedOver, carryOver, listPath } from './carry-over.ts';
import type { ReleaseDraft } from './draft.ts';
import type { ExistingRelease } from './place.ts';
import { isFile } from './state.ts';
import { firstExpiry, withSerial } from './zone-text.ts';

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
  /** Where zones are signed. */
  readonly desk: SigningDesk;
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
  /** What is wrong with serials and signing. */
  readonly findings: Finding[];
  /** Puts the release into its folder. */
  finish(): Promise<WrittenRelease>;
  close(): void;
}

type Written = EvaluatedZone & { readonly facts: ContentFacts; readonly ordered: OrderedZone };

/** A writer for a draft. It writes nothing any more once a finding stops the release. */
export function newReleaseWriter(inputs: WriterInputs): ReleaseWriter {
  const { draft, project, at, previous, uncommitted, now, desk } = inputs;
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
  const note = (zone: EvaluatedZone, notes: FinishedZone['notes']): void => {
    findings.push(...notes.map((each) => signingFinding(each, zone, project)));
    stopped ||= findings.some(stops);
  };
  /** The zone file of the release before, if it is what its manifest says. */
  const previousFile = (apex: DomainName) => (): Buffer | undefined => {
    const path = zoneFilePath(apex);
    const file = previous?.manifest.zones.get(apex)?.zone.files.find((each) => each.path === path);
    return previous !== undefined && file !== undefined && isFile(previous.folder, file)
      ? readFileSync(join(previous.folder, path))
      : undefined;
  };
  const finishZone = async (zone: Written, serial: Serial, additions: Additions | undefined): Promise<FinishedZone> => {
    const { ordered, facts } = zone;
    const { apex, nodes, state } = facts;
    if (additions !== undefined) {
      return desk.finish({ ordered, nodes, serial, previous: previousFile(apex) });
    }
    return {
      rrsets: withSerial(ordered.rrsets, serial),
      nodes: new Map(nodes.map((node) => [node, withSerial(rrsetsOfNode(ordered, node), serial)])),
      expires: state.documentSerial === undefined ? undefined : firstExpiry(ordered.rrsets),
      dsOf: [],
      files: [],
      notes: [],
    };
  };
  const writeZone = async (zone: Written, choice: SerialChoice, additions: Additions | undefined): Promise<void> => {
    const { facts, ordered } = zone;
    const { apex, source, state } = facts;
    const { serial, from: serialFrom, commit } = choice;
    const finished = await finishZone(zone, serial, additions);
    note(zone, finished.notes);
    if (stopped) return;
    const { defaultTtl } = ordered;
    const textOf = (rrsets: FinishedZone['rrsets']): Iterable<string> => masterChunks({ apex, defaultTtl, rrsets });
    const files = [writeFile(zoneFilePath(apex), textOf(finished.rrsets))];
    for (const [node, rrsets] of finished.nodes) files.push(writeFile(zoneFilePath(apex, node), textOf(rrsets)));
    for (const { path, text } of finished.files) files.push(writeFile(path, [text]));
    kept.delete(apex);
    written.set(
      apex,
      manifestEntry({
        apex,
        serial,
        serialFrom,
        commit,
        source,
        content: state.content,
        signing: additions?.digest ?? null,
        dsOf: finished.dsOf,
        records: finished.rrsets.reduce((sum, { rdatas }) => sum + rdatas.length, 0),
        signaturesExpire: finished.expires === undefined ? null : printTime(finished.expires),
        files,
      }),
    );
  };
  const takeOne = async (zone: Written, choice: SerialChoice): Promise<void> => {
    const { apex, state, source } = zone.facts;
    const { additions, notes } = desk.prepare({ apex, signedBy: state.signedBy });
    note(zone, notes);
    if (stopped) return;
    const before = previous?.manifest.zones.get(apex);
    const made = { source, content: state.content, signing: additions?.digest ?? null };
    const entry = keepsSerial(state, before?.zone) ? entryFor(made, before) : undefined;
    const keeps = entry !== undefined && !isDue(entry.zone, additions, now);
    if (keeps && !toWrite.has(apex)) {
      kept.set(apex, entry);
      return;
    }
    // What is signed anew has other octets than before, so it has another serial.
    const signs = made.signing !== null || (before?.zone.signing ?? null) !== null;
    const given = signs ? serialAfterSigning({ state, choice, before: before?.zone, additions, now }) : choice;
    if (before?.zone.serial !== given.serial) changed.push({ zone: apex, serial: given.serial });
    await writeZone(zone, given, additions);
  };
  const isKept = (line: CacheLine): boolean => {
    const { apex, source, content, isSigned } = line;
    const concerned = isSigned || desk.concerns(apex);
    const { additions, notes } = concerned ? desk.prepare({ apex, signedBy: signedBy(line) }) : NOTHING;
    if (notes.length > 0) return false;
    const entry = entryFor({ source, content, signing: additions?.digest ?? null }, previous?.manifest.zones.get(apex));
    if (entry === undefined || (line.hasFloor && !isAbove(entry.zone.serial, floorOf(line)))) return false;
    if (concerned && isDue(entry.zone, additions, now)) return false;
    kept.set(apex, entry);
    return true;
  };

  return {
    findings,
    async take(zones) {
      stopped ||= zones.some(({ facts }) => facts.findings.some(stops));
      if (stopped) return;
      const good = zones.filter((zone): zone is Written => zone.ordered !== undefined && hasContent(zone.facts));
      const choices = await chooser.choose(good.map(({ facts }) => currentZone(facts)));
      findings.push(...choices.flatMap(({ finding }) => finding ?? []));
      stopped = findings.some(stops);
      for (const [i, choice] of choices.entries()) if (!stopped) await takeOne(good[i] as Written, choice);
    },
    want(unchanged) {
      stopped ||= unchanged.some((line) => line.stops);
      if (stopped) return [];
      const wanted = new Set<DomainName>();
      for (const line of unchanged) if (!isKept(line)) wanted.add(line.apex);
      if (previous !== undefined) {
        carried = carryOver({ draft, previous, kept, newLists });
        for (const apex of carried.damaged) wanted.add(apex);
      }
      toWrite = wanted;
      return [...wanted];
    },
    async finish() {
      const zones = new Map([...kept, ...written]);
      // A release that lacks a zone takes it off every name server: rather none at all.
      const lost = [...inputs.zones].find((apex) => !zones.has(apex));
      if (lost !== undefined) throw new Error(`the zone ${lost} got lost while the release was made`);
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
        await desk.record();
        return { ...summary, untouched: false };
      }
      const manifest = finished(existing?.files ?? []);
      const untouched = printManifest(manifest) === draft.existing?.text;
      if (!untouched) draft.replaceManifest(manifest);
      await desk.record();
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

const NOTHING: Preparation = { additions: undefined, notes: [] };

/** The entry that a zone has in the release before, if it was made from this; brought up to date with its sources. */
function entryFor(made: MadeFrom, before: ManifestEntry | undefined): ManifestEntry | undefined {
  if (before === undefined || isMadeFrom(before, made)) return before;
  const { content, signing } = before.zone;
  const isSame = content === made.content && signing === made.signing;
  return isSame ? manifestEntry({ ...before.zone, source: made.source }) : undefined;
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
