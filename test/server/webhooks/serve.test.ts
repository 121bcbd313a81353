import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initRepository } from '../../../src/git/new-repository.ts';
import { readRemoteAddress } from '../../../src/git/remote-url.ts';
import { APP_KEY_PEM, playGithub } from '../../pipeline/review/github-server.ts';
import { githubDescription } from '../../pipeline/review/openapi.ts';
import { git, put, scratch } from '../../setup/program.ts';
import { serving } from '../serving.ts';

const description = githubDescription();
const SECRET = 'a secret of webhooks';
const ZONE = 'records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n  www: { A: 192.0.2.1 }\n';

/** A server that follows a repository which a GitHub has, and somebody who works in a clone of it. */
async function hosted() {
  const folder = scratch();
  const github = await playGithub(description);
  const remote = (await initRepository(join(folder, 'remote.git'), { branch: 'main' })).folder;
  const work = join(folder, 'work');
  git(folder, 'init', '-q', work);
  const commit = (files: Record<string, string>): string => {
    for (const [path, text] of Object.entries(files)) put(work, path, text);
    git(work, 'add', '-A');
    git(work, 'commit', '-qm', 'change');
    return git(work, 'rev-parse', 'HEAD').trim();
  };
  const push = (ref: string) => git(work, 'push', '-q', remote, `HEAD:${ref}`);
  commit({
    'zones/example.com.yaml': ZONE,
    'zonewright.yaml': `
webhooks:
  url: https://dns.example.net
  github:
    secret: { file: github }
    repository: example/zones
    api: ${github.url}
    app: { id: ${github.app}, key: { file: app.pem } }
`,
  });
  push('refs/heads/main');
  const state = join(folder, 'state');
  put(state, 'secrets/github', `${SECRET}\n`);
  put(state, 'secrets/app.pem', APP_KEY_PEM);
  const server = await serving({ folder: state, remote: { ...readRemoteAddress(remote), branch: 'main' } });
  let ids = 0;
  const deliver = async (event: string, payload: object, more: Record<string, string> = {}) => {
    const body = JSON.stringify({ repository: { full_name: 'example/zones' }, ...payload });
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    const answer = await fetch(`${server.url}/webhooks/github`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': event,
        'x-github-delivery': `d-${++ids}`,
        'x-hub-signature-256': `sha256=${signature}`,
        ...more,
      },
    });
    return { status: answer.status, text: await answer.text() };
  };
  return { server, github, commit, push, deliver, remote };
}

