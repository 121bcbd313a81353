import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { TestRunner } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why some tests of a file are skipped: one sentence for each missing program. */
    skipReasons?: string[];
  }
}

/** What a program said and how it ended. */
export interface ToolResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Limits and input of one run of a program. */
export interface ToolOptions {
  /** Text for the program's standard input, which is closed after it. */
  readonly input?: string | Uint8Array;
  /** Folder to run in; default: the current one. */
  readonly cwd?: string;
  /** Milliseconds after which the program is killed and the run fails; default {@link TOOL_LIMIT}. */
  readonly timeout?: number;
  /** Variables added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Debian keeps name servers and some zone tools here, and an ordinary user's PATH lacks these folders. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
/** Milliseconds that a program may take unless told otherwise: less than a test has. */
export const TOOL_LIMIT = 90_000;
const outputLimit = 256 * 1024 * 1024;

/**
 * The absolute path of a program, found on PATH or in the system folders. An absolute path stays as it is.
 *
 * @returns undefined where it is not installed.
 */
export function tool(name: string): string | undefined {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined;
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...systemFolders];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/**
 * States at the top of a test file which programs its tests (or one of its `describe`s) run:
 * `describe.skipIf(needs('kzonecheck'))('…', () => { … })`. The reason is printed at the end of the test run.
 *
 * @returns undefined where all are there, else the reason for skipping.
 * @throws in CI, where a missing program is a failure.
 */
export function needs(...names: readonly string[]): string | undefined {
  const missing = names.filter((name) => tool(name) === undefined);
  if (missing.length === 0) return undefined;
  const reason = `not installed: ${missing.map(describeTool).join(', ')}`;
  if (isContinuousIntegration()) throw new Error(reason);
  return skippedBecause(reason);
}

/** Has a reason for skipping tests printed at the end of the test run, and gives it back for `describe.skipIf`. */
export function skippedBecause(reason: string): string {
  const meta = TestRunner.getCurrentSuite().file?.meta;
  if (meta) meta.skipReasons = [...new Set([...(meta.skipReasons ?? []), reason])];
  return reason;
}

/**
 * Runs a program without a shell and waits for its end, whatever its exit status.
 *
 * @throws where it is not installed, runs longer than `timeout`, dies of a signal or prints more than 256 MiB.
 */
export function runTool(name: string, args: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const program = tool(name);
  if (program === undefined) return Promise.reject(new Error(`not installed: ${describeTool(name)}`));
  const { input, cwd, timeout = TOOL_LIMIT, env } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { ...(cwd === undefined ? {} : { cwd }), timeout, maxBuffer: outputLimit, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        if (error === null) resolve({ status: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr });
        else
          reject(new Error(`${name} ${args.join(' ')}: ${causeOfDeath(error, timeout)}\n${stderr}`, { cause: error }));
      },
    );
    // A program may end without reading its input; its exit status tells more than the broken pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function causeOfDeath(error: Error & { killed?: boolean; signal?: string | null; code?: unknown }, timeout: number) {
  if (error.code !== null && error.code !== undefined) return String(error.code);
  return error.killed ? `still running after ${timeout} ms` : `killed by ${error.signal}`;
}

function describeTool(name: string): string {
  const debianPackage = debianPackageOf(name);
  return debianPackage === undefined ? name : `${name} (Debian package ${debianPackage})`;
}

/** Reads `debian-packages.txt`, which names the programs of each package. */
function debianPackageOf(program: string): string | undefined {
  const lines = readFileSync(new URL('debian-packages.txt', import.meta.url), 'utf8').split('\n');
  const line = lines.find((text) => !text.startsWith('#') && new RegExp(`[ ,:]${program}(,|$)`).test(text));
  return line?.split(':')[0];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isContinuousIntegration(): boolean {
  return process.env.CI === 'true';
}
