import type { Failure } from '../pipeline/failure.ts';
import type { Workspace } from '../pipeline/workspace.ts';
import type { Surroundings } from './commands.ts';
import { EXIT, type ExitStatus } from './exit.ts';
import { version } from './version.ts';

/**
 * The folder that a command works on: the one of `-C`, which must be a project itself, else the nearest one upwards from
 * here. `undefined` where there is none.
 */
export async function findFolder({ folder }: Surroundings): Promise<string | undefined> {
  const { findProject, isProject } = await import('../pipeline/workspace.ts');
  if (folder === undefined) return findProject(process.cwd());
  return isProject(folder) ? folder : undefined;
}

/** The project that a command works on; where there is none, that is said. */
export async function requireWorkspace(around: Surroundings): Promise<Workspace | undefined> {
  const folder = await findFolder(around);
  if (folder === undefined) {
    const where = around.folder === undefined ? 'here or above' : `in ${around.folder}`;
    around.terminal.say(`zonewright: there is no zonewright.yaml and no zones/ ${where}; name a folder with -C`);
    return undefined;
  }
  return { folder, now: Date.now(), version: version(), ...progressOf(around) };
}

/** Progress on one line of a terminal that is drawn over; nothing elsewhere, and nothing for what is quick. */
function progressOf({ terminal, progress }: Surroundings): Pick<Workspace, 'progress'> {
  if (!progress) return {};
  const started = Date.now();
  let last = started + 400;
  return {
    progress(done, all) {
      const now = Date.now();
      if (done < all && now < last + 100) return;
      if (done >= all && last < now && last === started + 400) return;
      last = now;
      terminal.redraw(done < all ? `${done} of ${all} zones` : '');
    },
  };
}

/** Says why a use case could not do its work, and gives the exit status for it. */
export function sayFailure({ terminal }: Surroundings, { status, message, fix }: Failure): ExitStatus {
  terminal.say(`zonewright: ${message}`);
  terminal.say(`  ${terminal.sayPaint.dim('fix:')} ${fix}`);
  return { usage: EXIT.usage, refused: EXIT.refused, unavailable: EXIT.unavailable, again: EXIT.again }[status];
}
