import { rrsetsOfNode } from '../compile/content.ts';
import { evaluate } from '../compile/evaluate.ts';
import { hasContent, templateNames } from '../compile/facts.ts';
import { withSerial } from '../compile/release/zone-text.ts';
import { newSerialChooser } from '../compile/serial/choose.ts';
import { zoneToSign } from '../compile/signing/desk.ts';
import { serialAfterSigning } from '../compile/signing/due.ts';
import { signingFinding } from '../compile/signing/finding.ts';
import { masterChunks } from '../dns/master/writer.ts';
import { compareFindings, type Finding, stops } from '../zone/finding.ts';
import type { NotBuilt } from './build.ts';
import { dayOf } from './check.ts';
import { type Failure, failure, orFailure } from './failure.ts';
import { openDesk } from './signing.ts';
import { namedZones, openWorkspace, type Workspace } from './workspace.ts';

/** Which zone to print. */
export interface ExportOptions {
  readonly zone: string;
  /** The state of the repository; the working folder where none is named. */
  readonly at?: string;
  /** The node as which to print it, where nodes have values of their own. */
  readonly node?: string;
  /** Whether it is printed with signatures, which are made now. */
  readonly signed?: boolean;
  /** The folder of the key store where it is not that of the configuration. */
  readonly store?: string;
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
    const desk =
      options.signed === true
        ? openDesk(workspace, project, { store: options.store, previous: undefined, record: false, cache })
        : undefined;
    try {
      const only = namedZones(project, [options.zone]);
      if (only !== undefined && 'kind' in only) return only;
      const found: Finding[] = [];
      let text: Iterable<string> = [];
      let unsigned = false;
      const evaluation = await evaluate(project, {
        today: dayOf(workspace.now),
        cache,
        only,
        want: (unchanged) => unchanged.all().map(({ apex }) => apex),
        async take(zones) {
          for (const zone of zones) {
            const { facts, ordered } = zone;
            if (ordered === undefined || !hasContent(facts) || facts.findings.some(stops)) continue;
            const { apex, state, dependent } = facts;
            const [choice] = await chooser.choose([
              { apex, state, dependent, templates: templateNames(facts.templates) },
            ]);
            if (choice?.finding !== undefined) found.push(choice.finding);
            if (choice === undefined) continue;
            const { defaultTtl } = ordered;
            if (desk === undefined) {
              const rrsets = options.node === undefined ? ordered.rrsets : rrsetsOfNode(ordered, options.node);
              text = masterChunks({ apex, defaultTtl, rrsets: withSerial(rrsets, choice.serial) });
              continue;
            }
            await desk.lookBelow([apex]);
            const { additions, notes } = desk.prepare(zoneToSign(apex, state));
            found.push(...notes.map((note) => signingFinding(note, zone, project)));
            if (additions === undefined) {
              unsigned = state.documentSerial === undefined && !found.some(stops);
              text = masterChunks({ apex, defaultTtl, rrsets: withSerial(ordered.rrsets, choice.serial) });
              continue;
            }
            const { serial } = serialAfterSigning({ state, choice, before: undefined, additions, now });
            const previous = () => Promise.resolve(undefined);
            const pieces: string[] = [];
            const write = (piece: string | Uint8Array): void => {
              pieces.push(typeof piece === 'string' ? piece : Buffer.from(piece).toString('latin1'));
            };
            const finished = await desk.finish({ ordered, nodes: facts.nodes, serial, previous, write });
            found.push(...finished.notes.map((note) => signingFinding(note, zone, project)));
            const atNode = options.node === undefined ? undefined : finished.nodes.get(options.node);
            text = atNode === undefined ? pieces : masterChunks({ apex, defaultTtl, rrsets: atNode });
          }
        },
      });
      const findings = [...evaluation.findings, ...found].sort(compareFindings);
      if (findings.some(stops)) return { kind: 'refused', report: { findings, zones: evaluation.zones.size } };
      if (unsigned) {
        return failure(
          'refused',
          `no DNSSEC policy signs ${options.zone}`,
          'leave --signed out, or set "dnssec: default" in its document',
        );
      }
      return { kind: 'exported', text, findings };
    } finally {
      await desk?.close();
      chooser.close();
      close();
    }
  });
}
