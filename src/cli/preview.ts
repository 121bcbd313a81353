import { displayName } from '../dns/name.ts';
import { typeName } from '../dns/rdata.ts';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { buildForPreview } from './preview-build.ts';
import { requireWorkspace } from './project.ts';
import { untilSignal } from './until-signal.ts';

/** `zonewright preview` */
export const declare: Declare = (command, run) => {
  command
    .option('--listen <addr:port>', 'where to listen, UDP and TCP; port 0 takes a free one', '127.0.0.1:5353')
    .option('--queries', 'print every query')
    .addHelpText(
      'after',
      '\nFor looking at zones while they are edited, not for production: no access rules.\nZones with a DNSSEC policy are signed with their keys, which are not rolled over by it.\nTry: dig @127.0.0.1 -p 5353 www.example.com',
    )
    .action((options: { listen: string; queries?: boolean }) =>
      run(async (around) => {
        const { terminal } = around;
        const workspace = await requireWorkspace(around);
        if (workspace === undefined) return EXIT.usage;
        const listen = parseListen(options.listen);
        if (listen === undefined) {
          terminal.say(`zonewright: ${options.listen} is not an address; write 127.0.0.1:5353 or [::1]:5353`);
          return EXIT.usage;
        }
        const { startPreview } = await import('../pipeline/preview.ts');
        const preview = await startPreview({
          folder: workspace.folder,
          listen: [listen],
          build: buildForPreview(workspace, around),
          onServing: (zones, changed) => {
            const names = changed.slice(0, 5).map((apex) => displayName(apex));
            const more = changed.length > 5 ? ` and ${changed.length - 5} more` : '';
            terminal.say(
              `serving ${zones} zones${changed.length === zones ? '' : `; changed: ${names.join(', ')}${more}`}`,
            );
          },
          onProblem: (text) => terminal.say(`zonewright: ${text}`),
          ...(options.queries === true && {
            onQuery: ({ client, transport, query, rcode }) => {
              const question = query?.questions[0];
              const asked = question === undefined ? '?' : `${displayName(question.name)} ${typeName(question.type)}`;
              terminal.say(`${client.address} ${transport} ${asked} -> ${rcode}`);
            },
          }),
        });
        if (preview.kind === 'fault') {
          terminal.say(`zonewright: ${preview.message}; ${preview.fix}`);
          return EXIT.unavailable;
        }
        for (const { address, port } of preview.addresses) {
          await terminal.out(
            `listening on ${address.includes(':') ? `[${address}]` : address}:${port} (a preview, not for production; end it with Ctrl-C)\n`,
          );
        }
        await untilSignal();
        await preview.close();
        return EXIT.ok;
      }),
    );
};

/** The address and port of `127.0.0.1:5353` or `[::1]:5353`. */
function parseListen(text: string): { address: string; port: number } | undefined {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)|):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65535) return undefined;
  return { address: parts[1] ?? parts[2] ?? '127.0.0.1', port };
}
