import type { Built, NotBuilt } from '../build.ts';
import { findingToJson } from './json.ts';
import { countFindings } from './report.ts';

/** What a build did, as one JSON document (`schemas/build.schema.json`). */
export function buildJson(built: Built | NotBuilt): string {
  const { report } = built;
  const document = {
    format_version: '1.0',
    built: built.kind === 'built',
    ...(built.kind === 'built' && {
      folder: built.folder,
      commit: built.commit,
      dirty: built.dirty,
      zones: built.zones,
      records: built.records,
      untouched: built.untouched,
      changed: built.changed,
      removed: built.removed,
      ...(built.damage !== undefined && { damage: built.damage }),
      ...(built.damaged.length > 0 && { damaged: built.damaged }),
      ...(built.unrecorded !== undefined && { unrecorded: built.unrecorded }),
    }),
    counts: countFindings(report.findings),
    findings: report.findings.map(findingToJson),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
