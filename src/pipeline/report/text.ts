import type { Finding, Severity } from '../../zone/finding.ts';
import type { Report } from './report.ts';
import { summarize } from './report.ts';

/** What colours a stretch of text on a terminal; the identity where there is none. */
export interface Paint {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly blue: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const plain = (text: string): string => text;

/** No colour at all: for files, pipes and `NO_COLOR`. */
export const noPaint: Paint = { red: plain, yellow: plain, green: plain, blue: plain, dim: plain, bold: plain };

/** How many findings are printed at most; the rest is counted. JSON and SARIF have them all. */
const SHOWN = 500;

/**
 * The report for people: `file:line:column: severity rule-id: message`, the line of the file with a caret under the very
 * value, and what to write instead. `lineOf` gives a line of a file as it is now; without it no lines are shown.
 */
export function printText(
  report: Report,
  paint: Paint,
  lineOf?: (file: string, line: number) => string | undefined,
): string {
  const open = report.findings.filter((finding) => finding.waived === undefined);
  const lines = open.slice(0, SHOWN).map((finding) => printFinding(finding, paint, lineOf));
  if (open.length > SHOWN) lines.push(`and ${open.length - SHOWN} more (--format json lists all)`);
  lines.push(summarize(report));
  return `${lines.join('\n')}\n`;
}

function printFinding(
  finding: Finding,
  paint: Paint,
  lineOf: ((file: string, line: number) => string | undefined) | undefined,
): string {
  const { file, line, column } = finding.place;
  let text = `${paint.bold(`${file}:${line}:${column}:`)} ${paintSeverity(finding.severity, paint)} ${finding.rule}: ${visible(finding.message)}`;
  const source = lineOf?.(file, line);
  if (source !== undefined) text += `\n${excerpt(finding, source, paint)}`;
  text += `\n  ${paint.dim('fix:')} ${visible(finding.fix)}${finding.edits === undefined ? '' : ' (check --fix does it)'}`;
  for (const other of finding.related ?? []) {
    text += `\n  ${paint.dim('see:')} ${other.place.file}:${other.place.line}:${other.place.column}: ${visible(other.message)}`;
  }
  return text;
}

function paintSeverity(severity: Severity, paint: Paint): string {
  return severity === 'error'
    ? paint.red(severity)
    : severity === 'warning'
      ? paint.yellow(severity)
      : paint.blue(severity);
}

const WIDTH = 100;

function excerpt(finding: Finding, source: string, paint: Paint): string {
  const { line, column, endLine, endColumn } = finding.place;
  // Of a very long line only the neighbourhood of the value is of use.
  const from = Math.max(0, Math.min(column - 1 - 20, source.length - WIDTH));
  const shown = visible(source.slice(from, from + WIDTH));
  const start = column - 1 - from;
  const length =
    endLine === line
      ? Math.max(1, Math.min(endColumn - column, shown.length - start))
      : Math.max(1, shown.length - start);
  const number = String(line).padStart(5);
  return `${paint.dim(`${number} |`)} ${shown}\n${' '.repeat(number.length)} ${paint.dim('|')} ${' '.repeat(start)}${paint.red('^'.repeat(length))}`;
}

/** Text from a file made harmless for a terminal: control characters would move the cursor or start an escape sequence. */
export function visible(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd').replace(/[\t\n]/g, ' ');
}
