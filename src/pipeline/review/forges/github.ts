import { App, Octokit, RequestError } from 'octokit';
import type { Annotation, Forge, PullRequest, Verdict } from '../forge.ts';
import { ForgeError } from '../forge.ts';
import { noneIfMissing, shortened, timedFetch } from './request.ts';

/** How GitHub's API is reached. */
export interface GithubAccess {
  /** The address of the API. */
  readonly url: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
  readonly proof:
    | { readonly kind: 'token'; readonly token: string }
    | {
        readonly kind: 'app';
        readonly id: number;
        readonly installation: number | undefined;
        /** In PEM. */
        readonly key: string;
      };
}

/** The name of the check, or of the status. */
const CHECK = 'zonewright';
/** How many annotations GitHub takes at once. */
const ANNOTATIONS = 50;
/** Longest summary of a check, and longest description of a status, in characters. */
const SUMMARY = 65_000;
const DESCRIPTION = 140;

/** Pauses and repetitions are the queue's business. */
const Client = Octokit.defaults({
  throttle: { enabled: false },
  retry: { enabled: false },
  log: { debug() {}, info() {}, warn() {}, error() {} },
  request: { fetch: timedFetch },
});

type Api = Octokit['rest'];

/** GitHub and GitHub Enterprise Server. Nothing is asked before the first call. */
export function openGithub(access: GithubAccess): Forge {
  const [owner, repo] = access.repository.split('/') as [string, string];
  const where = { owner, repo };
  let client: Promise<Octokit> | undefined;
  const signIn = (): Promise<Octokit> => {
    client ??= connect(access, where).catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    return client;
  };
  const ask = async <T>(work: (api: Api, octokit: Octokit) => Promise<T>): Promise<T> => {
    try {
      const octokit = await signIn();
      return await work(octokit.rest, octokit);
    } catch (error) {
      throw faultOf(error);
    }
  };
  /** The check run that is under way; a token of a person may not make any, and gets a status. */
  const runs = new Map<string, number | 'status'>();

  return {
    kind: 'github',
    noun: 'pull request',
    headRef: (number) => `refs/pull/${number}/head`,
    pullRequest: (number) =>
      ask(async (api) => {
        const { data } = await api.pulls.get({ ...where, pull_number: number });
        return {
          number,
          open: data.state === 'open',
          head: data.head.sha,
          base: data.base.ref,
          labels: data.labels.map(({ name }) => name),
          merged: data.merged ? (data.merge_commit_sha ?? undefined) : undefined,
        } satisfies PullRequest;
      }).catch(noneIfMissing),
    begin: (commit) =>
      ask(async (api) => {
        runs.set(commit, await beginCheck(api, where, commit));
      }),
    conclude: (commit, verdict) =>
      ask(async (api) => {
        const run = runs.get(commit) ?? (await beginCheck(api, where, commit));
        if (run === 'status') await setStatus(api, where, commit, verdict.state, verdict.title, verdict.link);
        else await concludeCheck(api, where, run, verdict);
        runs.delete(commit);
      }),
    comment: (number, marker, text) =>
      ask(async (api, octokit) => {
        const mine = await isMine(access, api);
        const pages = octokit.paginate.iterator(api.issues.listComments, {
          ...where,
          issue_number: number,
          per_page: 100,
        });
        for await (const { data } of pages) {
          const own = data.find((comment) => comment.body?.startsWith(marker) === true && mine(comment));
          if (own === undefined) continue;
          if (own.body !== text) await api.issues.updateComment({ ...where, comment_id: own.id, body: text });
          return;
        }
        await api.issues.createComment({ ...where, issue_number: number, body: text });
      }),
    propose: ({ branch, base, title, body }) =>
      ask(async (api) => {
        const { data: open } = await api.pulls.list({ ...where, head: `${owner}:${branch}`, base, state: 'open' });
        const known = open.find(({ head }) => head.ref === branch);
        if (known !== undefined) return { number: known.number, url: known.html_url };
        const text = { title: shortened(title, 250), body };
        const { data } = await api.pulls.create({ ...where, head: branch, base, ...text });
        return { number: data.number, url: data.html_url };
      }),
  };
}

