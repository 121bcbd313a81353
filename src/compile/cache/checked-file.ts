import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Reads the body of a file of `.zonewright/cache`; `undefined` where there is none, it is damaged, or of another format. */
export function readChecked(file: string, format: string): Buffer | undefined {
  try {
    const octets = readFileSync(file);
    const bodyAt = octets.indexOf(10, format.length + 1) + 1;
    const body = octets.subarray(bodyAt);
    return octets.toString('latin1', 0, bodyAt) === headOf(format, body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Writes such a file in one step. Throws what the file system does. */
export function writeChecked(file: string, format: string, body: Buffer): void {
  makeFolder(dirname(file));
  const draft = `${file}.${process.pid}.new`;
  try {
    writeFileSync(draft, Buffer.concat([Buffer.from(headOf(format, body)), body]));
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  clearDrafts(dirname(file));
}

function headOf(format: string, body: Uint8Array): string {
  return `${format} ${crc32(body).toString(16).padStart(8, '0')} ${body.length}\n`;
}

/** Makes the folder of a cache. The one above is made invisible to git: nothing in it belongs to the repository. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(dirname(folder), '.gitignore'), '*\n', { flag: 'wx' });
  } catch {
    // It is there.
  }
}

/** Deletes what runs have left that were killed while they wrote. */
function clearDrafts(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/\.\d+\.new$/.test(name)) continue;
    const draft = join(folder, name);
    if (Date.now() - statSync(draft).mtimeMs > 3_600_000) rmSync(draft, { force: true });
  }
}
