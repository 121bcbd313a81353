import { DnsSyntaxError, quoted } from '../dns/fault.ts';
import { type DomainName, displayName, labelsOf, nameFromLabels, ROOT, toALabel } from '../dns/name.ts';
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

/** A label of RFC 2317 (`0/25`), and how it stands in a file name. */
const RANGE = /^\d{1,3}\/\d{1,3}$/;
const RANGE_IN_FILE = /^\d{1,3}_\d{1,3}$/;

/**
 * The base name of a zone's files, in the repository and in a release: its A-label name without the final dot, `root` for
 * the root. It never holds a `/`, begins with a dot, or is that of another zone:
 * - in a label of RFC 2317 (two numbers with `/` between them, below `in-addr.arpa`) the `/` becomes `_`;
 * - octets other than letters, digits, `-` and `_` become `%` and two hexadecimal digits;
 * - so does what would be read as something else: the `_` of a label `0_25` below `in-addr.arpa`, the `r` of the zone
 *   `root`.
 *
 * @example zoneFileName(parseName('0/25.2.0.192.in-addr.arpa.')) // '0_25.2.0.192.in-addr.arpa'
 */
export function zoneFileName(apex: DomainName): string {
  if (apex === ROOT) return 'root';
  const labels = labelsOf(apex);
  const reverse = isReverse(labels);
  const name = labels.map((label) => labelInFile(label, reverse)).join('.');
  return name === 'root' ? '%72oot' : name;
}

function labelInFile(label: string, reverse: boolean): string {
  if (reverse && RANGE.test(label)) return label.replace('/', '_');
  if (reverse && RANGE_IN_FILE.test(label)) return label.replace('_', '%5F');
  return label.replace(/[^a-z0-9_-]/g, percent);
}

function percent(octet: string): string {
  return `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function isReverse(labels: readonly string[]): boolean {
  return labels.at(-1) === 'arpa' && labels.at(-2) === 'in-addr';
}

/**
 * The zone that a file's base name (without `.yaml`) stands for: the inverse of {@link zoneFileName}, which takes upper
 * case and U-labels too. Throws {@link DnsSyntaxError} for every other name.
 */
export function zoneOfFile(base: string): DomainName {
  if (base.toLowerCase() === 'root') return ROOT;
  const parts = base.toLowerCase().split('.');
  const reverse = isReverse(parts);
  const apex = nameFromLabels(parts.map((part) => labelOfFile(part, base, reverse)));
  const known = zoneFileName(apex);
  // Whatever has another spelling would be two files for one zone.
  if (!/[^\x00-\x7f]/.test(base) && known.toLowerCase() !== base.toLowerCase()) {
    throw unfit(base, `call the file ${known}.yaml`);
  }
  return apex;
}

function labelOfFile(part: string, base: string, reverse: boolean): string {
  if (part === '')
    throw unfit(base, 'call the file like its zone, with one dot between two labels and none at the end');
  if (/[^\x00-\x7f]/.test(part)) {
    const label = toALabel(part);
    if (label !== undefined) return checkedLength(label, base);
    throw unfit(base, 'write the label in letters that IDNA allows, or its A-label (xn--...)');
  }
  if (reverse && RANGE_IN_FILE.test(part)) return part.replace('_', '/');
  if (!/^([a-z0-9_-]|%[0-9a-f]{2})+$/.test(part)) {
    throw unfit(
      base,
      'use letters, digits, "-" and "_"; write any other octet of the name as % and two hexadecimal digits',
    );
  }
  return checkedLength(
    part.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    base,
  );
}

function checkedLength(label: string, base: string): string {
  if (label.length <= 63) return label;
  throw unfit(base, 'use at most 63 octets between two dots');
}

function unfit(base: string, fix: string): DnsSyntaxError {
  return new DnsSyntaxError(`${quoted(base)} is not the name of a zone`, fix);
}
