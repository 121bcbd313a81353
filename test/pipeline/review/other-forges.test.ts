import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Forge, ForgeError, type Verdict } from '../../../src/pipeline/review/forge.ts';
import { openGitea } from '../../../src/pipeline/review/forges/gitea.ts';
import { openGitlab } from '../../../src/pipeline/review/forges/gitlab.ts';

const TOKEN = 'glpat-0123456789';
const HEAD = 'a'.repeat(40);
const MERGED = 'b'.repeat(40);
const MARKER = '<!-- mark -->';
const ME = 42;

type Body = Record<string, unknown>;
type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/** Answers requests by method and path; notes them, and those without the token are refused. */
async function play(answer: (method: string, path: string, query: URLSearchParams, body: Body) => Answer | undefined) {
  const asked: { method: string; path: string; body: Body }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    const body = text === '' ? {} : JSON.parse(text);
    const known = [`token ${TOKEN}`, TOKEN].includes(
      String(request.headers.authorization ?? request.headers['private-token']),
    );
    asked.push({ method: request.method ?? '', path: pathname, body });
    const {
      status,
      body: out,
      headers,
    } = known
      ? (answer(request.method ?? '', pathname, searchParams, body) ?? {
          status: 404,
          body: { message: '404 Not Found' },
        })
      : { status: 401, body: { message: '401 Unauthorized' }, headers: undefined };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(out ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

interface Note {
  id: number;
  body: string;
  by: number;
}

/** A Gitea, as its swagger.json has these operations. */
async function playGitea(notes: Note[] = []) {
  const repo = '/api/v1/repos/example/zones';
  const pull = (number: number) => ({
    number,
    state: number === 3 ? 'open' : 'closed',
    head: { sha: HEAD, ref: 'proposals/known' },
    base: { ref: 'main' },
    labels: [{ name: 'a' }],
    merged: number === 4,
    merge_commit_sha: number === 4 ? MERGED : null,
    html_url: `https://git.example.net/pulls/${number}`,
  });
  return play((method, path, _, body) => {
    const at = `${method} ${path.replace(repo, '')}`;
    if (at === 'GET /api/v1/user') return { status: 200, body: { id: ME } };
    if (at === 'GET /pulls/3' || at === 'GET /pulls/4') return { status: 200, body: pull(Number(path.at(-1))) };
    if (at === 'GET /pulls') return { status: 200, body: [pull(3)] };
    if (at === 'POST /pulls') return body.head === 'proposals/known' ? { status: 409 } : { status: 201, body: pull(9) };
    if (at === `POST /statuses/${HEAD}`) return { status: 201 };
    if (at === 'GET /issues/3/comments')
      return { status: 200, body: notes.map(({ by, ...note }) => ({ ...note, user: { id: by } })) };
    if (at === 'POST /issues/3/comments') {
      notes.push({ id: notes.length + 1, body: String(body.body), by: ME });
      return { status: 201 };
    }
    const edited = notes.find(({ id }) => at === `PATCH /issues/comments/${id}`);
    if (edited === undefined) return undefined;
    edited.body = String(body.body);
    return { status: 200 };
  });
}

/** A GitLab, as its API documentation has these operations; a status that runs cannot be begun again. */
async function playGitlab(notes: Note[] = []) {
  const project = '/api/v4/projects/example%2Fdns%2Fzones';
  let status = '';
  const request = (iid: number) => ({
    iid,
    state: iid === 3 ? 'opened' : 'merged',
    sha: HEAD,
    source_branch: 'proposals/known',
    target_branch: 'main',
    labels: ['a'],
    merge_commit_sha: iid === 4 ? MERGED : null,
    squash_commit_sha: null,
    web_url: `https://git.example.net/merge_requests/${iid}`,
  });
  return play((method, path, query, body) => {
    const at = `${method} ${path.replace(project, '')}`;
    if (at === 'GET /api/v4/user') return { status: 200, body: { id: ME } };
    const found = /^GET \/merge_requests\/([345])$/.exec(at);
    if (found !== null) return { status: 200, body: request(Number(found[1])) };
    if (at === 'GET /merge_requests')
      return { status: 200, body: query.get('source_branch') === 'proposals/known' ? [request(3)] : [] };
    if (at === 'POST /merge_requests') return { status: 201, body: request(9) };
    if (at === `POST /statuses/${HEAD}`) {
      if (status === body.state)
        return { status: 400, body: { message: 'Cannot transition status via :run from :running' } };
      status = String(body.state);
      return { status: 201 };
    }
    if (at === 'GET /merge_requests/3/notes') {
      const page = Number(query.get('page'));
      const some = notes.slice((page - 1) * 100, page * 100);
      return { status: 200, body: some.map(({ by, ...note }) => ({ ...note, author: { id: by } })) };
    }
    if (at === 'POST /merge_requests/3/notes') {
      notes.push({ id: notes.length + 1, body: String(body.body), by: ME });
      return { status: 201 };
    }
    const edited = notes.find(({ id }) => at === `PUT /merge_requests/3/notes/${id}`);
    if (edited === undefined) return undefined;
    edited.body = String(body.body);
    return { status: 200 };
  });
}

const hosts = {
  Gitea: {
    play: playGitea,
    open: (url: string, token = TOKEN): Forge => openGitea({ url, repository: 'example/zones', token }),
  },
  GitLab: {
    play: playGitlab,
    open: (url: string, token = TOKEN): Forge => openGitlab({ url, repository: 'example/dns/zones', token }),
  },
};

const verdict: Verdict = {
  state: 'failure',
  title: 'e'.repeat(400),
  summary: '',
  annotations: [],
  link: 'https://dns.example.net/p',
};

describe.each(['Gitea', 'GitLab'] as const)('%s', (name) => {
  const { play: playHost, open } = hosts[name];

  it('shows a pull request as it is, and what it became', async () => {
    const { url } = await playHost();
    const base = { head: HEAD, base: 'main', labels: ['a'] };
    expect(await open(url).pullRequest(3)).toEqual({ ...base, number: 3, open: true, merged: undefined });
    expect(await open(url).pullRequest(4)).toEqual({ ...base, number: 4, open: false, merged: MERGED });
    expect(await open(url).pullRequest(404)).toBeUndefined();
  });

  it('gets a status that begins and ends, even where it was begun before', async () => {
    const { url, asked } = await playHost();
    const forge = open(url);
    await forge.begin(HEAD);
    await forge.begin(HEAD);
    await forge.conclude(HEAD, verdict);
    const states = asked.map(({ body }) => body.state);
    expect(states).toEqual(name === 'Gitea' ? ['pending', 'pending', 'failure'] : ['running', 'running', 'failed']);
    expect(asked[2]?.body).toMatchObject({ description: `${'e'.repeat(254)}…`, target_url: verdict.link });
  });

  it('gets one comment that is changed in place, and is never somebody else’s', async () => {
    const notes = Array.from({ length: 230 }, (_, i) => ({
      id: i + 1,
      body: i === 5 ? `${MARKER} not ours` : `note ${i}`,
      by: 7,
    }));
    const { url, asked } = await playHost(notes);
    const forge = open(url);
    for (const text of ['one', 'two', 'two']) await forge.comment(3, MARKER, `${MARKER} ${text}`);
    expect(notes.slice(230).map(({ body }) => body)).toEqual([`${MARKER} two`]);
    expect(notes[5]?.body).toBe(`${MARKER} not ours`);
    expect(asked.filter(({ method }) => method !== 'GET')).toHaveLength(2);
  });

  it('opens a pull request, or finds the one that is there', async () => {
    const { url } = await playHost();
    const proposal = { base: 'main', title: 't', body: 'b' };
    expect((await open(url).propose({ ...proposal, branch: 'proposals/new' })).number).toBe(9);
    expect((await open(url).propose({ ...proposal, branch: 'proposals/known' })).number).toBe(3);
  });

  it('that refuses for good is told from one that is busy; nobody learns the token', async () => {
    const wrong = await open((await playHost()).url, 'wrong')
      .begin(HEAD)
      .then(
        () => expect.unreachable(),
        (error: Error) => error,
      );
    expect(wrong).toBeInstanceOf(ForgeError);
    const { url } = await play(() => ({ status: 503, body: { message: `busy` } }));
    const busy = await open(url)
      .begin(HEAD)
      .then(
        () => expect.unreachable(),
        (error: Error) => error,
      );
    expect(busy).not.toBeInstanceOf(ForgeError);
    expect(busy.message).toContain(`${name} answers 503`);
    const elsewhere = await play(() => ({ status: 302, headers: { location: 'http://127.0.0.1:9/steal' } }));
    const moved = await open(elsewhere.url)
      .begin(HEAD)
      .then(
        () => expect.unreachable(),
        (error: Error) => error,
      );
    for (const error of [wrong, busy, moved]) expect(String(error.stack)).not.toContain(TOKEN);
  });
});

it('takes the head for what GitLab merged without a commit of its own', async () => {
  const { url } = await playGitlab();
  expect(await hosts.GitLab.open(url).pullRequest(5)).toMatchObject({ merged: HEAD });
});
