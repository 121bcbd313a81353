import type { Serial } from '../../dns/serial.ts';
import { isGreaterSerial, nextSerial, serial } from '../../dns/serial.ts';
import type { SerialPolicy } from '../../zone/settings.ts';

/**
 * The number that a policy would like a zone to have that changed at `time` (seconds since 1970), before it is held against
 * the serial of the release before: the time itself, `YYYYMMDD01` of its UTC day, or 1. Never below 1, which some name
 * servers take for "no serial"; it may be over 2^32, where {@link serial} wraps it around.
 */
export function wantedNumber(policy: SerialPolicy, time: number): number {
  const seconds = Number.isFinite(time) ? Math.max(1, Math.trunc(time)) : 1;
  switch (policy) {
    case 'unixtime':
      return seconds;
    case 'date':
      return dayNumber(seconds) * 100 + 1;
    case 'increment':
      return 1;
  }
}

/** `YYYYMMDD` of the UTC day, as a number. */
function dayNumber(seconds: number): number {
  // The last second that a Date can hold; a commit from after it is a forgery and gets that day.
  const day = new Date(Math.min(seconds, 8.64e12) * 1000);
  return day.getUTCFullYear() * 10_000 + (day.getUTCMonth() + 1) * 100 + day.getUTCDate();
}

/**
 * The serial of a zone whose content changed at `time`: what the policy wants, or the serial after `previous` where that is
 * not greater (RFC 1982), as when clocks run backwards or a day has more changes than two digits count. `floor` is a serial
 * that it must come after, too.
 */
export function serialAfterChange(
  policy: SerialPolicy,
  time: number,
  previous: Serial | undefined,
  floor: Serial | undefined,
): Serial {
  const wanted = serial(wantedNumber(policy, time));
  const after = (serialBefore: Serial): Serial =>
    policy === 'increment' ? serial(serialBefore + 1) : nextSerial(serialBefore, wanted);
  const before = previous ?? floor;
  const next = before === undefined ? wanted : after(before);
  return floor === undefined || isGreaterSerial(next, floor) ? next : after(floor);
}
