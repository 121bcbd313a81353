import { readFileSync } from 'node:fs';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { sayFailure } from './project.ts';
import { closeAtSignal, openingOptions, type ServeFlags, withServeOptions } from './serve-option.ts';

interface Flags extends ServeFlags {
  readonly listen: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** `zonewright serve` */
export const declare: Declare = (command, run) => {
  withServeOptions(command)
    .option('--listen <addr:port>', 'where to listen; port 0 takes a free one', '127.0.0.1:8053')
    .option('--tls-cert <file>', 'the certificate, PEM; without it plain HTTP is spoken, as behind a proxy')
    .option('--tls-key <file>', "the certificate's key, PEM")
    .addHelpText(
      'after',
      '\nAPI at /api/v1 (described at /api/v1/docs), webhooks at /webhooks, dialects at /luadns, /vps, /packetframe,\n/customdns and /tonicdns. Add a user with: zonewright user add NAME --admin --state DIR\nDATABASE_URL names a PostgreSQL database that is used instead of the embedded one.',
    )
    .action((flags: Flags) =>
      run(async (around) => {
        const { terminal } = around;
        const listen = parseListen(flags.listen);
        if (listen === undefined) {
          terminal.say(`zonewright: ${flags.listen} is not an address; write 127.0.0.1:8053 or [::1]:8053`);
          return EXIT.usage;
        }
        if ((flags.tlsCert === undefined) !== (flags.tlsKey === undefined)) {
          terminal.say('zonewright: --tls-cert and --tls-key go together');
          return EXIT.usage;
        }
        const [{ startServer }, { failure, orFailure }] = await Promise.all([
          import('../server/running.ts'),
          import('../pipeline/failure.ts'),
        ]);
        const started = await orFailure(async () => {
          try {
            const options = await openingOptions(flags);
            const tls = readTls(flags);
            return { kind: 'started' as const, server: await startServer({ ...options, listen, tls }) };
          } catch (error) {
            const said = systemFault(error, flags);
            if (said === undefined) throw error;
            return failure('unavailable', said.message, said.fix);
          }
        });
        if (started.kind === 'failure') return sayFailure(around, started);
        await terminal.out(`listening on ${started.server.url}\n`);
        await closeAtSignal(started.server.close);
        return EXIT.ok;
      }),
    );
};

/** The address and port of `127.0.0.1:8053` or `[::1]:8053`. */
function parseListen(text: string): { address: string; port: number } | undefined {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+|localhost)|):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65535) return undefined;
  return { address: parts[1] ?? parts[2] ?? '127.0.0.1', port };
}

function readTls({ tlsCert, tlsKey }: Flags): { cert: string; key: string } | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: readFileSync(tlsCert, 'utf8'), key: readFileSync(tlsKey, 'utf8') };
}

/** What the operating system does not allow, in words; `undefined` for what is a fault of ours. */
function systemFault(error: unknown, { listen }: Flags): { message: string; fix: string } | undefined {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (syscall === 'listen' || syscall === 'bind')
    return { message: `nobody can listen on ${listen}: ${code}`, fix: 'name another address or port with --listen' };
  if (path !== undefined && code !== undefined)
    return { message: `${path} cannot be used: ${code}`, fix: 'name files and folders that this user may use' };
  return code?.startsWith('ERR_OSSL_') === true
    ? { message: 'certificate and key cannot be used', fix: 'name PEM files that belong together' }
    : undefined;
}
