import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the compiled program, `dist/cli`, or of its sources where those run. */
const here = fileURLToPath(import.meta.url);
const fromSources = here.endsWith('.ts');
const program = fromSources ? join(here, '../../..') : dirname(here);

/**
 * What tells one compiler from another: its version, and in a checkout, where the code changes without a new version, when
 * each file of the program was written.
 */
export function compilerId(version: string): string {
  // What runs is what was there when this process began.
  known ??= newestPart();
  return `${version}${known}`;
}

let known: string | undefined;

function newestPart(): string {
  const checkout = statSync(join(program, fromSources ? '.' : '../../src'), { throwIfNoEntry: false }) !== undefined;
  return checkout ? ` ${newest(program)}` : '';
}

/** The size of all files of the program, and the time of the newest. */
function newest(folder: string): string {
  let size = 0;
  let time = 0;
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = `${at}/${entry.name}`;
      if (entry.isDirectory()) visit(path);
      else if (/\.[jt]s$/.test(entry.name)) {
        const stat = statSync(path);
        size += stat.size;
        time = Math.max(time, stat.mtimeMs);
      }
    }
  };
  visit(folder);
  return `${size} ${time}`;
}
