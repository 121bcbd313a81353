import { evaluate } from '../compile/evaluate.ts';
import { hasContent, templateNames } from '../compile/facts.ts';
import { zoneText } from '../compile/release/zone-text.ts';
import { newSerialChooser } from '../compile/serial/choose.ts';
import { compareFindings, type Finding, stops } from '../zone/finding.ts';
import type { NotBuilt } from './build.ts';
import { dayOf } from './check.ts';
import { type Failure, orFailure } from './failure.ts';
import { namedZones, openWorkspace, type Workspace } from './workspace.ts';

/** Which zone to print. */
export interface ExportOptions {
  readonly zone: string;
  /** The state of the repository; the working folder where none is named. */
  readonly at?: string;
  /** The node as which to print it, where nodes have values of their own. */
  readonly node?: string;
}

/** A zone as a master file. */
export interface Exported {
  readonly kind: 'exported';
  /** The pieces of the file, in order; ASCII. */
  readonly text: Iterable<string>;
  readonly findings: readonly Finding[];
}

/** Compiles one zone to a master file, with the serial that its history gives it. */
export function exportZone(workspace: Workspace, options: ExportOptions): Promise<Exported | NotBuilt | Failure> {
  return orFailure(async () => {
    const { project, cache, at, uncommitted, close } = await openWorkspace(workspace, options.at);
    const now = Math.floor(workspace.now / 1000);
    const chooser = newSerialChooser({ project, at, uncommitted, previous: undefined, now });
    try {
      const only = namedZones(project, [options.zone]);
      if (only !== undefined && 'kind' in only) return only;
      const found: Finding[] = [];
      let text: Iterable<string> = [];
      const evaluation = await evaluate(project, {
        today: dayOf(workspace.now),
        cache,
        only,
        want: (unchanged) => unchanged.map(({ apex }) => apex),
        async take(zones) {
          for (const { facts, ordered } of zones) {
            if (ordered === undefined || !hasContent(facts) || facts.findings.some(stops)) continue;
            const { apex, state, dependent } = facts;
            const [choice] = await chooser.choose([
              { apex, state, dependent, templates: templateNames(facts.templates) },
            ]);
            if (choice?.finding !== undefined) found.push(choice.finding);
            if (choice !== undefined) text = zoneText(ordered, choice.serial, options.node);
          }
        },
      });
      const findings = [...evaluation.findings, ...found].sort(compareFindings);
      if (findings.some(stops)) return { kind: 'refused', report: { findings, zones: evaluation.zones.size } };
      return { kind: 'exported', text, findings };
    } finally {
      chooser.close();
      close();
    }
  });
}
