import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folders of this machine's processes: `zonewright-ssh-<user>/<host>.<process>.<anything>`. */
const NAME = /^(.+)\.(\d+)\.[A-Za-z0-9]+$/;

/**
 * Makes a folder for what belongs to one connection, and removes those that processes which were killed have left. The path of
 * a socket has at most 107 characters, so it is not put below the project.
 */
export function newConnectionFolder(): string {
  const all = join(tmpdir(), `zonewright-ssh-${process.getuid?.() ?? 'all'}`);
  mkdirSync(all, { recursive: true, mode: 0o700 });
  const stat = lstatSync(all);
  // Somebody else may have made it: then it is not used.
  if (!stat.isDirectory() || (process.getuid !== undefined && stat.uid !== process.getuid()))
    return mkdtempSync(join(tmpdir(), 'zonewright-ssh-'));
  chmodSync(all, 0o700);
  const mine = hostname().slice(0, 20);
  for (const name of readdirSync(all)) {
    const [, host, pid] = NAME.exec(name) ?? [];
    if (host === mine && !isAlive(Number(pid))) rmSync(join(all, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(all, `${mine}.${process.pid}.`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
