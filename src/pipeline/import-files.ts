import { readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { IncludeRefusal, MasterFile } from '../dns/master/run.ts';
import { octets } from '../dns/octets.ts';

/**
 * Gives what `$INCLUDE` names, as long as it lies in one folder: paths are relative to it, or to the file that includes,
 * and neither `..` nor a symbolic link leads out of it.
 */
export function confinedInclude(folder: string): (path: string, from: string) => MasterFile | IncludeRefusal {
  const root = realpathSync(folder);
  return (path, from) => {
    const candidates = isAbsolute(path) ? [path] : [join(root, path), join(dirname(from), path)];
    for (const candidate of candidates) {
      const real = realPath(candidate);
      if (real === undefined) continue;
      const inside = relative(root, real);
      if (inside === '' || inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside)) return outside(path);
      try {
        return { name: candidate, octets: octets(readFileSync(real, 'latin1')) };
      } catch (error) {
        return { message: `${path} cannot be read: ${(error as Error).message}`, fix: 'make it a readable file' };
      }
    }
    return isAbsolute(path) || path.split('/').includes('..')
      ? outside(path)
      : {
          message: `${path} is not there`,
          fix: 'name a file in the folder of the master file, or another folder with --include',
        };
  };
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function outside(path: string): IncludeRefusal {
  return { message: `${path} is outside the folder that may be included from`, fix: 'name the folder with --include' };
}
