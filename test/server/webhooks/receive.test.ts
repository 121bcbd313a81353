import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Received, type ReceiverOptions, receiveDelivery } from '../../../src/server/webhooks/receive.ts';
import { listJobs } from '../../../src/state/queue/job.ts';
import { readConfig } from '../../../src/zone/config.ts';
import { put, scratch } from '../../setup/program.ts';
import { onBothEngines } from '../../state/engines.ts';

const { config } = readConfig({
  path: 'zonewright.yaml',
  text: `
webhooks:
  github: { secret: { env: ZONEWRIGHT_WEBHOOK_A }, repository: example/zones }
  gitea: { secret: { env: ZONEWRIGHT_WEBHOOK_A }, repository: example/zones, url: https://git.example.net }
  gitlab: { secret: { file: gitlab }, repository: example/dns/zones, url: https://git.example.net }
  push: { secret: { env: ZONEWRIGHT_WEBHOOK_A } }
`,
});

const SECRET = 'a secret, 0123456789';
const OTHER = 'of GitLab';

function sign(body: string | Buffer, secret = SECRET): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** A delivery as each sender makes it. */
const deliver = {
  github: (body: string, event = 'push', id = 'id-1') => ({
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': id,
    'x-hub-signature-256': `sha256=${sign(body)}`,
  }),
  gitea: (body: string, event = 'push', id = 'id-1') => ({
    'content-type': 'application/json; charset=utf-8',
    'x-gitea-event': event,
    'x-gitea-delivery': id,
    'x-gitea-signature': sign(body),
  }),
  gitlab: (_: string, event = 'Push Hook', id = 'id-1') => ({
    'content-type': 'application/json',
    'x-gitlab-event': event,
    'idempotency-key': id,
    'x-gitlab-token': OTHER,
  }),
  push: (body: string, _ = '', id = 'id-1') => ({
    'content-type': 'application/json',
    'x-delivery-id': id,
    'x-hub-signature-256': `sha256=${sign(body)}`,
  }),
};

type Name = keyof typeof deliver;

const AFTER = '1'.repeat(40);

/** A push to a branch in the words of each sender. */
function pushTo(name: Name, ref: unknown, after: unknown = AFTER): string {
  const about = {
    github: { repository: { full_name: 'Example/Zones' } },
    gitea: { repository: { full_name: 'example/zones' } },
    gitlab: { project: { path_with_namespace: 'example/dns/zones' } },
    push: {},
  }[name];
  return JSON.stringify({ ref, after, before: '2'.repeat(40), forced: true, ...about });
}

/** News of a pull request. */
function pullRequest(name: Exclude<Name, 'push'>, action: string, more: object = {}, base = 'main'): [string, string] {
  if (name === 'gitlab') {
    const attributes = { iid: 7, target_branch: base, action, ...more };
    const about = { project: { path_with_namespace: 'example/dns/zones' }, changes: {} };
    return ['Merge Request Hook', JSON.stringify({ ...about, object_attributes: attributes })];
  }
  const request = { number: 7, base: { ref: base }, head: { ref: '--upload-pack=x', repo: { fork: true } }, ...more };
  const body = { action, number: 7, pull_request: request, repository: { full_name: 'example/zones' } };
  return ['pull_request', JSON.stringify(body)];
}

