import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { NodeEntry } from '../../zone/inventory/inventory.ts';
import { NodeError, shown } from '../node/node-error.ts';
import { RELEASE_ID, RELEASE_PATH, TOKEN } from '../node/protocol.ts';
import type { Batch, BatchFile, CommandResult, Transport, TransportOptions } from '../node/transport.ts';
import { checkedWords } from '../node/words.ts';
import { newGate } from '../pool.ts';
import { newConnectionFolder } from './connection-folder.ts';
import { processFailure } from './faults.ts';
import { OUTPUT_KEPT, runProcess } from './process.ts';
import { openSession, type Session, type SessionCommand, type SessionEnd } from './session.ts';

/** ssh ends with this where it has failed itself; no command of a node does. */
const SSH_FAILED = 255;

/** So many commands of a node run at a time; sshd allows ten sessions of a connection, and rsync needs one. */
const AT_A_TIME = 4;

/** Milliseconds without work after which a connection ends: of a thousand nodes most wait for their turn. */
const IDLE = 60_000;

/**
 * Talks to a node with the system's `ssh`: one connection, over which go sessions, in which command after command is run, and
 * rsync. Host keys are pinned: one that is not in the file of `knownHosts`, or another than there, is never accepted. Nothing
 * is asked for on a terminal, and neither agent, X11 nor ports are forwarded. The connection ends with this process, and after
 * a time without work.
 */
