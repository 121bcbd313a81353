import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDocument } from '../zone/format/format.ts';
import { placeOf } from '../zone/source.ts';
import { decodeUtf8 } from '../zone/yaml/utf8.ts';
import { replaceFile } from './replace-file.ts';

/** What became of one document. */
export interface FormatResult {
  readonly path: string;
  /** `kept`: there is no canonical layout for it, as it uses anchors. */
  readonly kind: 'changed' | 'unchanged' | 'kept' | 'broken';
  readonly message: string;
}

/** The documents of a project that have a canonical layout. */
export function projectDocuments(folder: string): string[] {
  const found = ['zonewright.yaml', 'nodes.yaml'].map((name) => join(folder, name)).filter((path) => existsSync(path));
  for (const top of ['zones', 'templates']) {
    if (!existsSync(join(folder, top))) continue;
    for (const entry of readdirSync(join(folder, top), { withFileTypes: true, recursive: true })) {
      if (entry.isFile() && entry.name.endsWith('.yaml') && !entry.name.startsWith('.'))
        found.push(join(entry.parentPath, entry.name));
    }
  }
  return found.sort();
}

/** Formats files in place, each written whole or not at all; with `write: false` only says what would change. */
export function formatFiles(
  paths: readonly string[],
  options: { readonly sort: boolean; readonly write: boolean },
): FormatResult[] {
  return paths.map((path): FormatResult => {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      return { path, kind: 'broken', message: (error as Error).message };
    }
    const formatted = formatText(path, bytes, options.sort);
    if (formatted.kind !== 'formatted') return { path, kind: formatted.kind, message: formatted.message };
    const text = Buffer.from(formatted.text, 'utf8');
    if (text.equals(bytes)) return { path, kind: 'unchanged', message: '' };
    if (options.write) replaceFile(path, text);
    return { path, kind: 'changed', message: '' };
  });
}

/** Formats one document. */
export function formatText(
  path: string,
  bytes: Buffer,
  sort: boolean,
): { kind: 'formatted'; text: string } | { kind: 'kept' | 'broken'; message: string } {
  const decoded = decodeUtf8(bytes);
  const [encoding] = decoded.problems;
  if (encoding !== undefined) return { kind: 'broken', message: `${encoding.message}; ${encoding.fix}` };
  const formatted = formatDocument(decoded.text, { sort });
  if (formatted.kind === 'formatted') return formatted;
  if (formatted.kind === 'kept') return { kind: 'kept', message: formatted.reason };
  const [problem] = formatted.problems;
  if (problem === undefined) return { kind: 'broken', message: 'it cannot be read' };
  const { line, column } = placeOf({ source: { path, text: decoded.text }, start: problem.start, end: problem.end });
  return { kind: 'broken', message: `line ${line}, column ${column}: ${problem.message}; ${problem.fix}` };
}
