import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A text file of the repository: its path from the root, with slashes, and its lines without their ends. */
export interface TextFile {
  readonly path: string;
  readonly lines: readonly string[];
}

/** The paths of all files that git tracks or would add, from the root of the checkout, with slashes. */
export function treePaths(): string[] {
  // The checkout may belong to another user, as it does in a CI container.
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const output = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  // A file that is deleted but not yet committed is still listed.
  return [...new Set(output.split('\0'))].filter((path) => path !== '' && existsSync(join(root, path))).sort();
}

/** Those files of the tree that hold text and whose path matches. */
export function textFiles(pattern: RegExp): TextFile[] {
  return treePaths()
    .filter((path) => pattern.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'))
    .map(({ path, text }) => ({ path, lines: text.split(/\r?\n/) }));
}

/** A file as it could stand in the tree, to try a rule on. */
export function sample(path: string, ...lines: string[]): TextFile {
  return { path, lines };
}

/** Applies a rule for one line to all lines: `path:line: what` for each that it complains about. */
export function violations(
  files: readonly TextFile[],
  rule: (line: string, index: number, file: TextFile) => string | undefined,
): string[] {
  return files.flatMap((file) =>
    file.lines.flatMap((line, index) => {
      const complaint = rule(line, index, file);
      return complaint === undefined ? [] : [`${file.path}:${index + 1}: ${complaint}`];
    }),
  );
}
