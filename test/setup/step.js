import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The root folder of the checkout, with a final slash. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A step that cannot be done here, for a reason that the user can act on. */
export class SetupError extends Error {}

/** Tells the user what is about to take a while. @param {string} text */
export function say(text) {
  console.log(`setup: ${text}`);
}

/**
 * Runs a program in the root folder, silently.
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {{ ok: boolean, output: string, stdout: string }} `ok` where it ended with status 0; `output` is both streams.
 */
export function run(program, args) {
  const child = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = child.stdout ?? '';
  const said = [stdout.trim(), (child.stderr ?? '').trim(), child.error?.message].filter(Boolean);
  return { ok: child.status === 0, output: said.join('\n'), stdout };
}
