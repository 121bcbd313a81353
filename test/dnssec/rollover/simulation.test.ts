import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DnssecPolicy } from '../../../src/dns/dnssec/policy.ts';
import { isRolling } from '../../../src/dnssec/rollover/decide.ts';
import { waiting } from '../../../src/dnssec/rollover/waiting.ts';
import { policyWith, Simulation, type World } from './simulated-world.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const START = 1_700_000_000;

const quick = { csk: 60 * DAY, ksk: 60 * DAY, zsk: 30 * DAY };
const yearly = { csk: YEAR, ksk: YEAR, zsk: 90 * DAY };

const policies: readonly [string, Partial<DnssecPolicy>][] = [
  ['a combined key every year', { keys: 'csk', rollover: yearly }],
  ['a combined key every other month, long TTLs', { keys: 'csk', rollover: quick, dnskeyTtl: 2 * DAY }],
  ['two keys', { keys: 'ksk+zsk', rollover: yearly }],
  ['two keys that change quickly', { keys: 'ksk+zsk', rollover: quick }],
  ['two RSA keys', { keys: 'ksk+zsk', algorithm: 8, rollover: quick }],
];

function worldOf(policy: Partial<DnssecPolicy>, changes: Partial<World> = {}): World {
  return {
    policy: policyWith(policy),
    maxTtl: DAY,
    spread: HOUR,
    parentDelay: 2 * HOUR,
    dsTtl: DAY,
    parentSpread: HOUR / 2,
    ...changes,
  };
}

describe('ten years of a policy', () => {
  it.each(policies)('%s: every resolver validates at every moment, and every roll-over ends', (_name, policy) => {
    const simulation = new Simulation(worldOf(policy), START);
    const used = new Set<string>();
    while (simulation.now < START + 10 * YEAR) {
      simulation.build();
      simulation.pass(6 * HOUR, true);
      for (const id of simulation.served.signatures) used.add(id);
    }
    expect(simulation.broken).toEqual([]);
    const { rollover, keys } = simulation.policy;
    const period = (keys === 'csk' ? rollover.csk : rollover.zsk) as number;
    expect(used.size).toBeGreaterThan((10 * YEAR) / period - 5);
    expect(simulation.served.ds).toHaveLength(1);
    expect(simulation.served.dnskey.length).toBeLessThanOrEqual(keys === 'csk' ? 2 : 4);
  });

  it('breaks something where the waiting is left out, so this test can fail', () => {
    const simulation = new Simulation(worldOf({ keys: 'ksk+zsk', rollover: quick }), START, true);
    while (simulation.now < START + YEAR) {
      simulation.build();
      simulation.pass(6 * HOUR, true);
    }
    expect(simulation.broken.length).toBeGreaterThan(0);
  });
});

/** Builds until nothing is waited for any more, as long as a while. */
function settle(simulation: Simulation): void {
  const end = simulation.now + YEAR;
  do {
    simulation.build();
    simulation.pass(3 * HOUR, true);
  } while (simulation.now < end && waiting(simulation.state, simulation.now, { secure: simulation.secure }).length > 0);
}

describe('one roll-over', () => {
  const algorithmOf = (simulation: Simulation): string[] => [
    ...new Set(simulation.served.dnskey.map((id) => id.slice(0, 2))),
  ];

  it('of the algorithm signs with both first, and ends with the new one alone', () => {
    const simulation = new Simulation(worldOf({ keys: 'csk', algorithm: 13 }), START);
    settle(simulation);
    expect(algorithmOf(simulation)).toEqual(['13']);
    simulation.policy = policyWith({ keys: 'csk', algorithm: 15 });
    simulation.build();
    expect(simulation.served.signatures).toHaveLength(2);
    expect(simulation.served.dnskey).toHaveLength(1);
    settle(simulation);
    expect(algorithmOf(simulation)).toEqual(['15']);
    expect(simulation.served.signatures).toEqual(simulation.served.ds);
    expect(simulation.broken).toEqual([]);
  });

  it.each([
    ['csk', 'ksk+zsk'],
    ['ksk+zsk', 'csk'],
  ] as const)('from %s to %s', (from, to) => {
    const simulation = new Simulation(worldOf({ keys: from }), START);
    settle(simulation);
    simulation.policy = policyWith({ keys: to });
    settle(simulation);
    expect(simulation.served.dnskey).toHaveLength(to === 'csk' ? 1 : 2);
    expect(simulation.broken).toEqual([]);
  });

  it('to unsigned takes the DS away first, and comes back', () => {
    const simulation = new Simulation(worldOf({ keys: 'ksk+zsk' }), START);
    settle(simulation);
    simulation.secure = false;
    simulation.build();
    expect(simulation.served.dnskey).toHaveLength(2);
    settle(simulation);
    expect(simulation.served).toEqual({ ds: [], dnskey: [], signatures: [] });
    simulation.secure = true;
    settle(simulation);
    expect(simulation.served.ds).toHaveLength(1);
    expect(simulation.broken).toEqual([]);
  });

  it('waits for a parent that never acts, and says so', () => {
    const simulation = new Simulation(worldOf({ keys: 'csk', rollover: quick }, { parentDelay: undefined }), START);
    for (let i = 0; i < 1000; i++) {
      simulation.build();
      simulation.pass(6 * HOUR, true);
    }
    expect(simulation.broken).toEqual([]);
    expect(waiting(simulation.state, simulation.now, { secure: true })).toContainEqual(
      expect.objectContaining({ what: 'parent', until: undefined, todo: expect.stringContaining('add the DS of') }),
    );
  });

  it('does nothing while the clock is behind the last release, and says so', () => {
    const simulation = new Simulation(worldOf({ keys: 'csk' }), START);
    settle(simulation);
    const before = simulation.served;
    simulation.roll(['csk']);
    simulation.now -= 30 * DAY;
    simulation.build();
    expect(simulation.served).toEqual(before);
    expect(waiting(simulation.state, simulation.now, { secure: true })[0]?.what).toBe('clock');
  });
});

