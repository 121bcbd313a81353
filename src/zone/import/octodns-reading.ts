import { DnsSyntaxError, quoted } from '../../dns/fault.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Finding } from '../finding.ts';
import { placeOf, type SourceFile } from '../source.ts';
import type { MapEntry, MapNode, ScalarNode, YamlNode } from '../yaml/node.ts';
import { yaml11Differs } from '../yaml/yaml11.ts';

/** A file of octoDNS that is being read, and what is to be said about it. */
export interface OctodnsReading {
  readonly source: SourceFile;
  readonly apex: DomainName;
  readonly findings: Finding[];
}

/** How many findings one import lists. */
const LISTED = 1000;

/** Says something about a stretch of the file. */
export function say(
  { source, findings, apex }: OctodnsReading,
  at: { readonly start: number; readonly end: number },
  rule: string,
  message: string,
  fix: string,
  severity: Finding['severity'] = 'error',
): void {
  if (findings.length >= LISTED) return;
  const place = placeOf({ source, start: at.start, end: at.end });
  findings.push({ rule, severity, message, fix, place, zone: apex });
}

/** Says what a parser threw; throws everything else again. */
export function sayFault(reading: OctodnsReading, at: YamlNode, fault: unknown): void {
  if (!(fault instanceof DnsSyntaxError)) throw fault;
  say(reading, at, fault.rule, fault.message, fault.fix);
}

/** Says where PyYAML, with which octoDNS reads, makes something else of a plain scalar. */
export function warnIfRetyped(reading: OctodnsReading, node: ScalarNode): void {
  if (node.style !== 'plain' || /^\d+$/.test(node.text)) return;
  const other = yaml11Differs(node.text);
  if (other === undefined) return;
  say(
    reading,
    node,
    'yaml-retyped',
    `octoDNS reads ${quoted(node.text)} as ${other}; it is taken as written`,
    'look whether that is what was meant, and put it in quotes',
    'warning',
  );
}

/** The entries of a map with those that `<<` merges in: its own take precedence, then earlier ones (YAML 1.1). */
export function mergedEntries(node: MapNode): readonly MapEntry[] {
  if (!node.entries.some(isMerge)) return node.entries;
  const entries = new Map<string, MapEntry>();
  for (const entry of node.entries) if (!isMerge(entry)) entries.set(entry.key.text, entry);
  for (const { value } of node.entries.filter(isMerge)) {
    for (const from of value.kind === 'seq' ? value.items : [value]) {
      if (from.kind !== 'map') continue;
      for (const entry of mergedEntries(from)) if (!entries.has(entry.key.text)) entries.set(entry.key.text, entry);
    }
  }
  return [...entries.values()];
}

function isMerge({ key, value }: MapEntry): boolean {
  return key.text === '<<' && key.style === 'plain' && value.kind !== 'scalar';
}
