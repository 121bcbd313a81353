import { GitError } from './error.ts';
import type { Credentials, RemoteAddress } from './remote-url.ts';
import { redact } from './remote-url.ts';
import type { Repository } from './repository.ts';
import type { GitAnswer } from './run.ts';
import { runGit } from './run.ts';

/** A branch of another repository, and how long it may keep us waiting. */
export interface Remote extends RemoteAddress {
  /** The branch's name there. */
  readonly branch: string;
  /** Milliseconds for one fetch or push; default 20,000. */
  readonly timeout?: number;
  /** Milliseconds for the first fetch, of all that there is; default 400,000. */
  readonly wholeTimeout?: number;
}

/** What a remote said to a push. `moved`: somebody else was faster. `refused`: a rule of the remote, in its words. */
export type PushAnswer =
  | { readonly kind: 'accepted' | 'moved' }
  | { readonly kind: 'refused'; readonly message: string };

const TIMEOUT = 20_000;
const WHOLE_TIMEOUT = 400_000;

/** Only these are spoken; whatever the user's configuration allows, none of them runs a program that a URL names. */
const PROTOCOLS = 'file:https:http:ssh';

/** Reasons with which git and the known hosts say that the branch is no longer where it was. */
const MOVED =
  /stale info|fetch first|non-fast-forward|needs force|cannot lock ref|failed to update ref|failed to lock|reference already exists|incorrect old value|is at [0-9a-f]+ but expected/i;

/**
 * Brings a remote's branch into the repository, as the commit that is given back; nothing local is moved. `undefined` where
 * the remote has no such branch yet.
 *
 * @throws GitError where the remote does not answer in time or refuses.
 */
export async function fetchBranch(repository: Repository, remote: Remote): Promise<string | undefined> {
  return fetchRef(repository, remote, `refs/heads/${remote.branch}`, `refs/zonewright/remote/${remote.branch}`);
}

/** The commit that a remote's branch is at, and nothing is brought here; `undefined` where it has no such branch. Throws likewise. */
export async function remoteHead(repository: Repository, remote: Remote): Promise<string | undefined> {
  const ref = `refs/heads/${remote.branch}`;
  const answer = await talk(repository, remote, ['ls-remote', '--quiet', '--end-of-options', remote.url, ref]);
  if (answer.status !== 0) throw unreachable(remote, 'ls-remote', answer);
  return new RegExp(`^([0-9a-f]{40,64})\t${ref}$`, 'm').exec(answer.stdout.toString('latin1'))?.[1];
}

/** Like {@link fetchBranch} for a repository that has nothing of it yet: all of a large one takes its time. */
export function fetchAll(repository: Repository, remote: Remote): Promise<string | undefined> {
  return fetchBranch(repository, { ...remote, timeout: remote.wholeTimeout ?? WHOLE_TIMEOUT });
}

/**
 * Brings what a reference of a remote is at into the repository, where it is kept under another one; both are whole names.
 * Gives the object that it is; `undefined` where the remote has no such reference.
 *
 * @throws GitError where the remote does not answer in time or refuses.
 */
