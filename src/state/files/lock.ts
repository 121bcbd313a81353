import { randomBytes } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** What is thrown where another process holds a lock: a sentence for the user and one that says what to do. */
export class LockError extends Error {
  readonly fix = 'try again when it is done; delete the lock if that process is gone for sure';

  constructor(message: string) {
    super(message);
    this.name = 'LockError';
  }
}

/** A lock that is held. */
export interface Lock {
  /** Throws a LockError where the lock is not ours any more: somebody deleted the file and another process took it. */
  assertHeld(): void;
  /** Gives it back. Never throws. */
  release(): void;
}

/** Who holds a lock, as the lock's file says. */
interface Holder {
  readonly pid: number;
  /** Tells two processes with one id apart: the boot and the time of the start; empty where the system does not say. */
  readonly started: string;
  readonly host: string;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

/**
 * Takes a lock: a file that says which process holds it. A lock whose process is dead is taken over. `doing` is what all
 * who take it do: "building into the same folder".
 *
 * @throws LockError where another process holds it; what the file system throws where the file cannot be written.
 */
export function takeLock(file: string, doing: string): Lock {
  const mine: Holder = {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    host: hostname(),
    token: randomBytes(8).toString('hex'),
  };
  const draft = `${file}.${mine.token}`;
  try {
    // Anew for each try: who holds the lock takes a draft without content for what a killed process has left.
    const write = (): void => writeFileSync(draft, `${JSON.stringify(mine)}\n`);
    // A link is there with its content or not at all; nobody ever sees an empty lock.
    for (write(); !linked(draft, file); write()) removeStale(file, mine.token, doing);
  } finally {
    rmSync(draft, { force: true });
  }
  const isMine = (): boolean => {
    const holder = readHolder(file);
    return holder !== undefined && holder !== 'gone' && holder.token === mine.token;
  };
  return {
    assertHeld() {
      if (!isMine()) throw heldByOther(file, readHolder(file), doing);
    },
    release() {
      try {
        if (isMine()) rmSync(file, { force: true });
      } catch {
        // Whoever comes next finds that the process is gone.
      }
    },
  };
}

/** Whether a process that lives holds a lock. */
export function isLocked(file: string): boolean {
  const holder = readHolder(file);
  return holder !== undefined && holder !== 'gone' && isAlive(holder);
}

/** Whether the lock was made. It was not where it is there already, or somebody has cleared its draft away. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (code !== 'EPERM' && code !== 'ENOSYS' && code !== 'ENOTSUP') throw error;
    return createdWithoutLinks(from, to);
  }
}

/** For file systems without hard links: the content comes an instant after the file. */
function createdWithoutLinks(from: string, to: string): boolean {
  try {
    writeFileSync(to, readFileSync(from), { flag: 'wx' });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}

/** Takes a dead process's lock out of the way. Throws where the lock is held. */
function removeStale(file: string, token: string, doing: string): void {
  const holder = readHolder(file);
  if (holder === 'gone') return;
  if (holder === undefined ? isFresh(file) : isAlive(holder)) throw heldByOther(file, holder, doing);
  const aside = `${file}.${token}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Another process may have taken the dead lock over since it was read; its own is put back then.
  const taken = readHolder(aside);
  const live = taken !== undefined && taken !== 'gone' && taken.token !== holder?.token && isAlive(taken);
  if (live) linked(aside, file);
  rmSync(aside, { force: true });
  if (live) throw heldByOther(file, taken, doing);
}

/** `undefined`: the file does not say. */
function readHolder(file: string): Holder | 'gone' | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    throw error;
  }
  try {
    const { pid, started, host, token } = JSON.parse(text) as Partial<Holder>;
    if (!Number.isInteger(pid) || (pid as number) <= 0 || typeof started !== 'string') return undefined;
    if (typeof host !== 'string' || typeof token !== 'string') return undefined;
    return { pid: pid as number, started, host, token };
  } catch {
    return undefined;
  }
}

/** Deletes what processes that were killed while they took the lock have left beside it. The lock is held. */
export function clearLockLitter(file: string): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const litter = join(folder, name);
    const holder = readHolder(litter);
    // Whoever is still writing a draft notices that it was cleared away, and writes it again.
    const wanted =
      holder === undefined ? name.endsWith('.stale') && isFresh(litter) : holder === 'gone' || isAlive(holder);
    if (wanted) continue;
    rmSync(litter, { force: true });
  }
}

/** Whether a lock without content may be one that is being written right now. */
function isFresh(file: string): boolean {
  try {
    return Math.abs(Date.now() - statSync(file).mtimeMs) < 10_000;
  } catch {
    return false;
  }
}

function isAlive(holder: Holder): boolean {
  // A process of another machine or container cannot be seen from here.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const started = startOf(holder.pid);
  return started === undefined || holder.started === '' || started === holder.started;
}

/** When a process began, on Linux; `undefined` elsewhere and for processes that are hidden. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name stands in parentheses and may hold spaces; state and start are the 1st and 20th field behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function heldByOther(file: string, holder: Holder | 'gone' | undefined, doing: string): LockError {
  const who = holder === undefined || holder === 'gone' ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new LockError(`${who} is ${doing} (${file})`);
}
