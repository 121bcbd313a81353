import type { Finding } from '../../zone/finding.ts';
import type { Report } from './report.ts';
import { summarize } from './report.ts';

const LEVEL = { error: 'error', warning: 'warning', info: 'notice' } as const;

/**
 * The report as workflow commands, which GitHub shows as annotations on the lines of a pull request, and a last line for
 * the log.
 */
export function printGithub(report: Report): string {
  const lines = report.findings.filter((finding) => finding.waived === undefined).map(annotation);
  lines.push(summarize(report));
  return `${lines.join('\n')}\n`;
}

function annotation(finding: Finding): string {
  const { file, line, column, endLine, endColumn } = finding.place;
  // GitHub ignores the columns of an annotation that spans lines, and refuses some of them.
  const columns = endLine === line ? `,col=${column},endColumn=${Math.max(column, endColumn)}` : '';
  const properties = `file=${escapeProperty(file)},line=${line},endLine=${endLine}${columns},title=${escapeProperty(finding.rule)}`;
  return `::${LEVEL[finding.severity]} ${properties}::${escapeData(`${finding.message}. ${finding.fix}`)}`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
