import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A git repository of one test, with a clock of its own. */
export interface ScratchRepository {
  readonly folder: string;
  /** Runs git in it and gives what it prints. */
  git(...args: string[]): string;
  /** Writes files (`undefined` removes one) without a commit. */
  write(files: Readonly<Record<string, string | undefined>>): void;
  /** Writes files and commits everything at this committer time. Gives the commit's id. */
  commit(time: number, files?: Readonly<Record<string, string | undefined>>): string;
}

/** An empty folder that is removed when the test is over. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A new repository without commits, in a folder that is removed when the test is over. */
export function scratchRepository(...initOptions: string[]): ScratchRepository {
  const folder = scratchFolder();
  const run = gitAt(folder);
  run(['init', '-q', '-b', 'main', ...initOptions]);
  const repository: ScratchRepository = {
    folder,
    git: (...args) => run(args),
    write(files) {
      for (const [path, text] of Object.entries(files)) writeOrRemove(join(folder, path), text);
    },
    commit(time, files = {}) {
      repository.write(files);
      run(['add', '-A']);
      run(['commit', '-q', '--allow-empty', '-m', `at ${time}`], time);
      return run(['rev-parse', 'HEAD']);
    },
  };
  return repository;
}

/** Writes a file with the folders above it, or removes it. */
export function writeOrRemove(path: string, text: string | undefined): void {
  if (text === undefined) {
    rmSync(path, { force: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Runs git in any folder, as the same person at the same time. */
export function gitIn(folder: string): (...args: string[]) => string {
  const run = gitAt(folder);
  return (...args) => run(args);
}

function gitAt(folder: string): (args: string[], time?: number) => string {
  return (args, time = 1_700_000_000) =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.org',
        GIT_COMMITTER_NAME: 'C',
        GIT_COMMITTER_EMAIL: 'c@example.org',
        GIT_AUTHOR_DATE: `@${time} +0000`,
        GIT_COMMITTER_DATE: `@${time} +0000`,
      },
    }).trimEnd();
}
