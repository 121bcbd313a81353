/** What the exit status says (`sysexits.h` where it has a word for it). */
export const EXIT = {
  ok: 0,
  /** The input is wrong or a check failed. */
  refused: 1,
  /** `plan --detailed-exitcode`: there are changes. */
  changes: 2,
  usage: 64,
  /** A needed service, node, file system or program is not available. */
  unavailable: 69,
  /** A fault of zonewright itself. */
  fault: 70,
  /** Try again: a lock is held, a remote has moved. */
  again: 75,
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
