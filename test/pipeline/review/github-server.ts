import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Description, Operation } from './openapi.ts';

/** A comment of the GitHub that is played. */
export interface PlayedComment {
  readonly id: number;
  body: string;
  readonly author: number;
  /** The app that wrote it. */
  readonly app: number | null;
}

/** A check run of the GitHub that is played. */
export interface PlayedCheck {
  readonly id: number;
  readonly head: string;
  name: string;
  status: string;
  conclusion: string | null;
  title: string | null;
  summary: string | null;
  details: string | null;
  annotations: Record<string, unknown>[];
}

/** A pull request of the GitHub that is played. */
export interface PlayedPull {
  readonly number: number;
  head: { sha: string; ref: string };
  base: string;
  state: 'open' | 'closed';
  labels: string[];
  merged: string | null;
  readonly title: string;
  readonly body: string;
}

/** A GitHub that knows one repository, takes what GitHub's description takes, and answers as it says. */
export interface PlayedGithub {
  readonly url: string;
  readonly pulls: PlayedPull[];
  readonly comments: PlayedComment[];
  readonly checks: PlayedCheck[];
  readonly statuses: Record<string, unknown>[];
  /** `POST /repos/{owner}/{repo}/check-runs`, in order. */
  readonly calls: string[];
  /** Everything that was not as GitHub's description has it. */
  readonly faults: string[];
  /** Answers the next call of an operation with this status in the place of doing it. */
  failNext(operation: string, status: number, headers?: Record<string, string>): void;
  /** The id of whoever has the token, and of the app. */
  readonly me: number;
  readonly app: number;
}

export const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
const INSTALLATION_TOKEN = 'ghs_16C7e42F292c6912E7710c838347Ae178B4a';
const INSTALLATION = 77;

/** The private key of the app, in PEM as GitHub hands it out. */
export const appKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const APP_KEY_PEM = appKey.privateKey.export({ format: 'pem', type: 'pkcs1' }) as string;

