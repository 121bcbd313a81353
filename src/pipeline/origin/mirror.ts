import { setImmediate } from 'node:timers/promises';
import type { EvaluatedZone } from '../../compile/evaluate.ts';
import { templateNames } from '../../compile/facts.ts';
import { amendDocument, openProject, type Project, type ReadDocument, readDocument } from '../../compile/project.ts';
import {
  CONFIG_FILE,
  INVENTORY_FILE,
  SOURCE_FOLDERS,
  type SourceBytes,
  type SourceTree,
  TOP_FILES,
} from '../../compile/source/tree.ts';
import {
  adopt,
  estateOf,
  evaluateAlone,
  type InSteps,
  newStanding,
  type Standing,
  type StandingProject,
  type Trial,
  tryZones,
} from '../../compile/standing.ts';
import type { DomainName } from '../../dns/name.ts';
import { zoneOfFile } from '../../dns/zone-file.ts';
import type { Files } from '../../git/snapshot.ts';
import { stops } from '../../zone/finding.ts';
import { overlayOf, type WrittenDocument } from './overlay.ts';
import { NotLoaded, newShelf } from './shelf.ts';
import { newTreeCopy } from './tree-copy.ts';
import { countsOf, type ZoneSummary } from './view.ts';

/** What an order would make of zones, evaluated. */
export interface Rehearsal extends Trial {
  readonly documents: ReadonlyMap<DomainName, WrittenDocument | undefined>;
  /** The documents as they were read. */
  read(apex: DomainName): ReadDocument;
  /** The octets of a document that the order writes. */
  octets(path: string): SourceBytes;
}

interface Expected extends Rehearsal {
  readonly tags: ReadonlyMap<DomainName, string>;
}

/**
 * The branch's head in memory: which zones there are, what is known of each, and their documents while there is room.
 * Following the branch costs what has changed. One thing is done at a time, within {@link Mirror.exclusive}.
 */
export interface Mirror {
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Whether this is the tree that is mirrored. */
  shows(files: Files): Promise<boolean>;
  /** Brings the mirror to the state of these files. */
  follow(files: Files): Promise<void>;
  readonly project: Project;
  readonly standing: Standing;
  /** What lists tell of a zone. */
  summary(apex: DomainName): ZoneSummary | undefined;
  /** The zones that are signed by a policy, which is asked for each release. */
  readonly signed: ReadonlySet<DomainName>;
  /** The document of a zone in these files, read; `undefined` where they have none. */
  document(files: Files, apex: DomainName): Promise<{ path: string; tag: string; read: ReadDocument } | undefined>;
  /** Evaluates what an order makes of zones; of those that use a template, where templates become other texts, or none. */
  rehearse(
    files: Files,
    documents: ReadonlyMap<DomainName, WrittenDocument | undefined>,
    templates?: ReadonlyMap<string, string | undefined>,
  ): Promise<Rehearsal>;
}

/** How long it is worked before others have their turn, in milliseconds, as far as steps are that short. */
const TURN = 10;

/** Zones that are evaluated between two turns of others. */
const GROUP = 64;

