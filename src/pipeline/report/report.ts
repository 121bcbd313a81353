import type { Finding, Severity } from '../../zone/finding.ts';

/** What `check` found: everything in one run, in a stable order. */
export interface Report {
  readonly findings: readonly Finding[];
  /** The number of zones that were looked at. */
  readonly zones: number;
}

/** How many findings there are of each kind; waived ones are counted apart and in no other number. */
export type Counts = { readonly [severity in Severity]: number } & { readonly waived: number };

/** The forms that findings are printed in. */
export const reportFormats = ['text', 'json', 'github', 'sarif'] as const;

/** One of {@link reportFormats}. */
export type ReportFormat = (typeof reportFormats)[number];

/** Counts the findings of a report. */
export function countFindings(findings: readonly Finding[]): Counts {
  const counts = { error: 0, warning: 0, info: 0, waived: 0 };
  for (const finding of findings) counts[finding.waived === undefined ? finding.severity : 'waived']++;
  return counts;
}

/** The last line of a report: `3 zones: 1 error, 2 warnings, 1 waived`. */
export function summarize(report: Report): string {
  const counts = countFindings(report.findings);
  const parts = (['error', 'warning'] as const)
    .filter((kind) => counts[kind] > 0)
    .map((kind) => plural(counts[kind], kind));
  if (counts.info > 0) parts.push(`${counts.info} info`);
  if (parts.length === 0) parts.push('nothing found');
  if (counts.waived > 0) parts.push(`${counts.waived} waived`);
  return `${plural(report.zones, 'zone')}: ${parts.join(', ')}`;
}

/** `1 zone`, `2 zones`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
