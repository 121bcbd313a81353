import type { NodeMode } from '../../deploy/node/protocol.ts';
import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { sayFindings } from '../findings.ts';
import { requireWorkspace, sayFailure } from '../project.ts';

/** `zonewright nodes enable|drain|disable NODE...` */
export function declareMode(command: Parameters<Declare>[0], run: Parameters<Declare>[1], mode: NodeMode): void {
  command
    .argument('<node...>', 'nodes or groups')
    .option('--json', 'print a JSON document (schemas/nodes-mode.schema.json)');
  if (mode !== 'normal') command.option('--force', 'also where fewer than min_announced stay announced');
  command.action((nodes: string[], options: { json?: boolean; force?: boolean }) =>
    run(async (around) => {
      const workspace = await requireWorkspace(around);
      if (workspace === undefined) return EXIT.usage;
      const { setModes } = await import('../../pipeline/rollout/nodes.ts');
      const signal = new AbortController().signal;
      const changed = await setModes(workspace, mode, { nodes, signal, force: options.force === true });
      if (changed.kind === 'failure') return sayFailure(around, changed);
      const { terminal } = around;
      if (changed.kind === 'refused') {
        sayFindings(terminal, changed.report.findings);
        return EXIT.refused;
      }
      if (options.json === true)
        await terminal.out(`${JSON.stringify({ format_version: '1.0', nodes: changed.nodes }, null, 2)}\n`);
      for (const { node, fault, fix } of changed.nodes) {
        if (fault !== undefined)
          terminal.say(`zonewright: ${node}: ${fault}\n  ${terminal.sayPaint.dim('fix:')} ${fix}`);
        else if (options.json !== true) await terminal.out(`${node}: ${mode === 'normal' ? 'enabled' : mode}\n`);
      }
      return changed.nodes.some(({ fault }) => fault !== undefined) ? EXIT.unavailable : EXIT.ok;
    }),
  );
}
