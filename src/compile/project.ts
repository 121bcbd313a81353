import { createHash } from 'node:crypto';
import type { DomainName } from '../dns/name.ts';
import { displayName } from '../dns/name.ts';
import { type ProjectConfig, readConfig } from '../zone/config.ts';
import { findingsOf, newReport, reportProblems } from '../zone/document/report.ts';
import type { Finding } from '../zone/finding.ts';
import { type Layout, layOut } from '../zone/layout.ts';
import { readZone } from '../zone/read.ts';
import type { ZoneSettings } from '../zone/settings.ts';
import type { SourceFile } from '../zone/source.ts';
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
  /** The path of each zone's document. */
  readonly zones: ReadonlyMap<DomainName, string>;
  /** The path of each template. */
  readonly templates: ReadonlyMap<string, string>;
  /** What is wrong with the configuration, the inventory and the layout. */
  readonly findings: readonly Finding[];
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
  findings.push(...ofConfig, ...ofInventory, ...layout.findings);
  const zones = new Map<DomainName, string>();
  for (const [apex, path] of layout.zones) {
    if (fitsFileName(apex)) zones.set(apex, path);
    else findings.push({ ...tooLong(apex, path), zone: apex });
  }
  const templates = new Map<string, SourceFile | undefined>();
  return {
    tree,
    config,
    inventory,
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

/** Reads the document of a zone, with its templates. */
export function readDocument(from: DocumentSource, apex: DomainName): ReadDocument {
  const { config } = from;
  const text = readText((path) => from.read(path), from.pathOf(apex) as string);
  const { id, digest, source } = text;
  if (source === undefined) return { zone: undefined, findings: text.findings, templates: [], id, source: digest };
  const reading = readZone(source, apex, { config, template: (name) => from.template(name) });
  const findings = [...text.findings, ...reading.findings].map((finding) => ({ zone: apex, ...finding }));
  const hash = createHash('sha256').update(digest);
  for (const name of reading.templates) {
    const used = from.template(name);
    if (used !== undefined) hash.update(`\n${name} `).update(createHash('sha256').update(used.text).digest('hex'));
  }
  if (reading.zone !== undefined) hash.update(`\n${settingsText(reading.zone.settings)}`);
  const zone = text.findings.length === 0 ? reading.zone : undefined;
  return { zone, findings, templates: reading.templates, id, source: hash.digest('hex') };
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
    const { id, bytes } = read(path);
    const { text, problems } = decodeUtf8(bytes);
    const source: SourceFile = { path, text };
    const report = newReport();
    reportProblems(report, source, problems);
    const digest = createHash('sha256').update(bytes).digest('hex');
    return { id, digest, source: problems.length === 0 ? source : undefined, findings: findingsOf(report) };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const finding = sourceFinding(error.rule, path, error.message, error.fix);
    return { id: '', digest: '', source: undefined, findings: [finding] };
  }
}
