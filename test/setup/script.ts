import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A TypeScript file with all that it imports, as one file of JavaScript: it starts in a tenth of the time. */
export interface Script {
  readonly file: string;
  remove(): void;
}

/** A process that may be killed. */
export interface RunningScript {
  kill(): void;
  /** Resolves with the first output, or the end. */
  readonly spoke: Promise<void>;
  /** The exit status, or `null` where it was killed, and what it said. */
  readonly ended: Promise<{ status: number | null; stdout: string; stderr: string }>;
}

// Inside node_modules, so that packages are found.
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/zonewright-test/', import.meta.url));

/** Compiles a file for processes that run beside a test: sources cannot be run as they are. */
export async function compileScript(entry: URL): Promise<Script> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(CACHE);
  const file = join(folder, 'script.mjs');
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile: file,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts a script in a process of its own. */
export function runScript({ file }: Script, ...args: readonly string[]): RunningScript {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  const spoke = new Promise<void>((resolve) => {
    child.stdout.once('data', () => resolve());
    child.once('close', () => resolve());
  });
  return { kill: () => child.kill('SIGKILL'), spoke, ended };
}