export function sshTransport(node: NodeEntry, options: TransportOptions): Transport {
  const { host } = node;
  if (/["$\\\n]/.test(options.knownHosts))
    throw new NodeError('failed', 'the path of the file of known hosts has odd characters', 'choose another path');
  if (host === undefined) throw new NodeError('failed', 'it has no host in nodes.yaml', 'complete its entry');
  let folder: string | undefined;
  /** The session that has made the connection, and when it has answered for the first time. */
  let master: Session | undefined;
  let connected: Promise<unknown> | undefined;
  let masters = 0;
  let sessions: Session[] = [];
  const busy = new Set<Session>();
  const gate = newGate(AT_A_TIME);
  const sshArguments = (isMaster: boolean): string[] => {
    folder ??= newConnectionFolder();
    // A master that was killed leaves its socket behind.
    const control = join(folder, String(masters));
    return [...optionsFor(node, options, control, isMaster), '-l', node.ssh.user, '-p', String(node.ssh.port)];
  };
  const isConnected = (): boolean => master?.ended() === false;
  const endSessions = async (): Promise<void> => {
    const all = sessions;
    [sessions, master, connected] = [[], undefined, undefined];
    await Promise.all(all.map((session) => session.close()));
  };
  let working = 0;
  let idle: NodeJS.Timeout | undefined;
  const whileWorking = async <T>(work: () => Promise<T>): Promise<T> => {
    working++;
    clearTimeout(idle);
    try {
      return await work();
    } finally {
      working--;
      if (working === 0) idle = setTimeout(() => void endSessions(), options.idleMs ?? IDLE).unref();
    }
  };
  const takeSession = (): Session => {
    sessions = sessions.filter((each) => !each.ended());
    const free = sessions.find((each) => !busy.has(each));
    if (free !== undefined) return free;
    const isMaster = !isConnected();
    if (isMaster) masters++;
    const session = openSession('ssh', [...sshArguments(isMaster), '--', host, 'session'], options.signal);
    sessions.push(session);
    if (isMaster) [master, connected] = [session, undefined];
    return session;
  };
  const runInSession = async (command: string, asked: SessionCommand): Promise<SessionEnd> => {
    // The first command makes the connection that all share; others wait for it.
    if (isConnected()) await connected;
    if (options.signal.aborted) return { kind: 'interrupted' };
    const session = takeSession();
    busy.add(session);
    const running = session.run(command, asked);
    if (session === master) connected ??= running;
    const end = await running;
    busy.delete(session);
    // A program that ends well without an answer is another one.
    return end.kind === 'ended' && end.status === 0 ? { kind: 'garbled' } : end;
  };
  return {
    async run(words, { input = '', timeoutMs = options.commandMs, extraMs = 0, most = OUTPUT_KEPT } = {}) {
      const command = checkedWords(words).join(' ');
      if (input !== '' && !input.endsWith('\n')) throw new Error(`what a node reads is whole lines: ${command}`);
      const asked = { input, timeoutMs: timeoutMs + extraMs, most };
      return whileWorking(async () => {
        if (most <= OUTPUT_KEPT) return resultOf(await gate(() => runInSession(command, asked)), host);
        // What may be long is not put together by a shell.
        const alone = [...sshArguments(false), '--', host, command];
        return resultOf(await runProcess('ssh', alone, { ...asked, signal: options.signal }), host);
      });
    },
    send: (batch, progress) =>
      whileWorking(async () => {
        await connected;
        return sendWithRsync(batch, sshArguments(false), folder as string, host, options, progress);
      }),
    async close() {
      clearTimeout(idle);
      await endSessions();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
}

/** What a command has printed, or why it could not be run. */
function resultOf(end: SessionEnd, host: string): CommandResult {
  switch (end.kind) {
    case 'answer':
      return end;
    case 'ended':
      if (end.status === SSH_FAILED) throw sshFailure(end.stderr, host);
      return end;
    case 'garbled':
      throw new NodeError(
        'distrust',
        'what answers is not zonewright-node',
        'install the zonewright-node of this version on it',
      );
    default:
      throw processFailure('ssh', end);
  }
}

function optionsFor(
  node: NodeEntry,
  { connectMs, knownHosts }: TransportOptions,
  control: string,
  isMaster: boolean,
): string[] {
  const seconds = Math.max(1, Math.round(connectMs / 1000));
  const settings = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile="${knownHosts.replaceAll('%', '%%')}"`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'VerifyHostKeyDNS=no',
    'CheckHostIP=no',
    'PasswordAuthentication=no',
    'KbdInteractiveAuthentication=no',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RequestTTY=no',
    'EscapeChar=none',
    'LogLevel=ERROR',
    `ConnectTimeout=${seconds}`,
    'ConnectionAttempts=1',
    `ServerAliveInterval=${seconds}`,
    'ServerAliveCountMax=2',
    `ControlMaster=${isMaster ? 'yes' : 'no'}`,
    `ControlPath=${control}`,
    'ControlPersist=no',
  ];
  const { identity } = node.ssh;
  if (identity !== undefined) settings.push('IdentitiesOnly=yes', `IdentityFile="${identity}"`);
  return settings.flatMap((setting) => ['-o', setting]);
}

/** What ssh says when it fails, in the words of a user. */
function sshFailure(stderr: string, host: string): NodeError {
  if (/host key verification failed|REMOTE HOST IDENTIFICATION|no .* host key is known/i.test(stderr)) {
    const changed = /IDENTIFICATION HAS CHANGED/i.test(stderr);
    return new NodeError(
      'distrust',
      changed ? 'its host key is not the one that is pinned' : 'its host key is not pinned',
      changed
        ? 'find out why before you do anything else; only if the node was made anew, put its new key into the file of known hosts'
        : `get its key over a way that you trust and add it to the file of known hosts (deploy.known_hosts) as ${host}`,
    );
  }
  if (/permission denied|too many authentication failures/i.test(stderr)) {
    return new NodeError(
      'distrust',
      'it does not let this key in',
      "add the deployer's public key on the node, or name it as ssh.identity",
    );
  }
  if (/bad configuration option|unsupported option|no such file|identity file .* not accessible/i.test(stderr)) {
    return new NodeError('failed', `ssh cannot be used: ${shown(stderr)}`, 'check the files that ssh is told to use');
  }
  const said = shown(stderr);
  return new NodeError('unreachable', said === '' ? 'the connection was lost' : said, 'check host, port and network');
}

async function sendWithRsync(
  batch: Batch,
  ssh: readonly string[],
  scratch: string,
  host: string,
  { transferMs, signal }: TransportOptions,
  progress: (share: number) => void,
): Promise<number> {
  const { files, id, token } = batch;
  if (!RELEASE_ID.test(id) || !TOKEN.test(token)) throw new Error('not a release or token');
  const odd = files.find(({ path }) => !RELEASE_PATH.test(path))?.path;
  if (odd !== undefined)
    throw new NodeError('failed', `the release holds a file with an odd name: ${shown(odd)}`, 'rename it');
  const target = host.includes(':') ? `[${host}]` : host;
  const staging = stage(scratch, files);
  let printed = '';
  let told = -1;
  const end = await runProcess(
    'rsync',
    [
      '--rsh',
      ['ssh', ...ssh.map(quoteForRsync)].join(' '),
      '--rsync-path',
      `as ${token} rsync`,
      '--recursive',
      '--copy-links',
      // What is sent differs, whatever size and time say; of a file that was there before, only what differs travels.
      '--ignore-times',
      '--no-whole-file',
      '--compress',
      '--chmod=D755,F644',
      '--perms',
      '--verbose',
      '--info=progress2',
      '--no-human-readable',
      '--',
      `${staging}/`,
      `${target}:releases/.part-${id}/`,
    ],
    {
      timeoutMs: transferMs,
      signal,
      onOutput: (text) => {
        printed = (printed + text).slice(-10_000);
        // It says for every file how far it is.
        const share = Number(/(\d{1,3})%[^%]*$/.exec(printed)?.[1] ?? -1);
        if (share <= told) return;
        told = share;
        progress(Math.min(1, share / 100));
      },
    },
  );
  rmSync(staging, { recursive: true, force: true });
  if (end.kind !== 'ended') throw processFailure('rsync', end);
  if (end.status !== 0) throw rsyncFailure(end.status, end.stderr, host);
  const [, sent, received] = /^sent ([\d,.]+) bytes +received ([\d,.]+) bytes/m.exec(printed) ?? [];
  return octetsIn(sent) + octetsIn(received);
}

function octetsIn(text = '0'): number {
  return Number(text.replace(/[,.]/g, ''));
}

/** A folder with these files, or links to them, alone: rsync's receiving half is then told nothing but where to put them. */
function stage(scratch: string, files: readonly BatchFile[]): string {
  const staging = mkdtempSync(join(scratch, 'send-'));
  for (const file of files) {
    const { path } = file;
    const place = join(staging, path);
    mkdirSync(dirname(place), { recursive: true });
    if ('text' in file) {
      writeFileSync(place, file.text);
      continue;
    }
    if (lstatSync(file.from, { throwIfNoEntry: false })?.isFile() !== true)
      throw new NodeError('failed', `the release has no file ${path} here`, 'build the release again');
    symlinkSync(resolve(file.from), place);
  }
  return staging;
}

/** rsync splits what `--rsh` says at spaces, and knows quotes. */
function quoteForRsync(word: string): string {
  return /^[A-Za-z0-9_.:/=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function rsyncFailure(status: number, stderr: string, host: string): NodeError {
  if (/No space left|Disk quota exceeded|File too large/i.test(stderr)) {
    return new NodeError(
      'failed',
      'its disk is full',
      'make room on the node; releases that are no longer needed are in its root',
    );
  }
  if (status === SSH_FAILED || /connection unexpectedly closed|Connection (closed|reset)|Broken pipe/i.test(stderr)) {
    return new NodeError('unreachable', `the transfer broke off: ${shown(stderr)}`, 'check the network to the node');
  }
  if (/host key/i.test(stderr)) return sshFailure(stderr, host);
  return new NodeError(
    'failed',
    `rsync ended with ${status}: ${shown(stderr)}`,
    'look at the node, then roll out again',
  );
}
