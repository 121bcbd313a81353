import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder that a command works on: the one of `-C`, else the nearest one upwards that holds `zonewright.yaml` or
 * `zones/`. `undefined` where there is none.
 */
export function findProject(folder: string | undefined): string | undefined {
  if (folder !== undefined) return isFolder(folder) ? folder : undefined;
  for (let at = process.cwd(); ; at = dirname(at)) {
    if (holdsProject(at)) return at;
    if (dirname(at) === at) return undefined;
  }
}

function holdsProject(folder: string): boolean {
  return existsSync(join(folder, 'zonewright.yaml')) || isFolder(join(folder, 'zones'));
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory() && readdirSync(path) !== undefined;
  } catch {
    return false;
  }
}
