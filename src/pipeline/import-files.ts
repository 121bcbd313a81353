import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { IncludeRefusal, MasterFile } from '../dns/master/run.ts';
import { fromBuffer } from '../dns/octets.ts';

/** The largest source: what JavaScript holds in one string. */
const LARGEST = 512 * 1024 * 1024 - 1024;
const CHUNK = 256 * 1024;

/** Why a file is not read, in words that go on after its name. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly why: string;
}

/** The octets of a file; of standard input for `-`. Devices, folders and what is too large are not read. */
export function readSource(path: string): Buffer | Unreadable {
  let descriptor: number | undefined;
  try {
    descriptor = path === '-' ? 0 : openSync(path, 'r');
    const status = fstatSync(descriptor);
    if (status.isDirectory()) return unreadable('is a folder');
    if (path !== '-' && (status.isCharacterDevice() || status.isBlockDevice())) return unreadable('is a device');
    if (status.size > LARGEST) return tooLarge();
    return readAll(descriptor, status.isFile() ? status.size : 0);
  } catch (error) {
    return unreadable(`cannot be read: ${reasonOf(error)}`);
  } finally {
    if (descriptor !== undefined && descriptor !== 0) closeSync(descriptor);
  }
}

/** Reads up to the end; `expected` octets are likely to come. */
function readAll(descriptor: number, expected: number): Buffer | Unreadable {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(expected > length ? expected - length + 1 : CHUNK);
    const count = readSome(descriptor, chunk);
    if (count === 0) return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    length += count;
    if (length > LARGEST) return tooLarge();
  }
}

function readSome(descriptor: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, into);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      // A pipe that is shared with a terminal says so where it has nothing yet.
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function unreadable(why: string): Unreadable {
  return { kind: 'unreadable', why };
}

function tooLarge(): Unreadable {
  return unreadable(`is larger than ${LARGEST} octets`);
}

/** The words of the operating system, without the name of the call and the path. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const found = /^[A-Z0-9]+: ([^,]+)/.exec(message);
  return found?.[1] ?? code ?? message;
}

/**
 * Gives what `$INCLUDE` names, as long as it lies in one folder: paths are relative to it, or to the file that includes,
 * and neither `..` nor a symbolic link leads out of it. The answer about what is outside does not tell whether it is there.
 */
export function confinedInclude(folder: string): (path: string, from: string) => MasterFile | IncludeRefusal {
  const root = realPath(folder);
  return (path, from) => {
    const candidates = isAbsolute(path) ? [path] : [join(folder, path), join(dirname(from), path)];
    for (const candidate of candidates) {
      const real = realPath(candidate);
      if (root === undefined || real === undefined) continue;
      if (!isInside(root, real)) return outside(path);
      const octets = statSync(real).isFile() ? readSource(real) : unreadable('is not a file');
      if ('kind' in octets) return { message: `${path} ${octets.why}`, fix: 'make it a readable file' };
      return { name: candidate, octets: fromBuffer(octets) };
    }
    return isAbsolute(path) || path.split('/').includes('..') ? outside(path) : missing(path);
  };
}

function isInside(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
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

function missing(path: string): IncludeRefusal {
  return {
    message: `${path} is not there`,
    fix: 'name a file in the folder of the master file, or another folder with --include',
  };
}
