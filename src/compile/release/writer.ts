import { join } from 'node:path';
import { masterChunks } from '../../dns/master/writer.ts';
import type { DomainName } from '../../dns/name.ts';
import { isGreaterSerial, type Serial } from '../../dns/serial.ts';
import { printTime } from '../../dns/timestamp.ts';
import { KeyStoreError } from '../../dnssec/store/error.ts';
import type { TreeChange } from '../../git/tree.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import { type CacheLine, floorOf, stateOf, webOf } from '../cache/line.ts';
import { type OrderedZone, rrsetsOfNode } from '../content.ts';
import type { EvaluatedZone, Unchanged } from '../evaluate.ts';
import { type ContentFacts, hasContent, templateNames } from '../facts.ts';
import { type MadeFrom, type Manifest, type ManifestEntry, manifestEntry, type ReleaseFile } from '../manifest.ts';
import { zoneFilePath } from '../paths.ts';
import type { Project } from '../project.ts';
import { keepsSerial, newSerialChooser, type OpenCommit, type SerialChoice } from '../serial/choose.ts';
import type { CurrentZone } from '../serial/past.ts';
import { type Additions, type FinishedZone, type Preparation, type SigningDesk, zoneToSign } from '../signing/desk.ts';
import { isDue, serialOfSigned } from '../signing/due.ts';
import { signingFinding } from '../signing/finding.ts';
import type { ZoneSites } from '../web/sites.ts';
import type { BasisMemory } from './basis.ts';
import { type CarriedOver, carryOver } from './carry-over.ts';
import type { ReleaseDraft } from './draft.ts';
import { newEntries } from './entries.ts';
import { type FileBefore, type FileIndexes, openFileBefore } from './file-before.ts';
import { nameserverParts, servantParts } from './parts.ts';
import { type ExistingRelease, zoneFileOf } from './place.ts';
import { sideBySide } from './side-by-side.ts';
import type { ReleaseSink } from './sink.ts';
import { sha256 } from './state.ts';
import { firstExpiry, withSerial } from './zone-text.ts';

/** What a release is written from. */
export interface WriterInputs {
  readonly draft: ReleaseDraft;
  readonly project: Project;
  /** The repository and the commit that is compiled; `undefined` outside of git. */
  readonly at: OpenCommit | undefined;
  /** How the files differ from the commit. */
  readonly uncommitted: readonly TreeChange[];
  /** The release before. */
  readonly previous: ExistingRelease | undefined;
  /** The zones that the release holds: some, or all that the project has. */
  readonly zones: ReadonlySet<DomainName> | Project['zones'];
  /** Seconds since 1970. */
  readonly now: number;
  readonly generator: string;
  /** Where zones are signed. */
  readonly desk: SigningDesk;
  /** What a process that stays knows of signed zone files. */
  readonly indexes?: FileIndexes | undefined;
  /** The same of the entries of the release before. */
  readonly basis?: BasisMemory | undefined;
  /** What an earlier run has found out of a zone under the same configuration. */
  readonly known?: ((apex: DomainName) => CacheLine | undefined) | undefined;
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
  /** The zones whose files in the release before were missing or damaged, so that they were made anew. */
  readonly damaged: readonly DomainName[];
  /** Whether the folder was left as it was. */
  readonly untouched: boolean;
  /** Why the key store was not told what the release did with keys, which may be told late. */
  readonly unrecorded: { readonly message: string; readonly fix: string } | undefined;
}

/** Writes the zones of a release while they are evaluated, and then the rest of it. */
export interface ReleaseWriter {
  /** Is told of a zone whose document is long, before that is read. */
  readonly foresee: (apex: DomainName) => void;
  /**
   * Takes compiled zones: chooses their serials, and writes those that the release before has not got. Rejects with the
   * reason of the signal when there is to be no release any more.
   */
  readonly take: (zones: readonly EvaluatedZone[], signal?: AbortSignal) => Promise<void>;
  /**
   * Takes the zones that are unchanged, when all others were taken. Gives those that have to be compiled all the same: the
   * release before has not got them as they must be.
   */
  readonly want: (unchanged: Unchanged) => readonly DomainName[];
  /** What is wrong with serials and signing. */
  readonly findings: Finding[];
  /** Puts the release into its folder. */
  finish(): Promise<WrittenRelease>;
  close(): void;
}

type Written = EvaluatedZone & { readonly facts: ContentFacts; readonly ordered: OrderedZone };

