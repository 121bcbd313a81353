import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { openState } from '../../src/state/state.ts';
import { findToken } from '../../src/state/tokens/tokens.ts';
import { needsPostgresql, startPostgresql } from '../setup/postgresql.ts';
import { scratch, zonewright } from '../setup/program.ts';

const SECRET = /^zw_[0-9A-Za-z]{60}\n$/;

const ajv = formats.default(new Ajv2020({ strict: true, allowUnionTypes: true }));
const validate = ajv.compile(JSON.parse(readFileSync('schemas/access.schema.json', 'utf8')));

/** Runs a command on a state; without one that the environment names. */
function runner(state: string, env: Record<string, string> = { DATABASE_URL: '' }) {
  return (...args: string[]) => zonewright([...args, '--state', state], { env });
}

function parsed(stdout: string): Record<string, Record<string, unknown>[]> {
  const data = JSON.parse(stdout);
  expect(validate(data) ? undefined : validate.errors).toBeUndefined();
  return data;
}

async function shown(state: string, secret: string) {
  const opened = await openState({ folder: state });
  try {
    return await findToken(opened.query, secret.trim());
  } finally {
    await opened.close();
  }
}

describe('user', () => {
  it('add prints a secret that counts, and nothing else', async () => {
    const state = join(scratch(), 'new');
    const run = runner(state);
    const added = run('user', 'add', 'alice', '--admin', '--email', 'alice@example.net');
    expect(added).toMatchObject({ status: 0, stdout: expect.stringMatching(SECRET) });
    expect(added.stderr).not.toContain(added.stdout.trim());
    expect(await shown(state, added.stdout)).toMatchObject({ account: { name: 'alice' }, holder: { admin: true } });
    expect(run('user', 'list').stdout).toMatch(/^alice: alice@example\.net, admin, 1 token, made \d{4}-\d\d-\d\d\n$/);
  });

  it('works while another process serves from the state', async () => {
    const state = scratch();
    const serving = await openState({ folder: state });
    const lock = serving.claim();
    const { status, stdout } = runner(state)('user', 'add', 'alice');
    expect(status).toBe(0);
    expect(await findToken(serving.query, stdout.trim())).toMatchObject({ account: { name: 'alice' } });
    lock.assertHeld();
    lock.release();
    await serving.close();
  });

  it('disables, enables and removes', async () => {
    const state = scratch();
    const run = runner(state);
    const { stdout } = run('user', 'add', 'bob');
    expect(run('user', 'disable', 'bob')).toMatchObject({ status: 0, stdout: '' });
    expect(parsed(run('user', 'list', '--json').stdout).users).toMatchObject([
      { name: 'bob', enabled: false, tokens: 1 },
    ]);
    expect((await shown(state, stdout))?.holder.enabled).toBe(false);
    expect(parsed(run('user', 'enable', 'bob', '--json').stdout).users).toMatchObject([{ enabled: true }]);
    expect(run('user', 'remove', 'bob').status).toBe(0);
    expect(await shown(state, stdout)).toBeUndefined();
    expect(run('user', 'remove', 'bob')).toMatchObject({ status: 1, stderr: expect.stringContaining('no user "bob"') });
  });

  it('says what is wrong, and prints no secret then', () => {
    const state = scratch();
    const run = runner(state);
    const failed = (args: string[], status: number, text: string) =>
      expect(run(...args)).toEqual({ status, stdout: '', stderr: expect.stringContaining(text) });
    failed(['user', 'list'], 1, 'there is no state in');
    expect(run('user', 'add', 'alice').status).toBe(0);
    failed(['user', 'add', 'alice'], 1, 'there is a user alice already');
    failed(['user', 'add', 'Ali ce'], 1, 'cannot be the name of a user');
    failed(['user', 'add', 'eve', '--email', 'x'], 64, 'is no e-mail address');
    failed(['user', 'add'], 64, 'name');
    failed(['user', 'nonsense'], 64, 'unknown command');
    const nowhere = zonewright(['user', 'list'], { env: { DATABASE_URL: '' } });
    expect(nowhere).toMatchObject({ status: 64, stderr: expect.stringContaining('--state') });
    const odd = zonewright(['user', 'list'], { env: { DATABASE_URL: 'mysql://x' } });
    expect(odd).toMatchObject({ status: 64, stderr: expect.stringContaining('DATABASE_URL') });
    const away = zonewright(['user', 'add', 'x'], { env: { DATABASE_URL: 'postgresql://x@127.0.0.1:1/x' } });
    expect(away).toMatchObject({ status: 69, stdout: '' });
  });
});

