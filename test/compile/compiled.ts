import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The sources as JavaScript, for tests that run them in processes of their own. */
export interface CompiledSources {
  /** Runs an ES module as text; `src('dns/name.ts')` in it is the URL of a compiled file. */
  run(script: string, ...args: string[]): RunningScript;
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

/** Compiles the sources once. Types that do not fit are no reason to stop: other tests say so. */
export function compileSources(): CompiledSources {
  // Inside node_modules, so that packages are found.
  const folder = join(root, 'node_modules/.cache/zonewright-test', randomBytes(6).toString('hex'));
  mkdirSync(folder, { recursive: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  try {
    execFileSync(
      process.execPath,
      [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', folder, '--declaration', 'false'],
      {
        stdio: 'ignore',
      },
    );
  } catch {
    // The files are written all the same.
  }
  return {
    run(script, ...args) {
      const src = `const src = (path) => new URL(path.replace(/ts$/, 'js'), ${JSON.stringify(`file://${folder}/`)}).href;\n`;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', src + script, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        cwd: root,
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
        child.on('close', (status) => resolve({ status, stdout, stderr }));
      });
      const spoke = new Promise<void>((resolve) => {
        child.stdout.once('data', () => resolve());
        child.once('close', () => resolve());
      });
      return { kill: () => child.kill('SIGKILL'), spoke, ended };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