/** What somebody does, and how long nothing happens then. */
interface Step {
  readonly hours: number;
  readonly look: boolean;
  readonly lost: boolean;
  readonly what: string;
}

function play(simulation: Simulation, base: Partial<DnssecPolicy>, { hours, look, lost, what }: Step): void {
  const { keys, algorithm } = simulation.policy;
  const roles = keys === 'csk' ? (['csk'] as const) : (['ksk', 'zsk'] as const);
  if (what === 'roll') simulation.roll(roles);
  if (what === 'emergency') simulation.roll(roles.slice(-1));
  if (what === 'unsign') simulation.secure = !simulation.secure;
  simulation.policy = policyWith({
    ...base,
    algorithm: what !== 'algorithm' ? algorithm : algorithm === 13 ? 15 : 13,
    keys: what !== 'roles' ? keys : keys === 'csk' ? 'ksk+zsk' : 'csk',
  });
  if (what !== 'nothing') simulation.build({ lost });
  simulation.pass(hours * HOUR, look);
}

describe('any schedule', () => {
  const step = fc.record({
    hours: fc.integer({ min: 1, max: 24 * 9 }),
    look: fc.boolean(),
    lost: fc.boolean(),
    what: fc.constantFrom(
      'build',
      'build',
      'build',
      'build',
      'build',
      'roll',
      'emergency',
      'algorithm',
      'roles',
      'unsign',
      'nothing',
    ),
  });
  const world = fc.record({
    keys: fc.constantFrom('csk', 'ksk+zsk' as const),
    dnskeyTtl: fc.constantFrom(300, HOUR, 2 * DAY),
    maxTtl: fc.constantFrom(60, HOUR, 3 * DAY),
    dsTtl: fc.constantFrom(HOUR, DAY, 4 * DAY),
    parentDelay: fc.constantFrom(0, HOUR, 5 * DAY, undefined),
    spread: fc.constantFrom(0, HOUR),
  });

  it('of builds, roll-overs, changes of policy, late parents and lost records breaks nothing', () => {
    fc.assert(
      fc.property(world, fc.array(step, { maxLength: 60 }), (of, steps) => {
        const { keys, dnskeyTtl, ...rest } = of;
        const base = { keys, dnskeyTtl, rollover: quick } as const;
        const simulation = new Simulation(worldOf(base, rest), START);
        for (const each of steps) play(simulation, base, each);
        expect(simulation.broken).toEqual([]);
        if (rest.parentDelay === undefined) return;
        settle(simulation);
        expect(simulation.broken).toEqual([]);
        const later = simulation.now + 30 * DAY;
        for (const role of ['csk', 'ksk', 'zsk'] as const) expect(isRolling(simulation.state, role, later)).toBe(false);
        expect(simulation.served.ds).toHaveLength(simulation.secure ? 1 : 0);
      }),
      { numRuns: 300 },
    );
  });

  it('goes the same way where sights of the parent that say nothing new are not noted', () => {
    let unnoted = 0;
    fc.assert(
      fc.property(world, fc.array(step, { maxLength: 60 }), (of, steps) => {
        const { keys, dnskeyTtl, ...rest } = of;
        const base = { keys, dnskeyTtl, rollover: quick } as const;
        const [noting, other] = [0, 1].map(() => new Simulation(worldOf(base, rest), START)) as [
          Simulation,
          Simulation,
        ];
        other.notesAll = false;
        for (const each of steps) {
          play(noting, base, each);
          play(other, base, each);
          expect(other.served).toEqual(noting.served);
          expect(other.state.progress).toEqual(noting.state.progress);
        }
        unnoted += other.unnoted;
      }),
      { numRuns: 2000 },
    );
    expect(unnoted).toBeGreaterThan(0);
  });
});
