/** Compared so many octets at a time, and where these differ fewer, to the very octet. */
const STEPS = [1 << 16, 1 << 10, 1 << 5, 1];

/** How many octets are the same from two places on. */
export function sameOctets(one: Buffer, from: number, other: Buffer, at: number): number {
  const most = Math.min(one.length - from, other.length - at);
  let same = 0;
  for (const step of STEPS) {
    while (
      same + step <= most &&
      one.compare(other, at + same, at + same + step, from + same, from + same + step) === 0
    )
      same += step;
  }
  return same;
}
