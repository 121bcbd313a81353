import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { openCommitter } from '../../src/git/committer.ts';
import { initRepository } from '../../src/git/new-repository.ts';
import { readRemoteAddress } from '../../src/git/remote-url.ts';
import type { Caller } from '../../src/pipeline/origin/caller.ts';
import { openOrigin } from '../../src/pipeline/origin/open.ts';
import type { Order } from '../../src/pipeline/origin/order.ts';
import { newProposer } from '../../src/pipeline/proposal.ts';
import { type Forge, ForgeError, type Proposal } from '../../src/pipeline/review/forge.ts';
import { openState } from '../../src/state/state.ts';
import { git, put, scratch } from '../setup/program.ts';

const person = { name: 'zonewright', email: 'zonewright@localhost' };
const seconds = () => Math.floor(Date.now() / 1000);

const alice: Caller = {
  account: { id: 1, name: 'alice', email: 'alice@example.net' },
  holder: { admin: false, enabled: true, grants: [{ pattern: '*' }], scope: {} },
  from: '127.0.0.1',
  dialect: undefined,
  requestId: 'r1',
};

const order: Order = {
  zones: [
    {
      kind: 'edit',
      zone: parseName('example.com.'),
      edits: [
        { op: 'put', owner: parseName('www.example.com.'), type: 'A', ttl: undefined, values: [{ text: '192.0.2.7' }] },
      ],
    },
  ],
};

const ZONE = 'records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n  www: { A: 192.0.2.1 }\n';

/** A served repository with these files at its head; `remote`: it follows another one, as bare as itself. */
async function served(
  files: Record<string, string>,
  { remote = false, forge = async () => undefined as Forge | undefined } = {},
) {
  const folder = scratch();
  const repository = await initRepository(join(folder, 'served.git'), { branch: 'main' });
  const source = remote
    ? (await initRepository(join(folder, 'remote.git'), { branch: 'main' })).folder
    : repository.folder;
  git(folder, 'init', '-q', 'work');
  for (const [path, text] of Object.entries(files)) put(join(folder, 'work'), path, text);
  git(join(folder, 'work'), 'add', '-A');
  git(join(folder, 'work'), 'commit', '-qm', 'first');
  git(join(folder, 'work'), 'push', '-q', source, 'HEAD:main');
  const address = remote ? readRemoteAddress(source) : undefined;
  const state = await openState({ folder: join(folder, 'state') });
  const committer = await openCommitter(repository, {
    branch: 'main',
    committer: person,
    now: seconds,
    ...(address && { remote: { ...address, branch: 'main' } }),
  });
  await committer.sync();
  const proposer = newProposer({ repository, committer: person, now: seconds, branch: 'main', remote: address, forge });
  const origin = openOrigin({
    repository,
    committer,
    state,
    now: Date.now,
    standing: async () => ({ serial: undefined, synced: false }),
    proposer,
  });
  onTestFinished(async () => {
    await origin.close();
    await committer.close();
    await state.close();
  });
  await origin.follow();
  return { origin, source, served: repository.folder };
}

it('puts a change onto a branch of its own and leaves the deployed one alone', async () => {
  const { origin, source } = await served({ 'zones/example.com.yaml': ZONE });
  const before = git(source, 'rev-parse', 'main');
  const made = await origin.propose(alice, order);
  if (made.kind !== 'proposed') return expect.unreachable(JSON.stringify(made));
  expect(made).toMatchObject({
    url: undefined,
    trouble: undefined,
    branch: expect.stringMatching(/^proposals\/[0-9a-f]{16}$/),
  });
  expect(git(source, 'rev-parse', 'main')).toBe(before);
  expect(git(source, 'log', '-1', '--format=%H %an %P %s', made.branch).trim()).toBe(
    `${made.commit} alice ${before.trim()} www.example.com: A 192.0.2.1 -> 192.0.2.7`,
  );
  expect(git(source, 'diff', '--numstat', 'main', made.branch)).toBe('1\t1\tzones/example.com.yaml\n');
  const again = await origin.propose(alice, order);
  expect(again).toMatchObject({ kind: 'proposed' });
  expect(git(source, 'branch', '--list', 'proposals/*').trim().split('\n')).toHaveLength(2);
});

