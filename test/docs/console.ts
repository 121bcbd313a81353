import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../setup/name-servers.ts';
import { MAIN } from '../setup/program.ts';
import { type Page, root } from './page.ts';

/** The port of the pages, in whose place a free one is used. */
const PORT = '5353';

/** When the example estate was committed, and when everything after it. */
const FIRST_DAY = '2026-01-15T09:00:00Z';
const NEXT_DAY = '2026-01-16T10:00:00Z';

/** Stands for any lines of output, also none, and within a line for any part of it: a key tag, a signature. */
const ANYTHING = '…';

/** A command of a page, with the output that the page shows. */
interface Step {
  readonly command: string;
  readonly shown: readonly string[];
}

/** The place where the commands of a page run: a copy of the example estate in a git repository. */
interface Stage {
  readonly folder: string;
  readonly port: string;
  readonly env: NodeJS.ProcessEnv;
  readonly servers: ChildProcess[];
}

/**
 * Runs the commands of a page's `console` blocks, one after the other as its reader would, in a copy of the example estate, and
 * gives the page with what they really print. Output with a line `…` stays as it is where it fits.
 */
export async function played(page: Page): Promise<string> {
  const stage = await setStage();
  try {
    const parts = page.text.split(/^(```console\n[\s\S]*?^```$)/m);
    let text = '';
    for (const part of parts) text += part.startsWith('```console\n') ? await playBlock(part, stage) : part;
    return text;
  } finally {
    for (const server of stage.servers) await end(server);
    rmSync(stage.folder, { recursive: true, force: true });
  }
}

async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-docs-'));
  mkdirSync(join(folder, 'bin'));
  const program = join(folder, 'bin/zonewright');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(program, 0o755);
  for (const part of ['zones', 'templates']) cpSync(join(root, part), join(folder, 'dns', part), { recursive: true });
  const env: NodeJS.ProcessEnv = {
    PATH: `${folder}/bin:${process.env.PATH}:/usr/sbin`,
    HOME: folder,
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ann',
    GIT_AUTHOR_EMAIL: 'ann@example.net',
    GIT_COMMITTER_NAME: 'Ann',
    GIT_COMMITTER_EMAIL: 'ann@example.net',
    GIT_AUTHOR_DATE: NEXT_DAY,
    GIT_COMMITTER_DATE: NEXT_DAY,
  };
  const git = (...args: string[]): void => {
    const dates = { GIT_AUTHOR_DATE: FIRST_DAY, GIT_COMMITTER_DATE: FIRST_DAY };
    execFileSync('git', args, { cwd: join(folder, 'dns'), env: { ...env, ...dates }, stdio: 'ignore' });
  };
  git('init', '--initial-branch', 'main');
  git('add', '--all');
  git('commit', '--message', 'The example estate');
  return { folder, port: String(await freePort()), env, servers: [] };
}

async function playBlock(block: string, stage: Stage): Promise<string> {
  const lines: string[] = [];
  for (const step of stepsOf(block)) {
    const [first, ...more] = step.command.split('\n');
    lines.push(`$ ${first}`, ...more.map((line) => `> ${line}`.trimEnd()));
    const said = /^zonewright preview\b/.test(step.command) ? await serve(step, stage) : await run(step.command, stage);
    lines.push(...(fits(step.shown, said) ? step.shown : said));
  }
  return ['```console', ...lines, '```'].join('\n');
}

function stepsOf(block: string): Step[] {
  const steps: { command: string; shown: string[] }[] = [];
  for (const line of block.split('\n').slice(1, -1)) {
    const step = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), shown: [] });
    else if (step === undefined) throw new Error(`a console block begins with ${line}`);
    else if (/^>( |$)/.test(line) && step.shown.length === 0) step.command += `\n${line.slice(2)}`;
    else step.shown.push(line);
  }
  return steps;
}

/** What a command prints, as a page shows it. Whatever its status, it is to end by itself. */
async function run(command: string, stage: Stage): Promise<string[]> {
  const { child, output } = start(command, stage);
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await once(child, 'close');
  clearTimeout(timer);
  return linesOf(output.text, stage);
}

/** What a server prints until it has printed as many lines as the page shows; it runs until the end of the page. */
async function serve(step: Step, stage: Stage): Promise<string[]> {
  const listen = step.command.includes('--listen') ? '' : ` --listen 127.0.0.1:${PORT}`;
  const { child, output } = start(`exec ${step.command}${listen}`, stage);
  stage.servers.push(child);
  const wanted = Math.max(1, step.shown.length);
  while (child.exitCode === null && output.text.split('\n').length <= wanted) {
    await Promise.race([once(child.stdout as NodeJS.EventEmitter, 'data'), once(child, 'close')]);
  }
  return linesOf(output.text, stage);
}

function start(command: string, stage: Stage): { child: ChildProcess; output: { text: string } } {
  const child = spawn('bash', ['-c', `exec 2>&1\n${localized(command, stage)}`], {
    cwd: join(stage.folder, 'dns'),
    env: stage.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output = { text: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.text += text;
  });
  return { child, output };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  server.kill('SIGTERM');
  await once(server, 'close');
}

/** A command with the stage's folder in the place of /tmp, and its port. */
function localized(text: string, { folder, port }: Stage): string {
  return text.replaceAll(PORT, port).replaceAll('/tmp/', `${folder}/`);
}

function linesOf(text: string, { folder, port }: Stage): string[] {
  if (text.includes('a fault of zonewright')) throw new Error(text);
  const shown = text.replaceAll(`${folder}/`, '/tmp/').replaceAll(port, PORT);
  return shown === '' ? [] : shown.replace(/\n$/, '').split('\n');
}

/** Whether output is what a page shows, in which a line `…` stands for any lines. */
function fits(shown: readonly string[], said: readonly string[]): boolean {
  const parts = shown.map((line) => (line === ANYTHING ? '(?:.*\n)*?' : `${literal(line)}\n`));
  return new RegExp(`^${parts.join('')}$`).test(said.map((line) => `${line}\n`).join(''));
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(ANYTHING, '.*');
}
