#!/usr/bin/env node
import { version } from './version.ts';

/** Runs the command line and gives the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  // Asked for by scripts more than by people, and answered before anything else is loaded.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const { runProgram } = await import('./program.ts');
  return runProgram(argv);
}

// All is done and said by then: what is left is memory, which the system takes back faster than it could be given.
process.once('beforeExit', () => process.exit());
process.exitCode = await main(process.argv.slice(2));
