import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, SetupError, say } from './step.js';

/** Compiles src/ into dist/ unless every source has an output that is newer; removes outputs whose source is gone. */
export function compile() {
  const sources = filesBelow('src').filter((path) => path.endsWith('.ts'));
  const outputs = filesBelow('dist');
  const wanted = new Set(sources.flatMap((path) => [outputOf(path, '.js'), outputOf(path, '.d.ts')]));
  for (const path of outputs) {
    if (/\.(js|d\.ts)$/.test(path) && !wanted.has(path)) rmSync(join(root, 'dist', path));
  }

  const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((path) => modified(path));
  const newest = Math.max(...settings, ...sources.map((path) => modified(join('src', path))));
  if ([...wanted].every((path) => modified(join('dist', path)) > newest)) return;

  say('compiling (npm run build)');
  const { ok, output } = run('npm', ['run', '--silent', 'build', '--', '--noEmitOnError']);
  if (!ok) throw new SetupError(`src/ does not compile:\n${output}`);
}

/** @param {string} source @param {string} ending */
function outputOf(source, ending) {
  return source.replace(/\.ts$/, ending);
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
