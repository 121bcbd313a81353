import { masterChunks } from '../../dns/master/writer.ts';
import type { DomainName } from '../../dns/name.ts';
import { type Rdata, readU32, u32 } from '../../dns/octets.ts';
import type { RRset } from '../../dns/rrset.ts';
import type { Serial } from '../../dns/serial.ts';
import { RRSIG } from '../../dns/types/rrsig.ts';
import { SOA } from '../../dns/types/soa.ts';
import type { Commit, Repository } from '../../git/repository.ts';
import type { TreeChange } from '../../git/tree.ts';
import { type Finding, stops } from '../../zone/finding.ts';
import { type OrderedZone, rrsetsOfNode } from '../content.ts';
import type { EvaluatedZone } from '../evaluate.ts';
import { type ContentFacts, hasContent, templateNames, type ZoneFacts } from '../facts.ts';
import { type Manifest, type ManifestZone, printManifest, type ReleaseFile } from '../manifest.ts';
import { nameserverLists } from '../nameservers/list.ts';
import { zoneFilePath } from '../paths.ts';
import type { Project } from '../project.ts';
import { keepsSerial, newSerialChooser, type SerialChoice } from '../serial/choose.ts';
import type { CurrentZone } from '../serial/past.ts';
import type { ReleaseDraft } from './draft.ts';
import { ReleaseError } from './error.ts';
import type { ExistingRelease } from './place.ts';
import { sha256 } from './state.ts';

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
  readonly changed: readonly { readonly zone: DomainName; readonly serial: Serial }[];
  readonly removed: readonly DomainName[];
  /** Whether the folder was left as it was. */
  readonly untouched: boolean;
}

/** Writes the zones of a release while they are evaluated, and then the rest of it. */
export interface ReleaseWriter {
  /** Whether a zone that is unchanged has to be compiled all the same: the release before has not got it as it must be. */
  readonly wants: (facts: ZoneFacts) => boolean;
  /** Takes compiled zones: chooses their serials, and writes those that the release before has not got. */
  readonly take: (zones: readonly EvaluatedZone[]) => Promise<void>;
  /** What is wrong with serials. */
  readonly findings: Finding[];
  /** Puts the release into its folder. */
  finish(): WrittenRelease;
  close(): void;
}

/** A writer for a draft. It writes nothing any more once a finding stops the release. */
export function newReleaseWriter(inputs: WriterInputs): ReleaseWriter {
  const { draft, project, at, previous, uncommitted, now } = inputs;
  const { existing } = draft;
  const chooser = newSerialChooser({ project, at, uncommitted, previous: previous?.manifest, now });
  const findings: Finding[] = [];
  const entries = new Map<DomainName, ManifestZone>();
  /** Files that the release before has, to be taken over if there is a new release at all. */
  const toKeep: ReleaseFile[] = [];
  let stopped = project.findings.some(stops);
  /** Whether the folder needs other zone files than it has. */
  let differs = existing === undefined || previous !== existing || !sameKeys(existing.manifest.zones, inputs.zones);
  /** Whether the draft has been begun, so that unchanged files go there at once. */
  let begun = differs;

  /** Takes a zone over as the release before has it; false where its files are not what they must be. */
  const keep = (entry: ManifestZone): boolean => {
    if (begun) {
      if (draft.keep(entry.files).length > 0) return false;
    } else {
      if (!entry.files.every((file) => draft.isIntact(file))) return false;
      toKeep.push(...entry.files);
    }
    entries.set(entry.apex, entry);
    return true;
  };
  const writeFile = (path: string, chunks: Iterable<string>): ReleaseFile => {
    begun = true;
    differs = true;
    const sink = draft.create(path);
    try {
      for (const chunk of chunks) sink.write(chunk);
      return sink.end();
    } catch (error) {
      sink.abort();
      throw error;
    }
  };
  const writeZone = (facts: ContentFacts, ordered: OrderedZone, choice: SerialChoice): void => {
    const { apex } = facts;
    const files = [writeFile(zoneFilePath(apex), zoneText(ordered, choice.serial))];
    for (const node of facts.nodes)
      files.push(writeFile(zoneFilePath(apex, node), zoneText(ordered, choice.serial, node)));
    entries.set(apex, {
      apex,
      serial: choice.serial,
      serialFrom: choice.from,
      commit: choice.commit,
      source: facts.source,
      content: facts.state.content,
      records: facts.records,
      signaturesExpire: firstExpiry(ordered.rrsets),
      files,
    });
  };
  const listFiles = (): Map<string, string> => {
    const zones = [...entries.keys()].sort().map((apex) => ({ apex, file: zoneFilePath(apex) }));
    return new Map(nameserverLists.map(({ file, print }) => [`nameservers/${file}`, print(zones)]));
  };

  return {
    findings,
    wants(facts) {
      stopped ||= facts.findings.some(stops);
      if (stopped || !hasContent(facts)) return false;
      const entry = entryOf(facts, previous);
      if (entry !== undefined && keep(entry)) return false;
      differs = true;
      begun = true;
      return true;
    },
    async take(zones) {
      stopped ||= zones.some(({ facts }) => facts.findings.some(stops));
      const written = zones.filter((zone): zone is Written => zone.ordered !== undefined && hasContent(zone.facts));
      if (stopped) return;
      const choices = await chooser.choose(written.map(({ facts }) => currentZone(facts)));
      for (const [i, { facts, ordered }] of written.entries()) {
        const choice = choices[i] as SerialChoice;
        if (choice.finding !== undefined) {
          findings.push(choice.finding);
          stopped = true;
        }
        if (stopped) return;
        const entry = entryOf(facts, previous);
        if (entry === undefined || !keep(entry)) writeZone(facts, ordered, choice);
      }
    },
    finish() {
      const lists = listFiles();
      const files = [...lists].map(([path, text]) => ({ path, sha256: sha256(text), size: Buffer.byteLength(text) }));
      const manifest: Manifest = {
        generator: inputs.generator,
        commit: at?.commit.id ?? null,
        dirty: at === undefined || uncommitted.length > 0,
        files,
        zones: entries,
      };
      differs ||= !files.every((file) => existing?.manifest.files.some(sameFile(file)) && draft.isIntact(file));
      const untouched = !differs && printManifest(manifest) === existing?.text;
      if (differs) {
        const [damaged] = draft.keep(toKeep);
        if (damaged !== undefined) {
          throw new ReleaseError('again', `${damaged.path} was changed by somebody while it was read`, 'build again');
        }
        for (const [path, text] of lists) writeFile(path, [text]);
        draft.publish(manifest);
      } else if (!untouched) {
        draft.replaceManifest(manifest);
      }
      return { ...summaryOf(manifest, previous?.manifest), untouched };
    },
    close: () => chooser.close(),
  };
}

