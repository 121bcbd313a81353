import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, SetupError, say } from './step.js';

/** Builds the program, dist/cli/main.js, unless it is newer than every source. */
export function compile() {
  const sources = filesBelow('src').map((path) => join('src', path));
  const newest = Math.max(
    ...['package.json', 'package-lock.json', 'tsconfig.json', ...sources].map((path) => modified(path)),
  );
  if (modified('dist/cli/main.js') > newest) return;

  say('compiling (npm run build)');
  const { ok, output } = run('npm', ['run', '--silent', 'build']);
  if (!ok) throw new SetupError(`src/ does not compile:\n${output}`);
}

/** @param {string} folder @returns {string[]} paths relative to the folder; none where it is missing. */
function filesBelow(folder) {
  if (modified(folder) === 0) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)).map((path) => join(entry.name, path)) : [entry.name],
  );
}

/** @param {string} path @returns {number} milliseconds, 0 where there is no such file. */
function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