/** Waits until something is so. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it never came to be so');
    await new Promise((done) => setTimeout(done, 50));
  }
}

describe('a server that GitHub tells of its repository', () => {
  it('follows a push, looks at a pull request, and serves the whole plan', async () => {
    const { server, github, commit, push, deliver } = await hosted();
    const second = commit({ 'zones/example.org.yaml': ZONE });
    push('refs/heads/main');
    expect(await deliver('push', { ref: 'refs/heads/main', after: second })).toMatchObject({ status: 202 });
    await until(async () => (await server.git('rev-parse', 'main')).trim() === second);

    const head = commit({ 'zones/example.org.yaml': ZONE.replace('192.0.2.1', '192.0.2.7') });
    push('refs/pull/7/head');
    const about = { base: 'main', state: 'open', labels: [], merged: null, title: '', body: '' } as const;
    github.pulls.push({ ...about, number: 7, head: { sha: head, ref: 'x' }, labels: [] });
    const opened = { action: 'opened', pull_request: { number: 7, base: { ref: 'main' } } };
    expect(await deliver('pull_request', opened, { 'x-github-delivery': 'same' })).toMatchObject({ status: 202 });
    expect(await deliver('pull_request', opened, { 'x-github-delivery': 'same' })).toEqual({
      status: 200,
      text: '{"status":"duplicate"}',
    });
    await until(() => github.checks.some(({ conclusion }) => conclusion === 'success'));
    expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining('+ www 1h A 192.0.2.7')]);
    expect(github.faults).toEqual([]);

    const path = new URL(github.checks[0]?.details ?? '').pathname;
    const plan = await fetch(server.url + path);
    expect(plan.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(plan.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await plan.text()).toContain('- www 1h A 192.0.2.1');
    expect((await fetch(`${server.url}${path.slice(0, -1)}`)).status).toBe(404);
    expect(server.logged()).not.toContain(SECRET);
    expect(server.logged()).not.toContain(path.split('/').at(-1));
  });

  it('releases what a merged pull request deletes once that has its label', async () => {
    const { server, github, commit, push, deliver } = await hosted();
    const token = await server.user('root', { admin: true });
    const released = (): string | null | undefined => server.services.releases.current()?.manifest.commit;
    const many = Array.from({ length: 30 }, (_, i) => `  n${i}: { A: 192.0.2.${i} }\n`).join('');
    const full = commit({ 'zones/example.com.yaml': ZONE + many });
    push('refs/heads/main');
    await deliver('push', { ref: 'refs/heads/main', after: full });
    await until(() => released() === full);

    const sha = commit({ 'zones/example.com.yaml': ZONE });
    push('refs/pull/8/head');
    push('refs/heads/main');
    const about = { number: 8, base: 'main', state: 'closed', merged: sha, title: '', body: '' } as const;
    const labels: string[] = [];
    github.pulls.push({ ...about, head: { sha, ref: 'x' }, labels });
    const base = { number: 8, base: { ref: 'main' } };
    await deliver('push', { ref: 'refs/heads/main', after: sha });
    await deliver('pull_request', { action: 'closed', pull_request: { ...base, merged: true } });
    const newest = async () =>
      (await server.ask<{ deployments: { status: string; commit: string }[] }>(token, 'GET', '/api/v1/deployments'))
        .json.deployments[0];
    await until(async () => (await newest())?.commit === sha);
    expect(await newest()).toMatchObject({ status: 'held' });
    expect(released()).toBe(full);

    labels.push('zonewright:allow-deletes');
    const labeled = { action: 'labeled', label: { name: 'zonewright:allow-deletes' }, pull_request: base };
    expect(await deliver('pull_request', labeled)).toMatchObject({ status: 202 });
    await until(() => released() === sha);
    expect(await newest()).toMatchObject({ status: 'allowed', commit: sha });
    expect(github.faults).toEqual([]);
  });

  it('makes a pull request of a proposal', async () => {
    const { server, github, remote } = await hosted();
    const token = await server.user('alice', { admin: true });
    const path = '/api/v1/zones/example.com/rrsets/www/A?proposal=true';
    const answer = await server.ask<{ proposal: { branch: string; url: string; commit: string } }>(token, 'PUT', path, {
      ttl: 3600,
      values: ['192.0.2.9'],
    });
    expect(answer.status).toBe(202);
    const { branch, url, commit } = answer.json.proposal;
    expect(url).toMatch(/\/example\/zones\/pull\/\d+$/);
    expect(git(remote, 'rev-parse', branch).trim()).toBe(commit);
    expect(github.pulls).toMatchObject([
      { head: { ref: branch }, base: 'main', title: 'www.example.com: A 192.0.2.1 -> 192.0.2.9' },
    ]);
    expect(github.faults).toEqual([]);
  });

  it('refuses what is not signed, too large, or sent in another way, and does nothing', async () => {
    const { server, github, deliver } = await hosted();
    const push = { ref: 'refs/heads/main', after: '1'.repeat(40) };
    expect(await deliver('push', push, { 'x-hub-signature-256': 'sha256=00' })).toMatchObject({ status: 401 });
    expect(await deliver('push', { ...push, padding: 'x'.repeat(1_200_000) })).toMatchObject({ status: 413 });
    expect(await deliver('push', push, { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await deliver('push', { ...push, ref: 5 })).toMatchObject({ status: 400 });
    for (const name of ['gitlab', 'nobody', '..%2fapi', '%00', '__proto__']) {
      const answer = await fetch(`${server.url}/webhooks/${name}`, { method: 'POST', body: '{}' });
      expect([400, 404], name).toContain(answer.status);
    }
    expect((await fetch(`${server.url}/webhooks/github`)).status).toBe(404);
    expect(await deliver('ping', {})).toEqual({ status: 200, text: '{"status":"ignored","reason":"pong"}' });
    const jobs = await server.services.state.query
      .selectFrom('jobs')
      .select('kind')
      .where('kind', '!=', 'release')
      .execute();
    expect(jobs).toEqual([]);
    expect(github.calls).toEqual([]);
  });
});