/** Plays GitHub until the test is over. */
export async function playGithub(description: Description, repository = 'example/zones'): Promise<PlayedGithub> {
  const failing: { operation: string; status: number; headers: Record<string, string> }[] = [];
  let ids = 1000;
  const played: Omit<PlayedGithub, 'url'> & { url: string } = {
    url: '',
    pulls: [],
    comments: [],
    checks: [],
    statuses: [],
    calls: [],
    faults: [],
    me: 42,
    app: 12345,
    failNext: (operation, status, headers = {}) => void failing.push({ operation, status, headers }),
  };

  /** Does what an operation is for. */
  const act = (operation: Operation, query: URLSearchParams, body: Record<string, unknown>, as: 'token' | 'app') => {
    const number = (key: string): number => Number(operation.parameters.get(key));
    const answer = (status: number, more: object) => ({ status, body: { ...operation.example(status), ...more } });
    const missing = { status: 404, body: { message: 'Not Found' } };
    const invalid = (message: string) => ({ status: 422, body: { message, documentation_url: 'x' } });
    const pullOf = (pull: PlayedPull, status: number) => {
      const example = operation.example(status) as unknown as Record<string, Record<string, unknown>>;
      const labels = pull.labels.map((name, id) => ({
        id,
        node_id: 'x',
        url: 'https://x',
        name,
        description: null,
        color: 'ff0000',
        default: false,
      }));
      return {
        ...example,
        number: pull.number,
        // The example's teams lack what the schema wants.
        requested_teams: [],
        state: pull.state,
        title: pull.title,
        head: { ...example.head, sha: pull.head.sha, ref: pull.head.ref },
        base: { ...example.base, ref: pull.base },
        labels,
        merged: pull.merged !== null,
        merge_commit_sha: pull.merged,
        html_url: `${played.url}/${repository}/pull/${pull.number}`,
      };
    };
    switch (operation.name) {
      case 'GET /user':
        return as === 'token'
          ? answer(200, { id: played.me })
          : { status: 403, body: { message: 'Resource not accessible by integration' } };
      case 'GET /repos/{owner}/{repo}/pulls/{pull_number}': {
        const pull = played.pulls.find((each) => each.number === number('pull_number'));
        return pull === undefined ? missing : { status: 200, body: pullOf(pull, 200) };
      }
      case 'GET /repos/{owner}/{repo}/pulls':
        return { status: 200, body: [] };
      case 'POST /repos/{owner}/{repo}/pulls': {
        const [head, base, title] = [body.head, body.base, body.title].map(String) as [string, string, string];
        const pull: PlayedPull = {
          number: ++ids,
          head: { sha: '0'.repeat(40), ref: head },
          base,
          title,
          body: String(body.body),
          state: 'open',
          labels: [],
          merged: null,
        };
        played.pulls.push(pull);
        return { status: 201, body: pullOf(pull, 201) };
      }
      case 'POST /repos/{owner}/{repo}/check-runs': {
        if (as === 'token') return { status: 403, body: { message: 'You must authenticate via a GitHub App.' } };
        const check: PlayedCheck = {
          id: ++ids,
          head: String(body.head_sha),
          name: String(body.name),
          status: 'queued',
          conclusion: null,
          title: null,
          summary: null,
          details: null,
          annotations: [],
        };
        played.checks.push(check);
        return changeCheck(check, body, 201);
      }
      case 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': {
        const check = played.checks.find(({ id }) => id === number('check_run_id'));
        return check === undefined ? missing : changeCheck(check, body, 200);
      }
      case 'POST /repos/{owner}/{repo}/statuses/{sha}':
        if (String(body.description ?? '').length > 140)
          return invalid('description is too long (maximum is 140 characters)');
        played.statuses.push({ sha: operation.parameters.get('sha'), ...body });
        return answer(201, {
          state: body.state,
          context: body.context,
          description: body.description ?? null,
          target_url: body.target_url ?? null,
        });
      case 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': {
        const size = Number(query.get('per_page') ?? 30);
        const page = Number(query.get('page') ?? 1);
        const some = played.comments.slice((page - 1) * size, page * size);
        const more = played.comments.length > page * size;
        const next = `${played.url}${`/repos/${repository}/issues/${number('issue_number')}/comments`}?per_page=${size}&page=${page + 1}`;
        return {
          status: 200,
          body: some.map((each) => commentOf(each, operation, 200)),
          headers: more ? { link: `<${next}>; rel="next"` } : {},
        };
      }
      case 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': {
        if (String(body.body).length > 65_536) return invalid('body is too long (maximum is 65536 characters)');
        const comment = {
          id: ++ids,
          body: String(body.body),
          author: as === 'token' ? played.me : 99,
          app: as === 'app' ? played.app : null,
        };
        played.comments.push(comment);
        return { status: 201, body: commentOf(comment, operation, 201) };
      }
      case 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': {
        if (String(body.body).length > 65_536) return invalid('body is too long (maximum is 65536 characters)');
        const comment = played.comments.find(({ id }) => id === number('comment_id'));
        if (comment === undefined) return missing;
        comment.body = String(body.body);
        return { status: 200, body: commentOf(comment, operation, 200) };
      }
      case 'GET /repos/{owner}/{repo}/installation':
        return answer(200, { id: INSTALLATION });
      case 'POST /app/installations/{installation_id}/access_tokens':
        if (number('installation_id') !== INSTALLATION) return missing;
        return {
          status: 201,
          body: {
            token: INSTALLATION_TOKEN,
            expires_at: new Date(Date.now() + 3_600_000).toISOString(),
            permissions: { checks: 'write' },
          },
        };
      default:
        return undefined;
    }
    function changeCheck(check: PlayedCheck, change: Record<string, unknown>, status: number) {
      const output = (change.output ?? {}) as Record<string, unknown>;
      const annotations = (output.annotations ?? []) as Record<string, unknown>[];
      if (annotations.length > 50) return invalid('No more than 50 annotations');
      if (String(output.summary ?? '').length > 65_535) return invalid('summary exceeds a maximum length of 65535');
      for (const { start_line, end_line, start_column } of annotations) {
        if (start_column !== undefined && start_line !== end_line) return invalid('start_column on several lines');
      }
      check.status = String(change.status ?? (change.conclusion === undefined ? check.status : 'completed'));
      check.conclusion = (change.conclusion as string | undefined) ?? check.conclusion;
      check.title = (output.title as string | undefined) ?? check.title;
      check.summary = (output.summary as string | undefined) ?? check.summary;
      check.details = (change.details_url as string | undefined) ?? check.details;
      check.annotations.push(...annotations);
      const example = operation.example(status) as { output: object };
      const said = {
        ...example.output,
        title: check.title,
        summary: check.summary,
        annotations_count: check.annotations.length,
      };
      return answer(status, {
        id: check.id,
        head_sha: check.head,
        name: check.name,
        status: check.status,
        conclusion: check.conclusion,
        output: said,
      });
    }
  };

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(JSON.stringify(body));
    };
    const operation = description.find(request.method ?? '', pathname);
    const fault = (what: string, status: number): void => {
      played.faults.push(`${request.method} ${pathname}: ${what}`);
      send(status, { message: what });
    };
    if (operation === undefined) return fault('GitHub has no such operation', 404);
    const text = await bodyOf(request);
    const body = text === '' ? undefined : JSON.parse(text);
    const as = authorOf(request, operation, played.app);
    played.calls.push(operation.name);
    if (as === undefined) return send(401, { message: 'Bad credentials' });
    if (request.headers['user-agent'] === undefined) return fault('GitHub wants a user agent', 403);
    const faults = operation.faults(searchParams, body);
    if (faults.length > 0) return fault(faults.join('; '), 422);
    const [owner, repo] = repository.split('/');
    const { parameters } = operation;
    if (parameters.has('repo') && (parameters.get('owner') !== owner || parameters.get('repo') !== repo))
      return send(404, { message: 'Not Found' });
    const failed = failing.findIndex((each) => each.operation === operation.name);
    if (failed >= 0) {
      const { status, headers } = failing.splice(failed, 1)[0] as (typeof failing)[number];
      return send(status, { message: 'as the test wants it' }, headers);
    }
    const done: { status: number; body: unknown; headers?: Record<string, string> } | undefined = act(
      operation,
      searchParams,
      body ?? {},
      as,
    );
    if (done === undefined) return fault('this is not played', 501);
    const wrong = done.status < 400 ? operation.answerFaults(done.status, done.body) : [];
    if (wrong.length > 0) return fault(`the answer is not GitHub's: ${wrong.slice(0, 3).join('; ')}`, 500);
    return send(done.status, done.body, done.headers);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  played.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return played;
}

