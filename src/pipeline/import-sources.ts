import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One zone to import, and where from. */
export type ImportSource =
  /** A master file; `-` is standard input. */
  | { readonly kind: 'master'; readonly path: string }
  /** Files of octoDNS that are one zone; `zone` is its name as files and folders say it. */
  | {
      readonly kind: 'octodns';
      readonly path: string;
      readonly files: readonly string[];
      readonly zone: string;
      /** Whether it was found in a folder, where it may be something else than a zone. */
      readonly found: boolean;
    }
  | { readonly kind: 'transfer'; readonly address: string }
  | { readonly kind: 'unreadable'; readonly path: string; readonly why: string };

const YAML = /\.ya?ml$/i;
const MASTER = /\.(zone|db)$|^db\./i;

/**
 * What an argument of the command stands for: an address, a file, or what is in a folder. In a folder those files count
 * that look like zones (`*.zone`, `*.db`, `db.*`, `*.yaml`), and folders that are named after a zone with its final dot,
 * which is how octoDNS splits one over files. Such a folder can also be named itself.
 */
export function expandSource(source: string): ImportSource[] {
  if (source.startsWith('axfr://')) return [{ kind: 'transfer', address: source }];
  if (source === '-' || !isFolder(source)) return [fileSource(source)];
  let names: string[];
  try {
    names = readdirSync(source).sort();
  } catch (error) {
    return [{ kind: 'unreadable', path: source, why: (error as Error).message }];
  }
  const split = splitZone(source, names);
  return split === undefined ? inFolder(source, names) : [split];
}

function fileSource(path: string): ImportSource {
  return YAML.test(path)
    ? { kind: 'octodns', path, files: [path], zone: basename(path).replace(YAML, ''), found: false }
    : { kind: 'master', path };
}

function inFolder(folder: string, names: readonly string[]): ImportSource[] {
  const sources: ImportSource[] = [];
  /** octoDNS reads both the file of a zone and its folder. */
  const zones = new Map<string, { path: string; files: string[] }>();
  for (const name of names) {
    const path = join(folder, name);
    if (isFolder(path)) {
      const split = name.endsWith('.') ? splitZone(path, namesIn(path)) : undefined;
      if (split === undefined) continue;
      const known = zones.get(split.zone);
      if (known === undefined) zones.set(split.zone, { path, files: [...split.files] });
      else known.files.push(...split.files);
    } else if (YAML.test(name)) {
      const zone = name.replace(YAML, '');
      const known = zones.get(zone);
      if (known === undefined) zones.set(zone, { path, files: [path] });
      else known.files.unshift(path);
    } else if (MASTER.test(name)) {
      sources.push({ kind: 'master', path });
    }
  }
  for (const [zone, { path, files }] of zones) sources.push({ kind: 'octodns', path, files, zone, found: true });
  return sources;
}

/** The folder of a zone that is split over files, one or more names a file; `undefined` where it is none. */
function splitZone(folder: string, names: readonly string[]): (ImportSource & { kind: 'octodns' }) | undefined {
  const files = names.filter((name) => YAML.test(name));
  // The file of the apex is called `$zone.yaml`, whatever the folder is called.
  const catchAll = files.find((name) => name.startsWith('$'));
  const named = basename(folder).replace(/(?<=.)\.$/, '');
  if (files.length === 0 || (named === basename(folder) && catchAll === undefined)) return undefined;
  const zone = catchAll === undefined ? named : catchAll.slice(1).replace(YAML, '');
  return { kind: 'octodns', path: folder, files: files.map((name) => join(folder, name)), zone, found: false };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
