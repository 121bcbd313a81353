import type { Command } from 'commander';
import type { ExitStatus } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What a command is given beside its own arguments. */
export interface Surroundings {
  /** The folder of `-C`; `undefined`: the nearest folder upwards that holds a project. */
  readonly folder: string | undefined;
  /** Whether progress may be drawn on standard error. */
  readonly progress: boolean;
  readonly terminal: Terminal;
}

/**
 * One command: declares its arguments and what runs. `run` hands back the exit status; the declared action must pass its
 * work through it.
 */
export type Declare = (
  command: Command,
  run: (work: (around: Surroundings) => Promise<ExitStatus>) => Promise<void>,
) => void;

/** A line of the list of commands. Only the command that was asked for is loaded: start-up costs what is used. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** It is run by programs and not listed for people. */
  readonly hidden?: true;
  readonly load: () => Promise<{ readonly declare: Declare }>;
}

/** Every command, in the order in which `--help` lists them. */
export const commands: readonly CommandEntry[] = [
  { name: 'check', summary: 'validate documents and zones', load: () => import('./check.ts') },
  { name: 'fmt', summary: 'put documents into canonical layout, comments kept', load: () => import('./fmt.ts') },
  { name: 'plan', summary: 'show what changes, record by record', load: () => import('./plan.ts') },
  {
    name: 'build',
    summary: 'compile a release: zone files, name-server configuration, manifest',
    load: () => import('./build.ts'),
  },
  {
    name: 'import',
    summary: 'turn master files, octoDNS YAML or a zone transfer into zone documents',
    load: () => import('./import.ts'),
  },
  { name: 'keys', summary: 'make, list and look after DNSSEC keys', load: () => import('./keys.ts') },
  { name: 'ds', summary: 'print the DS records for the parent', load: () => import('./ds.ts') },
  { name: 'export', summary: 'print a zone as a master file', load: () => import('./export.ts') },
  {
    name: 'preview',
    summary: 'answer DNS queries for the working tree from an embedded name server',
    load: () => import('./preview.ts'),
  },
  { name: 'deploy', summary: 'roll a release out to the nodes', load: () => import('./deploy.ts') },
  { name: 'nodes', summary: 'list, ask, enable and drain the nodes', load: () => import('./nodes.ts') },
  { name: 'rollback', summary: 'roll an older release out again', load: () => import('./rollback.ts') },
  {
    name: 'serve',
    summary: 'serve the REST API and webhooks, and build what they change',
    load: () => import('./serve.ts'),
  },
  { name: 'worker', summary: 'run the jobs of a server on one more machine', load: () => import('./worker.ts') },
  { name: 'user', summary: 'add and look after users of the API', load: () => import('./user.ts') },
  { name: 'token', summary: 'make, list and revoke tokens for the API', load: () => import('./token.ts') },
  { name: 'job', summary: 'what a server has done for it', hidden: true, load: () => import('./job.ts') },
  { name: 'hook', summary: 'what git runs when somebody pushes', hidden: true, load: () => import('./hook.ts') },
  { name: 'state', summary: 'look after the state of the server', load: () => import('./state.ts') },
  { name: 'demo', summary: 'show the whole pipeline in a scratch folder', load: () => import('./demo.ts') },
];
