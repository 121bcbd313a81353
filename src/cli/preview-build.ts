import { buildRelease } from '../pipeline/build.ts';
import { printText } from '../pipeline/report/text.ts';
import type { Workspace } from '../pipeline/workspace.ts';
import { lineReader } from './check.ts';
import type { Surroundings } from './commands.ts';
import { sayFailure } from './project.ts';

/** Builds the working tree for a preview; what is wrong is said, and the last good state goes on being served. */
export function buildForPreview(workspace: Workspace, around: Surroundings): (out: string) => Promise<boolean> {
  const { terminal } = around;
  return async (out) => {
    const built = await buildRelease({ ...workspace, now: Date.now() }, { out, record: false });
    if (built.kind === 'built') return true;
    if (built.kind === 'failure') sayFailure(around, built);
    else terminal.say(printText(built.report, terminal.sayPaint, lineReader(workspace.folder)).trimEnd());
    return false;
  };
}
