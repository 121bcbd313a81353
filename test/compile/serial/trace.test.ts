import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newBounds } from '../../../src/compile/serial/bounds.ts';
import { serialAfterChange } from '../../../src/compile/serial/policy.ts';
import type { Anchor, ContentState, Touch, TracedSerial, ZoneState } from '../../../src/compile/serial/trace.ts';
import { traceSerial } from '../../../src/compile/serial/trace.ts';
import type { Serial } from '../../../src/dns/serial.ts';
import { isGreaterSerial, serial } from '../../../src/dns/serial.ts';
import type { SerialPolicy } from '../../../src/zone/settings.ts';

interface Version {
  readonly time: number;
  readonly state: ZoneState;
}

function content(text: string, policy: SerialPolicy = 'unixtime', floor?: number): ContentState {
  return {
    kind: 'content',
    content: text,
    policy,
    floor: floor === undefined ? undefined : serial(floor),
    documentSerial: undefined,
    signedBy: undefined,
  };
}

/** Runs the walk over versions, oldest first; the last must have content. Gives the serial and what was asked. */
function trace(versions: readonly Version[], anchor?: Anchor): TracedSerial & { asked: number[] } {
  const newestFirst = [...versions].reverse();
  const touches: Touch[] = newestFirst.map(({ time }, index) => ({
    index,
    time,
    commit: `c${versions.length - 1 - index}`,
  }));
  const history = {
    touchOf: (_: ZoneState, from: number) => touches[from],
    isFirst: ({ index }: Touch) => index === touches.length - 1,
    bounds: newBounds(touches.map(({ time }) => time)),
  };
  const walk = traceSerial((newestFirst[0] as Version).state as ContentState, history, anchor);
  const asked: number[] = [];
  let step = walk.next();
  while (!step.done) {
    asked.push(step.value.index);
    step = walk.next(newestFirst[step.value.index + 1]?.state ?? { kind: 'absent' });
  }
  return { ...step.value, asked };
}

/** The definition, taken literally: forwards through all of the history. */
function literally(versions: readonly Version[], anchor?: Anchor): { serial: Serial; at: number | undefined } {
  let last: Serial | undefined = anchor?.serial;
  let held: string | undefined = anchor?.content;
  let at: number | undefined;
  versions.forEach(({ time, state }, index) => {
    if (state.kind === 'unreadable') return;
    if (state.kind === 'absent') {
      held = undefined;
      return;
    }
    const { floor } = state;
    if (state.content !== held || (floor !== undefined && last !== undefined && !isGreaterSerial(last, floor))) {
      last = serialAfterChange(state.policy, time, last, floor);
      at = index;
    }
    held = state.content;
  });
  return { serial: last as Serial, at };
}

const times = fc.oneof(
  fc.integer({ min: 1, max: 12 }),
  fc.integer({ min: 1_700_000_000, max: 1_700_000_010 }),
  fc.integer({ min: 1_600_000_000, max: 1_900_000_000 }),
  fc.constantFrom(0, 0xfffffffe, 0xffffffff, 0x100000000, 0x7fffffff, 0x80000000),
);

function histories(policy: SerialPolicy, floor?: number): fc.Arbitrary<Version[]> {
  const states = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c').map((text) => content(text, policy, floor)) },
    { weight: 1, arbitrary: fc.constantFrom<ZoneState>({ kind: 'absent' }, { kind: 'unreadable' }) },
  );
  return fc
    .tuple(
      fc.array(fc.record({ time: times, state: states }), { maxLength: 12 }),
      fc.record({ time: times, state: fc.constantFrom('a', 'b').map((text) => content(text, policy, floor)) }),
    )
    .map(([older, newest]) => [...older, newest]);
}

