import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { Surroundings } from './commands.ts';
import { commands } from './commands.ts';
import type { ExitStatus } from './exit.ts';
import { EXIT } from './exit.ts';
import { processTerminal } from './terminal.ts';
import { version } from './version.ts';

const FOOTER = `
Exit status: 0 all well; 1 the input is wrong or a check failed; 2 changes (plan --detailed-exitcode); 64 usage;
69 something needed is not available; 70 a fault of zonewright; 75 try again (a lock is held); 130 interrupted.`;

/** Runs `zonewright ARGV` and gives the exit status. Never throws. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const terminal = processTerminal();
  let status: ExitStatus = EXIT.ok;
  const program = new Command('zonewright')
    .description('DNS zones as YAML in git: checked, compiled and rolled out to your own name servers.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .option('-C <dir>', 'work on this folder (default: the nearest one upwards that holds zonewright.yaml or zones/)')
    .option('--no-progress', 'show no progress on a terminal')
    .addHelpText('after', FOOTER)
    .exitOverride()
    .configureOutput({ writeErr: (text) => void process.stderr.write(text) });

  const run = async (work: (around: Surroundings) => Promise<ExitStatus>): Promise<void> => {
    const { C: folder, progress } = program.opts<{ C?: string; progress: boolean }>();
    status = await work({
      folder: folder === undefined ? undefined : resolve(folder),
      progress: progress && process.stderr.isTTY === true,
      terminal,
    });
  };
  const asked = firstWord(argv);
  for (const entry of commands) {
    const command = program
      .command(entry.name, { hidden: entry.hidden === true })
      .description(entry.summary)
      .exitOverride();
    if (entry.name === asked) (await entry.load()).declare(command, run);
  }
  process.once('SIGINT', () => process.exit(EXIT.interrupted));
  process.once('SIGTERM', () => process.exit(128 + 15));
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 || error.code === 'commander.help' ? helpStatus(argv) : EXIT.usage;
    terminal.say(`zonewright: ${faultOf(error)}`);
    return EXIT.fault;
  }
  return status;
}

/** `zonewright` alone shows the help, which is an answer to a question only when it was asked for. */
function helpStatus(argv: readonly string[]): number {
  return argv.length === 0 ? EXIT.usage : EXIT.ok;
}

/** The first argument that is not an option: the command. */
function firstWord(argv: readonly string[]): string | undefined {
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '-C') i++;
    else if (!(argv[i] as string).startsWith('-')) return argv[i] === 'help' ? argv[i + 1] : argv[i];
  }
  return undefined;
}

function faultOf(error: unknown): string {
  const detail =
    error instanceof Error
      ? process.env.ZONEWRIGHT_DEBUG === undefined
        ? error.message
        : (error.stack ?? error.message)
      : String(error);
  return `a fault of zonewright, please report it: ${detail}\n(set ZONEWRIGHT_DEBUG=1 to see where)`;
}
