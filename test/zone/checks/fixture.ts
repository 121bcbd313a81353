import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newEstate } from '../../../src/compile/estate.ts';
import { readRRsets } from '../../../src/dns/master/collect.ts';
import type { DomainName } from '../../../src/dns/name.ts';
import { parseName } from '../../../src/dns/name.ts';
import { fromText } from '../../../src/dns/octets.ts';
import type { Estate } from '../../../src/zone/checks/check.ts';
import { checkChange, checkZone } from '../../../src/zone/checks/run.ts';
import { readConfig } from '../../../src/zone/config.ts';
import { findingsOf, newReport, reportProblems } from '../../../src/zone/document/report.ts';
import { compareFindings, type Finding } from '../../../src/zone/finding.ts';
import { layOut } from '../../../src/zone/layout.ts';
import { readZone } from '../../../src/zone/read.ts';
import type { SourceFile } from '../../../src/zone/source.ts';
import { decodeUtf8 } from '../../../src/zone/yaml/utf8.ts';
import type { Zone } from '../../../src/zone/zone.ts';

/** The day on which all fixtures are checked. */
export const today = '2026-06-15';

export const fixturesFolder = fileURLToPath(new URL('fixtures', import.meta.url));

/** One input of a check: a document, a master file, a folder that is a small repository, or one with two states of a zone. */
export interface Fixture {
  readonly rule: string;
  /** `bad-…` has findings of the rule, `good-…` has none. */
  readonly name: string;
}

/** The fixtures of a rule, sorted. */
export function fixturesOf(rule: string): Fixture[] {
  const folder = join(fixturesFolder, rule);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => /^(bad|good)-/.test(name));
  return names.sort().map((name) => ({ rule, name }));
}

/** The rules that have a folder. */
export function rulesWithFixtures(): string[] {
  return readdirSync(fixturesFolder).sort();
}

/** What is found in a fixture, of all rules. */
export function findingsIn(fixture: Fixture): Finding[] {
  const files = filesOf(fixture);
  return [...encodingFaults(fixture, files), ...checkFiles(fixture, files)];
}

/** What is found in a fixture whose files are these. */
export function checkFiles(fixture: Fixture, files: ReadonlyMap<string, SourceFile>): Finding[] {
  if (files.has('desired.yaml')) return checkRelease(files);
  const master = files.get(fixture.name.endsWith('.zone') ? fixture.name : 'main.zone');
  if (master !== undefined) return readMaster(master, files);
  return checkRepository(files);
}

/** The files of a fixture by their paths within it; a single document has the path that findings show. */
export function filesOf({ rule, name }: Fixture): Map<string, SourceFile> {
  const path = join(fixturesFolder, rule, name);
  if (!statSync(path).isDirectory()) return new Map([[name, sourceFile(path, name)]]);
  const paths = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    paths
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => {
        const within = relative(path, file).replaceAll('\\', '/');
        return [within, sourceFile(file, within)];
      }),
  );
}

function sourceFile(file: string, path: string): SourceFile {
  return { path, text: decodeUtf8(readFileSync(file)).text };
}

/** What is wrong with the octets of a fixture's files. */
function encodingFaults({ rule, name }: Fixture, files: ReadonlyMap<string, SourceFile>): Finding[] {
  const report = newReport();
  for (const [path, source] of files) {
    const file = join(fixturesFolder, rule, name, path === name ? '' : path);
    reportProblems(report, source, decodeUtf8(readFileSync(file)).problems);
  }
  return findingsOf(report);
}

/** Checks a repository: `zonewright.yaml`, `zones/**`, `templates/**`; a single document is the only zone of one. */
function checkRepository(files: ReadonlyMap<string, SourceFile>): Finding[] {
  const { config, findings } = readConfig(files.get('zonewright.yaml'));
  const layout = layOut([...files.keys()]);
  const documents = new Map<DomainName, SourceFile>();
  for (const [apex, path] of layout.zones) documents.set(apex, files.get(path) as SourceFile);
  if (files.size === 1) for (const source of files.values()) documents.set(zoneNamed(source), source);
  const found: Finding[] = [...findings, ...layout.findings];
  const zones: { zone: Zone; reading: readonly Finding[] }[] = [];
  for (const [apex, source] of documents) {
    const template = (name: string) => files.get(layout.templates.get(name) ?? '');
    const { zone, findings: reading } = readZone(source, apex, { config, template });
    if (zone === undefined) found.push(...reading);
    else zones.push({ zone, reading });
  }
  const estate = estateOf(zones.map(({ zone }) => zone));
  for (const { zone, reading } of zones) found.push(...checkZone(zone, estate, { today, reading }));
  return found.sort(compareFindings);
}

/** Reads a master file with what it includes. */
function readMaster(source: SourceFile, files: ReadonlyMap<string, SourceFile>): Finding[] {
  const masterFile = ({ path, text }: SourceFile) => ({ name: path, octets: fromText(text) });
  const include = (path: string) => {
    const file = files.get(path);
    return file === undefined ? { message: `there is no ${path}`, fix: 'correct the path' } : masterFile(file);
  };
  const { problems } = readRRsets(masterFile(source), { apex: zoneNamed(source), include });
  return problems.map(({ rule, severity, message, fix, file, line, column }) => {
    return { rule, severity, message, fix, place: { file, line, column, endLine: line, endColumn: column } };
  });
}

/** The zone of a document. Fails where it cannot be read. */
export function zoneOf(text: string, name = 'example.com', configuration = ''): Zone {
  const source = { path: `zones/${name}.yaml`, text };
  const { config } = readConfig({ path: 'zonewright.yaml', text: configuration });
  const { zone, findings } = readZone(source, parseName(`${name}.`), { config, template: () => undefined });
  if (zone === undefined) throw new Error(findings.map(({ message }) => message).join('\n'));
  return zone;
}

/** The estate of zones that are all in memory. */
export function estateOf(zones: Iterable<Zone>): Estate {
  const byApex = new Map([...zones].map((zone) => [zone.apex, zone]));
  return newEstate(byApex, (apex) => byApex.get(apex));
}

/** Compares `existing.yaml` with `desired.yaml`. */
function checkRelease(files: ReadonlyMap<string, SourceFile>): Finding[] {
  const { config } = readConfig(files.get('zonewright.yaml'));
  const [existing, desired] = ['existing.yaml', 'desired.yaml'].map((path) => {
    const source = files.get(path);
    if (source === undefined) return undefined;
    return readZone(source, zoneNamed(source), { config, template: () => undefined }).zone;
  });
  return checkChange(existing, desired, { zone: desired, file: 'desired.yaml', today });
}

/** The zone of a single document: as its first line says (`# zone: 2.0.192.in-addr.arpa`), else `example.com`. */
function zoneNamed({ text }: SourceFile): DomainName {
  const named = /^[#;] zone: (\S+)/.exec(text);
  return parseName(`${named?.[1] ?? 'example.com'}.`.replace('..', '.'));
}

/** A finding as `expected.txt` has it. */
export function line(fixture: Fixture, { place, severity, rule, message }: Finding): string {
  const file = place.file === fixture.name ? fixture.name : `${fixture.name}/${place.file}`;
  return `${file}:${place.line}:${place.column} ${severity} ${rule} ${message}`;
}
