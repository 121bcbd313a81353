import { describe, expect, it } from 'vitest';
import { ForgeError, type Verdict } from '../../../src/pipeline/review/forge.ts';
import { openGithub } from '../../../src/pipeline/review/forges/github.ts';
import { APP_KEY_PEM, type PlayedGithub, playGithub, TOKEN } from './github-server.ts';
import { githubDescription } from './openapi.ts';

const description = githubDescription();
const HEAD = 'a'.repeat(40);
const MARKER = '<!-- mark -->';

const proofs = {
  token: { kind: 'token', token: TOKEN },
  app: { kind: 'app', id: 12345, installation: undefined, key: APP_KEY_PEM },
} as const;

async function open(as: keyof typeof proofs) {
  const played = await playGithub(description);
  const forge = openGithub({ url: played.url, repository: 'example/zones', proof: proofs[as] });
  return { played, forge };
}

function verdict(count: number): Verdict {
  const annotations = Array.from({ length: count }, (_, i) => ({
    path: 'zones/example.com.yaml',
    line: i + 1,
    endLine: i % 7 === 0 ? i + 3 : i + 1,
    columns: i % 7 === 0 ? undefined : ([3, 9] as const),
    level: 'failure' as const,
    title: 'ipv4-syntax',
    message: `${i}`,
  }));
  return {
    state: 'failure',
    title: `${count} errors`,
    summary: 'x'.repeat(70_000),
    annotations,
    link: 'https://dns.example.net/p',
  };
}