type Where = { readonly owner: string; readonly repo: string };

async function connect({ url, proof }: GithubAccess, where: Where): Promise<Octokit> {
  const Own = Client.defaults({ baseUrl: url });
  if (proof.kind === 'token') return new Own({ auth: proof.token });
  const app = new App({ appId: proof.id, privateKey: proof.key, Octokit: Own });
  const installation = proof.installation ?? (await app.octokit.rest.apps.getRepoInstallation(where)).data.id;
  return app.getInstallationOctokit(installation);
}

async function beginCheck(api: Api, where: Where, commit: string): Promise<number | 'status'> {
  try {
    const started = { status: 'in_progress', started_at: new Date().toISOString() } as const;
    const { data } = await api.checks.create({ ...where, name: CHECK, head_sha: commit, ...started });
    return data.id;
  } catch (error) {
    // Only apps may make check runs; GitHub says 403 to the tokens of people.
    if (!(error instanceof RequestError) || (error.status !== 403 && error.status !== 404) || isLimit(error))
      throw error;
    await setStatus(api, where, commit, 'pending', 'is looked at', undefined);
    return 'status';
  }
}

async function setStatus(
  api: Api,
  where: Where,
  commit: string,
  state: 'pending' | Verdict['state'],
  title: string,
  link: string | undefined,
): Promise<void> {
  await api.repos.createCommitStatus({
    ...where,
    sha: commit,
    state,
    context: CHECK,
    description: shortened(title, DESCRIPTION),
    ...(link !== undefined && { target_url: link }),
  });
}

/** Annotations add up over several requests; the last one says how it ended. */
async function concludeCheck(api: Api, where: Where, run: number, verdict: Verdict): Promise<void> {
  const output = { title: shortened(verdict.title, 250), summary: shortened(verdict.summary, SUMMARY) };
  const all = verdict.annotations.map(annotationOf);
  const check = { ...where, check_run_id: run };
  const last = Math.max(0, Math.ceil(all.length / ANNOTATIONS) - 1);
  for (let part = 0; part < last; part++) {
    const some = all.slice(part * ANNOTATIONS, (part + 1) * ANNOTATIONS);
    await api.checks.update({ ...check, output: { ...output, annotations: some } });
  }
  await api.checks.update({
    ...check,
    status: 'completed',
    conclusion: verdict.state,
    completed_at: new Date().toISOString(),
    ...(verdict.link !== undefined && { details_url: verdict.link }),
    output: { ...output, annotations: all.slice(last * ANNOTATIONS) },
  });
}

function annotationOf({ path, line, endLine, columns, level, title, message }: Annotation) {
  return {
    path,
    start_line: line,
    end_line: endLine,
    ...(columns !== undefined && { start_column: columns[0], end_column: columns[1] }),
    annotation_level: level,
    title,
    message,
  };
}

interface Comment {
  readonly user: { readonly id: number } | null;
  readonly performed_via_github_app?: { readonly id: number } | null;
}

/** Anybody can write our marker into a comment; only those of our own are changed. */
async function isMine({ proof }: GithubAccess, api: Api): Promise<(comment: Comment) => boolean> {
  if (proof.kind === 'app') return ({ performed_via_github_app: app }) => app?.id === proof.id;
  const { data } = await api.users.getAuthenticated();
  return ({ user }) => user?.id === data.id;
}

function isLimit({ response, message }: RequestError): boolean {
  const headers = response?.headers ?? {};
  return (
    headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(message)
  );
}

/** What trying again does not change becomes a ForgeError. Nothing of a request's headers is in any message. */
function faultOf(error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  const said = `GitHub answers ${error.status}: ${shortened(error.message, 300)}`;
  if (error.status < 400 || error.status >= 500 || error.status === 429 || isLimit(error)) return new Error(said);
  const fix =
    error.status === 401
      ? 'look whether the token or the key of the app is right, and has not ended'
      : error.status === 403 || error.status === 404
        ? 'look whether the repository is right, and what the token or the app may do there'
        : 'look at what GitHub says';
  return new ForgeError(said, fix, error.status);
}
