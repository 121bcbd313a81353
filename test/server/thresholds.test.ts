import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { git, put, scratch } from '../setup/program.ts';
import { type Serving, serving } from './serving.ts';

interface Deployment {
  readonly id: string;
  readonly status: string;
  readonly commit: string;
  readonly release: string | null;
  readonly held?: { readonly thresholds: number; readonly reasons: readonly Record<string, string>[] };
}

const NS = '  "@": { NS: [ns1.example.net., ns2.example.net.] }\n';

function zone(hosts: number, more = ''): string {
  return `${more}records:\n${NS}${Array.from({ length: hosts }, (_, i) => `  h${i}: { A: 192.0.2.${i} }\n`).join('')}`;
}

/** A server with two zones, and somebody who pushes to its repository. */
async function pushed(more: Parameters<typeof serving>[0] = {}) {
  const server = await serving(more);
  const token = await server.user('root', { admin: true });
  const work = join(scratch(), 'work');
  git(scratch(), 'clone', '-q', server.repository, work);
  const push = (files: Record<string, string | undefined>): string => {
    git(work, 'pull', '-q', '--rebase', server.repository, 'main');
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) git(work, 'rm', '-q', path);
      else put(work, path, text);
    }
    git(work, 'add', '-A');
    git(work, 'commit', '-qm', 'change');
    git(work, 'push', '-q', server.repository, 'HEAD:main');
    return git(work, 'rev-parse', 'HEAD').trim();
  };
  git(work, 'checkout', '-q', '-B', 'main');
  for (const [path, text] of Object.entries({ a: zone(40), b: zone(40) }))
    put(work, `zones/${path}.example.yaml`, text);
  git(work, 'add', '-A');
  git(work, 'commit', '-qm', 'begin');
  git(work, 'push', '-q', server.repository, 'HEAD:main');
  await released(server, git(work, 'rev-parse', 'HEAD').trim());
  const held = async (): Promise<Deployment | undefined> =>
    (await server.ask<{ deployments: Deployment[] }>(token, 'GET', '/api/v1/deployments')).json.deployments[0];
  return { ...server, token, push, held };
}

/** Waits until the release is that of a commit. */
async function released(server: Serving, commit: string): Promise<void> {
  await until(() => server.services.releases.current()?.manifest.commit === commit);
}

/** The hosts of a zone in the release. */
function hosts({ services }: Serving, name: string): number | undefined {
  const text = services.releases.read(`zones/${name}.zone`);
  return text?.split('\n').filter((line) => /^h\d+\s/.test(line)).length;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error('it never came to be so');
    await new Promise((done) => setTimeout(done, 30));
  }
}

