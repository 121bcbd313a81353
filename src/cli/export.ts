import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { sayFindings } from './findings.ts';
import { requireWorkspace, sayFailure } from './project.ts';
import { storeOption } from './store-option.ts';

interface Options {
  readonly at?: string;
  readonly node?: string;
  readonly signed?: boolean;
  readonly store?: string;
}

/** `zonewright export ZONE` */
export const declare: Declare = (command, run) => {
  command
    .argument('<zone>', 'the zone to print')
    .option('--at <rev>', 'as it is at a revision (default: the working folder)')
    .option('--node <name>', 'as this node serves it, where nodes have values of their own')
    .option('--signed', 'with signatures, made now with the keys of the zone')
    .option(...storeOption)
    .action((zone: string, options: Options) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { terminal } = around;
        const { exportZone } = await import('../pipeline/export-zone.ts');
        const exported = await exportZone(workspace, {
          zone,
          signed: options.signed === true,
          ...(options.store !== undefined && { store: options.store }),
          ...(options.at !== undefined && { at: options.at }),
          ...(options.node !== undefined && { node: options.node }),
        });
        if (exported.kind === 'failure') return sayFailure(around, exported);
        if (exported.kind === 'refused') {
          sayFindings(terminal, exported.report.findings);
          return EXIT.refused;
        }
        for (const piece of exported.text) await terminal.out(piece);
        return EXIT.ok;
      }),
    );
};
