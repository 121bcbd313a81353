import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/zone/config.ts';
import { readNodes } from '../../../src/zone/inventory/inventory.ts';
import { ALL_NODES } from '../../../src/zone/inventory/rollout-policy.ts';

function read(text: string) {
  return readNodes({ path: 'nodes.yaml', text });
}

describe('nodes.yaml', () => {
  it('is read with its defaults, key by key', () => {
    const { inventory, findings } = read(
      [
        'defaults: { ssh: { user: dns, port: 2222 }, root: /srv/dns, nameserver: { kind: knot } }',
        'groups: { canary: [fra1], all: [fra1, ams1] }',
        'nodes:',
        '  fra1: { host: fra1.example.net, ssh: { port: 22 }, bgp: { kind: bird, protocols: any4 }, probe: { address: 192.0.2.1 } }',
        '  ams1: { host: "2001:db8::1", nameserver: { kind: nsd }, root: /x }',
        '  here: { nameserver: { kind: embedded } }',
      ].join('\n'),
    );
    expect(findings).toEqual([]);
    expect(inventory.nodes.get('fra1')).toMatchObject({
      ssh: { user: 'dns', port: 22 },
      root: '/srv/dns',
      transport: 'ssh',
      nameserver: { kind: 'knot' },
      bgp: { kind: 'bird', protocols: ['any4'] },
      probe: { host: '192.0.2.1', port: 53 },
      groups: ['canary', 'all'],
    });
    expect(inventory.nodes.get('ams1')).toMatchObject({
      ssh: { user: 'dns', port: 2222 },
      root: '/x',
      nameserver: { kind: 'nsd' },
      bgp: { kind: 'none' },
      probe: { host: '2001:db8::1', port: 53 },
    });
    expect(inventory.nodes.get('here')).toMatchObject({ transport: 'local', host: undefined, probe: undefined });
  });

  it.each([
    ['an option for a host', 'nodes: { a: { host: -oProxyCommand=id } }', 'host'],
    ['a shell in a host', 'nodes: { a: { host: "a;id" } }', 'host'],
    ['an option for a user', 'nodes: { a: { ssh: { user: -l } } }', 'user'],
    ['a path that leads up', 'nodes: { a: { root: /var/lib/../../etc } }', 'root'],
    ['a path with a variable', 'nodes: { a: { root: /var/$HOME } }', 'root'],
    ['a relative path', 'nodes: { a: { ssh: { identity: id_ed25519 } } }', 'identity'],
    ['a protocol with a quote', `nodes: { a: { bgp: { kind: bird, protocols: ["x' "] } } }`, 'protocols'],
    ['a prefix that is none', 'nodes: { a: { bgp: { kind: frr, prefixes: [192.0.2.0/33] } } }', 'prefixes'],
    ['a scoped address', 'nodes: { a: { probe: { address: "fe80::1%eth0" } } }', 'address'],
    ['a name with a slash', 'nodes: { "../x": {} }', '"../x"'],
    ['a name that is an option', 'nodes: { "-a": {} }', '"-a"'],
    ['a mistyped key', 'nodes: { a: { nameservr: { kind: knot } } }', 'nameserver'],
    ['a kind that is none', 'nodes: { a: { nameserver: { kind: knott } } }', 'knot'],
    ['a member that is no node', 'groups: { canary: [b] }\nnodes: { a: {} }', 'no node "b"'],
  ])('refuses %s', (_, text, named) => {
    const { findings } = read(text);
    expect(findings.map(({ severity }) => severity)).toEqual(['error']);
    expect(`${findings[0]?.message} ${findings[0]?.fix}`).toContain(named);
  });

  it('keeps the names that JavaScript has for itself apart', () => {
    const { inventory } = read('nodes: { constructor: { host: a }, toString: {} }');
    expect([...inventory.nodes.keys()]).toEqual(['constructor', 'toString']);
  });

  it('never makes the reader throw, nor lets an option or a space through', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (name, value) => {
        const node = {
          host: value,
          root: value,
          ssh: { user: value },
          bgp: { protocols: [value] },
          probe: { address: value },
        };
        const { inventory } = read(JSON.stringify({ nodes: { [name]: node } }));
        for (const entry of inventory.nodes.values()) {
          const words = [entry.name, entry.host, entry.root, entry.ssh.user, ...entry.bgp.protocols, entry.probe?.host];
          for (const word of words) expect(word ?? 'x').toMatch(/^[A-Za-z0-9_/:][^\s'"`$;|&<>\\]*$/);
        }
      }),
    );
  });
});

describe('deploy: in zonewright.yaml', () => {
  it('has its defaults, and takes a minimum for all nodes or for groups', () => {
    const policyOf = (text: string) => readConfig({ path: 'zonewright.yaml', text }).config.rollout;
    expect(policyOf('')).toMatchObject({
      canary: 'canary',
      parallel: 4,
      maxFailed: 0,
      drain: 'always',
      drainSeconds: 10,
    });
    expect(policyOf('').minAnnounced).toEqual(new Map([[ALL_NODES, 1]]));
    expect(policyOf('deploy: { min_announced: 2, timeouts: { verify: 5s } }')).toMatchObject({
      minAnnounced: new Map([[ALL_NODES, 2]]),
      timeouts: { verify: 5, connect: 10 },
    });
    expect(policyOf('deploy: { min_announced: { eu: 1, asia: 2 } }').minAnnounced).toEqual(
      new Map([
        ['eu', 1],
        ['asia', 2],
      ]),
    );
  });
});
