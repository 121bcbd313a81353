import { evaluate } from '../compile/evaluate.ts';
import { compareFindings } from '../zone/finding.ts';
import { type Failure, orFailure } from './failure.ts';
import type { Report } from './report/report.ts';
import { namedZones, openWorkspace, type Workspace } from './workspace.ts';

/** What to check. */
export interface CheckOptions {
  /** The zones to look at; all where none is named. */
  readonly zones?: readonly string[];
  /** The state of the repository to look at; the working folder where none is named. */
  readonly at?: string;
  /** How many findings of one rule are told for a zone. `Infinity` for whoever repairs them; it takes the cache out of use. */
  readonly limit?: number;
}

/** What was found. */
export interface Checked {
  readonly kind: 'checked';
  readonly report: Report;
  /** Whether a finding stops a release. */
  readonly stopped: boolean;
}

/** The day of a time, `YYYY-MM-DD`, in UTC: the same on every machine. */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

/** Checks documents and zones. */
export function checkProject(workspace: Workspace, options: CheckOptions = {}): Promise<Checked | Failure> {
  return orFailure(async () => {
    const { at, limit } = options;
    const { project, cache, close } = await openWorkspace(workspace, at, { git: false });
    try {
      const only = namedZones(project, options.zones);
      if (only !== undefined && 'kind' in only) return only;
      const { findings, zones, stopped } = await evaluate(project, {
        today: dayOf(workspace.now),
        cache: limit === undefined ? cache : undefined,
        only,
        limit,
        progress: workspace.progress,
      });
      const report: Report = { findings: [...findings].sort(compareFindings), zones: zones.size };
      return { kind: 'checked', report, stopped };
    } finally {
      close();
    }
  });
}
