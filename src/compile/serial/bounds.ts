import type { SerialPolicy } from '../../zone/settings.ts';
import { wantedNumber } from './policy.ts';

/**
 * How far the serials before a step of a history can have come, from the times of all steps, newest first. Every step may
 * have raised a serial to what a policy wanted then, or else by 1.
 */
export function newBounds(
  times: readonly number[],
): (index: number, policies: ReadonlySet<SerialPolicy>) => { most: number; least: number } {
  const known = new Map<SerialPolicy, { most: Float64Array; least: Float64Array }>();
  return (index, policies) => {
    let most = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const policy of policies) {
      let ofPolicy = known.get(policy);
      if (ofPolicy === undefined) {
        ofPolicy = boundsOf(times, policy);
        known.set(policy, ofPolicy);
      }
      most = Math.max(most, ofPolicy.most[index] ?? -1);
      least = Math.min(least, ofPolicy.least[index] ?? Number.POSITIVE_INFINITY);
    }
    // Where policies took turns, one may have gone on from the other's greatest number.
    return { most: policies.size > 1 ? most + times.length : most, least };
  };
}

function boundsOf(times: readonly number[], policy: SerialPolicy): { most: Float64Array; least: Float64Array } {
  const most = new Float64Array(times.length);
  const least = new Float64Array(times.length);
  let greatest = -1;
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = times.length - 1; i >= 0; i--) {
    most[i] = greatest;
    least[i] = smallest;
    const wanted = wantedNumber(policy, times[i] as number);
    greatest = Math.max(greatest + 1, wanted);
    smallest = Math.min(smallest, wanted);
  }
  return { most, least };
}
