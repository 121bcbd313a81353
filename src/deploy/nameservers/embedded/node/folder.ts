import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { flush } from '../../../../state/files/flush.ts';
import { isMode, type NodeMode, PROTOCOL, RELEASE_ID, RELEASE_PATH } from '../../../node/protocol.ts';
import type { Said } from './said.ts';

/** What is thrown where a command cannot be done: a sentence for standard error, and an exit status. */
export class Refusal extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** The state of a node in its folder, as `src/deploy/node/protocol.ts` lays it out. Everything is on disk when it returns. */
export interface NodeFolder {
  readonly root: string;
  releasePath(id: string): string;
  current(): string | undefined;
  verified(): string | undefined;
  mode(): NodeMode;
  hold(): string | undefined;
  /** Whether the node may announce: it serves what was verified, and nobody has drained it. */
  mayAnnounce(): boolean;
  /** What `manifest` prints. */
  manifest(id: string): string;
  /** What `ask` prints. */
  state(): string;
  /** Takes the lock; gives the holder's line where another has it. */
  lock(token: string, holder: string): string | undefined;
  holdsLock(token: string): boolean;
  unlock(): void;
  prepare(
    id: string,
    base: string | undefined,
    old: string | undefined,
    lines: readonly string[],
  ): 'there' | 'prepared';
  renew(id: string, base: string, old: string | undefined, said: Said): void;
  seal(id: string, sums: readonly string[]): void;
  keepBase(base: string): void;
  switchTo(id: string): void;
  markVerified(id: string): void;
  letGo(): void;
  remove(id: string): void;
  setMode(mode: string): void;
  /** A mark of another part of the node, and writing it. */
  mark(name: string): string | undefined;
  setMark(name: string, value: string | undefined): void;
}

