import type { Finding } from '../../zone/finding.ts';
import type { Report } from './report.ts';
import { countFindings } from './report.ts';

/** The report as one JSON document (`schemas/findings.schema.json`); waived findings are in it and say so. */
export function printJson(report: Report): string {
  const document = {
    format_version: '1.0',
    zones: report.zones,
    counts: countFindings(report.findings),
    findings: report.findings.map(findingToJson),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** One finding as every JSON output and every answer of the server shows it. */
export function findingToJson(finding: Finding): Record<string, unknown> {
  const { rule, severity, message, fix, place, zone, owner, type, related, waived } = finding;
  return {
    rule,
    severity,
    message,
    fix,
    file: place.file,
    line: place.line,
    column: place.column,
    end_line: place.endLine,
    end_column: place.endColumn,
    ...(zone !== undefined && { zone }),
    ...(owner !== undefined && { owner }),
    ...(type !== undefined && { type }),
    ...(related !== undefined && {
      related: related.map((other) => ({
        file: other.place.file,
        line: other.place.line,
        column: other.place.column,
        message: other.message,
      })),
    }),
    fixable: finding.edits !== undefined,
    ...(waived !== undefined && { waived }),
  };
}
