#!/usr/bin/env node
import { readFileSync } from 'node:fs';

/** The version of this program, from its package. */
function version(): string {
  return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
}

/** Runs the command line and gives the exit status. */
async function main(argv: readonly string[]): Promise<number> {
  // Asked for by scripts more than by people, and answered before anything else is loaded.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const { runProgram } = await import('./program.ts');
  return runProgram(argv, version());
}

process.exitCode = await main(process.argv.slice(2));
