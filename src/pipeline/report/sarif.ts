import type { Check } from '../../zone/checks/check.ts';
import type { Finding } from '../../zone/finding.ts';
import type { Report } from './report.ts';

const LEVEL = { error: 'error', warning: 'warning', info: 'note' } as const;

/**
 * The report as a SARIF 2.1.0 log, for code-scanning services and editors. The statements of the checks become its rules;
 * waived findings are suppressed results with the reason given.
 */
export function printSarif(report: Report, checks: readonly Check[], version: string): string {
  const used = new Set(report.findings.map((finding) => finding.rule));
  const rules = checks.filter((check) => used.has(check.id));
  const index = new Map(rules.map((check, at) => [check.id, at]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'zonewright', version, rules: rules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => resultOf(finding, index.get(finding.rule))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(check: Check): object {
  return {
    id: check.id,
    shortDescription: { text: check.reason },
    fullDescription: { text: `${check.reason} (${check.standard})` },
    help: { text: check.repair },
    defaultConfiguration: { level: LEVEL[check.severity] },
  };
}

function resultOf(finding: Finding, ruleIndex: number | undefined): object {
  return {
    ruleId: finding.rule,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: LEVEL[finding.severity],
    message: { text: `${finding.message}. ${finding.fix}` },
    locations: [locationOf(finding.place)],
    ...(finding.related !== undefined && {
      relatedLocations: finding.related.map((other, id) => ({
        id,
        ...locationOf(other.place),
        message: { text: other.message },
      })),
    }),
    ...(finding.waived !== undefined && { suppressions: [{ kind: 'inSource', justification: finding.waived }] }),
  };
}

function locationOf(place: Finding['place']): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: place.file.split('/').map(encodeURIComponent).join('/') },
      region: { startLine: place.line, startColumn: place.column, endLine: place.endLine, endColumn: place.endColumn },
    },
  };
}
