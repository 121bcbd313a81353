import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseName } from '../../dns/name.ts';
import type { ZoneChange } from '../../zone/edit/change.ts';
import { changeDocument } from '../../zone/edit/edit.ts';
import type { Terminal } from '../terminal.ts';
import { packageFolder } from '../version.ts';
import { environment } from './environment.ts';
import { runSelf, startSelf } from './self.ts';

/** The example zones lie there. */
const PACKAGE = packageFolder();

/** How many lines of a command's output are shown. */
const SHOWN = 24;

/** Where the demo plays: a scratch folder with a repository in it. */
export interface Stage {
  readonly folder: string;
  readonly repository: string;
  /** Whether git is there: without it the demo goes on without a history. */
  readonly git: boolean;
  /** A heading, and what is about to be shown. */
  readonly chapter: (title: string, about: string) => Promise<void>;
  /** Shows a command line. */
  readonly prompt: (line: string) => Promise<void>;
  /** Prints lines as they are, indented. */
  readonly show: (text: string) => Promise<void>;
  /** Runs `zonewright ARGS` in the repository as a user would, shows command and output, and gives status and output. */
  readonly zonewright: (...args: string[]) => Promise<{ status: number | null; output: string }>;
  /** Commits everything. */
  readonly commit: (subject: string) => Promise<void>;
  /** Runs `git ARGS` in the repository, shows command and output, and gives status and output. */
  readonly runGit: (...args: string[]) => Promise<{ status: number | null; output: string }>;
  /** Ends the demo and takes the folder away. */
  readonly clear: () => void;
}

/** Sets the stage: copies the example estate into a scratch folder and puts it under git. */
export function setStage(terminal: Terminal): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-demo-'));
  const repository = join(folder, 'dns');
  mkdirSync(join(repository, 'zones'), { recursive: true });
  for (const part of ['zones/example', 'templates'])
    cpSync(join(PACKAGE, part), join(repository, part), { recursive: true });
  cpSync(join(PACKAGE, 'zones/debian/master'), join(folder, 'bind'), { recursive: true });
  const { paint, out } = terminal;
  const prompt = (line: string): Promise<void> => out(`  ${paint.blue('$')} ${paint.bold(line)}\n`);
  const hasGit = runGit(repository, ['init', '--quiet']).status === 0;
  const show = async (text: string): Promise<void> => {
    const lines = text.replace(/\n$/, '').split('\n');
    await out(
      `${lines
        .slice(0, SHOWN)
        .map((line) => `    ${line}`)
        .join('\n')}\n`,
    );
    if (lines.length > SHOWN) await out(paint.dim(`    ... and ${lines.length - SHOWN} lines more\n`));
  };
  return {
    folder,
    repository,
    git: hasGit,
    chapter: async (title, about) => {
      await out(`\n${paint.bold(`== ${title}`)}\n${about}\n\n`);
    },
    prompt,
    show,
    zonewright: async (...args) => {
      await prompt(`zonewright ${args.map(quoteWord).join(' ')}`);
      const result = await runSelf(args, repository);
      if (result.output !== '') await show(result.output);
      return result;
    },
    commit: async (subject) => {
      if (!hasGit) return;
      await prompt(`git commit -am ${quoteWord(subject)}`);
      runGit(repository, ['add', '--all']);
      runGit(repository, ['commit', '--quiet', '--message', subject]);
    },
    runGit: async (...args) => {
      await prompt(`git ${args.map(quoteWord).join(' ')}`);
      const { status, stdout, stderr } = runGit(repository, args);
      const output = `${stdout}${stderr}`.replaceAll(/ +$/gm, '');
      if (output !== '') await show(output);
      return { status, output };
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The difference between the working tree and the last commit. */
export function gitDiff(stage: Stage): string {
  return runGit(stage.repository, ['--no-pager', 'diff', '--no-color', '--unified=0']).stdout ?? '';
}

function runGit(cwd: string, args: readonly string[]) {
  const who = ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.net', '-c', 'init.defaultBranch=main'];
  return spawnSync('git', [...who, ...args], { cwd, env: environment, encoding: 'utf8' });
}

/** Changes a zone's document as an editor of zonewright does: only the lines that have to. */
export function edit(path: string, zone: string, changes: readonly ZoneChange[]): void {
  const changed = changeDocument(readFileSync(path, 'utf8'), parseName(`${zone}.`), changes);
  if (changed.kind === 'refused') throw new Error(changed.message);
  writeFileSync(path, changed.text);
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A preview that runs aside. */
export interface Preview {
  readonly port: number;
  /** Ends it. */
  readonly stop: () => Promise<void>;
  /** Settles once it serves a change. */
  readonly reloaded: () => Promise<void>;
}

/** Starts `zonewright preview` and gives it once it listens. */
export async function startPreview(stage: Stage): Promise<Preview> {
  const preview = startSelf(['preview', '--listen', '127.0.0.1:0'], stage.repository);
  const found = await preview.said(/127\.0\.0\.1:(\d+)/);
  const listening = preview.offset();
  return {
    port: Number(found[1]),
    stop: preview.stop,
    reloaded: async () => {
      await preview.said(/serving/, listening);
    },
  };
}
