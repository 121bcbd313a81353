import type { Command } from 'commander';
import type { StateOptions } from '../pipeline/access/place.ts';

/** The options of a command that works on the state. */
export interface StateFlags {
  readonly state?: string;
  readonly json?: boolean;
}

/** Gives a command the options `--state` and `--json`. */
export function withStateOptions(command: Command): Command {
  return command
    .option('--state <dir>', 'the folder of the state (needed unless DATABASE_URL is set)')
    .option('--json', 'print a JSON document (schemas/access.schema.json)');
}

/** Where the state is, by the options and the environment. */
export function statePlace({ state }: StateFlags): StateOptions {
  return { folder: state, databaseUrl: process.env.DATABASE_URL };
}
