import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zoneFilePath } from '../../src/compile/paths.ts';
import type { BgpControl } from '../../src/deploy/bgp/adapter.ts';
import { bgpAdapters } from '../../src/deploy/bgp/list.ts';
import type { NameServerControl } from '../../src/deploy/nameservers/adapter.ts';
import { nameServerAdapters } from '../../src/deploy/nameservers/list.ts';
import { NodeError } from '../../src/deploy/node/node-error.ts';
import { giveOrders, type Order } from '../../src/deploy/node/order.ts';
import type { Run } from '../../src/deploy/node/transport.ts';
import { type DomainName, parseName } from '../../src/dns/name.ts';
import { plainName } from '../../src/dns/plain-name.ts';
import { TOOL_LIMIT } from '../setup/tools.ts';
import { type Lab, startLab } from './lab.ts';
import { needsLab } from './needs-lab.ts';
import type { LabNode } from './node.ts';
import { ANYCAST } from './plan.ts';
import { putFiles, zoneText } from './releases.ts';
import { until } from './space.ts';
import { overSsh, pinHostKeys } from './ssh.ts';

const TOKEN = 'a1b2c3d4e5f6';
// A dot within a label, and the other characters with which programs may have trouble.
const odd = parseName('a\\.b*c_d\\"e.test.');
const first = parseName('first.test.');
const second = parseName('second.test.');
const third = parseName('0/25.2.0.192.in-addr.arpa.');

/** A node as the tests see it. */
interface Subject {
  readonly name: string;
  readonly node: LabNode;
  readonly server: NameServerControl;
  readonly router: BgpControl;
  /** Gives orders of its name server. */
  give(orders: readonly Order[]): Promise<unknown>;
  /** Runs a command that has to be fine. */
  done(...words: string[]): Promise<void>;
  /** Brings a release with these zones. */
  release(id: string, base: string, zones: ReadonlyMap<DomainName, string>): Promise<void>;
  serial(zone: DomainName, ...options: string[]): Promise<string | undefined>;
  serves(zone: DomainName, serial: string | undefined): Promise<void>;
  becomes(announced: string): Promise<void>;
}

