/** How many requests may come in a window of time, and how many are left. */
export interface Allowance {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window ends. */
  readonly reset: number;
}

/** Counts requests by whoever sends them. */
export interface Windows {
  /** Counts one request of a key. */
  take(key: string, limit: number, seconds: number): Allowance;
}

/** Keys that are remembered: a flood from many addresses must not fill the memory. */
const KEYS = 100_000;

/** Counters of fixed windows; `now` in milliseconds. */
export function newWindows(now: () => number): Windows {
  const windows = new Map<string, { ends: number; count: number }>();
  return {
    take(key, limit, seconds) {
      const at = now();
      let window = windows.get(key);
      if (window === undefined || window.ends <= at) {
        window = { ends: at + seconds * 1000, count: 0 };
        windows.delete(key);
        windows.set(key, window);
        for (const [oldest, { ends }] of windows) {
          if (windows.size <= KEYS && ends > at) break;
          windows.delete(oldest);
        }
      }
      window.count++;
      return {
        allowed: window.count <= limit,
        limit,
        remaining: Math.max(0, limit - window.count),
        reset: Math.max(1, Math.ceil((window.ends - at) / 1000)),
      };
    },
  };
}
