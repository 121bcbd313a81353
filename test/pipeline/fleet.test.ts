import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addNode, listNodes } from '../../src/pipeline/fleet.ts';
import { addPurgeNetwork, purgeNetworks } from '../../src/pipeline/purge.ts';
import { parseNetwork } from '../../src/zone/web-file.ts';
import { type ScratchOrigin, scratchCaller, scratchOrigin } from './origin/scratch.ts';

let scratch: ScratchOrigin;
const admin = scratchCaller('root', true);
const alice = scratchCaller('alice@example.com');

beforeAll(async () => {
  scratch = await scratchOrigin();
});
afterAll(() => scratch.close());

const node = { host: '198.51.100.11', location: { name: 'Zürich', lat: 47.4, lon: 8.5 }, web: true };

describe('a node', () => {
  it('is added by a commit that says who and what, and by admins alone', async () => {
    const { origin, git } = scratch;
    expect(await addNode(origin, alice, { name: 'zrh1', ...node })).toMatchObject({ kind: 'forbidden' });
    expect(await addNode(origin, admin, { name: 'zrh1', ...node })).toMatchObject({ kind: 'committed' });
    expect((await listNodes(origin)).get('zrh1')).toMatchObject({ web: true, address: '198.51.100.11' });
    expect(await git('log', '-1', '--format=%an: %s')).toBe('root: nodes.yaml: add zrh1\n');
  });

  it('is added once, and only where it can be one', async () => {
    const { origin, git } = scratch;
    const head = await git('rev-parse', 'main');
    for (const name of ['zrh1', '../x', '', '-o', 'a b', '__proto__'.repeat(20)])
      expect(await addNode(origin, admin, { name, ...node })).toMatchObject({ kind: 'invalid', field: 'name' });
    for (const host of ['-oProxyCommand=x', 'a b', "x'; rm", ''])
      expect(await addNode(origin, admin, { name: 'n2', ...node, host })).toMatchObject({ kind: 'refused' });
    expect(await git('rev-parse', 'main')).toBe(head);
  });

  it('must not make one that zones name unknown', async () => {
    const other = await scratchOrigin();
    try {
      const zone = 'example.com.' as never;
      const values = [{ text: '192.0.2.1', options: { nodes: ['old'], proxied: false } }];
      const edits = [{ op: 'add', owner: 'www.example.com.' as never, type: 'A', ttl: 300, values }] as const;
      const made = await other.origin.change(admin, { zones: [{ kind: 'make', zone, edits }] });
      expect(made).toMatchObject({ kind: 'committed' });
      const refused = await addNode(other.origin, admin, { name: 'new', ...node });
      expect(refused).toMatchObject({ kind: 'refused', findings: [{ rule: 'unknown-node' }] });
      expect(await addNode(other.origin, admin, { name: 'old', ...node })).toMatchObject({ kind: 'committed' });
    } finally {
      await other.close();
    }
  });
});

describe('networks that may purge', () => {
  it('are those that each account has added, once each', async () => {
    const { origin, git } = scratch;
    const networks = ['192.0.2.0/24', '2001:db8::/32', '192.0.2.0/24'].map((text) => parseNetwork(text));
    for (const network of networks) await addPurgeNetwork(origin, alice, network);
    expect(await purgeNetworks(origin, 'alice@example.com')).toEqual(['192.0.2.0/24', '2001:db8::/32']);
    expect(await purgeNetworks(origin, 'bob')).toEqual([]);
    expect(await git('show', 'main:web.yaml')).toBe(
      'purge: { accounts: { "alice@example.com": [192.0.2.0/24, "2001:db8::/32"] } }\n',
    );
    expect(await git('log', '--format=%s', 'main', '--', 'web.yaml')).toBe(
      'web.yaml: let alice@example.com purge from 2001:db8::/32\nweb.yaml: let alice@example.com purge from 192.0.2.0/24\n',
    );
  });

  it('are not added by a token for some zones', async () => {
    const limited = scratchCaller('bob', false, { zones: ['example.com'] });
    const refused = await addPurgeNetwork(scratch.origin, limited, parseNetwork('192.0.2.1'));
    expect(refused).toMatchObject({ kind: 'forbidden' });
  });
});
