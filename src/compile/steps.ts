import { setImmediate } from 'node:timers/promises';
import { stops } from '../zone/finding.ts';
import type { EvaluatedZone, EvaluateOptions } from './evaluate.ts';

/** A zone with the length of its document. */
export interface Sized {
  readonly evaluated: EvaluatedZone;
  readonly size: number;
}

/** How a zone is evaluated little by little: it is given as it was compiled, then checked, a step at a time. */
export type Steps = Generator<Sized | undefined, Sized, undefined>;

/** Takes steps until the zone is compiled, or done. */
export function untilCompiled(steps: Steps): IteratorResult<Sized | undefined, Sized> {
  let step = steps.next();
  while (step.done !== true && step.value === undefined) step = steps.next();
  return step;
}

/** Takes the steps that are left. `first`: the one that was taken before. */
export function finish(steps: Steps, first = steps.next()): Sized {
  let step = first;
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** From how many characters on a document is long enough for its zone to be signed while it is checked. */
export const LONG = 1 << 19;

/** Whether it saves time to hand a zone over before it is checked: threads sign it while this one checks. */
export function isWorthWhile(compiled: Sized | undefined): compiled is Sized {
  if (compiled === undefined || compiled.size < LONG) return false;
  const { state, findings } = compiled.evaluated.facts;
  return state.kind === 'content' && state.signedBy !== undefined && !findings.some(stops);
}

/** Hands a zone over that was compiled, and checks it meanwhile. */
export async function checkMeanwhile(
  { evaluated }: Sized,
  take: NonNullable<EvaluateOptions['take']>,
  steps: Steps,
): Promise<Sized> {
  const stop = new AbortController();
  const [taken, checked] = await Promise.allSettled([take([evaluated], stop.signal), checkInTurns(steps, stop)]);
  if (checked.status === 'rejected') throw checked.reason;
  if (taken.status === 'rejected' && !stop.signal.aborted) throw taken.reason;
  return checked.value;
}

/** Takes the steps, and lets others have their turn in between. Breaks off what goes on meanwhile if it is in vain. */
async function checkInTurns(steps: Steps, stop: AbortController): Promise<Sized> {
  let isGood = false;
  try {
    for (;;) {
      await setImmediate();
      const step = steps.next();
      if (step.done !== true) continue;
      isGood = !step.value.evaluated.facts.findings.some(stops);
      return step.value;
    }
  } finally {
    if (!isGood) stop.abort();
  }
}