it('pushes the branch to the remote and opens a pull request there', async () => {
  const asked: Proposal[] = [];
  const forge = {
    noun: 'pull request',
    propose: async (proposal: Proposal) => {
      asked.push(proposal);
      return { number: 5, url: 'https://git.example.net/pull/5' };
    },
  } as unknown as Forge;
  const place = await served({ 'zones/example.com.yaml': ZONE }, { remote: true, forge: async () => forge });
  const made = await place.origin.propose(alice, order);
  expect(made).toMatchObject({ kind: 'proposed', url: 'https://git.example.net/pull/5', trouble: undefined });
  if (made.kind !== 'proposed') return;
  expect(git(place.source, 'rev-parse', made.branch).trim()).toBe(made.commit);
  expect(git(place.served, 'branch', '--list', 'proposals/*')).toBe('');
  expect(asked).toEqual([
    {
      branch: made.branch,
      base: 'main',
      title: 'www.example.com: A 192.0.2.1 -> 192.0.2.7',
      body: expect.stringContaining('alice proposes this'),
    },
  ]);
});

it('answers with the branch where the host refuses the pull request', async () => {
  const refusing = {
    noun: 'pull request',
    propose: () => Promise.reject(new ForgeError('GitHub answers 422', 'x')),
  } as unknown as Forge;
  const { origin } = await served({ 'zones/example.com.yaml': ZONE }, { remote: true, forge: async () => refusing });
  expect(await origin.propose(alice, order)).toMatchObject({
    kind: 'proposed',
    url: undefined,
    trouble: 'GitHub answers 422',
  });
});

it('refuses what could not be committed either, without a branch', async () => {
  const { origin, source } = await served({ 'zones/example.com.yaml': ZONE });
  const edits = (text: string): Order => ({
    zones: [
      {
        kind: 'edit',
        zone: parseName('example.com.'),
        edits: [{ op: 'put', owner: parseName('www.example.com.'), type: 'A', ttl: undefined, values: [{ text }] }],
      },
    ],
  });
  expect(await origin.propose(alice, edits('not an address'))).toMatchObject({ kind: 'invalid' });
  expect(await origin.propose(alice, edits('192.0.2.1'))).toMatchObject({
    kind: 'failure',
    message: 'it changes nothing',
  });
  const reader = { ...alice, holder: { ...alice.holder, scope: { verbs: ['read' as const] } } };
  expect(await origin.propose(reader, order)).toMatchObject({ kind: 'forbidden' });
  const stranger = { ...alice, holder: { ...alice.holder, grants: [] } };
  expect(await origin.propose(stranger, order)).toMatchObject({ kind: 'no-zone' });
  expect(git(source, 'branch', '--list', 'proposals/*')).toBe('');
});

it.each([
  ['the zone', { 'zones/example.com.yaml': `review: true\n${ZONE}` }],
  [
    'the configuration',
    { 'zones/example.com.yaml': ZONE, 'zonewright.yaml': 'zones: { "*.com": { review: true } }\n' },
  ],
])('is the only way where %s demands a review', async (_, files) => {
  const { origin, source } = await served(files);
  const before = git(source, 'rev-parse', 'main');
  expect(await origin.change(alice, order)).toMatchObject({ kind: 'forbidden', review: true });
  // Nobody gets around it by a document that says otherwise.
  const text = `review: false\n${ZONE.replace('192.0.2.1', '192.0.2.7')}`;
  const write = { kind: 'write', zone: parseName('example.com.'), text, as: 'change' } as const;
  expect(await origin.change(alice, { zones: [write] })).toMatchObject({ kind: 'forbidden', review: true });
  expect(await origin.change(alice, { zones: [{ kind: 'delete', zone: parseName('example.com.') }] })).toMatchObject({
    review: true,
  });
  expect(git(source, 'rev-parse', 'main')).toBe(before);
  expect(await origin.change(alice, { ...order, dryRun: true })).toMatchObject({ kind: 'dry-run' });
  expect(await origin.propose(alice, order)).toMatchObject({ kind: 'proposed' });
});

it('is demanded of new zones by the configuration, whatever their document says', async () => {
  const { origin } = await served({ 'zonewright.yaml': 'zones: { "*.com": { review: true } }\n' });
  const write = { kind: 'write', zone: parseName('new.com.'), text: `review: false\n${ZONE}`, as: 'make' } as const;
  expect(await origin.change(alice, { zones: [write] })).toMatchObject({ kind: 'forbidden', review: true });
  const other = { ...write, zone: parseName('new.net.') };
  expect(await origin.change(alice, { zones: [other] })).toMatchObject({ kind: 'committed' });
});
