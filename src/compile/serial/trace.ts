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
      /** The serial that the document itself gives; only in a presigned zone. */
      readonly documentSerial: Serial | undefined;
      /** The name of the DNSSEC policy by which it is to be signed here. */
      readonly signedBy: string | undefined;
    };

/** A state with content. */
export type ContentState = Extract<ZoneState, { kind: 'content' }>;

/** A step of a history that touched what a zone is compiled from. */
export interface Touch {
  /** Where in the history it is; 0 is the newest. */
  readonly index: number;
  /** `undefined`: changes that are not committed yet. */
  readonly commit: string | undefined;
  /** Seconds since 1970: the committer's time, or the clock's. */
  readonly time: number;
}

/** The steps of a history, as one zone sees them. */
export interface ZoneHistory {
  /** The newest touch at `from` or older of what this state was compiled from. */
  touchOf(state: ZoneState, from: number): Touch | undefined;
  /** Whether no step older than this touch can have had to do with the zone: before it was what history begins with. */
  isFirst(touch: Touch): boolean;
  /** The greatest number that a serial can have before the step, and the least that a policy wanted, whatever happened. */
  bounds(index: number, policies: ReadonlySet<SerialPolicy>): { readonly most: number; readonly least: number };
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

/** A touch, and the states after and before it. */
interface Step {
  readonly touch: Touch;
  readonly after: ZoneState;
}

/**
 * The serial of a zone at the end of its history.
 *
 * It is defined along the touches, oldest first: a touch that leaves the content as it was leaves the serial as it was; one
 * that changes it gives the serial that the policy wants at the time of the touch, and always a greater one than before. So
 * it is the same on every machine that has the history. The history begins with nothing, or at an anchor.
 *
 * The function walks back from `current`, the state at the end, only as far as needed: it yields a touch where it must know
 * the state before it, and takes that as the answer. It stops at a change whose time proves that its serial is what the
 * policy wants, whatever came before. The proof supposes that documents which it did not ask for set no policy or floor of
 * their own that no other state has.
 */
export function* traceSerial(
  current: ContentState,
  history: ZoneHistory,
  anchor: Anchor | undefined,
): Generator<Touch, TracedSerial, ZoneState> {
  const steps: Step[] = [];
  const known: ContentState[] = [current];
  // The oldest state with content so far: the touch that made it is a change if what has content before it is different.
  let oldest = 0;
  let gone = false;
  let after: ZoneState = current;
  for (let from = 0; ; ) {
    const touch = history.touchOf(after, from);
    if (touch === undefined) return replay(steps, steps.length - 1, anchor);
    steps.push({ touch, after });
    if (anchor !== undefined && history.isFirst(touch)) return replay(steps, steps.length - 1, anchor);
    after = yield touch;
    from = touch.index + 1;
    if (after.kind === 'absent') gone = true;
    if (after.kind !== 'content') continue;
    const changed = gone || after.content !== (known.at(-1) as ContentState).content;
    known.push(after);
    if (anchor === undefined && changed && isCertain(steps[oldest] as Step, known, history)) {
      return replay(steps, oldest, undefined);
    }
    oldest = steps.length;
    gone = false;
  }
}

/** Whether a step that changed the content gave the serial that its policy wants, whatever came before it. */
function isCertain({ touch, after }: Step, known: readonly ContentState[], history: ZoneHistory): boolean {
  if (known.some(({ floor }) => floor !== undefined)) return false;
  const wanted = wantedNumber((after as ContentState).policy, touch.time);
  const { most, least } = history.bounds(touch.index, new Set(known.map(({ policy }) => policy)));
  // Beyond half the number space RFC 1982 turns "greater" around.
  return wanted > most && wanted - least < 0x80000000;
}

/** Goes forward from a step, before which the serial was the anchor's or there was none that matters. */
function replay(steps: readonly Step[], from: number, anchor: Anchor | undefined): TracedSerial {
  let serial = anchor?.serial;
  let content = anchor?.content;
  let last: Touch | undefined;
  for (let k = from; k >= 0; k--) {
    const { after, touch } = steps[k] as Step;
    if (after.kind === 'unreadable') continue;
    if (after.kind === 'absent') {
      content = undefined;
      continue;
    }
    const { floor, policy } = after;
    const raised = floor !== undefined && serial !== undefined && !isGreaterSerial(serial, floor);
    if (after.content !== content || raised) {
      last = touch;
      serial = serialAfterChange(policy, touch.time, serial, floor);
    }
    content = after.content;
  }
  return { serial: serial as Serial, touch: last };
}
