import type { DomainName } from '../../dns/name.ts';
import { parentName } from '../../dns/name.ts';
import type { Serial } from '../../dns/serial.ts';
import type { BlobReader } from '../../git/blobs.ts';
import type { Repository } from '../../git/repository.ts';
import type { TreeChange } from '../../git/tree.ts';
import { shapeOf } from '../../zone/checks/shape.ts';
import { type ProjectConfig, readConfig, settingsFor } from '../../zone/config.ts';
import { layOut } from '../../zone/layout.ts';
import { type SerialPolicy, signingPolicy } from '../../zone/settings.ts';
import type { SourceFile } from '../../zone/source.ts';
import type { Zone } from '../../zone/zone.ts';
import { type CacheLine, stateOf } from '../cache/line.ts';
import { compileZone } from '../compile.ts';
import { orderZone } from '../content.ts';
import { answerFrom } from '../estate.ts';
import { templateNames } from '../facts.ts';
import type { Chain } from '../flatten.ts';
import { type Inventory, readInventory } from '../inventory.ts';
import {
  amendDocument,
  type DocumentSource,
  type Project,
  type ReadDocument,
  readDocument,
  readText,
  settingsText,
  settled,
} from '../project.ts';
import { newFetchedBlobs, type WantedBlob } from '../source/fetched.ts';
import { CONFIG_FILE, INVENTORY_FILE } from '../source/tree.ts';
import { newBounds } from './bounds.ts';
import type { ContentState, Touch, ZoneHistory, ZoneState } from './trace.ts';

/** A step of a history: a commit, or what is not committed yet. */
export interface HistoryStep {
  readonly commit: string | undefined;
  /** Seconds since 1970. */
  readonly time: number;
  readonly changes: readonly TreeChange[];
}

/** What a zone is compiled from now, as far as it is known already. */
export interface CurrentZone {
  readonly apex: DomainName;
  readonly state: ContentState;
  /** The names of the templates that it uses. */
  readonly templates: readonly string[];
  /** Whether its content hangs on other zones or on the inventory. */
  readonly dependent: boolean;
}

/** The states that a project has been in. */
export interface Past {
  /** The history of a zone, from its current state on. */
  historyOf(zone: CurrentZone): ZoneHistory;
  /** Gets the documents ready that some states are made from. */
  prefetch(questions: readonly { readonly apex: DomainName; readonly touch: Touch }[]): Promise<void>;
  /** What a zone was before a touch. */
  stateBefore(apex: DomainName, touch: Touch): ZoneState;
}

/** Where the documents of the past are, and what is known of some. */
export interface PastSources {
  readonly repository: Repository;
  readonly blobs: BlobReader;
  /** What was found out of a zone's last document but one, or of an older one, under the configuration of now. */
  readonly known?: ((apex: DomainName) => CacheLine | undefined) | undefined;
}

/** What a state was compiled from: whoever changes one of these may change the content. */
interface Inputs {
  readonly templates: readonly string[] | 'any';
  readonly dependent: boolean;
}

interface PathChange {
  readonly index: number;
  readonly before: TreeChange['before'];
}

/**
 * The states of a project before each step of its history, newest first, whose end is the project itself. Documents are read
 * and compiled as they would be now, so content does not change with the version of the program.
 */
