import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Block } from '../../../src/compile/plan/plan.ts';
import { parseName } from '../../../src/dns/name.ts';
import { initRepository } from '../../../src/git/new-repository.ts';
import { readRemoteAddress } from '../../../src/git/remote-url.ts';
import { notAllowed } from '../../../src/pipeline/release/allowance.ts';
import { openGithub } from '../../../src/pipeline/review/forges/github.ts';
import { readPlan } from '../../../src/pipeline/review/plans.ts';
import { noteMerged, type ReviewTools, reviewPullRequest } from '../../../src/pipeline/review/review.ts';
import { openState } from '../../../src/state/state.ts';
import { git, put, scratch } from '../../setup/program.ts';
import { APP_KEY_PEM, playGithub } from './github-server.ts';
import { githubDescription } from './openapi.ts';

const description = githubDescription();
const LABEL = 'zonewright:allow-deletes';
const NS = '  "@": { NS: [ns1.example.net., ns2.example.net.] }\n';

function zone(hosts: number, address = '192.0.2.1'): string {
  return `records:\n${NS}${Array.from({ length: hosts }, (_, i) => `  h${i}: { A: ${address} }\n`).join('')}`;
}

/** A remote with a deployed branch, the repository that follows it, and people who make pull requests. */
async function hosted(files: Record<string, string>) {
  const folder = scratch();
  const remote = (await initRepository(join(folder, 'remote.git'), { branch: 'main' })).folder;
  const repository = await initRepository(join(folder, 'served.git'), { branch: 'main' });
  const work = join(folder, 'work');
  git(folder, 'init', '-q', work);
  const commit = (changed: Record<string, string | undefined>): string => {
    for (const [path, text] of Object.entries(changed)) {
      if (text === undefined) git(work, 'rm', '-q', path);
      else put(work, path, text);
    }
    git(work, 'add', '-A');
    git(work, 'commit', '-qm', 'change');
    return git(work, 'rev-parse', 'HEAD').trim();
  };
  const main = commit(files);
  git(work, 'push', '-q', remote, 'HEAD:main');
  const state = await openState({ folder: join(folder, 'state') });
  onTestFinished(() => state.close());
  const github = await playGithub(description);
  const proof = { kind: 'app', id: github.app, installation: undefined, key: APP_KEY_PEM } as const;
  const tools: ReviewTools = {
    state,
    repository,
    remote: { ...readRemoteAddress(remote), branch: 'main' },
    forge: openGithub({ url: github.url, repository: 'example/zones', proof }),
    label: LABEL,
    url: 'https://dns.example.net',
    stateFolder: join(folder, 'state'),
    version: '0.0.0',
  };
  let pulls = 0;
  /** Makes a pull request with these changes on top of the deployed branch as it was, or pushes to one. */
  const propose = (changed: Record<string, string | undefined>, options: { from?: string; number?: number } = {}) => {
    git(work, 'checkout', '-q', options.from ?? main);
    const head = commit(changed);
    const number = options.number ?? ++pulls;
    git(work, 'push', '-q', '--force', remote, `HEAD:refs/pull/${number}/head`);
    const pull = github.pulls.find((each) => each.number === number);
    if (pull !== undefined) pull.head.sha = head;
    else {
      const about = { base: 'main', state: 'open', labels: [], merged: null, title: '', body: '' } as const;
      github.pulls.push({ ...about, number, head: { sha: head, ref: '--upload-pack=touch x' }, labels: [] });
    }
    return { number, head };
  };
  const pullOf = (number: number) =>
    github.pulls.find((each) => each.number === number) as (typeof github.pulls)[number];
  return { tools, github, propose, commit, work, remote, main, pullOf, repository };
}

