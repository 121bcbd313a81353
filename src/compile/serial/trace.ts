import type { Serial } from '../../dns/serial.ts';
import { isGreaterSerial } from '../../dns/serial.ts';
import type { SerialPolicy } from '../../zone/settings.ts';
import { serialAfterChange, wantedNumber } from './policy.ts';

/** What a zone was in one state of the repository, as far as its serial depends on it. */
export type ZoneState =
  | { readonly kind: 'absent' }
  /** Its document could not be compiled: nothing of it was ever released. */
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'content';
      /** The digest of its content. */
      readonly content: string;
      readonly policy: SerialPolicy;
      /** A serial that was served before zonewright took over. */
      readonly floor: Serial | undefined;
    };

/** A state with content. */
export type ContentState = Extract<ZoneState, { kind: 'content' }>;

/** A commit that touched what a zone is compiled from; without an id: changes that are not committed yet. */
export interface Touch {
  readonly commit: string | undefined;
  /** Seconds since 1970: the committer's time, or the clock's. */
  readonly time: number;
}

/** A serial that is known, and the content that it was given to. */
export interface Anchor {
  readonly serial: Serial;
  readonly content: string;
}

/** A serial and the touch that it stems from; `undefined`: it is the anchor's. */
export interface TracedSerial {
  readonly serial: Serial;
  readonly touch: Touch | undefined;
}

/**
 * The serial of a zone at the end of its history.
 *
 * It is defined along the touches, oldest first: a touch that leaves the content as it was leaves the serial as it was; one
 * that changes it gives the serial that the policy wants at the time of the touch, and always a greater one than before. So
 * it is the same on every machine that has the history. The history begins with nothing, or at an anchor.
 *
 * The function walks back from `current`, the state after the newest touch, only as far as needed: it yields the number `k`
 * of a touch (0 is the newest) where it must know the state before that touch, and takes it as the answer. It stops at a
 * change whose time proves that its serial is what the policy wants, whatever came before. The proof supposes that states
 * which it did not ask for had one of the policies of those that it knows.
 */
export function* traceSerial(
  current: ContentState,
  touches: readonly Touch[],
  anchor: Anchor | undefined,
): Generator<number, TracedSerial, ZoneState> {
  const states: ZoneState[] = [current];
  // The oldest state with content so far. A state before it without content is passed: what was there earlier counts too.
  let oldest = 0;
  for (let k = 0; k < touches.length; k++) {
    const before = k === touches.length - 1 && anchor !== undefined ? contentOf(anchor, current) : yield k;
    states.push(before);
    if (before.kind !== 'content') continue;
    const gone = states.slice(oldest + 1, k + 1).some((state) => state.kind === 'absent');
    const changed = gone || before.content !== (states[oldest] as ContentState).content;
    if (anchor === undefined && changed && isCertain(states, touches, oldest)) {
      return replay(states, touches, oldest, undefined);
    }
    oldest = k + 1;
  }
  return replay(states, touches, touches.length - 1, anchor);
}

/** The anchor's content as the state that it was; its policy does not matter any more. */
function contentOf(anchor: Anchor, current: ContentState): ContentState {
  return { ...current, content: anchor.content, floor: undefined };
}

/** Whether the touch `at`, which changed the content, gave the serial that its policy wants, whatever came before it. */
function isCertain(states: readonly ZoneState[], touches: readonly Touch[], at: number): boolean {
  const { policy, floor } = states[at] as ContentState;
  const wanted = wantedNumber(policy, (touches[at] as Touch).time);
  const policies = new Set<SerialPolicy>([policy]);
  const floors: number[] = floor === undefined ? [] : [floor];
  for (const state of states.slice(at + 1)) {
    if (state.kind !== 'content') continue;
    policies.add(state.policy);
    if (state.floor !== undefined) floors.push(state.floor);
  }
  let most = -1;
  let least = wanted;
  for (let j = touches.length - 1; j > at; j--) {
    // However many of the touches in between changed something: each raised the serial by at least and, if need be, just 1.
    most += 1;
    for (const each of policies) {
      const number = wantedNumber(each, (touches[j] as Touch).time);
      most = Math.max(most, number);
      least = Math.min(least, number);
    }
  }
  if (touches.length - 1 > at) for (const each of floors) most = Math.max(most, each + touches.length);
  // Beyond half the number space RFC 1982 turns "greater" around.
  return wanted > most && wanted - least < 0x80000000;
}

/** Goes forward from the touch `from`, before which the serial was the anchor's or there was none that matters. */
function replay(
  states: readonly ZoneState[],
  touches: readonly Touch[],
  from: number,
  anchor: Anchor | undefined,
): TracedSerial {
  let serial = anchor?.serial;
  let content = anchor?.content;
  let touch: Touch | undefined;
  for (let k = from; k >= 0; k--) {
    const state = states[k] as ZoneState;
    if (state.kind === 'unreadable') continue;
    if (state.kind === 'absent') {
      content = undefined;
      continue;
    }
    const { floor, policy } = state;
    const raised = floor !== undefined && serial !== undefined && !isGreaterSerial(serial, floor);
    if (state.content !== content || raised) {
      touch = touches[k] as Touch;
      serial = serialAfterChange(policy, touch.time, serial, floor);
    }
    content = state.content;
  }
  return { serial: serial as Serial, touch };
}