function commentOf({ id, body, author, app }: PlayedComment, operation: Operation, status: number): object {
  const example = operation.example(status);
  const one = (Array.isArray(example) ? example[0] : example) as { user: object };
  return {
    ...one,
    id,
    body,
    user: { ...one.user, id: author },
    performed_via_github_app: app === null ? null : playedApp(app),
  };
}

function playedApp(id: number): object {
  return {
    id,
    slug: 'zonewright',
    node_id: 'x',
    owner: {
      login: 'example',
      id: 1,
      node_id: 'x',
      avatar_url: 'https://x',
      gravatar_id: '',
      url: 'https://x',
      html_url: 'https://x',
      followers_url: 'https://x',
      following_url: 'https://x',
      gists_url: 'https://x',
      starred_url: 'https://x',
      subscriptions_url: 'https://x',
      organizations_url: 'https://x',
      repos_url: 'https://x',
      events_url: 'https://x',
      received_events_url: 'https://x',
      type: 'User',
      site_admin: false,
    },
    name: 'zonewright',
    description: null,
    external_url: 'https://x',
    html_url: 'https://x',
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    permissions: { checks: 'write' },
    events: ['pull_request'],
  };
}

/** Who asks; apps prove themselves by a signed word for the two calls that give them a token. */
function authorOf(request: IncomingMessage, { name }: Operation, app: number): 'token' | 'app' | undefined {
  const [scheme, word = ''] = (request.headers.authorization ?? '').split(' ');
  if (scheme === 'token' || scheme?.toLowerCase() === 'bearer') {
    if (word === TOKEN) return 'token';
    if (word === INSTALLATION_TOKEN) return 'app';
    const forApps = name === 'GET /repos/{owner}/{repo}/installation' || name.startsWith('POST /app/');
    const [head = '', claims = '', signature = ''] = word.split('.');
    const signed = Buffer.from(`${head}.${claims}`);
    if (!forApps || !verify('sha256', signed, appKey.publicKey, Buffer.from(signature, 'base64url'))) return undefined;
    const { iss, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { iss: unknown; exp: number };
    return Number(iss) === app && exp * 1000 > Date.now() ? 'app' : undefined;
  }
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