export function openPast(
  project: Project,
  steps: readonly HistoryStep[],
  { repository, blobs, known }: PastSources,
): Past {
  const byPath = new Map<string, PathChange[]>();
  /** The steps that touched any zone or the inventory, and those that touched any template. */
  const ofOthers: number[] = [];
  const ofTemplates: number[] = [];
  for (const [index, { changes }] of steps.entries()) {
    for (const { path, before } of changes) {
      const list = byPath.get(path);
      if (list === undefined) byPath.set(path, [{ index, before }]);
      else list.push({ index, before });
    }
    if (changes.some(({ path }) => path.startsWith('zones/') || path === INVENTORY_FILE)) ofOthers.push(index);
    if (changes.some(({ path }) => path.startsWith('templates/'))) ofTemplates.push(index);
  }
  const present = new Set(project.tree.paths);
  const pathsOf = zonePaths(project, byPath.keys());
  const bounds = newBounds(steps.map(({ time }) => time));
  const inputsOf = new WeakMap<ZoneState, Inputs>();
  const fetched = newFetchedBlobs(repository, blobs);
  const configs = new Map<string, ProjectConfig>();
  const inventories = new Map<string, Inventory>();
  const templates = new Map<string, SourceFile | undefined>();
  const templatesOfBlob = new Map<string, readonly string[]>();
  const contents = new Map<string, { state: ZoneState; inputs: Inputs }>();
  /** The document of each zone that was read last: the one before differs from it in little. */
  const nearest = new Map<DomainName, { readonly read: ReadDocument; readonly config: ProjectConfig }>();

  /** The blob that stood at a path before a step; `undefined` where there was none. */
  const blobBefore = (path: string, index: number): string | undefined => {
    let found: PathChange | undefined;
    for (const change of byPath.get(path) ?? []) {
      if (change.index > index) break;
      found = change;
    }
    if (found !== undefined) return found.before?.kind === 'file' ? found.before.blob : undefined;
    return present.has(path) ? project.tree.id(path) : undefined;
  };
  /** Whether no step up to there has touched a file, so that it is read where it is now. */
  const isCurrent = (path: string, index: number): boolean => (byPath.get(path)?.[0]?.index ?? steps.length) > index;
  const readBefore = (path: string, index: number) => {
    const blob = blobBefore(path, index) as string;
    // The folder may hold other octets than git.
    if (isCurrent(path, index)) return project.tree.read(path);
    return fetched.read({ blob, path });
  };
  const textBefore = (path: string, index: number): SourceFile | undefined =>
    blobBefore(path, index) === undefined ? undefined : readText((each) => readBefore(each, index), path).source;
  const configBefore = (index: number): ProjectConfig =>
    remembered(configs, blobBefore(CONFIG_FILE, index) ?? '', () => readConfig(textBefore(CONFIG_FILE, index)).config);
  const inventoryBefore = (index: number): Inventory =>
    remembered(
      inventories,
      blobBefore(INVENTORY_FILE, index) ?? '',
      () => readInventory(textBefore(INVENTORY_FILE, index)).inventory,
    );
  /** The policies that configurations have ever set for a zone. */
  const policiesOf = (apex: DomainName): SerialPolicy[] =>
    (byPath.get(CONFIG_FILE) ?? []).map(({ index }) => settingsFor(configBefore(index), apex).serialPolicy);
  const pathBefore = (apex: DomainName, index: number): readonly string[] =>
    (pathsOf.get(apex) ?? []).filter((path) => blobBefore(path, index) !== undefined);
  const sourceBefore = (index: number): DocumentSource => ({
    config: configBefore(index),
    pathOf: (apex) => pathBefore(apex, index)[0],
    read: (path) => readBefore(path, index),
    template: (name) => {
      const path = templatePath(name);
      return remembered(templates, blobBefore(path, index) ?? '', () => textBefore(path, index));
    },
  });
  /** What everything that a state is made from is called: equal keys give equal content. */
  const keyOf = (apex: DomainName, blob: string, index: number): string | undefined => {
    const names = templatesOfBlob.get(blob);
    if (names === undefined) return undefined;
    const settings = settingsText(settingsFor(configBefore(index), apex));
    const blobsOfTemplates = names.map((name) => blobBefore(templatePath(name), index) ?? '-');
    return `${apex} ${blob} ${blobsOfTemplates.join(' ')} ${settings}`;
  };
  /** What an earlier run has found out of a document, if that hangs on nothing else that has changed. */
  const knownBefore = (
    apex: DomainName,
    blob: string,
    index: number,
  ): { state: ZoneState; inputs: Inputs } | undefined => {
    const line = known?.(apex);
    if (line?.id !== blob || line.content === '' || line.dependent || line.hasNodes) return undefined;
    if ((byPath.get(CONFIG_FILE)?.[0]?.index ?? steps.length) <= index) return undefined;
    const names = templateNames(line.templates);
    const then = names.map((name) => `${name}=${blobBefore(templatePath(name), index) ?? '-'}`);
    return then.join(' ') === line.templates
      ? { state: stateOf(line), inputs: { templates: names, dependent: false } }
      : undefined;
  };
  const compileBefore = (apex: DomainName, blob: string, index: number): { state: ZoneState; inputs: Inputs } => {
    const source = sourceBefore(index);
    const near = nearest.get(apex);
    const isNear = near !== undefined && near.config === source.config;
    const read = isNear ? amendDocument(source, apex, near.read) : readDocument(source, apex);
    nearest.set(apex, { read: settled(read), config: source.config });
    templatesOfBlob.set(blob, read.templates);
    const { zone } = read;
    if (zone === undefined) return { state: { kind: 'unreadable' }, inputs: { templates: 'any', dependent: false } };
    const inputs = { templates: read.templates, dependent: isDependent(zone) };
    const chain = chainOf(apex, zone, source);
    const { compiled } = compileZone(zone, chain, inventoryBefore(index));
    return { state: contentState(zone, orderZone(compiled).content), inputs };
  };

  return {
    historyOf(zone) {
      inputsOf.set(zone.state, { templates: zone.templates, dependent: zone.dependent });
      const own = pathsOf.get(zone.apex) ?? [];
      return {
        // A configuration that set another policy once may have made a serial that is far ahead.
        bounds: (index, policies) => bounds(index, new Set([...policies, ...policiesOf(zone.apex)])),
        isFirst: ({ index }) => index === steps.length - 1,
        touchOf(state, from) {
          const { templates: used, dependent } = inputsOf.get(state) ?? { templates: 'any', dependent: false };
          let first = firstAt(byPath.get(CONFIG_FILE), from);
          for (const path of own) first = Math.min(first, firstAt(byPath.get(path), from));
          if (used === 'any') first = Math.min(first, firstIndex(ofTemplates, from));
          else for (const name of used) first = Math.min(first, firstAt(byPath.get(templatePath(name)), from));
          if (dependent) first = Math.min(first, firstIndex(ofOthers, from));
          const step = steps[first];
          return step === undefined ? undefined : { index: first, commit: step.commit, time: step.time };
        },
      };
    },
    async prefetch(questions) {
      const wanted: WantedBlob[] = [];
      const current: string[] = [];
      for (const { apex, touch } of questions) {
        const [path, ...others] = pathBefore(apex, touch.index);
        const blob = path === undefined || others.length > 0 ? undefined : blobBefore(path, touch.index);
        if (path === undefined || blob === undefined) continue;
        const key = keyOf(apex, blob, touch.index);
        if (knownBefore(apex, blob, touch.index) !== undefined) continue;
        if (key !== undefined && contents.has(key)) continue;
        if (isCurrent(path, touch.index)) current.push(path);
        else wanted.push({ blob, path });
      }
      await Promise.all([fetched.prefetch(wanted), project.tree.prefetch(current)]);
    },
    stateBefore(apex, { index }) {
      const paths = pathBefore(apex, index);
      const blob = paths.length === 0 ? undefined : blobBefore(paths[0] as string, index);
      let found: { state: ZoneState; inputs: Inputs };
      if (blob === undefined) {
        found = { state: { kind: 'absent' }, inputs: { templates: [], dependent: false } };
      } else if (paths.length > 1) {
        found = { state: { kind: 'unreadable' }, inputs: { templates: 'any', dependent: false } };
      } else {
        const before = contents.get(keyOf(apex, blob, index) ?? '') ?? knownBefore(apex, blob, index);
        found = before ?? compileBefore(apex, blob, index);
        const key = keyOf(apex, blob, index);
        if (before === undefined && !found.inputs.dependent && key !== undefined) contents.set(key, found);
      }
      const state = { ...found.state };
      inputsOf.set(state, found.inputs);
      return state;
    },
  };

  /** What a zone and its neighbours answered then. */
  function chainOf(apex: DomainName, zone: Zone, source: DocumentSource): Chain {
    const zones = new Map<DomainName, Zone | undefined>([[apex, zone]]);
    return {
      zoneFor(name) {
        for (let at: DomainName | undefined = name; at !== undefined; at = parentName(at)) {
          if (source.pathOf(at) !== undefined) return at;
        }
        return undefined;
      },
      answerAt(other, name) {
        const found = remembered(zones, other, () => readDocument(source, other).zone);
        if (found === undefined) return { kind: 'none', rrsets: [], alias: undefined, redirect: undefined };
        return answerFrom(found, shapeOf(found), name);
      },
    };
  }
}

