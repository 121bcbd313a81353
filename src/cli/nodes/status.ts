import type { NodeStatus, NodesStatus } from '../../pipeline/rollout/nodes.ts';
import { octetsText, secondsText } from '../../pipeline/rollout/words.ts';
import type { Declare } from '../commands.ts';
import { EXIT, type ExitStatus } from '../exit.ts';
import { sayFindings } from '../findings.ts';
import { requireWorkspace, sayFailure } from '../project.ts';
import type { Terminal } from '../terminal.ts';

/** `zonewright nodes status [NODE...]` */
export const declareStatus: Declare = (command, run) => {
  command
    .argument('[node...]', 'nodes or groups (default: all)')
    .option('--json', 'print a JSON document (schemas/nodes-status.schema.json)')
    .addHelpText('after', '\nExit status: 0; 1 a node is not as it should be; 69 a node cannot be asked.')
    .action((nodes: string[], options: { json?: boolean }) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { nodesStatus } = await import('../../pipeline/rollout/nodes.ts');
        const status = await nodesStatus(workspace, { nodes, signal: new AbortController().signal });
        if (status.kind === 'failure') return sayFailure(around, status);
        if (status.kind === 'refused') {
          sayFindings(around.terminal, status.report.findings);
          return EXIT.refused;
        }
        const { terminal } = around;
        const { kind: _, ...document } = status;
        if (options.json === true)
          await terminal.out(`${JSON.stringify({ format_version: '1.0', ...document }, null, 2)}\n`);
        else for (const node of status.nodes) await terminal.out(statusText(node, terminal.paint));
        return exitOf(status);
      }),
    );
};

function exitOf({ nodes }: NodesStatus): ExitStatus {
  if (nodes.some(({ fault }) => fault !== undefined)) return EXIT.unavailable;
  return nodes.some(({ drift = [] }) => drift.length > 0) ? EXIT.refused : EXIT.ok;
}

function statusText(status: NodeStatus, paint: Terminal['paint']): string {
  const { node, fault, fix, mode, current, announced, free = 0, lock, drift = [] } = status;
  if (fault !== undefined) return `${node}: ${paint.red(fault)}\n  ${paint.dim('fix:')} ${fix}\n`;
  const bgp = announced === undefined ? [] : [{ yes: 'announced', no: 'withdrawn' }[announced] ?? announced];
  const parts = [
    current ?? 'no release',
    ...bgp,
    ...(mode === 'normal' ? [] : [mode as string]),
    `${octetsText(free)} free`,
  ];
  const held = lock === undefined ? [] : [`locked by ${lock.holder}, for ${secondsText(Date.now() - lock.since)}`];
  const odd = [...drift.map(({ message }) => message), ...held].map((line) => `  ${paint.yellow(line)}\n`);
  return `${node}: ${parts.join(', ')}${odd.length === 0 ? `, ${paint.green('as it should be')}` : ''}\n${odd.join('')}`;
}