describe('GitHub as an app', () => {
  it('gets a check run whose annotations come in as many requests as they need', async () => {
    const { played, forge } = await open('app');
    await forge.begin(HEAD);
    expect(played.checks).toMatchObject([{ head: HEAD, name: 'zonewright', status: 'in_progress', conclusion: null }]);
    await forge.conclude(HEAD, verdict(120));
    expect(played.faults).toEqual([]);
    const [check] = played.checks;
    expect(check).toMatchObject({
      status: 'completed',
      conclusion: 'failure',
      title: '120 errors',
      details: 'https://dns.example.net/p',
    });
    expect(check?.annotations.map(({ message }) => message)).toEqual(Array.from({ length: 120 }, (_, i) => `${i}`));
    expect(check?.annotations[1]).toMatchObject({
      path: 'zones/example.com.yaml',
      start_line: 2,
      end_line: 2,
      start_column: 3,
    });
    expect(played.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(3);
    expect(played.statuses).toEqual([]);
  });

  it('signs in with a key that GitHub can check, and finds its installation', async () => {
    const { played, forge } = await open('app');
    await forge.begin(HEAD);
    expect(played.calls.slice(0, 2)).toEqual([
      'GET /repos/{owner}/{repo}/installation',
      'POST /app/installations/{installation_id}/access_tokens',
    ]);
    const other = openGithub({
      url: played.url,
      repository: 'example/zones',
      proof: { ...proofs.app, installation: 5 },
    });
    await expect(other.begin(HEAD)).rejects.toThrow(ForgeError);
  });
});

describe('GitHub with a token', () => {
  it('gets a status, as people may make no check runs', async () => {
    const { played, forge } = await open('token');
    await forge.begin(HEAD);
    await forge.conclude(HEAD, { ...verdict(1), title: 'e'.repeat(300) });
    expect(played.statuses).toEqual([
      { sha: HEAD, state: 'pending', context: 'zonewright', description: 'is looked at' },
      {
        sha: HEAD,
        state: 'failure',
        context: 'zonewright',
        description: `${'e'.repeat(139)}…`,
        target_url: 'https://dns.example.net/p',
      },
    ]);
    expect(played.faults).toEqual([]);
  });

  it('opens pull requests', async () => {
    const { played, forge } = await open('token');
    const made = await forge.propose({ branch: 'proposals/x', base: 'main', title: 't'.repeat(400), body: 'b' });
    expect(made).toEqual({ number: played.pulls[0]?.number, url: `${played.url}/example/zones/pull/${made.number}` });
    expect(played.pulls).toMatchObject([{ head: { ref: 'proposals/x' }, base: 'main', body: 'b' }]);
    expect(played.faults).toEqual([]);
  });
});

describe.each(['token', 'app'] as const)('the comment (%s)', (as) => {
  const comment = (played: PlayedGithub, body: string, more: object = {}) =>
    played.comments.push({ id: played.comments.length + 1, body, author: 7, app: null, ...more });

  it('is written once and then changed in place, among hundreds of others', async () => {
    const { played, forge } = await open(as);
    for (let i = 0; i < 230; i++) comment(played, `comment ${i}`);
    await forge.comment(3, MARKER, `${MARKER} one`);
    await forge.comment(3, MARKER, `${MARKER} two`);
    await forge.comment(3, MARKER, `${MARKER} two`);
    expect(played.comments.slice(230).map(({ body }) => body)).toEqual([`${MARKER} two`]);
    expect(played.calls.filter((call) => /^(POST|PATCH) .*comments/.test(call))).toHaveLength(2);
    expect(played.faults).toEqual([]);
  });

  it('is never somebody else’s, though it has our marker', async () => {
    const { played, forge } = await open(as);
    comment(played, `${MARKER} not ours`);
    comment(played, `${MARKER} another app's`, { app: 999 });
    await forge.comment(3, MARKER, `${MARKER} ours`);
    await forge.comment(3, MARKER, `${MARKER} ours, later`);
    expect(played.comments.map(({ body }) => body)).toEqual([
      `${MARKER} not ours`,
      `${MARKER} another app's`,
      `${MARKER} ours, later`,
    ]);
  });
});

describe('what GitHub refuses', () => {
  const ask = (played: PlayedGithub, token = TOKEN) =>
    openGithub({ url: played.url, repository: 'example/zones', proof: { kind: 'token', token } });

  it('for good is told apart from what is worth another try, and shows no token', async () => {
    const played = await playGithub(description);
    const cases: [number, Record<string, string>, boolean][] = [
      [401, {}, true],
      [403, {}, true],
      [403, { 'retry-after': '60' }, false],
      [403, { 'x-ratelimit-remaining': '0' }, false],
      [422, {}, true],
      [429, {}, false],
      [500, {}, false],
      [502, {}, false],
    ];
    for (const [status, headers, final] of cases) {
      played.failNext('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', status, headers);
      const error = await ask(played)
        .comment(3, MARKER, MARKER)
        .then(
          () => expect.unreachable(),
          (fault: Error) => fault,
        );
      expect(error instanceof ForgeError, `${status} ${error.message}`).toBe(final);
      expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain(TOKEN);
    }
    await expect(ask(played, 'wrong').begin(HEAD)).rejects.toThrow(/GitHub answers 401/);
  });

  it('is no pull request where there is none', async () => {
    const played = await playGithub(description);
    expect(await ask(played).pullRequest(404)).toBeUndefined();
    played.pulls.push({
      number: 3,
      head: { sha: HEAD, ref: 'x' },
      base: 'main',
      state: 'closed',
      labels: ['a'],
      merged: 'b'.repeat(40),
      title: '',
      body: '',
    });
    expect(await ask(played).pullRequest(3)).toEqual({
      number: 3,
      open: false,
      head: HEAD,
      base: 'main',
      labels: ['a'],
      merged: 'b'.repeat(40),
    });
    expect(played.faults).toEqual([]);
  });

  it('is nobody, where nobody listens', async () => {
    const nobody = openGithub({ url: 'http://127.0.0.1:9', repository: 'example/zones', proof: proofs.token });
    const error = await nobody.pullRequest(1).then(
      () => expect.unreachable(),
      (fault: Error) => fault,
    );
    expect(error).not.toBeInstanceOf(ForgeError);
  });
});
