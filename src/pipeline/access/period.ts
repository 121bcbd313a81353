/** A day in milliseconds. */
export const DAY = 86_400_000;

const units = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', DAY],
  ['w', 7 * DAY],
]);

/** Reads a period such as `30m`, `12h`, `90d` or `4w`, of at most a hundred years: milliseconds. `undefined` for others. */
export function readPeriod(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const period = Number(count) * (units.get(unit) as number);
  return period > 0 && period <= 36_525 * DAY ? period : undefined;
}