/** Whether a zone's content hangs on other zones or on the inventory. */
export function isDependent(zone: Zone): boolean {
  if (zone.aliases.length > 0 || zone.redirects.length > 0) return true;
  for (const rrsets of zone.names.values()) {
    for (const { options } of rrsets) if (options?.some((option) => option?.proxied === true)) return true;
  }
  return false;
}

/** The state of a zone with this content. */
export function contentState({ settings }: Zone, content: string): ContentState {
  const { soa, serialPolicy } = settings;
  return {
    kind: 'content',
    content,
    policy: serialPolicy,
    floor: soa.serialAfter as Serial | undefined,
    documentSerial: settings.dnssec === 'presigned' ? (soa.serial as Serial | undefined) : undefined,
    signedBy: signingPolicy(settings),
  };
}

/** Every path at which a zone's document has ever been, or is. */
function zonePaths(project: Project, changed: Iterable<string>): Map<DomainName, string[]> {
  const paths = new Map<DomainName, string[]>();
  for (const [apex, path] of project.zones) paths.set(apex, [path]);
  for (const path of changed) {
    for (const apex of layOut([path]).zones.keys()) {
      const known = paths.get(apex);
      if (known === undefined) paths.set(apex, [path]);
      else if (!known.includes(path)) known.push(path);
    }
  }
  return paths;
}

function templatePath(name: string): string {
  return `templates/${name}.yaml`;
}

function firstAt(changes: readonly PathChange[] | undefined, from: number): number {
  return changes?.find(({ index }) => index >= from)?.index ?? Number.POSITIVE_INFINITY;
}

function firstIndex(indexes: readonly number[], from: number): number {
  return indexes.find((index) => index >= from) ?? Number.POSITIVE_INFINITY;
}

function remembered<K, V>(memory: Map<K, V>, key: K, find: () => V): V {
  if (memory.has(key)) return memory.get(key) as V;
  const value = find();
  memory.set(key, value);
  return value;
}