describe('a push that deletes more than the thresholds allow', () => {
  it('keeps nobody waiting whose write is in the release that is held', async () => {
    const { ask, token, push, services } = await pushed();
    push({ 'zones/a.example.yaml': zone(2) });
    const put = await ask(token, 'PUT', '/api/v1/zones/b.example/rrsets/www/A', { values: ['192.0.2.1'] });
    const commit = put.headers.get('zonewright-commit') as string;
    // Only the hold can end this.
    expect(await services.released(commit, 3_600_000)).toBe(false);
    expect((await services.holds.current())?.commit).toBe(commit);
  });

  it('is not released until somebody allows it, and says so', async () => {
    const server = await pushed();
    const { ask, token, push, held, services } = server;
    const commit = push({ 'zones/a.example.yaml': zone(5), 'zones/b.example.yaml': undefined });
    await until(async () => (await held())?.commit === commit);
    expect(await held()).toMatchObject({
      status: 'held',
      release: null,
      held: {
        thresholds: 2,
        reasons: [
          { zone: 'b.example', rule: 'zone-deleted' },
          { zone: 'a.example', rule: 'deletes-threshold', message: '35 of 43 records of a.example. are deleted' },
        ],
      },
    });
    expect([hosts(server, 'a.example'), hosts(server, 'b.example')]).toEqual([40, 40]);
    const zoneNow = await ask<{ synced: boolean }>(token, 'GET', '/api/v1/zones/a.example');
    expect(zoneNow.json.synced).toBe(false);
    const joe = await server.user('joe', { grants: ['*'] });
    const { id } = (await held()) as Deployment;
    const discreet = await ask<Deployment>(joe, 'GET', `/api/v1/deployments/${id}`);
    expect(discreet.json.held).toMatchObject({ thresholds: 2, reasons: [] });
    expect((await ask(token, 'POST', `/api/v1/deployments/${id}/rollback`)).json).toMatchObject({ code: 'held' });
    expect((await ask(token, 'GET', `/api/v1/deployments/${id}/events`)).json).toMatchObject({ code: 'held' });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^zonewright_release_held_thresholds 2$/m);

    // What is committed afterwards waits as well: releases are whole.
    const later = push({ 'zones/c.example.yaml': zone(1) });
    await until(async () => (await held())?.commit === later);
    expect((await ask<Deployment>(token, 'GET', `/api/v1/deployments/${id}`)).json.status).toBe('superseded');
    expect(hosts(server, 'c.example')).toBeUndefined();

    // Only those who may deploy can allow it, and only by saying so.
    expect((await ask(joe, 'POST', '/api/v1/deployments', { allow_deletes: true })).status).toBe(403);
    const plain = await ask(token, 'POST', '/api/v1/deployments');
    expect([plain.status, plain.json]).toEqual([202, { status: 'queued' }]);
    const done = async () =>
      (await ask<{ jobs: { kind: string; state: string; error: string }[] }>(token, 'GET', '/api/v1/jobs')).json.jobs;
    await until(async () => (await done()).some(({ kind, state }) => kind === 'deploy' && state === 'failed'));
    expect((await done()).find(({ kind }) => kind === 'deploy')?.error).toMatch(
      /^held: the whole zone b\.example\. is deleted \(43 records\), and 1 more; .*"allow_deletes": true/,
    );
    expect(hosts(server, 'a.example')).toBe(40);

    const allowed = await ask(token, 'POST', '/api/v1/deployments', { allow_deletes: true });
    expect(allowed.json).toEqual({ status: 'queued', allowed: later });
    await released(server, later);
    expect([hosts(server, 'a.example'), hosts(server, 'b.example'), hosts(server, 'c.example')]).toEqual([
      5,
      undefined,
      1,
    ]);
    expect(await held()).toMatchObject({ status: 'allowed', commit: later });
    expect((await ask<{ synced: boolean }>(token, 'GET', '/api/v1/zones/a.example')).json.synced).toBe(true);

    // What was allowed once says nothing of what comes next; what is taken back needs nobody.
    const again = push({ 'zones/c.example.yaml': undefined });
    await until(async () => (await held())?.commit === again);
    const back = push({ 'zones/c.example.yaml': zone(1) });
    await released(server, back);
    await until(async () => (await held())?.status === 'superseded');
    await services.wake();
  });

  it('waits for nobody where the API was asked to delete, and does where it was not', async () => {
    const server = await pushed();
    const { ask, token, push, held } = server;
    const deleted = await ask(token, 'DELETE', '/api/v1/zones/b.example');
    await released(server, deleted.headers.get('zonewright-commit') as string);
    const changes = Array.from({ length: 30 }, (_, i) => ({ op: 'delete', name: `h${i}`, type: 'A' }));
    const many = await ask(token, 'POST', '/api/v1/zones/a.example/changes', { changes });
    await released(server, many.headers.get('zonewright-commit') as string);
    expect([hosts(server, 'a.example'), hosts(server, 'b.example')]).toEqual([10, undefined]);
    expect(await held()).toBeUndefined();

    // An import names what is to stay, and so does going back.
    const before = (await server.git('rev-parse', 'main')).trim();
    const master_file = '$TTL 60\n@ SOA ns1.example.net. hostmaster 1 2 3 4 5\n@ NS ns1.example.net.\n';
    const url = '/api/v1/zones/a.example/import';
    const refused = await ask(token, 'POST', url, { master_file });
    expect([refused.status, refused.json]).toMatchObject([
      422,
      {
        errors: [
          { rule: 'deletes-threshold', message: expect.stringContaining('11 records'), fix: expect.any(String) },
        ],
      },
    ]);
    expect((await server.git('rev-parse', 'main')).trim()).toBe(before);
    const imported = await ask(token, 'POST', `${url}?allow_deletes=true`, { master_file });
    expect(imported.status).toBe(200);
    await released(server, imported.headers.get('zonewright-commit') as string);
    expect(hosts(server, 'a.example')).toBe(0);
    const back = await ask(token, 'POST', '/api/v1/zones/a.example/revert', { commit: before });
    await released(server, back.headers.get('zonewright-commit') as string);
    expect(await held()).toBeUndefined();

    // Somebody else's commits are theirs, whoever comes after them.
    push({ 'zones/a.example.yaml': undefined });
    const made = await ask(token, 'POST', '/api/v1/zones', { name: 'd.example' });
    const last = made.headers.get('zonewright-commit') as string;
    await until(async () => (await held())?.commit === last);
    expect((await held())?.held?.reasons).toMatchObject([{ zone: 'a.example', rule: 'zone-deleted' }]);
    expect(hosts(server, 'a.example')).toBe(10);
  });

  it('is held where a template deletes, and by the thresholds of the configuration', async () => {
    const server = await pushed();
    const { push, held } = server;
    const template = `records:\n${Array.from({ length: 20 }, (_, i) => `  t${i}: { A: 192.0.2.${i} }\n`).join('')}`;
    const uses = zone(5, 'use: [many]\n');
    const begun = push({ 'templates/many.yaml': template, 'zones/c.example.yaml': uses });
    await released(server, begun);
    const shorter = push({ 'templates/many.yaml': 'records:\n  t0: { A: 192.0.2.1 }\n' });
    await until(async () => (await held())?.commit === shorter);
    expect((await held())?.held?.reasons).toMatchObject([{ zone: 'c.example', rule: 'deletes-threshold' }]);
    const lax = push({ 'zonewright.yaml': 'thresholds: { deletes: { percent: 90 } }\n' });
    await released(server, lax);
  });

  it('leaves what is served signed meanwhile', async () => {
    const server = await pushed();
    const { push, held, ask, token, services } = server;
    const signed = await ask(token, 'PATCH', '/api/v1/zones/a.example', { dnssec: 'default' });
    await released(server, signed.headers.get('zonewright-commit') as string);
    const before = services.releases.zoneFile('a.example.' as never);
    const commit = push({ 'zones/b.example.yaml': undefined });
    await until(async () => (await held())?.commit === commit);
    const { state } = services;
    const jobs = (kind: string, wanted: 'queued' | 'running' | 'failed') =>
      state.query.selectFrom('jobs').select('id').where('kind', '=', kind).where('state', '=', wanted).execute();
    const renewals = (wanted: 'queued' | 'failed') => jobs('renewal', wanted);
    await until(
      async () =>
        (await jobs('release', 'failed')).length > 0 &&
        (await jobs('release', 'queued')).length + (await jobs('release', 'running')).length === 0,
    );
    // The time for it has come: it is done for the release before, planned anew, and told to be held.
    const [due] = await renewals('queued');
    const id = due?.id as number;
    await state.query.updateTable('jobs').set({ run_at: state.now() }).where('id', '=', id).execute();
    await state.notify(state.query, 'jobs');
    await until(async () => (await renewals('failed')).some((job) => job.id === id));
    expect((await renewals('queued')).map((job) => job.id)).toEqual([expect.any(Number)]);
    const at = signed.headers.get('zonewright-commit');
    expect(services.releases.current()?.manifest.commit).toBe(at);
    expect(services.releases.zoneFile('a.example.' as never)).toBe(before);
    expect(hosts(server, 'b.example')).toBe(40);
  });
});