/** Opens the folder of a node and makes it where it is not there. */
export function openNodeFolder(root: string): NodeFolder {
  const at = (...parts: string[]): string => join(root, ...parts);
  mkdirSync(at('releases'), { recursive: true });
  const mark = (name: string): string | undefined => {
    try {
      return readFileSync(at(name), 'latin1').trim();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  const setMark = (name: string, value: string | undefined): void => {
    if (value === undefined) {
      rmSync(at(name), { force: true });
    } else {
      const draft = at(`.${name}.new`);
      writeFileSync(draft, `${value}\n`);
      flush(draft);
      renameSync(draft, at(name));
    }
    flush(root);
  };
  const asId = (text: string | undefined): string | undefined =>
    text !== undefined && RELEASE_ID.test(text) ? text : undefined;
  const releasePath = (id: string): string => at('releases', id);
  const partPath = (id: string): string => at('releases', `.part-${id}`);
  const current = (): string | undefined => {
    try {
      return asId(readlinkSync(at('current')).replace(/^releases\//, ''));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
  const verified = (): string | undefined => asId(mark('verified'));
  const mode = (): NodeMode => {
    const text = mark('mode') ?? 'normal';
    return isMode(text) ? text : 'disabled';
  };
  const servesVerified = (): boolean => current() !== undefined && verified() === current();
  const releases = (): string[] => readdirSync(at('releases')).filter((name) => RELEASE_ID.test(name));
  const isInUse = (id: string): boolean => id === current() || id === mark('hold');
  const lockLine = (): string | undefined => {
    try {
      const since = Math.floor(statSync(at('lock')).mtimeMs / 1000);
      const [token, holder] = readFileSync(at('lock'), 'utf8').split('\n');
      return `${token} ${since} ${holder}`;
    } catch {
      return undefined;
    }
  };
  const folder: NodeFolder = {
    root,
    releasePath,
    current,
    verified,
    mode,
    hold: () => mark('hold'),
    mayAnnounce: () => servesVerified() && mode() === 'normal',
    manifest(id) {
      const parts = join(releasePath(id), 'manifest');
      if (!existsSync(parts)) return readFileSync(join(releasePath(id), 'manifest.json'), 'utf8');
      const folders = readdirSync(parts, { withFileTypes: true }).filter((each) => each.isDirectory());
      const paths = folders.flatMap(({ name }) => readdirSync(join(parts, name)).map((file) => join(name, file)));
      return [...paths, 'top.json'].map((path) => readFileSync(join(parts, path), 'utf8')).join('');
    },
    state() {
      const { bavail, bsize } = statfsSync(root);
      const lock = lockLine();
      const hold = mark('hold');
      return [
        `zonewright-node ${PROTOCOL}`,
        `current ${current() ?? '-'}`,
        `verified ${verified() ?? '-'}`,
        ...(hold === undefined ? [] : [`hold ${hold}`]),
        `mode ${mode()}`,
        ...releases().map((id) => `release ${id}`),
        ...releases().flatMap((id) => (existsSync(join(releasePath(id), 'manifest.json')) ? [`whole ${id}`] : [])),
        `free ${bavail} ${bsize}`,
        ...(lock === undefined ? [] : [`lock ${lock}`]),
        'end',
        '',
      ].join('\n');
    },
    lock(token, holder) {
      const draft = at(`.lock-${token}`);
      writeFileSync(draft, `${token}\n${holder}\n`);
      try {
        // Only one of many gets it.
        linkSync(draft, at('lock'));
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      } finally {
        rmSync(draft, { force: true });
      }
      const line = lockLine();
      if (line?.startsWith(`${token} `)) return undefined;
      return line?.replace(/^\S+ /, '') ?? 'somebody';
    },
    holdsLock: (token) => lockLine()?.startsWith(`${token} `) === true,
    unlock: () => rmSync(at('lock'), { force: true }),
    prepare(id, base, old, lines) {
      if (existsSync(releasePath(id))) return 'there';
      const part = partPath(id);
      rmSync(part, { recursive: true, force: true });
      if (old !== undefined && isInUse(old)) throw new Refusal(`${old} is needed`);
      if (old !== undefined) renameSync(releasePath(old), part);
      else if (base === undefined) mkdirSync(part);
      else linkAll(releasePath(base), part);
      for (const line of lines) {
        const [, what, path] = /^([-=]) (.+)$/.exec(line) ?? [];
        if (path === undefined || !RELEASE_PATH.test(path)) throw new Refusal('not a path of a release');
        rmSync(join(part, path), { force: true });
        if (what === '-' || base === undefined) continue;
        mkdirSync(dirname(join(part, path)), { recursive: true });
        linkSync(join(releasePath(base), path), join(part, path));
      }
      return 'prepared';
    },
    renew(id, base, old, said) {
      if (existsSync(releasePath(id))) throw new Refusal(`there is a release ${id} already`);
      const prepared: string[] = [];
      const files: { sum: string; path: string; pieces: [offset: number | undefined, size: number][] }[] = [];
      for (let line = said.line(); line !== ''; line = said.line()) {
        const [, sum, path = ''] = /^\+ ([0-9a-f]{64}) (.+)$/.exec(line) ?? [];
        const [, copied, data] = /^(?:c (\d{1,9} \d{1,9})|d (\d{1,9}))$/.exec(line) ?? [];
        if (sum !== undefined && RELEASE_PATH.test(path)) files.push({ sum, path, pieces: [] });
        else if (/^[-=] /.test(line)) prepared.push(line);
        else if (copied !== undefined) files.at(-1)?.pieces.push(copied.split(' ').map(Number) as [number, number]);
        else if (data !== undefined) files.at(-1)?.pieces.push([undefined, Number(data)]);
        else throw new Refusal('standard input holds a malformed line');
      }
      folder.prepare(id, base, old, prepared);
      for (const { path, pieces } of files) {
        const target = join(partPath(id), path);
        const before = join(releasePath(base), path);
        const octets = pieces.map(([offset, size]) =>
          offset === undefined ? said.octets(size) : readFileSync(before).subarray(offset, offset + size),
        );
        rmSync(target, { force: true });
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, Buffer.concat(octets));
        flush(target);
      }
      folder.seal(
        id,
        files.map(({ sum, path }) => `${sum}  ${path}`),
      );
    },
    seal(id, sums) {
      if (existsSync(releasePath(id))) return;
      const part = partPath(id);
      for (const line of sums) {
        const [, sha256, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
        if (path === undefined || !RELEASE_PATH.test(path)) throw new Refusal('not a line of checksums');
        if (digestOf(join(part, path)) !== sha256) throw new Refusal(`the checksum of ${path} differs`);
        flush(join(part, path));
      }
      renameSync(part, releasePath(id));
      flush(at('releases'));
    },
    keepBase(base) {
      if (mark('hold') === undefined) setMark('hold', base);
    },
    switchTo(id) {
      if (!existsSync(releasePath(id))) throw new Refusal(`there is no release ${id}`);
      if (mark('hold') === undefined) throw new Refusal('nothing says what to go back to');
      setMark('verified', undefined);
      const draft = at('.current.new');
      rmSync(draft, { force: true });
      symlinkSync(`releases/${id}`, draft);
      renameSync(draft, at('current'));
      flush(root);
    },
    markVerified(id) {
      if (current() !== id) throw new Refusal(`${id} is not the current release`);
      setMark('verified', id);
    },
    letGo() {
      if (!servesVerified()) throw new Refusal('what is current was not verified');
      setMark('hold', undefined);
    },
    remove(id) {
      if (isInUse(id)) throw new Refusal(`${id} is needed`);
      rmSync(releasePath(id), { recursive: true, force: true });
    },
    setMode(next) {
      if (!isMode(next)) throw new Refusal('not a mode', 64);
      setMark('mode', next);
    },
    mark,
    setMark,
  };
  return folder;
}

function linkAll(from: string, to: string): void {
  if (!existsSync(from)) throw new Refusal('the release to begin with is not there');
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkAll(source, target);
    else linkSync(source, target);
  }
}

function digestOf(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing';
    throw error;
  }
}
