/** The last second that has a year of four digits. */
const LAST = 253402300799;

/** A time in seconds since 1970 as RFC 3339 writes it: `2026-01-31T12:00:00Z`. What has a longer year is cut down to the last one. */
export function printTime(seconds: number): string {
  return `${new Date(Math.min(seconds, LAST) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Reads what {@link printTime} writes; `undefined` for all else. */
export function readTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const date = new Date(text);
  const seconds = date.getTime() / 1000;
  // The 31st of June would be the 1st of July, and 24:00 the next day.
  return seconds >= 0 && date.getUTCDate() === Number(text.slice(8, 10)) ? seconds : undefined;
}