describe('a pull request', () => {
  it('is told its plan in one comment, changed in place, and gets a green check', async () => {
    const { tools, github, propose } = await hosted({ 'zones/example.com.yaml': zone(3) });
    const { number, head } = propose({ 'zones/example.com.yaml': zone(4) });
    expect(await reviewPullRequest(tools, number)).toEqual({ kind: 'reviewed', head, stopped: false });
    expect(github.checks).toMatchObject([{ head, status: 'completed', conclusion: 'success', annotations: [] }]);
    const [comment] = github.comments;
    expect(comment?.body).toContain('+ h3 1h A 192.0.2.1');
    expect(comment?.body).not.toContain('h2');
    const later = propose({ 'zones/example.com.yaml': zone(5) }, { number });
    await reviewPullRequest(tools, number);
    expect(github.comments).toHaveLength(1);
    expect(github.comments[0]?.body).toContain('+ h4 1h A 192.0.2.1');
    expect(github.checks.at(-1)).toMatchObject({ head: later.head, conclusion: 'success' });
    expect(github.faults).toEqual([]);
  });

  it('with errors gets them on the very lines, fifty at a time, and a red check', async () => {
    const { tools, github, propose } = await hosted({ 'zones/example.com.yaml': zone(1) });
    const bad = Array.from({ length: 8 }, (_, z) => [
      `zones/z${z}.example.yaml`,
      `records:\n${NS}${Array.from({ length: 15 }, (_, i) => `  h${i}: { A: 192.0.2.${300 + i} }\n`).join('')}`,
    ]);
    const { number, head } = propose(Object.fromEntries(bad));
    expect(await reviewPullRequest(tools, number)).toMatchObject({ stopped: true });
    const check = github.checks.at(-1);
    expect(check).toMatchObject({ head, conclusion: 'failure', title: expect.stringMatching(/^\d+ errors$/) });
    const errors = check?.annotations.filter((each) => each.annotation_level === 'failure') ?? [];
    expect(errors.length).toBeGreaterThan(50);
    expect(errors[0]).toMatchObject({
      path: 'zones/z0.example.yaml',
      start_line: 3,
      title: 'ipv4-syntax',
      start_column: 12,
    });
    expect(github.comments[0]?.body).toContain('zones/z0.example.yaml:3:12: error ipv4-syntax: "192.0.2.300" is not');
    expect(github.faults).toEqual([]);
  });

  it('that passes thresholds is stopped until it has the label, which goes over to what it is merged to', async () => {
    const { tools, github, propose, pullOf, commit, work, remote, main, repository } = await hosted({
      'zones/example.com.yaml': zone(40),
    });
    const { number, head } = propose({ 'zones/example.com.yaml': zone(5) });
    expect(await reviewPullRequest(tools, number)).toMatchObject({ stopped: true });
    expect(github.checks.at(-1)).toMatchObject({ conclusion: 'failure', title: '1 threshold passed' });
    expect(github.comments[0]?.body).toMatch(
      /This is stopped:\n> - \*\*35 of \d+ records of example\.com\. are deleted\*\*: .*allow it with the label zonewright:allow-deletes/,
    );
    pullOf(number).labels.push(LABEL);
    expect(await reviewPullRequest(tools, number)).toMatchObject({ stopped: false });
    expect(github.checks.at(-1)).toMatchObject({ conclusion: 'success' });
    expect(github.comments[0]?.body).toContain('Allowed by the label:\n> - **35 of');
    expect(github.comments).toHaveLength(1);

    const merged = commit({ 'zones/other.example.yaml': zone(1) });
    git(work, 'push', '-q', remote, `${merged}:main`);
    git(repository.folder, 'fetch', '-q', remote, '+refs/heads/main:refs/heads/main');
    const rule = { rule: 'zone-deleted', message: 'gone', fix: '' } as const;
    const blocks = ['example.com.', 'other.example.'].map((zone): Block => ({ ...rule, zone: parseName(zone) }));
    const waiting = async (from: string, commit: string) =>
      (
        await notAllowed(tools.state, repository, { from, commit, blocks }, undefined, { committer: 'zw@example.net' })
      ).map(({ zone }) => zone);
    // Only what a commit has touched that nobody has allowed.
    expect(await waiting(main, merged)).toEqual(['example.com.', 'other.example.']);
    expect(await waiting(head, merged)).toEqual(['other.example.']);
    Object.assign(pullOf(number), { state: 'closed', merged });
    expect(await noteMerged(tools, number)).toBe(true);
    expect(await noteMerged(tools, number)).toBe(true);
    expect(await waiting(main, merged)).toEqual([]);
    pullOf(number).labels.length = 0;
    expect(await noteMerged(tools, number)).toBe(false);
  });

  it('of 15,000 lines is cut, with a link to the whole that nobody guesses', async () => {
    const { tools, github, propose } = await hosted({ 'zones/example.com.yaml': zone(1) });
    const { number } = propose({ 'zones/example.com.yaml': zone(15_001) });
    await reviewPullRequest(tools, number);
    const body = github.comments[0]?.body ?? '';
    expect(body.length).toBeLessThan(65_536);
    const [, left, id = ''] =
      /\n(\d+) more lines: \[see all of it\]\(https:\/\/dns\.example\.net\/webhooks\/plans\/([A-Za-z0-9_-]{43})\)/.exec(
        body,
      ) ?? [];
    expect(Number(left)).toBeGreaterThan(10_000);
    expect(body.match(/^\+ /gm)?.length).toBe(15_000 - Number(left));
    const whole = await readPlan(tools.state, id);
    expect(whole?.match(/^ {2}\+ h\d+ 1h A 192\.0\.2\.1$/gm)).toHaveLength(15_000);
    expect(github.checks.at(-1)?.details).toContain(id);
    for (const guess of ['', id.slice(1), `${id}x`, '../state.db', 'a'.repeat(43)]) {
      expect(await readPlan(tools.state, guess)).toBeUndefined();
    }
    propose({ 'zones/example.com.yaml': zone(2) }, { number });
    await reviewPullRequest(tools, number);
    expect(await readPlan(tools.state, id)).toBeUndefined();
    expect(github.faults).toEqual([]);
  });

  it('is judged by the configuration of the deployed branch, whatever it brings along', async () => {
    const { tools, github, propose, work, remote } = await hosted({
      'zonewright.yaml': 'thresholds: { deletes: { percent: 1, records: 1 } }\nchecks: { ttl-zero: error }\n',
      'zones/example.com.yaml': zone(5),
    });
    const { number } = propose({
      'zonewright.yaml':
        'thresholds: { deletes: { percent: 100 } }\nchecks: { ttl-zero: "off" }\nwebhooks: { push: { secret: x } }\n',
      'nodes.yaml': 'nodes: { evil: { host: 192.0.2.66 } }\n',
      'zones/example.com.yaml': `${zone(3)}  z: { A: { ttl: 0, values: 192.0.2.1 } }\n`,
    });
    expect(await reviewPullRequest(tools, number)).toMatchObject({ stopped: true });
    const body = github.comments[0]?.body ?? '';
    expect(body).toContain('error ttl-zero');
    expect(body).toContain('are deleted**');
    expect(body).toContain('`zonewright.yaml` and `nodes.yaml` are changed. What that means is not shown');
    expect(body).not.toContain('setting');
    // The rules that came to the branch after the pull request was made hold as well, and make no difference of their own.
    git(work, 'checkout', '-q', 'main~0');
    put(work, 'zonewright.yaml', 'checks: { ttl-zero: "off" }\ndefaults: { ttl: 2h }\n');
    git(work, 'commit', '-qam', 'rules');
    git(work, 'push', '-q', remote, 'HEAD:main');
    expect(await reviewPullRequest(tools, number)).toMatchObject({ stopped: false });
    expect(github.comments[0]?.body).not.toMatch(/[-+] h[012] /);
  });

  it('from the outside cannot break out of the comment, or call anybody', async () => {
    const { tools, github, propose } = await hosted({ 'zones/example.com.yaml': zone(1) });
    const text = '``` </details> @everyone <!-- zonewright: review --> [x](javascript:x) \u202e';
    const { number } = propose({
      'zones/example.com.yaml': `${zone(1)}  t: { TXT: ${JSON.stringify(text)} }\n  "@everyone <img src=x>": { A: "@octocat <b>" }\n`,
    });
    await reviewPullRequest(tools, number);
    const body = github.comments[0]?.body ?? '';
    let fence = '';
    const outside = body.split('\n').filter((line) => {
      const [ticks] = /^`{3,}/.exec(line) ?? [''];
      if (fence === '' && ticks !== '') fence = ticks;
      else if (fence !== '' && line === fence) fence = '';
      else return fence === '';
      return false;
    });
    expect(fence).toBe('');
    expect(outside.join('\n')).not.toMatch(/@everyone|@octocat|<img|javascript/);
    expect(body).not.toContain('\u202e');
  });

  it('that is closed, gone or for another branch is left alone; one without a common commit is refused', async () => {
    const { tools, github, propose, pullOf, work, remote, commit } = await hosted({
      'zones/example.com.yaml': zone(1),
    });
    const { number } = propose({ 'zones/example.com.yaml': zone(2) });
    pullOf(number).base = 'other';
    expect(await reviewPullRequest(tools, number)).toEqual({ kind: 'ignored' });
    Object.assign(pullOf(number), { base: 'main', state: 'closed' });
    expect(await reviewPullRequest(tools, number)).toEqual({ kind: 'ignored' });
    expect(await reviewPullRequest(tools, 4711)).toEqual({ kind: 'ignored' });
    expect(github.comments).toEqual([]);
    git(work, 'checkout', '-q', '--orphan', 'elsewhere');
    const head = commit({ 'zones/example.com.yaml': zone(3) });
    git(work, 'push', '-q', '--force', remote, `HEAD:refs/pull/${number}/head`);
    Object.assign(pullOf(number), { state: 'open', head: { sha: head, ref: 'x' } });
    expect(await reviewPullRequest(tools, number)).toMatchObject({ stopped: true });
    expect(github.comments[0]?.body).toContain('no commit in common with main');
  });

  it('that is pushed to while it is looked at is looked at again later, and leaves nothing in the repository', async () => {
    const { tools, propose, pullOf, repository } = await hosted({ 'zones/example.com.yaml': zone(1) });
    const { number } = propose({ 'zones/example.com.yaml': zone(2) });
    pullOf(number).head.sha = 'f'.repeat(40);
    await expect(reviewPullRequest(tools, number)).rejects.toThrow('is being pushed to');
    expect(git(repository.folder, 'for-each-ref', 'refs/zonewright/review')).toBe('');
  });

  it('that signs a zone is told what that means, and only of that zone', async () => {
    const { tools, github, propose } = await hosted({
      'zones/example.com.yaml': zone(1),
      'zones/signed.example.yaml': `dnssec: default\n${zone(1)}`,
    });
    const { number } = propose({ 'zones/example.com.yaml': `dnssec: default\n${zone(1)}` });
    await reviewPullRequest(tools, number);
    const said = github.comments[0]?.body ?? '';
    expect(said).toMatch(/\*\*DNSSEC\*\*\n\n- \*\*example\.com\*\*: .*To do: /);
    expect(said).not.toContain('signed.example');
  });

  it('is not to blame for errors that were there before', async () => {
    const { tools, github, propose } = await hosted({
      'zones/example.com.yaml': zone(1),
      'zones/bad.example.yaml': `${zone(1)}  x: { A: nonsense }\n`,
    });
    const { number } = propose({ 'zones/example.com.yaml': zone(2) });
    expect(await reviewPullRequest(tools, number)).toMatchObject({ stopped: false });
    expect(github.comments[0]?.body).toContain('1 error in other files was there before and will stop a release');
  });
});