/** A mirror of nothing; it must follow files before anything else. `today` gives the day, `YYYY-MM-DD`. */
export function newMirror(today: () => string): Mirror {
  const copy = newTreeCopy(new Set([...TOP_FILES, ...SOURCE_FOLDERS]));
  const shelf = newShelf();
  const standing = newStanding();
  const summaries = new Map<DomainName, Omit<ZoneSummary, 'errors' | 'warnings'>>();
  const signed = new Set<DomainName>();
  const forget = (apex: DomainName): void => {
    summaries.delete(apex);
    signed.delete(apex);
  };
  let project = openProject(emptyTree);
  /** What was rehearsed last and may be what comes next. */
  let expected: Expected | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const readStanding = (apex: DomainName): ReadDocument =>
    shelf.document(apex, copy.paths.get(project.zones.get(apex) ?? '') ?? '', (before) =>
      before === undefined ? readDocument(project, apex) : amendDocument(project, apex, before),
    );
  let active = readStanding;
  const standingState = (): StandingProject => ({ project, document: (apex) => active(apex), today: today() });
  let estate = estateOf(standingState());

  /** Runs what reads documents, fetching those that are not at hand. */
  const fetching = async <T>(files: Files, work: () => T | Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof NotLoaded)) throw error;
        await load(files, [error.path]);
      }
    }
  };

  /** The same little by little: requests are answered in between. */
  const inTurns = <T>(
    files: Files,
    document: (apex: DomainName) => ReadDocument,
    work: () => InSteps<T>,
  ): Promise<T> => {
    const take = (steps: InSteps<T>): IteratorResult<unknown, T> => {
      active = document;
      try {
        return steps.next();
      } finally {
        active = readStanding;
      }
    };
    return fetching(files, async () => {
      const steps = work();
      for (let since = performance.now(); ; ) {
        const { done, value } = take(steps);
        if (done === true) return value;
        if (performance.now() - since < TURN) continue;
        await setImmediate();
        since = performance.now();
      }
    });
  };

  const load = async (files: Files, paths: readonly string[]): Promise<void> => {
    for (const path of paths) {
      const blob = copy.paths.get(path);
      if (blob !== undefined && !shelf.has(blob)) shelf.put(blob, (await files.read(path)) ?? '');
    }
  };

  const tree: SourceTree = {
    get paths() {
      return [...copy.paths.keys()];
    },
    findings: [],
    id: (path) => copy.paths.get(path) ?? '',
    prefetch: () => Promise.resolve(),
    read(path) {
      const blob = copy.paths.get(path) ?? '';
      return { id: blob, bytes: Buffer.from(shelf.text(path, blob)) };
    },
    close() {},
  };

  const rebuild = async (files: Files): Promise<void> => {
    const small = [...copy.paths.keys()].filter((path) => !path.startsWith('zones/'));
    await load(files, small);
    const known = [...project.zones].map(([apex, path]) => ({ apex, path })).filter(({ path }) => copy.paths.has(path));
    project = openProject(tree, known);
    estate = estateOf(standingState());
  };

  const take = (evaluated: EvaluatedZone): void => {
    const { facts, zone } = evaluated;
    standing.put(facts.apex, facts);
    standing.keep(evaluated);
    const dnssec = zone?.settings.dnssec ?? false;
    if (dnssec === false || dnssec === 'presigned') signed.delete(facts.apex);
    else signed.add(facts.apex);
    summaries.set(facts.apex, {
      zone: facts.apex,
      path: facts.path,
      tag: facts.id,
      ...countsOf(zone, facts.records),
      templates: templateNames(facts.templates),
      owners: zone?.settings.owners ?? [],
      dnssec,
    });
  };

  const evaluate = async (files: Files, dirty: ReadonlySet<DomainName>): Promise<void> => {
    const first = standing.facts.size === 0;
    // Zones that are gone are looked at too: others hang on them.
    const all = [...dirty].filter((apex) => !first || project.zones.has(apex));
    for (let i = 0; i < all.length; i += GROUP) {
      const group = all.slice(i, i + GROUP);
      await load(
        files,
        group.flatMap((apex) => project.zones.get(apex) ?? []),
      );
      const state = (): StandingProject => ({ ...standingState(), estate });
      if (first) {
        for (const apex of group) take(await inTurns(files, readStanding, () => evaluateAlone(state(), apex)));
      } else {
        const trial = await inTurns(files, readStanding, () => tryZones(standing, state(), new Set(group)));
        adopt(standing, trial);
        for (const evaluated of trial.zones.values()) take(evaluated);
        for (const apex of group) if (!project.zones.has(apex)) forget(apex);
      }
      if (i + GROUP < all.length) await setImmediate();
    }
  };

  const follow = async (files: Files): Promise<void> => {
    const changed = await copy.follow(files);
    if (changed.size === 0) return;
    const before = project;
    const shape = [...changed].some(
      ([path, { before: old, after }]) => !path.startsWith('zones/') || old === undefined || after === undefined,
    );
    if (shape) await rebuild(files);
    const dirty = new Set<DomainName>();
    if (changed.has(CONFIG_FILE) || changed.has(INVENTORY_FILE)) {
      shelf.forgetDocuments();
      for (const apex of [...before.zones.keys(), ...project.zones.keys()]) dirty.add(apex);
    } else {
      const templates = new Set(
        [...changed.keys()].flatMap((path) => (path.startsWith('templates/') ? [path.slice(10, -5)] : [])),
      );
      if (templates.size > 0) shelf.forgetDocuments();
      for (const [apex, facts] of templates.size > 0 ? standing.facts : [])
        if (templateNames(facts.templates).some((name) => templates.has(name))) dirty.add(apex);
      if (shape) {
        for (const [apex, path] of before.zones) if (project.zones.get(apex) !== path) dirty.add(apex);
        for (const [apex, path] of project.zones) if (before.zones.get(apex) !== path) dirty.add(apex);
      }
      for (const path of changed.keys()) {
        const apex = zoneAt(path);
        if (apex !== undefined && project.zones.get(apex) === path) dirty.add(apex);
      }
    }
    const known = expected;
    expected = undefined;
    if (known !== undefined && isExpected(known, dirty, project, copy.paths)) {
      adopt(standing, known);
      for (const apex of dirty) {
        const evaluated = known.zones.get(apex);
        if (evaluated !== undefined) take(evaluated);
        else forget(apex);
        const tag = known.tags.get(apex);
        if (tag !== undefined && evaluated !== undefined) shelf.keep(apex, tag, known.read(apex));
      }
      return;
    }
    await evaluate(files, dirty);
  };

  return {
    exclusive(work) {
      const done = turn.then(work, work);
      turn = done.catch(() => undefined);
      return done;
    },
    shows: (files) => copy.shows(files),
    async follow(files) {
      try {
        await follow(files);
      } catch (error) {
        // What was seen of the change is lost: all is looked at anew.
        copy.forget();
        shelf.forgetDocuments();
        project = openProject(emptyTree);
        for (const apex of [...standing.facts.keys()]) standing.put(apex, undefined);
        summaries.clear();
        signed.clear();
        throw error;
      }
    },
    get project() {
      return project;
    },
    standing,
    summary(apex) {
      const [summary, facts] = [summaries.get(apex), standing.facts.get(apex)];
      if (summary === undefined || facts === undefined) return undefined;
      const open = facts.findings.filter(({ waived }) => waived === undefined);
      const warnings = open.filter(({ severity }) => severity === 'warning').length;
      return { ...summary, errors: open.filter(stops).length, warnings };
    },
    signed,
    async document(files, apex) {
      const path = project.zones.get(apex);
      const entry = path === undefined ? undefined : await files.entry(path);
      if (path === undefined || entry?.kind !== 'file') return undefined;
      if (entry.id === copy.paths.get(path)) {
        const read = await fetching(files, () => readStanding(apex));
        return { path, tag: entry.id, read };
      }
      const text = (await files.read(path)) ?? '';
      const bytes = Buffer.from(text);
      const source = { ...project, pathOf: () => path, read: () => ({ id: entry.id, bytes }) };
      return { path, tag: entry.id, read: readDocument(source, apex) };
    },
    async rehearse(files, documents, templates = new Map()) {
      const overlay = overlayOf(project, documents, templates);
      const read = new Map<DomainName, ReadDocument>();
      const document = (apex: DomainName): ReadDocument => {
        if (!documents.has(apex)) return readStanding(apex);
        let known = read.get(apex);
        if (known === undefined) {
          const before = project.zones.has(apex) && overlay.zones.has(apex) ? readStanding(apex) : undefined;
          known = before === undefined ? readDocument(overlay, apex) : amendDocument(overlay, apex, before);
          read.set(apex, known);
        }
        return known;
      };
      const same = overlay.zones === project.zones;
      const state: StandingProject = {
        project: overlay,
        document: (apex) => active(apex),
        today: today(),
        ...(same && { estate }),
      };
      const trial = await inTurns(files, document, () => tryZones(standing, state, new Set(documents.keys())));
      const rehearsal: Rehearsal = { ...trial, documents, read: document, octets: (path) => overlay.read(path) };
      expected = { ...rehearsal, tags: new Map([...read].map(([apex, { id }]) => [apex, id])) };
      return rehearsal;
    },
  };
}

/** What nothing is read from. */
const emptyTree: SourceTree = {
  paths: [],
  findings: [],
  id: () => '',
  prefetch: () => Promise.resolve(),
  read: (path) => {
    throw new NotLoaded(path);
  },
  close() {},
};

/** The zone whose document may be at a path. */
function zoneAt(path: string): DomainName | undefined {
  const base = path.slice(path.lastIndexOf('/') + 1);
  if (!path.startsWith('zones/') || !base.endsWith('.yaml')) return undefined;
  try {
    return zoneOfFile(base.slice(0, -5));
  } catch {
    return undefined;
  }
}

/** Whether what has changed is what was rehearsed, to the octet. */
function isExpected(
  { documents, tags }: Expected,
  dirty: ReadonlySet<DomainName>,
  project: Project,
  paths: ReadonlyMap<string, string>,
): boolean {
  if (dirty.size !== documents.size) return false;
  for (const apex of dirty) {
    const path = project.zones.get(apex);
    if (!documents.has(apex) || path !== documents.get(apex)?.path) return false;
    if (path !== undefined && paths.get(path) !== tags.get(apex)) return false;
  }
  return true;
}