onBothEngines('a delivery', (bench) => {
  const receiver = async () => {
    const state = await bench.open();
    const folder = scratch();
    put(folder, 'secrets/gitlab', `${OTHER}\n`);
    const options: ReceiverOptions = {
      state,
      secrets: { state: folder, env: { ZONEWRIGHT_WEBHOOK_A: SECRET } },
      branch: 'main',
      settings: () => Promise.resolve(config.webhooks),
    };
    const send = (name: string, headers: Record<string, string>, body: string | Buffer): Promise<Received> =>
      receiveDelivery(options, name, headers, Buffer.from(body));
    const jobs = async () => (await listJobs(state.query)).map(({ kind, payload }) => ({ kind, payload })).reverse();
    return { send, jobs, options };
  };

  it('is put into the queue once, however often it is sent', async () => {
    const { send, jobs } = await receiver();
    for (const name of Object.keys(deliver) as Name[]) {
      const body = pushTo(name, 'refs/heads/main');
      const sent = () => send(name, deliver[name](body), body);
      const answers = await Promise.all([sent(), sent(), sent()]);
      expect(answers.map(({ kind }) => kind).sort(), name).toEqual(['accepted', 'duplicate', 'duplicate']);
    }
    expect(await jobs()).toEqual([{ kind: 'sync', payload: null }]);
  });

  it('about a pull request becomes one look at it, whoever sends how much', async () => {
    const { send, jobs } = await receiver();
    const opened = { github: 'opened', gitea: 'opened', gitlab: 'open' } as const;
    for (const name of ['github', 'gitea', 'gitlab'] as const) {
      const [event, body] = pullRequest(name, opened[name]);
      for (const id of ['a', 'b']) {
        expect(await send(name, deliver[name](body, event, id), body), name).toMatchObject({ kind: 'accepted' });
      }
    }
    const payload = (forge: string) => ({ kind: 'review', payload: { forge, number: 7 } });
    expect(await jobs()).toEqual([payload('github'), payload('gitea'), payload('gitlab')]);
  });

  it('about a merge is told from one about a pull request that was given up', async () => {
    const { send, jobs } = await receiver();
    for (const name of ['github', 'gitea'] as const) {
      const [event, merged] = pullRequest(name, 'closed', { merged: true });
      expect(await send(name, deliver[name](merged, event, 'a'), merged)).toMatchObject({ kind: 'accepted' });
      const [, closed] = pullRequest(name, 'closed', { merged: false });
      expect(await send(name, deliver[name](closed, event, 'b'), closed)).toMatchObject({ kind: 'ignored' });
    }
    const [event, merged] = pullRequest('gitlab', 'merge');
    expect(await send('gitlab', deliver.gitlab(merged, event), merged)).toMatchObject({ kind: 'accepted' });
    expect((await jobs()).map(({ kind }) => kind)).toEqual(['merged', 'merged', 'merged']);
  });
});

