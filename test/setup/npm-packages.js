import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, SetupError, say } from './step.js';

/** Refuses a Node.js that package.json rules out, before it fails in some less clear way. */
export function checkNodeVersion() {
  const wanted = readJson('package.json')
    .engines.node.replace(/[^\d.]/g, '')
    .split('.')
    .map(Number);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return;
  throw new SetupError(`zonewright needs Node.js ${wanted.join('.')} or newer; this is ${process.versions.node}.`);
}

/** Runs `npm ci` unless the packages that package-lock.json names are all there. */
export function installNpmPackages() {
  if (matchesLock()) return;
  say('installing npm packages (npm ci)');
  const npm = process.env.npm_execpath;
  const { ok, output } = npm === undefined ? run('npm', ['ci']) : run(process.execPath, [npm, 'ci']);
  if (!ok) throw new SetupError(`npm ci failed:\n${output}`);
}

/**
 * npm lists what it has installed in node_modules/.package-lock.json, which it writes last: after an interrupted
 * install it is missing. Packages for other platforms are in the lock file alone.
 */
function matchesLock() {
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  if (installed === undefined) return false;
  return Object.entries(readJson('package-lock.json').packages).every(([path, entry]) => {
    if (path === '' || (entry.optional && installed[path] === undefined)) return true;
    return installed[path]?.version === entry.version && installed[path]?.integrity === entry.integrity;
  });
}

/** @param {string} path @returns the file's content, or undefined where it is missing. */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