type Written = EvaluatedZone & { readonly facts: ContentFacts; readonly ordered: OrderedZone };

function sameKeys(a: ReadonlyMap<DomainName, unknown>, b: ReadonlySet<DomainName>): boolean {
  return a.size === b.size && [...b].every((key) => a.has(key));
}

function sameFile(a: ReleaseFile): (b: ReleaseFile) => boolean {
  return (b) => a.path === b.path && a.sha256 === b.sha256 && a.size === b.size;
}

/** The entry of a zone that the release before has with the same content, brought up to date. */
function entryOf(
  { apex, state, source }: ContentFacts,
  previous: ExistingRelease | undefined,
): ManifestZone | undefined {
  const before = previous?.manifest.zones.get(apex);
  if (before === undefined || !keepsSerial(state, before)) return undefined;
  return before.source === source ? before : { ...before, source };
}

function currentZone(facts: ContentFacts): CurrentZone {
  return { apex: facts.apex, state: facts.state, templates: templateNames(facts), dependent: facts.dependent };
}

/** A zone's master file in pieces, with its serial; for a node, with the values that are its own. */
export function zoneText(ordered: OrderedZone, serial: Serial, node?: string): Iterable<string> {
  const { compiled, defaultTtl } = ordered;
  const rrsets = node === undefined ? ordered.rrsets : rrsetsOfNode(ordered, node);
  return masterChunks({ apex: compiled.apex, defaultTtl, rrsets: withSerial(rrsets, serial) });
}

/** RRsets of a zone, its SOA first, with the serial in it. */
function withSerial(rrsets: readonly RRset[], serial: Serial): readonly RRset[] {
  const soa = rrsets[0];
  if (soa?.type !== SOA.code) throw new Error('a zone begins with its SOA');
  // The serial is the first of the five numbers at the end (RFC 1035 section 3.3.13).
  const rdatas = soa.rdatas.map((rdata) => `${rdata.slice(0, -20)}${u32(serial)}${rdata.slice(-16)}` as Rdata);
  return [{ ...soa, rdatas }, ...rrsets.slice(1)];
}

/** When the first of the signatures that the document holds expires (RFC 4034 section 3.1.5). */
function firstExpiry(rrsets: readonly RRset[]): string | null {
  let first = Number.POSITIVE_INFINITY;
  for (const { type, rdatas } of rrsets) {
    if (type === RRSIG.code) for (const rdata of rdatas) first = Math.min(first, readU32(rdata, 8));
  }
  return first === Number.POSITIVE_INFINITY ? null : new Date(first * 1000).toISOString().replace('.000', '');
}

function summaryOf(manifest: Manifest, previous: Manifest | undefined): Omit<WrittenRelease, 'untouched'> {
  const { commit, dirty, zones } = manifest;
  const apexes = [...zones.keys()].sort();
  const isNew = (apex: DomainName): boolean => previous?.zones.get(apex)?.serial !== zones.get(apex)?.serial;
  return {
    commit,
    dirty,
    zones: zones.size,
    records: apexes.reduce((sum, apex) => sum + (zones.get(apex) as ManifestZone).records, 0),
    changed: apexes.filter(isNew).map((zone) => ({ zone, serial: (zones.get(zone) as ManifestZone).serial })),
    removed: [...(previous?.zones.keys() ?? [])].filter((apex) => !zones.has(apex)).sort(),
  };
}