describe('a delivery', () => {
  // The database is of no account for what never gets there.
  const state = undefined as unknown as ReceiverOptions['state'];
  const options: ReceiverOptions = {
    state,
    secrets: { state: undefined, env: { ZONEWRIGHT_WEBHOOK_A: SECRET, CREDENTIALS_DIRECTORY: '' } },
    branch: 'main',
    settings: () => Promise.resolve(config.webhooks),
  };
  const send = (name: string, headers: Record<string, string | string[]>, body: string | Buffer): Promise<Received> =>
    receiveDelivery(options, name, headers, Buffer.from(body));
  const body = pushTo('github', 'refs/heads/main');

  it('whose signature is missing, wrong, cut off or of another body is refused', async () => {
    const signed = deliver.github(body)['x-hub-signature-256'];
    const wrong: (string | string[] | undefined)[] = [
      undefined,
      '',
      'sha256=',
      'sha256',
      signed.slice(0, -1),
      signed.slice(0, -2),
      `${signed}0`,
      `${signed}\n`,
      signed.replace('sha256=', 'sha1='),
      signed.replace('sha256=', ''),
      `sha256=${sign(body, 'another secret')}`,
      `sha256=${sign(body, '')}`,
      `sha256=${sign(`${body} `)}`,
      [signed, signed],
      '__proto__',
    ];
    for (const signature of wrong) {
      const headers = { ...deliver.github(body), 'x-hub-signature-256': signature } as Record<string, string>;
      expect(await send('github', headers, body), String(signature)).toMatchObject({ kind: 'refused', status: 401 });
    }
    const capitals = { ...deliver.github(body, 'ping'), 'x-hub-signature-256': `sha256=${sign(body).toUpperCase()}` };
    expect(await send('github', capitals, body)).toMatchObject({ kind: 'ignored' });
    expect(await send('gitea', { ...deliver.gitea(body), 'x-gitea-signature': '0' }, body)).toMatchObject({
      status: 401,
    });
    expect(await send('push', { ...deliver.push(body), 'x-hub-signature-256': '' }, body)).toMatchObject({
      status: 401,
    });
  });

  it('is not parsed before its signature was checked', async () => {
    const deep = '['.repeat(200_000);
    expect(await send('github', { ...deliver.github('x') }, deep)).toMatchObject({ status: 401 });
  });

  it('that is not JSON, or not what its sender documents, is refused', async () => {
    const texts = ['', '{', 'payload=%7B%7D', '\0', 'null', '[]', '"x"', '{}', '{"ref":1}', '{"repository":null}'];
    const bodies = [...texts.map((text) => Buffer.from(text)), Buffer.from([0xff, 0xfe, 0x7b])];
    for (const each of bodies) {
      const headers = { ...deliver.github(''), 'x-hub-signature-256': `sha256=${sign(each)}` };
      expect(await send('github', headers, each), each.toString()).toMatchObject({ kind: 'refused', status: 400 });
    }
    const form = { ...deliver.github(body), 'content-type': 'application/x-www-form-urlencoded' };
    expect(await send('github', form, body)).toMatchObject({
      status: 415,
      fix: expect.stringContaining('application/json'),
    });
    for (const number of [0, -1, 1.5, '7', 2 ** 60, null]) {
      const [event, text] = pullRequest('github', 'opened', { number });
      expect(await send('github', deliver.github(text, event), text), String(number)).toMatchObject({ status: 400 });
    }
  });

  it('is never more than ignored or refused, whatever signed JSON it is', async () => {
    const payload = fc.oneof(
      fc.json(),
      fc
        .record({ ref: fc.jsonValue(), repository: fc.jsonValue(), action: fc.string(), pull_request: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(payload, fc.constantFrom('push', 'pull_request', 'check_run', 'x'), async (text, event) => {
        const { kind } = await send('github', deliver.github(text, event), text);
        expect(['ignored', 'refused']).toContain(kind);
      }),
    );
  });

  it('about a branch that only looks like the deployed one, or about one that was deleted, is ignored', async () => {
    const names = [
      'refs/heads/main2',
      'refs/heads/../main',
      'refs/tags/main',
      'main',
      '--force',
      'refs/heads/main\n',
      'REFS/HEADS/MAIN',
      'refs/heads/',
      '',
    ];
    for (const name of ['github', 'gitea', 'push'] as const) {
      for (const ref of names) {
        const text = pushTo(name, ref);
        expect(await send(name, deliver[name](text), text), `${name} ${ref}`).toMatchObject({ kind: 'ignored' });
      }
      const deleted = pushTo(name, 'refs/heads/main', '0'.repeat(40));
      expect(await send(name, deliver[name](deleted), deleted)).toMatchObject({
        why: expect.stringContaining('deleted'),
      });
    }
  });

  it('about a pull request to another branch, or that changes no commits, is ignored', async () => {
    for (const base of ['main2', '-main', '../main']) {
      const [event, text] = pullRequest('github', 'opened', {}, base);
      expect(await send('github', deliver.github(text, event), text)).toMatchObject({ kind: 'ignored' });
    }
    const [event, text] = pullRequest('github', 'edited');
    expect(await send('github', deliver.github(text, event), text)).toMatchObject({ why: 'the same commits' });
  });

  it('that nobody expects is not found, and one whose secret the server lacks is put off', async () => {
    const none = { ...options, settings: () => Promise.resolve(undefined) };
    expect(await receiveDelivery(none, 'github', deliver.github(body), Buffer.from(body))).toMatchObject({
      status: 404,
    });
    for (const name of ['nobody', '__proto__', 'constructor', 'url', 'allowDeletesLabel']) {
      expect(await send(name, deliver.github(body), body), name).toMatchObject({ status: 404 });
    }
    const answer = await send('gitlab', deliver.gitlab(body), body);
    expect(answer).toMatchObject({ kind: 'refused', status: 503 });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });
});