describe.skipIf(needsLab())('the adapters of Knot DNS, BIND, NSD, BIRD, FRR, GoBGP and ExaBGP', () => {
  let lab: Lab;
  let subjects: Subject[] = [];

  beforeAll(async () => {
    lab = await startLab();
    pinHostKeys(lab);
    subjects = [...lab.nodes.values()].map((node) => subject(lab, node));
    await Promise.all(subjects.map(({ name }) => overSsh(lab, name, `lock ${TOKEN}`, { input: 'tests\n' })));
  });

  afterAll(() => lab?.stop());

  /** All nodes at once, each with its own pair of daemons. */
  const onEach = (step: (on: Subject) => Promise<void>) => async () => {
    await Promise.all(
      subjects.map(async (on) => {
        try {
          await step(on);
        } catch (cause) {
          const { nameserver, bgp } = on.node.plan;
          throw new Error(`${on.name} (${nameserver}, ${bgp}): ${String(cause)}`, { cause });
        }
      }),
    );
  };

  it(
    'load zones, changed ones, and take some in and out, without a restart',
    onEach(async ({ give, node, server, done, release, serves, serial }) => {
      expect(await server.state()).toEqual({ running: true, version: expect.stringMatching(/^\d+\.\d+/) });
      await release('r1', '-', zones([first, 1], [second, 1], [odd, 1]));
      await give(server.check('r1', filesOf([first, second, odd])));
      await done('switch', 'r1');
      await give(server.load({ added: [first, second, odd], changed: [], removed: [] }));
      for (const zone of [first, second, odd]) await serves(zone, '1');
      expect(await serial(first, '+tcp')).toBe('1');

      await release('r2', 'r1', zones([first, 2], [odd, 2], [third, 2]));
      await give(server.check('r2', filesOf([first, odd, third])));
      await done('switch', 'r2');
      const { pid } = node.nameserver;
      const changes = { added: [third], changed: [first, odd], removed: [second] };
      expect(server.needsRestart(changes)).toBe(false);
      await give(server.load(changes));
      for (const zone of [first, odd, third]) await serves(zone, '2');
      await serves(second, undefined);
      expect(node.nameserver).toMatchObject({ pid });
      expect(node.nameserver.running()).toBe(true);
    }),
  );

  it(
    'load only the zones that they are told of',
    onEach(async ({ give, server, done, release, serves, serial }) => {
      await release('r3', 'r2', zones([first, 3], [odd, 3], [third, 3]));
      await done('switch', 'r3');
      await give(server.load({ added: [], changed: [odd], removed: [] }));
      await serves(odd, '3');
      expect(await serial(first)).toBe('2');
      await give(server.load({ added: [], changed: [first, third], removed: [] }));
      for (const zone of [first, third]) await serves(zone, '3');
    }),
  );

  it(
    'go back to an older release, with older serials, and forth again',
    onEach(async ({ give, server, done, serves }) => {
      await done('switch', 'r1');
      await give(server.load({ added: [second], changed: [first, odd], removed: [third] }));
      for (const zone of [first, second, odd]) await serves(zone, '1');
      await serves(third, undefined);
      await done('switch', 'r3');
      await give(server.load({ added: [third], changed: [first, odd], removed: [second] }));
      for (const zone of [first, third, odd]) await serves(zone, '3');
      await done('verified', 'r3');
    }),
  );

  it(
    'load a great number of changed zones at once',
    onEach(async ({ give, node, server, done, release, serves }) => {
      // So many that their names fit into no argument of a program.
      const many = Array.from({ length: 1700 }, (_, i) => parseName(`${String(i).padStart(63, 'z')}.test.`));
      const listed = (serial: number) => zones(...many.map((zone) => [zone, serial] as const), [first, 3]);
      await release('many1', 'r3', listed(1));
      // The checker of NSD is a process for each zone, which slow machines are long about.
      const checked = node.plan.nameserver === 'nsd' ? many.slice(0, 200) : many;
      await give(server.check('many1', filesOf(checked)));
      await done('switch', 'many1');
      await give(server.load({ added: many, changed: [], removed: [odd, third] }));
      await release('many2', 'r3', listed(2));
      await done('switch', 'many2');
      await give(server.load({ added: [], changed: many, removed: [] }));
      for (const zone of [many[0], many[850], many[1699]]) await serves(zone as DomainName, '2');
      await done('switch', 'r3');
      await give(server.load({ added: [odd, third], changed: [], removed: many }));
      await serves(odd, '3');
      await done('verified', 'r3');
    }),
  );

  it(
    'have the own checker of a name server refuse what it cannot load',
    onEach(async ({ give, server, release }) => {
      await release('bad', 'r3', new Map([[first, `${zoneText(first, 9)}first.test. 300 IN A not-an-address\n`]]));
      await expect(give(server.check('bad', filesOf([first])))).rejects.toThrow(NodeError);
      await release('none', 'r3', new Map([[first, '']]));
      await expect(give(server.check('none', filesOf([first])))).rejects.toThrow(NodeError);
      await expect(give(server.check('unknown', []))).rejects.toThrow('there is no release unknown');
    }),
  );

  it(
    'announce and withdraw, and see in the daemon that it has happened',
    onEach(async ({ name, node, router, becomes }) => {
      await until('the sessions are there', async () => {
        const { sessions } = await router.state();
        // BIRD's protocols are off until they are to announce.
        return node.plan.bgp === 'bird' || (sessions.length === 2 && sessions.every(({ established }) => established));
      });
      expect(await router.state()).toMatchObject({ announced: 'no', offered: false });
      await router.announce();
      await becomes('yes');
      await until('the collector has it', () => lab.collector.announced().includes(name));
      await router.withdraw();
      await becomes('no');
      await until('the collector has it no more', () => !lab.collector.announced().includes(name));
      await router.withdraw();
    }),
  );

  it(
    'tell that a session is down',
    onEach(async ({ name, router, becomes }) => {
      await router.announce();
      await becomes('yes');
      await lab.collector.sessions(name, 'disable');
      await becomes('no');
      expect(await router.state()).toMatchObject({ offered: true, note: expect.stringContaining('not established') });
      await lab.collector.sessions(name, 'enable');
      await becomes('yes');
      await lab.collector.sessions(name, 'disable');
      await becomes('no');
      // Withdrawn while nobody hears it, it stays so when somebody does.
      await router.withdraw();
      expect(await router.state()).toMatchObject({ announced: 'no', offered: false });
      await lab.collector.sessions(name, 'enable');
      await router.announce();
      await becomes('yes');
      await router.withdraw();
      await becomes('no');
      expect(await router.state()).toMatchObject({ offered: false });
    }),
  );

  it(
    'announce nothing before it was verified',
    onEach(async ({ router, done }) => {
      await done('switch', 'r2');
      await expect(router.announce()).rejects.toThrow('what is served was not verified');
      expect(await router.state()).toMatchObject({ announced: 'no' });
    }),
  );

  it(
    'tell that a daemon is not there',
    onEach(async ({ give, node, server, router }) => {
      await node.nameserver.end('SIGKILL');
      expect(await server.state()).toEqual({ running: false, version: undefined });
      await expect(give(server.load({ added: [], changed: [first], removed: [] }))).rejects.toThrow(NodeError);
      await node.bgp.end('SIGKILL');
      expect(await router.state()).toMatchObject({ announced: 'unknown', note: expect.stringMatching(/./) });
      await expect(router.withdraw()).rejects.toThrow(NodeError);
    }),
  );
});

