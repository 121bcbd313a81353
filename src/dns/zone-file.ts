import { DnsSyntaxError, quoted } from './fault.ts';
import { type DomainName, labelsOf, nameFromLabels, ROOT, toALabel } from './name.ts';

/** A label of RFC 2317 (`0/25`), and how it stands in a file name. */
const RANGE = /^\d{1,3}\/\d{1,3}$/;
const RANGE_IN_FILE = /^\d{1,3}_\d{1,3}$/;

/**
 * The base name of a zone's files, in the repository, in a release and in a key store: its A-label name without the final dot, `root` for
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
