import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseName } from '../../dns/name.ts';
import type { ZoneChange } from '../../zone/edit/change.ts';
import { changeDocument } from '../../zone/edit/edit.ts';
import type { Terminal } from '../terminal.ts';
import { packageFolder } from '../version.ts';

/** The program itself, as this process runs it. */
const MAIN = process.argv[1] ?? '';

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
  /** Prints lines as they are, indented. */
  readonly show: (text: string) => Promise<void>;
  /** Runs `zonewright ARGS` in the repository as a user would, shows command and output, and gives status and output. */
  readonly zonewright: (...args: string[]) => Promise<{ status: number | null; output: string }>;
  /** Commits everything. */
  readonly commit: (subject: string) => Promise<void>;
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
  const git = (...args: string[]) =>
    spawnSync(
      'git',
      ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.net', '-c', 'init.defaultBranch=main', ...args],
      { cwd: repository, encoding: 'utf8' },
    );
  const hasGit = git('init', '--quiet').status === 0;
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
    show,
    zonewright: async (...args) => {
      await out(`  ${paint.blue('$')} ${paint.bold(`zonewright ${args.map(quoteWord).join(' ')}`)}\n`);
      const result = await runSelf(args, repository);
      if (result.output !== '') await show(result.output);
      return result;
    },
    commit: async (subject) => {
      if (!hasGit) return;
      await out(`  ${paint.blue('$')} ${paint.bold(`git commit -am ${quoteWord(subject)}`)}\n`);
      git('add', '--all');
      git('commit', '--quiet', '--message', subject);
    },
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The difference between the working tree and the last commit. */
export function gitDiff(stage: Stage): string {
  return (
    spawnSync('git', ['--no-pager', 'diff', '--no-color', '--unified=0'], { cwd: stage.repository, encoding: 'utf8' })
      .stdout ?? ''
  );
}

/** Changes a zone's document as an editor of zonewright does: only the lines that have to. */
export function edit(path: string, zone: string, changes: readonly ZoneChange[]): void {
  const changed = changeDocument(readFileSync(path, 'utf8'), parseName(`${zone}.`), changes);
  if (changed.kind === 'refused') throw new Error(changed.message);
  writeFileSync(path, changed.text);
}

function runSelf(args: readonly string[], cwd: string): Promise<{ status: number | null; output: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const add = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', fail);
    child.on('close', (status) => done({ status, output }));
  });
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
  const child = spawn(process.execPath, [MAIN, 'preview', '--listen', '127.0.0.1:0'], {
    cwd: stage.repository,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  let said = '';
  const waiting: { pattern: RegExp; from: number; done: (found: RegExpExecArray) => void }[] = [];
  const look = (): void => {
    for (const each of [...waiting]) {
      const found = each.pattern.exec(said.slice(each.from));
      if (found === null) continue;
      waiting.splice(waiting.indexOf(each), 1);
      each.done(found);
    }
  };
  const add = (chunk: Buffer): void => {
    said += chunk.toString();
    look();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const wait = (pattern: RegExp, from: number): Promise<RegExpExecArray> =>
    new Promise((done, fail) => {
      waiting.push({ pattern, from, done });
      void ended.then(() => fail(new Error(`the preview ended: ${said}`)));
      look();
    });
  const found = await wait(/127\.0\.0\.1:(\d+)/, 0);
  const listening = said.length;
  return {
    port: Number(found[1]),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
    reloaded: async () => {
      await wait(/serving/, listening);
    },
  };
}
