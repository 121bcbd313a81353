import type { ImportReport } from '../import.ts';
import { findingToJson } from './json.ts';
import { countFindings } from './report.ts';

/** What an import did, as one JSON document (`schemas/import.schema.json`). */
export function importJson({ files, findings, unavailable }: ImportReport): string {
  const document = {
    format_version: '1.0',
    files,
    unavailable,
    counts: countFindings(findings),
    findings: findings.map(findingToJson),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
