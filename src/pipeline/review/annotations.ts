import { type Finding, stops } from '../../zone/finding.ts';
import type { Annotation } from './forge.ts';

/** How many annotations a commit gets at most; what more there is is counted. */
const MOST = 1000;
/** Longest message, in characters. */
const MESSAGE = 4000;

const LEVEL = { error: 'failure', warning: 'warning', info: 'notice' } as const;

/** Findings as remarks on the very lines, those that stop a release first; waived ones are left out. */
export function annotations(findings: readonly Finding[]): Annotation[] {
  const open = findings.filter(({ waived }) => waived === undefined);
  const sorted = [...open.filter(stops), ...open.filter((finding) => !stops(finding))];
  return sorted.slice(0, MOST).map(({ place, rule, severity, message, fix }) => ({
    path: place.file,
    line: place.line,
    endLine: place.endLine,
    columns: place.line === place.endLine ? [place.column, Math.max(place.column, place.endColumn - 1)] : undefined,
    level: LEVEL[severity],
    title: rule,
    message: `${message}. ${fix}`.slice(0, MESSAGE),
  }));
}