/** A writer for a draft. It writes nothing any more once a finding stops the release. */
export function newReleaseWriter(inputs: WriterInputs): ReleaseWriter {
  const { draft, project, at, previous, uncommitted, now, desk, indexes } = inputs;
  const existing = draft.existing?.manifest;
  const basis =
    previous === draft.existing && existing?.generator === inputs.generator
      ? inputs.basis?.recall(existing, inputs.zones)
      : undefined;
  const entries = newEntries(previous, basis);
  const { apart, written, kept } = entries;
  const chooser = newSerialChooser({
    project,
    at,
    uncommitted,
    previous: previous?.manifest,
    known: inputs.known,
    now,
  });
  const findings: Finding[] = [];
  const changed: { zone: DomainName; serial: Serial }[] = [];
  /** The zones that are written whether their content has changed or not: nothing of them was taken over. */
  let toWrite: ReadonlySet<DomainName> = new Set();
  const newLists =
    basis === undefined && (existing?.generator !== inputs.generator || !sameKeys(existing.zones, inputs.zones));
  /** What zones have for web nodes. */
  const sites = new Map<DomainName, ZoneSites>();
  let parts: ReadonlyMap<string, () => string> = new Map();
  let carried: CarriedOver = { differs: true, damaged: new Set(), newParts: new Set() };
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
  /** The octets of the zone file of the release before, if it is what its manifest says. */
  const previousFile = (apex: DomainName) => async (): Promise<Buffer | undefined> => {
    const file = previous && zoneFileOf(previous, apex);
    return previous === undefined || file === undefined ? undefined : await draft.readBefore(previous, file);
  };
  /** The same, where it is known to be as it was written without reading it. */
  const fileBefore = (apex: DomainName): FileBefore | undefined => {
    if (previous === undefined || previous !== draft.existing) return undefined;
    const entry = previous.manifest.zones.get(apex)?.zone;
    const file = zoneFileOf(previous, apex);
    if (entry === undefined || file === undefined) return undefined;
    if (indexes === undefined || !draft.isAsWritten(file.path)) return undefined;
    const known = indexes.get(apex);
    const index = known?.sha256 === file.sha256 ? known.index : undefined;
    return openFileBefore(join(previous.folder, file.path), entry, index, apex);
  };
  const finishZone = async (
    { ordered, facts }: Written,
    serial: Serial,
    additions: Additions | undefined,
    write: ReleaseSink['write'],
    signal: AbortSignal | undefined,
  ): Promise<FinishedZone> => {
    const { apex, nodes, state } = facts;
    if (additions !== undefined) {
      const before = ordered.amended && fileBefore(apex);
      try {
        return await desk.finish({ ordered, nodes, serial, previous: previousFile(apex), before, write, signal });
      } finally {
        before?.close();
      }
    }
    const { defaultTtl, records } = ordered;
    const rrsets = withSerial(ordered.rrsets, serial);
    for (const chunk of masterChunks({ apex, defaultTtl, rrsets })) write(chunk);
    return {
      records,
      nodes: new Map(nodes.map((node) => [node, withSerial(rrsetsOfNode(ordered, node), serial)])),
      expires: state.documentSerial === undefined ? undefined : firstExpiry(ordered.rrsets),
      dsOf: [],
      files: [],
      notes: [],
    };
  };
  const writeZone = async (
    zone: Written,
    choice: SerialChoice,
    additions: Additions | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> => {
    const { facts, ordered } = zone;
    const { apex, source, state } = facts;
    const { serial, from: serialFrom, commit } = choice;
    const { defaultTtl } = ordered;
    const files: ReleaseFile[] = [];
    let finished: FinishedZone;
    const sink = draft.create(zoneFilePath(apex));
    try {
      finished = await finishZone(zone, serial, additions, sink.write, signal);
      note(zone, finished.notes);
      if (stopped) return;
      await sink.settle();
      const file = sink.end();
      if (finished.index !== undefined) indexes?.set(apex, { sha256: file.sha256, index: finished.index });
      files.push(file);
    } finally {
      sink.abort();
    }
    for (const [node, rrsets] of finished.nodes) {
      files.push(writeFile(zoneFilePath(apex, node), masterChunks({ apex, defaultTtl, rrsets })));
    }
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
        records: finished.records,
        signaturesExpire: finished.expires === undefined ? null : printTime(finished.expires),
        files,
      }),
    );
  };
  const noteSites = (apex: DomainName, web: ZoneSites | undefined): void => {
    if (web !== undefined) sites.set(apex, web);
  };
  /** Works out the files that belong to no single zone. Gives those that the release in the folder has otherwise. */
  const planParts = (): ReadonlySet<string> => {
    const lists = nameserverParts(inputs.zones);
    const others = servantParts({ inventory: project.inventory, web: project.web, zones: inputs.zones, sites });
    parts = new Map([...lists, ...[...others].map(([path, text]) => [path, () => text] as const)]);
    const before = new Map((existing?.files ?? []).map(({ path, sha256 }) => [path, sha256]));
    const isNew = (path: string): boolean => {
      const text = others.get(path);
      return text === undefined ? newLists || !before.has(path) : before.get(path) !== sha256(text);
    };
    return new Set([...parts.keys()].filter(isNew));
  };
  const takeOne = async (zone: Written, choice: SerialChoice, signal: AbortSignal | undefined): Promise<void> => {
    const { apex, state, source } = zone.facts;
    const { additions, notes } = desk.prepare(zoneToSign(apex, state));
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
    const given = signs
      ? serialOfSigned(project, currentZone(zone.facts), { choice, before: before?.zone, additions, now })
      : choice;
    if (given.finding !== undefined && given.finding !== choice.finding) findings.push(given.finding);
    stopped = findings.some(stops);
    if (stopped) return;
    if (before?.zone.serial !== given.serial) changed.push({ zone: apex, serial: given.serial });
    await writeZone(zone, given, additions, signal);
  };
  /** The release is in its place by now, so a store that cannot be written to is no reason to fail. */
  const record = async (): Promise<WrittenRelease['unrecorded']> => {
    try {
      await desk.record();
    } catch (error) {
      if (!(error instanceof KeyStoreError)) throw error;
      return { message: error.message, fix: error.fix };
    }
    return undefined;
  };
  const isKept = (line: CacheLine): boolean => {
    const { apex, source, content, isSigned } = line;
    const concerned = isSigned || desk.concerns(apex);
    const zone = zoneToSign(apex, stateOf(line));
    const { additions, notes } = concerned ? (desk.recall(zone) ?? desk.prepare(zone)) : NOTHING;
    if (notes.length > 0) return false;
    const entry = entryFor({ source, content, signing: additions?.digest ?? null }, previous?.manifest.zones.get(apex));
    if (entry === undefined || (line.hasFloor && !isAbove(entry.zone.serial, floorOf(line)))) return false;
    if (concerned && isDue(entry.zone, additions, now)) return false;
    kept.set(apex, entry);
    return true;
  };

  return {
    findings,
    foresee(apex) {
      const file = previous && zoneFileOf(previous, apex);
      if ((previous?.manifest.zones.get(apex)?.zone.signing ?? null) === null) desk.foresee(apex);
      // What was signed before is mostly kept.
      else if (file !== undefined) draft.foresee(file);
    },
    async take(zones, signal) {
      for (const { facts } of zones) apart.add(facts.apex);
      stopped ||= zones.some(({ facts }) => facts.findings.some(stops));
      if (stopped) return;
      const good = zones.filter((zone): zone is Written => zone.ordered !== undefined && hasContent(zone.facts));
      const choices = await chooser.choose(good.map(({ facts }) => currentZone(facts)));
      findings.push(...choices.flatMap(({ finding }) => finding ?? []));
      stopped = findings.some(stops);
      for (const { facts } of good) noteSites(facts.apex, facts.web);
      await desk.lookBelow(good.map(({ facts }) => facts.apex));
      const toTake = good.map((zone, i) => ({ zone, choice: choices[i] as SerialChoice }));
      await sideBySide(
        toTake,
        () => stopped,
        ({ zone, choice }) => takeOne(zone, choice, signal),
      );
    },
    want(unchanged) {
      const lines = entries.linesOf(unchanged, desk.concerned());
      stopped ||= lines.some((line) => line.stops);
      if (stopped) return [];
      const wanted = new Set<DomainName>();
      for (const line of lines) {
        apart.add(line.apex);
        noteSites(line.apex, webOf(line));
        if (!isKept(line)) wanted.add(line.apex);
      }
      const newParts = planParts();
      if (previous !== undefined) {
        carried = carryOver({ draft, previous, kept: entries.allKept, others: entries.notKept(), parts, newParts });
        for (const apex of carried.damaged) {
          wanted.add(apex);
          apart.add(apex);
        }
      }
      toWrite = wanted;
      return [...wanted];
    },
    async finish() {
      const zones = entries.all(inputs.zones);
      const commit = at?.commit.id ?? null;
      const dirty = at === undefined || uncommitted.length > 0;
      const removed = entries.goneFrom(zones);
      const records = entries.recordsIn(zones);
      const damaged = [...carried.damaged].sort();
      const summary = { commit, dirty, zones: zones.size, records, changed: changed.sort(byZone), removed, damaged };
      const files = carried.differs ? writeParts() : (existing?.files ?? []);
      const manifest: Manifest = { generator: inputs.generator, commit, dirty, files, zones };
      const text = entries.print(manifest);
      const untouched = !carried.differs && text === draft.existing?.text;
      if (carried.differs) draft.publish(manifest, text);
      else if (!untouched) draft.replaceManifest(manifest, text);
      if (inputs.zones === project.zones) {
        const now = untouched ? (existing as Manifest) : manifest;
        inputs.basis?.note({ manifest: now, zones: project.zones, records, extended: entries.extendedIn(zones) });
      }
      return { ...summary, untouched, unrecorded: await record() };
    },
    close: () => chooser.close(),
  };

  function writeParts(): ReleaseFile[] {
    const before = new Map((existing?.files ?? []).map((file) => [file.path, file]));
    return [...parts].map(([path, print]) => {
      const same = carried.newParts.has(path) ? undefined : before.get(path);
      return same ?? writeFile(path, [Buffer.from(print()).toString('latin1')]);
    });
  }
}

function sameKeys(a: ReadonlyMap<DomainName, unknown>, b: WriterInputs['zones']): boolean {
  return a.size === b.size && [...b.keys()].every((key) => a.has(key));
}

const NOTHING: Preparation = { additions: undefined, notes: [] };

/** The entry that a zone has in the release before, if it was made from this; brought up to date with its sources. */
function entryFor(made: MadeFrom, before: ManifestEntry | undefined): ManifestEntry | undefined {
  if (before === undefined || before.isMadeFrom(made)) return before;
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