function subject(lab: Lab, node: LabNode): Subject {
  const { name, nameserver, bgp, address } = node.plan;
  const run: Run = (words, { input = '', extraMs = 0 } = {}) =>
    overSsh(lab, name, `as ${TOKEN} ${words.join(' ')}`, { input, timeout: TOOL_LIMIT + extraMs });
  const server = adapterOf(nameServerAdapters, nameserver).control({ kind: nameserver }, run);
  const prefixes = [ANYCAST.prefix, ANYCAST.prefix6];
  const protocols = ['anycast4', 'anycast6'];
  const settings = { kind: bgp, protocols, neighbors: [], prefixes, asn: undefined };
  const router = adapterOf(bgpAdapters, bgp).control(settings, run);
  const done = async (...words: string[]) => {
    expect({ words, ...(await run(words)) }).toMatchObject({ words, status: 0, stderr: '' });
  };
  const serial = async (zone: DomainName, ...options: string[]) => {
    const asked = ['dig', `@${address}`, plainName(zone), 'SOA', '+noall', '+answer', '+time=1', '+tries=1', '+norec'];
    const { stdout } = await lab.deployer.run([...asked, ...options]);
    return /\sSOA\s+\S+ \S+ (\d+)/.exec(stdout)?.[1];
  };
  return {
    name,
    node,
    server,
    router,
    give: (orders) => giveOrders(run, orders),
    done,
    serial,
    async release(id, base, zones) {
      await done('prepare', id, '-', '-');
      await putFiles(node, id, zones);
      await done('seal', id);
      await done('hold', base);
    },
    serves: (zone, wanted) => until(`it serves ${zone} ${wanted}`, async () => (await serial(zone)) === wanted),
    becomes: (announced) =>
      until(`it is announced: ${announced}`, async () => (await router.state()).announced === announced),
  };
}

function zones(...listed: readonly (readonly [DomainName, number])[]): ReadonlyMap<DomainName, string> {
  return new Map(listed.map(([zone, serial]) => [zone, zoneText(zone, serial)]));
}

function filesOf(zones: readonly DomainName[]) {
  return zones.map((apex) => ({ apex, path: zoneFilePath(apex) }));
}

function adapterOf<A extends { readonly kind: string }>(adapters: readonly A[], kind: string): A {
  const found = adapters.find((adapter) => adapter.kind === kind);
  if (found === undefined) throw new Error(`there is no adapter for ${kind}`);
  return found;
}
