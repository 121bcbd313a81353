/** Takes a sentence about something that went wrong. */
export type Complain = (text: string) => void;

const INTERVAL = 1000;

/**
 * Passes on at most one complaint a second and says with the next how many were left out: whoever sends garbage must not
 * fill the disk with logs. `now` gives milliseconds.
 */
export function limitComplaints(pass: Complain, now: () => number): Complain {
  let last = Number.NEGATIVE_INFINITY;
  let left = 0;
  return (text) => {
    const at = now();
    if (at - last < INTERVAL) {
      left++;
      return;
    }
    last = at;
    pass(left === 0 ? text : `${text} (and ${left} more before it)`);
    left = 0;
  };
}