describe('traceSerial', () => {
  it.each(['unixtime', 'date', 'increment'] as const)('is what the definition says, for %s', (policy) => {
    fc.assert(
      fc.property(histories(policy), (versions) => {
        const found = trace(versions);
        const expected = literally(versions);
        expect(found.serial).toBe(expected.serial);
        expect(found.touch?.commit).toBe(`c${expected.at}`);
      }),
      { numRuns: 500 },
    );
  });

  it('is what the definition says where there is a floor', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom<SerialPolicy>('unixtime', 'date', 'increment')
          .chain((policy) =>
            fc.constantFrom(0, 5, 1_800_000_000, 2026010100, 0xfffffff0).chain((floor) => histories(policy, floor)),
          ),
        (versions) => {
          expect(trace(versions).serial).toBe(literally(versions).serial);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is what the definition says from an anchor on', () => {
    const anchors = fc.record({
      serial: fc.integer({ min: 0, max: 0xffffffff }).map(serial),
      content: fc.constantFrom('a', 'b', 'c'),
    });
    fc.assert(
      fc.property(
        fc.constantFrom<SerialPolicy>('unixtime', 'date', 'increment').chain((policy) => histories(policy)),
        anchors,
        (versions, anchor) => {
          const found = trace(versions, anchor);
          const expected = literally(versions, anchor);
          expect(found.serial).toBe(expected.serial);
          expect(found.touch?.commit).toBe(expected.at === undefined ? undefined : `c${expected.at}`);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives what it would have given from the beginning when it goes on from any release in between', () => {
    fc.assert(
      fc.property(histories('unixtime'), fc.nat(), (versions, nat) => {
        const cut = 1 + (nat % versions.length);
        const before = versions.slice(0, cut);
        const released = before.at(-1)?.state;
        fc.pre(released?.kind === 'content');
        const anchor = { serial: literally(before).serial, content: released.content };
        const rest = versions.slice(cut);
        const found = rest.length === 0 ? anchor.serial : trace(rest, anchor).serial;
        expect(found).toBe(literally(versions).serial);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the serial over touches that change nothing', () => {
    const versions = [1000, 2000, 3000, 4000].map((time, i) => ({ time, state: content(i === 0 ? 'a' : 'b') }));
    expect(trace(versions)).toMatchObject({ serial: 2000, touch: { commit: 'c1' } });
  });

  it('asks only as far back as the change that proves itself', () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({ time: 1_700_000_000 + 10 * i, state: content(`v${i}`) }));
    expect(trace(many).asked).toEqual([0]);
    const quiet = [...many, ...many.slice(0, 3).map((_, i) => ({ time: 1_700_100_000 + i, state: content('v999') }))];
    expect(trace(quiet).asked).toEqual([0, 1, 2, 3]);
  });

  it('asks for no state at all where one commit follows a known release', () => {
    const anchor = { serial: serial(7), content: 'a' };
    expect(trace([{ time: 1000, state: content('b') }], anchor)).toMatchObject({ serial: 1000, asked: [] });
  });

  it('goes on where commits share a second', () => {
    const versions = ['a', 'b', 'c', 'd'].map((text) => ({ time: 1000, state: content(text) }));
    expect(trace(versions).serial).toBe(1003);
  });

  it('goes on behind a zone that was away, also with a slower policy', () => {
    const gone: ZoneState = { kind: 'absent' };
    const states = [content('a', 'date'), gone, content('a', 'unixtime')];
    const versions = states.map((state, i) => ({ time: 1_700_000_000 + i * 100, state }));
    expect(isGreaterSerial(trace(versions).serial, trace(versions.slice(0, 1)).serial)).toBe(true);
  });

  it('stays greater where the policy changes together with the content', () => {
    const states = [content('a', 'date'), content('b', 'unixtime'), content('c', 'increment'), content('d', 'date')];
    const versions = states.map((state, i) => ({ time: 1_700_000_000 + i, state }));
    for (let n = 2; n <= versions.length; n++) {
      expect(isGreaterSerial(trace(versions.slice(0, n)).serial, trace(versions.slice(0, n - 1)).serial)).toBe(true);
    }
  });

  it('rises above a floor that is set later, though the content stays', () => {
    const versions = [
      { time: 1000, state: content('a') },
      { time: 2000, state: content('a', 'unixtime', 5000) },
      { time: 3000, state: content('a', 'unixtime', 5000) },
    ];
    expect(trace(versions)).toMatchObject({ serial: 5001, touch: { commit: 'c1' } });
  });
});
