import { constants, type Stats } from 'node:fs';
import { copyFile, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NodeError, shown } from '../node/node-error.ts';
import { RELEASE_ID, RELEASE_PATH } from '../node/protocol.ts';
import type { Batch } from '../node/transport.ts';

/**
 * Copies files of a release into `releases/.part-ID` of a node that is this machine. Each is copied beside its place and
 * renamed: what is there is hard-linked with older releases and must not be written into. Gives the octets.
 */
export async function copyIntoPart(
  root: string,
  { files, id }: Batch,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<number> {
  if (!RELEASE_ID.test(id)) throw new Error('not a release');
  const part = join(root, 'releases', `.part-${id}`);
  const made = new Set<string>();
  let octets = 0;
  for (const [at, file] of files.entries()) {
    const { path } = file;
    if (!RELEASE_PATH.test(path)) throw new NodeError('failed', `odd name of a file: ${shown(path)}`, 'rename it');
    if (signal.aborted) throw new NodeError('interrupted', 'interrupted', 'run the same command again');
    const target = join(part, path);
    const draft = join(dirname(target), `.${basename(target)}.new`);
    try {
      if (!made.has(dirname(target))) await mkdir(dirname(target), { recursive: true });
      made.add(dirname(target));
      if ('text' in file) await writeFile(draft, file.text);
      else await copyFile(file.from, draft, constants.COPYFILE_FICLONE);
      await rename(draft, target);
      octets += ((await stat(target)) as Stats).size;
    } catch (error) {
      throw copyFailure(error);
    }
    if (at % 64 === 0) progress(at / files.length);
  }
  return octets;
}

function copyFailure(error: unknown): NodeError {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG'
    ? new NodeError('failed', 'its disk is full', 'make room; releases that are no longer needed are in its root')
    : new NodeError('failed', `a file could not be copied: ${shown(message)}`, 'look at the folder of the node');
}
