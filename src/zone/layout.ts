import { DnsSyntaxError } from '../dns/fault.ts';
import { type DomainName, displayName } from '../dns/name.ts';
import { zoneOfFile } from '../dns/zone-file.ts';
import { readingFinding } from './document/report.ts';
import type { Finding } from './finding.ts';

/** Which file of the repository is what. */
export interface Layout {
  /** The path of each zone's document. */
  readonly zones: ReadonlyMap<DomainName, string>;
  /** The path of each template by its name, such as `mail/google`. */
  readonly templates: ReadonlyMap<string, string>;
  readonly findings: Finding[];
}

const DOCUMENT = /\.yaml$/;
const MISNAMED = /\.(yml|ya?ml)$/i;
const MAX_TEMPLATE_NAME = 200;

/**
 * Finds the zone documents (`zones/**`) and the templates (`templates/**`) among the paths of a repository, which are
 * relative to the folder of `zonewright.yaml`. Files whose names begin with a dot and files that are no YAML are passed
 * over; two files of one zone, and names that are no zone's, are findings.
 */
export function layOut(paths: readonly string[]): Layout {
  const zones = new Map<DomainName, string>();
  const templates = new Map<string, string>();
  const findings: Finding[] = [];
  for (const path of [...paths].sort()) {
    const zone = path.startsWith('zones/');
    if (!zone && !path.startsWith('templates/')) continue;
    const base = path.slice(path.lastIndexOf('/') + 1);
    if (base.startsWith('.') && base !== '.yaml') continue;
    if (!DOCUMENT.test(base)) {
      if (MISNAMED.test(base)) {
        findings.push(
          atFile(zone ? 'zone-file-name' : 'template-name', path, {
            message: `${base} does not end in .yaml and would not be read`,
            fix: `rename it to ${base.replace(MISNAMED, '.yaml')}`,
          }),
        );
      }
    } else if (zone) {
      addZone(path, base.slice(0, -5), zones, findings);
    } else {
      const name = path.slice('templates/'.length, -5);
      if (isTemplateName(name)) templates.set(name, path);
      else {
        findings.push(
          atFile('template-name', path, {
            message: `templates/${name}.yaml is not named like a template`,
            fix: 'use letters, digits, "-", "_" and "." in the names of templates and their folders',
          }),
        );
      }
    }
  }
  return { zones, templates, findings };
}

function addZone(path: string, base: string, zones: Map<DomainName, string>, findings: Finding[]): void {
  let apex: DomainName;
  try {
    apex = zoneOfFile(base);
  } catch (error) {
    if (!(error instanceof DnsSyntaxError)) throw error;
    findings.push(atFile('zone-file-name', path, { message: error.message, fix: error.fix }));
    return;
  }
  const first = zones.get(apex);
  if (first === undefined) {
    zones.set(apex, path);
    return;
  }
  findings.push({
    ...atFile('zone-twice', path, {
      message: `${path} and ${first} are both the zone ${displayName(apex)}`,
      fix: 'put their records into one file and delete the other',
    }),
    zone: apex,
    related: [{ place: placeInFile(first), message: 'the other file of the zone' }],
  });
}

function atFile(rule: 'zone-file-name' | 'zone-twice' | 'template-name', path: string, said: Said): Finding {
  return readingFinding(rule, placeInFile(path), said.message, said.fix);
}

interface Said {
  readonly message: string;
  readonly fix: string;
}

function placeInFile(file: string): Finding['place'] {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

/** Whether a text can name a template: words of letters, digits, `-`, `_` and `.` with `/` between them, none of dots. */
export function isTemplateName(name: string): boolean {
  return name.length <= MAX_TEMPLATE_NAME && /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/.test(name);
}
