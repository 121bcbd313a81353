import { createHash } from 'node:crypto';
import type { DomainName } from '../dns/name.ts';
import { displayName } from '../dns/name.ts';
import { amendZone, MANY_OWNERS, type ZoneDifference } from '../zone/amend/amend.ts';
import { type ProjectConfig, readConfig } from '../zone/config.ts';
import { findingsOf, newReport, reportProblems } from '../zone/document/report.ts';
import type { Finding } from '../zone/finding.ts';
import type { NodesFile } from '../zone/inventory/inventory.ts';
import { type Layout, layOut } from '../zone/layout.ts';
import { readZone } from '../zone/read.ts';
import type { ZoneSettings } from '../zone/settings.ts';
import type { SourceFile } from '../zone/source.ts';
import { readWebFile, WEB_FILE, type WebFile } from '../zone/web-file.ts';
import { decodeUtf8 } from '../zone/yaml/utf8.ts';
import type { Zone } from '../zone/zone.ts';
import { type Inventory, readInventory } from './inventory.ts';
import { fitsFileName } from './paths.ts';
import { sourceFinding } from './rules.ts';
import { CONFIG_FILE, INVENTORY_FILE, type SourceBytes, SourceError, type SourceTree } from './source/tree.ts';

/** What the document of a zone is read with. */
export interface DocumentSource {
  readonly config: ProjectConfig;
  /** The path of a zone's document; `undefined` where there is no such zone. */
  pathOf(apex: DomainName): string | undefined;
  /** Reads a file. Throws a SourceError. */
  read(path: string): SourceBytes;
  /** The text of a template; `undefined` where there is none. The same object every time. */
  template(name: string): SourceFile | undefined;
}

/** A state of the repository: its configuration, and which file is what. Zones are read when they are asked for. */
export interface Project extends DocumentSource {
  readonly tree: SourceTree;
  readonly inventory: Inventory;
  /** All of the inventory, for rolling out. */
  readonly nodes: NodesFile;
  readonly web: WebFile;
  /** The path of each zone's document. */
  readonly zones: ReadonlyMap<DomainName, string>;
  /** The path of each template. */
  readonly templates: ReadonlyMap<string, string>;
  /** What is wrong with the configuration, the inventory, `web.yaml` and the layout. */
  readonly findings: readonly Finding[];
  /** The document of a zone, where somebody keeps documents that were read; see {@link documentOf}. */
  readonly document?: (apex: DomainName) => ReadDocument;
}

/** What became of a zone's document. */
export interface ReadDocument {
  /** `undefined` where so much is wrong that checks would mislead. */
  readonly zone: Zone | undefined;
  readonly findings: readonly Finding[];
  /** The templates that it uses, also those that do not exist. */
  readonly templates: readonly string[];
  /** The id of the octets that were read. */
  readonly id: string;
  /** SHA-256 over the document, its templates and the settings that hold for the zone. */
  readonly source: string;
  /** How it differs from the document that it was amended from. */
  readonly difference: ZoneDifference | undefined;
}

/** A zone and the path of its document, as an earlier run found them. */
export interface KnownPath {
  readonly apex: DomainName;
  readonly path: string;
}

/**
 * Reads configuration, inventory and layout of a state of the repository. What paths stand for need not be found out again
 * where that is known.
 */
export function openProject(tree: SourceTree, known: Iterable<KnownPath> = []): Project {
  const findings: Finding[] = [...tree.findings];
  const present = new Set(tree.paths);
  const textOf = (path: string): SourceFile | undefined => {
    if (!present.has(path)) return undefined;
    const read = readText((each) => tree.read(each), path);
    findings.push(...read.findings);
    return read.source;
  };
  const { config, findings: ofConfig } = readConfig(textOf(CONFIG_FILE));
  const { inventory, findings: ofInventory } = readInventory(textOf(INVENTORY_FILE));
  const layout = layOutKnown(tree.paths, known);
  const { web, findings: ofWeb } = readWebFile(textOf(WEB_FILE));
  findings.push(...ofConfig, ...ofInventory, ...ofWeb, ...layout.findings);
  const zones = new Map<DomainName, string>();
  for (const [apex, path] of layout.zones) {
    if (fitsFileName(apex)) zones.set(apex, path);
    else findings.push({ ...tooLong(apex, path), zone: apex });
  }
  for (const zone of inventory.file.monitoring?.zones ?? []) if (!zones.has(zone)) findings.push(notMonitored(zone));
  const templates = new Map<string, SourceFile | undefined>();
  return {
    tree,
    config,
    inventory,
    nodes: inventory.file,
    web,
    zones,
    templates: layout.templates,
    findings,
    pathOf: (apex) => zones.get(apex),
    read: (path) => tree.read(path),
    template(name) {
      if (templates.has(name)) return templates.get(name);
      const path = layout.templates.get(name);
      // What is wrong with its text is found by whoever uses it; octets that are no text are found here, once.
      const source = path === undefined ? undefined : textOf(path);
      templates.set(name, source);
      return source;
    },
  };
}

