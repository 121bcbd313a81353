import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Edit } from '../zone/finding.ts';
import { applyEdits } from '../zone/fix.ts';
import { type Checked, type CheckOptions, checkProject } from './check.ts';
import type { Failure } from './failure.ts';
import { replaceFile } from './replace-file.ts';
import type { Workspace } from './workspace.ts';

/** What was repaired, and what is left. */
export interface Fixed {
  readonly kind: 'fixed';
  /** The files that were changed, relative to the folder of the project. */
  readonly files: readonly string[];
  /** Findings that are no more. */
  readonly repaired: number;
  readonly left: Checked;
}

/** After this many rounds two repairs undo each other. */
const ROUNDS = 10;

/**
 * Makes the repairs that checks know, round after round until none is left: a repair can uncover the next mistake. Only
 * files of the working folder are changed, each whole or not at all.
 */
export async function fixProject(
  workspace: Workspace,
  options: Pick<CheckOptions, 'zones'> = {},
): Promise<Fixed | Failure> {
  const files = new Set<string>();
  let before: number | undefined;
  for (let round = 0; ; round++) {
    const checked = await checkProject(workspace, { ...options, limit: Number.POSITIVE_INFINITY });
    if (checked.kind === 'failure') return checked;
    const { findings } = checked.report;
    before ??= findings.length;
    const edits = byFile(findings.flatMap((finding) => (finding.waived === undefined ? (finding.edits ?? []) : [])));
    let changed = false;
    for (const [file, wanted] of edits) {
      const path = join(workspace.folder, file);
      const text = readFileSync(path, 'utf8');
      const fixed = applyEdits(text, wanted);
      if (fixed === text) continue;
      replaceFile(path, Buffer.from(fixed));
      files.add(file);
      changed = true;
    }
    if (!changed || round === ROUNDS) {
      return {
        kind: 'fixed',
        files: [...files].sort(),
        repaired: Math.max(0, before - findings.length),
        left: checked,
      };
    }
  }
}

function byFile(edits: readonly Edit[]): Map<string, Edit[]> {
  const files = new Map<string, Edit[]>();
  for (const edit of edits) {
    const known = files.get(edit.file);
    if (known === undefined) files.set(edit.file, [edit]);
    else known.push(edit);
  }
  return files;
}