describe('token', () => {
  it('create prints a secret with the limits that were asked for', async () => {
    const state = scratch();
    const run = runner(state);
    run('user', 'add', 'alice');
    const limits =
      '--zone Example.com. --zone *.example.net --scope write --scope keys --name @ --name _acme* --type txt';
    const made = run(
      'token',
      'create',
      '--user',
      'alice',
      ...limits.split(' '),
      '--from',
      '192.0.2.1',
      '--expires',
      '90d',
    );
    expect(made).toMatchObject({ status: 0, stdout: expect.stringMatching(SECRET) });
    const token = (await shown(state, made.stdout))?.token;
    expect(token?.scope).toEqual({
      zones: ['example.com', '*.example.net'],
      grants: true,
      names: ['@', '_acme*'],
      types: ['TXT'],
      verbs: ['read', 'create', 'update', 'delete', 'keys'],
      networks: ['192.0.2.1/32'],
    });
    expect((token?.expiresAt ?? 0) - (token?.createdAt ?? 0)).toBe(90 * 86_400_000);
    const plain = run('token', 'create', '--user', 'alice', '--label', 'a \x1b[31mlabel', '--json');
    const { tokens, secret } = parsed(plain.stdout);
    expect(tokens).toMatchObject([{ user: 'alice', scope: {}, expires: null }]);
    expect(await shown(state, String(secret))).toMatchObject({ token: { scope: {} } });
    const listed = run('token', 'list', '--user', 'alice').stdout;
    expect(listed).toMatch(/may read create update delete keys, types TXT, names @ _acme\*, zones example\.com \*\.ex/);
    expect(listed.split('\n')).toHaveLength(4);
    expect(listed).not.toContain('\x1b');
  });

  it('revoke ends tokens, by id or secret', async () => {
    const state = scratch();
    const run = runner(state);
    const first = run('user', 'add', 'alice').stdout;
    const second = run('token', 'create', '--user', 'alice').stdout;
    const id = (await shown(state, first))?.token.id as string;
    expect(run('token', 'revoke', id, 'unknown').status).toBe(1);
    expect((await shown(state, first))?.token.revokedAt).toBeUndefined();
    expect(run('token', 'revoke', id, second.trim()).status).toBe(0);
    for (const secret of [first, second])
      expect((await shown(state, secret))?.token.revokedAt).toEqual(expect.any(Number));
    expect(parsed(run('user', 'list', '--json').stdout).users).toMatchObject([{ tokens: 0 }]);
  });

  it.each([
    ['--zone', 'a b'],
    ['--scope', 'root'],
    ['--name', 'a b'],
    ['--type', 'T,'],
    ['--from', '192.0.2.0/33'],
    ['--expires', '0d'],
    ['--expires', '2020-01-01'],
    ['--expires', '2999-02-30'],
  ])('create refuses %s %j', (option, value) => {
    const state = scratch();
    const run = runner(state);
    run('user', 'add', 'alice');
    const made = run('token', 'create', '--user', 'alice', option, value);
    expect(made).toMatchObject({ status: 64, stdout: '', stderr: expect.stringContaining('fix:') });
    expect(run('token', 'create', '--user', 'nobody')).toMatchObject({ status: 1, stdout: '' });
    expect(run('token', 'create').status).toBe(64);
  });
});

it.skipIf(needsPostgresql())('users and tokens are kept in PostgreSQL where DATABASE_URL says so', async () => {
  const server = await startPostgresql();
  try {
    const databaseUrl = await server.database();
    const env = { DATABASE_URL: databaseUrl };
    expect(zonewright(['user', 'add', 'alice', '--admin'], { env }).stdout).toMatch(SECRET);
    const { status, stdout } = zonewright(['token', 'create', '--user', 'alice', '--state', '/nonexistent'], { env });
    expect(status).toBe(0);
    const state = await openState({ folder: '/nonexistent', databaseUrl });
    expect(await findToken(state.query, stdout.trim())).toMatchObject({ account: { name: 'alice' } });
    await state.close();
  } finally {
    await server.stop();
  }
});
