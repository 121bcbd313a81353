import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseName } from '../../src/dns/name.ts';
import { rdataToText, typeName } from '../../src/dns/rdata.ts';
import { readConfig } from '../../src/zone/config.ts';
import { compareFindings, type Finding } from '../../src/zone/finding.ts';
import { readZone, type ZoneReading } from '../../src/zone/read.ts';
import type { SourceFile } from '../../src/zone/source.ts';
import type { Zone } from '../../src/zone/zone.ts';

const folder = fileURLToPath(new URL('documents/', import.meta.url));

/** The zone that test documents are, unless they say otherwise. */
export const apex = parseName('example.com.');

/** The names of the documents of a folder of fixtures. */
export function documentNames(kind: 'good' | 'bad' | 'config'): string[] {
  return readdirSync(`${folder}${kind}`)
    .filter((name) => name.endsWith('.yaml'))
    .sort();
}

/** A document of the fixtures. */
export function fixture(path: string): SourceFile {
  return { path, text: readFileSync(folder + path, 'utf8') };
}

/** Where the expected findings of a document stand. */
export function expectedPath(path: string): string {
  return folder + path.replace(/\.yaml$/, '.txt');
}

const templates = new Map<string, SourceFile>();

/** A template of the fixtures. */
export function template(name: string): SourceFile | undefined {
  const known = templates.get(name);
  if (known !== undefined) return known;
  try {
    const source = fixture(`templates/${name}.yaml`);
    templates.set(name, source);
    return source;
  } catch {
    return undefined;
  }
}

/** Reads a text, or a document of the fixtures, as the zone example.com. */
export function readText(document: string | SourceFile, name = apex): ZoneReading {
  const source = typeof document === 'string' ? { path: 'zones/example.com.yaml', text: document } : document;
  return readZone(source, name, { config: readConfig(undefined).config, template });
}

/** A zone as lines: its records as a master file has them, with what the document says beside them. */
export function zoneLines(zone: Zone | undefined): string[] {
  if (zone === undefined) return [];
  const lines: string[] = [];
  for (const rrsets of zone.names.values()) {
    for (const { owner, type, ttl, rdatas, options } of rrsets) {
      rdatas.forEach((rdata, i) => {
        const option = options?.[i];
        const beside =
          option === undefined ? '' : ` {${option.nodes?.join(' ') ?? ''}${option.proxied ? ' proxied' : ''}}`;
        lines.push(`${owner} ${ttl} ${typeName(type)} ${rdataToText(type, rdata)}${beside}`);
      });
    }
  }
  for (const { owner, ttl, target } of zone.aliases) lines.push(`${owner} ${ttl} ALIAS ${target}`);
  for (const { owner, ttl, status, target } of zone.redirects)
    lines.push(`${owner} ${ttl} REDIRECT ${status} ${target}`);
  for (const { rule, owner, zoneWide, reason, until } of zone.waivers) {
    lines.push(
      `${zoneWide ? 'the zone' : owner} waives ${rule}${until === undefined ? '' : ` until ${until}`}: ${reason}`,
    );
  }
  return lines;
}

/** Findings as people read them, one a line, each with its repair and its other places below it. */
export function findingLines(findings: readonly Finding[]): string {
  return [...findings]
    .sort(compareFindings)
    .map(({ place, severity, rule, message, fix, related = [], edits = [] }) => {
      const head = `${place.file}:${place.line}:${place.column}-${place.endLine}:${place.endColumn}: ${severity} ${rule}`;
      return [
        head,
        `  ${message}`,
        `  > ${fix}`,
        ...edits.map((edit) => `  = ${edit.start}-${edit.end} ${JSON.stringify(edit.text)}`),
        ...related.map((other) => `  @ ${other.place.file}:${other.place.line}:${other.place.column} ${other.message}`),
        '',
      ].join('\n');
    })
    .join('\n');
}