/** Lays only those paths out that are not known, unless one of them is about a zone that has a path already. */
function layOutKnown(paths: readonly string[], known: Iterable<KnownPath>): Layout {
  const byPath = new Map<string, DomainName>();
  for (const { apex, path } of known) byPath.set(path, apex);
  if (byPath.size === 0) return layOut(paths);
  const layout = layOut(paths.filter((path) => !byPath.has(path)));
  const zones = new Map(layout.zones);
  for (const path of paths) {
    const apex = byPath.get(path);
    if (apex === undefined) continue;
    if (zones.has(apex)) return layOut(paths);
    zones.set(apex, path);
  }
  return { ...layout, zones };
}

function tooLong(apex: DomainName, path: string): Finding {
  return sourceFinding(
    'zone-name-length',
    path,
    `the files of ${displayName(apex)} would have names of more than 255 octets`,
    'shorten the name of the zone',
  );
}

function notMonitored(zone: DomainName): Finding {
  return sourceFinding(
    'monitored-zone-missing',
    INVENTORY_FILE,
    `nodes are to be asked for ${displayName(zone)}, which is no zone of this repository`,
    'name another zone under "monitoring:", or none',
  );
}

/** The document of a zone: as it was read by whoever keeps it, or read now. */
export function documentOf(project: Project, apex: DomainName): ReadDocument {
  return project.document?.(apex) ?? readDocument(project, apex);
}

/** Reads the document of a zone, with its templates. */
export function readDocument(from: DocumentSource, apex: DomainName): ReadDocument {
  const { config } = from;
  const text = readText((path) => from.read(path), from.pathOf(apex) as string);
  const { id, source } = text;
  if (source === undefined) {
    const nothing = { zone: undefined, templates: [], difference: undefined };
    return { ...nothing, findings: text.findings, id, source: text.digest };
  }
  const reading = readZone(source, apex, { config, template: (name) => from.template(name) });
  const findings = [...text.findings, ...reading.findings].map((finding) => ({ zone: apex, ...finding }));
  const zone = text.findings.length === 0 ? reading.zone : undefined;
  return {
    zone,
    findings,
    templates: reading.templates,
    id,
    source: sourceDigest(from, text.digest, reading),
    difference: undefined,
  };
}

/**
 * Reads the document of a zone that was read before with the same configuration: where it differs, if that is enough. What
 * comes out is the same as by {@link readDocument}.
 */
export function amendDocument(from: DocumentSource, apex: DomainName, before: ReadDocument): ReadDocument {
  const { zone } = before;
  const path = from.pathOf(apex) as string;
  if (zone === undefined || zone.names.size < MANY_OWNERS || zone.source.path !== path) return readDocument(from, apex);
  const text = readText((each) => from.read(each), path);
  const amended = text.source === undefined ? undefined : amendZone(zone, text.source.text);
  if (amended === undefined) return readDocument(from, apex);
  const { zone: now, ...difference } = amended;
  let digest: string | undefined;
  return {
    zone: now,
    findings: [],
    templates: [],
    id: text.id,
    // Few ask for it, and it takes longer than reading what has changed.
    get source() {
      digest ??= sourceDigest(from, text.digest, { zone: now, templates: [] });
      return digest;
    },
    difference,
  };
}

/** A document of which it is of no interest any more how it differs from another. */
export function settled(document: ReadDocument): ReadDocument {
  const { zone, findings, templates, id, difference } = document;
  if (difference === undefined) return document;
  return {
    zone,
    findings,
    templates,
    id,
    get source() {
      return document.source;
    },
    difference: undefined,
  };
}

function sourceDigest(
  from: DocumentSource,
  digest: string,
  { zone, templates }: Pick<ReturnType<typeof readZone>, 'zone' | 'templates'>,
): string {
  const hash = createHash('sha256').update(digest);
  for (const name of templates) {
    const used = from.template(name);
    if (used !== undefined) hash.update(`\n${name} `).update(createHash('sha256').update(used.text).digest('hex'));
  }
  if (zone !== undefined) hash.update(`\n${settingsText(zone.settings)}`);
  return hash.digest('hex');
}

/** The settings that a compiled zone hangs on, as text. */
export function settingsText({ ttl, soa, serialPolicy, dnssec }: ZoneSettings): string {
  return JSON.stringify([ttl, Object.entries(soa).sort(([a], [b]) => (a < b ? -1 : 1)), serialPolicy, dnssec]);
}

/** A file that was to be read as text. */
export interface ReadText {
  readonly id: string;
  /** SHA-256 of the octets. */
  readonly digest: string;
  /** `undefined` where the octets are no text. */
  readonly source: SourceFile | undefined;
  readonly findings: Finding[];
}

/** Reads a file as text. */
export function readText(read: (path: string) => SourceBytes, path: string): ReadText {
  try {
    const { id, bytes, text: known } = read(path);
    const { text, problems } = known === undefined ? decodeUtf8(bytes) : { text: known, problems: [] };
    const source: SourceFile = { path, text };
    const report = newReport();
    reportProblems(report, source, problems);
    return {
      id,
      get digest() {
        return createHash('sha256').update(bytes).digest('hex');
      },
      source: problems.length === 0 ? source : undefined,
      findings: findingsOf(report),
    };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const finding = sourceFinding(error.rule, path, error.message, error.fix);
    return { id: '', digest: '', source: undefined, findings: [finding] };
  }
}