export async function fetchRef(
  repository: Repository,
  remote: Omit<Remote, 'branch'>,
  ref: string,
  kept: string,
): Promise<string | undefined> {
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  const spec = [...args, '--no-auto-maintenance', '--refmap=', '--end-of-options', remote.url, `+${ref}:${kept}`];
  const answer = await talk(repository, remote, spec);
  if (answer.status !== 0) {
    if (/couldn't find remote ref/.test(answer.stderr)) return undefined;
    throw unreachable(remote, 'fetch', answer);
  }
  const head = await runGit(repository.folder, ['show-ref', '--verify', '--hash', kept]);
  return head.stdout.toString('latin1').trim();
}

/**
 * Moves a remote's branch to a commit, if it still is at `expected` (`undefined`: is not there yet) when the remote looks.
 *
 * @throws GitError where the remote does not answer in time; it may or may not have taken the commit then.
 */
export async function pushCommit(
  repository: Repository,
  remote: Remote,
  commit: string,
  expected: string | undefined,
): Promise<PushAnswer> {
  const ref = `refs/heads/${remote.branch}`;
  const args = ['push', '--porcelain', '--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no'];
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const answer = await talk(repository, remote, [...args, lease, '--end-of-options', remote.url, `${commit}:${ref}`]);
  if (answer.status === 0) return { kind: 'accepted' };
  // A line for each reference: flag, FROM:TO, summary.
  const line = /^!\t[^\t]*\t(.*)$/m.exec(answer.stdout.toString('utf8'))?.[1];
  if (line === undefined || /remote failed to report status/.test(line)) throw unreachable(remote, 'push', answer);
  if (MOVED.test(line)) return { kind: 'moved' };
  return { kind: 'refused', message: said(remote, answer, line) };
}

async function talk(
  repository: Repository,
  remote: Omit<Remote, 'branch'>,
  args: readonly string[],
): Promise<GitAnswer> {
  try {
    return await runGit(repository.folder, args, undefined, {
      timeout: remote.timeout ?? TIMEOUT,
      env: remoteEnvironment(process.env, remote.credentials, remote.url),
    });
  } catch (error) {
    if (error instanceof GitError && error.kind === 'unavailable') {
      throw new GitError('unavailable', redact(error.message, secretsOf(remote)), `see whether ${remote.url} answers`);
    }
    throw error;
  }
}

/** Settings and secrets of a run that talks to a remote, as variables: arguments can be read by everybody on the machine. */
export function remoteEnvironment(
  around: NodeJS.ProcessEnv,
  credentials: Credentials | undefined,
  url: string,
): Record<string, string> {
  const settings: [string, string][] = [
    ['http.followRedirects', 'false'],
    ['http.lowSpeedLimit', '1'],
    ['http.lowSpeedTime', '20'],
    ['credential.interactive', 'false'],
  ];
  if (credentials !== undefined) {
    const proof = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64');
    settings.push([`http.${url}.extraHeader`, `Authorization: Basic ${proof}`]);
  }
  const given = Number(around.GIT_CONFIG_COUNT);
  const first = Number.isSafeInteger(given) && given > 0 ? given : 0;
  const env: Record<string, string> = {
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_CONFIG_COUNT: String(first + settings.length),
    GIT_SSH_COMMAND: around.GIT_SSH_COMMAND ?? 'ssh -oBatchMode=yes -oConnectTimeout=15',
  };
  settings.forEach(([key, value], i) => {
    env[`GIT_CONFIG_KEY_${first + i}`] = key;
    env[`GIT_CONFIG_VALUE_${first + i}`] = value;
  });
  // Traces would print headers.
  for (const name of Object.keys(around)) if (/^GIT_(TRACE|CURL_VERBOSE)/.test(name)) env[name] = '0';
  return env;
}

function secretsOf({ credentials }: Omit<Remote, 'branch'>): string[] {
  if (credentials === undefined) return [];
  const { username, password } = credentials;
  // A token alone stands where the name does.
  return password === '' ? [username] : [password, `${username}:${password}`];
}

/** What the remote's hooks printed, else git's own reason. */
function said(remote: Remote, answer: GitAnswer, reason: string): string {
  const lines = redact(answer.stderr, secretsOf(remote)).split('\n');
  const spoken = lines.filter((line) => line.startsWith('remote:')).map((line) => line.slice(7).trim());
  const text = spoken.filter((line) => line !== '').join('; ');
  return (text === '' ? redact(reason, secretsOf(remote)) : text).slice(0, 1000);
}

function unreachable(remote: Omit<Remote, 'branch'>, verb: string, answer: GitAnswer): GitError {
  const text = redact(answer.stderr, secretsOf(remote));
  const line = text.split('\n').find((each) => /^(fatal|error|ssh|remote):/.test(each)) ?? text.split('\n')[0] ?? '';
  const reason = line.replace(/^(fatal|error): /, '').slice(0, 500);
  return new GitError(
    'unavailable',
    `git ${verb} failed: ${reason === '' ? 'the remote said nothing' : reason}`,
    `see whether ${remote.url} answers, and whether the credentials are right`,
  );
}
