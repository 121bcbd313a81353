import type { Declare } from '../commands.ts';
import { EXIT } from '../exit.ts';
import { sayFindings } from '../findings.ts';
import { requireWorkspace, sayFailure } from '../project.ts';

/** `zonewright nodes list` */
export const declareList: Declare = (command, run) => {
  command
    .option('--json', 'print a JSON document (schemas/nodes-list.schema.json)')
    .action((options: { json?: boolean }) =>
      run(async (around) => {
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const { listNodes } = await import('../../pipeline/rollout/nodes.ts');
        const listed = await listNodes(workspace);
        if (listed.kind === 'failure') return sayFailure(around, listed);
        if (listed.kind === 'refused') {
          sayFindings(around.terminal, listed.report.findings);
          return EXIT.refused;
        }
        const nodes = [...listed.nodes.values()].map(
          ({ name, host, transport, location, nameserver, bgp, groups }) => ({
            node: name,
            host: host ?? null,
            transport,
            location: location?.name ?? null,
            nameserver: nameserver?.kind ?? null,
            bgp: bgp.kind,
            groups,
          }),
        );
        if (options.json === true) {
          await around.terminal.out(`${JSON.stringify({ format_version: '1.0', nodes }, null, 2)}\n`);
          return EXIT.ok;
        }
        for (const { node, host, nameserver, bgp, location, groups } of nodes) {
          const parts = [host ?? 'this machine', nameserver ?? 'no name server', bgp === 'none' ? 'no BGP' : bgp];
          const more = [location, groups.length > 0 ? `in ${groups.join(', ')}` : null].filter((part) => part !== null);
          await around.terminal.out(`${node}: ${[...parts, ...more].join(', ')}\n`);
        }
        return EXIT.ok;
      }),
    );
};
