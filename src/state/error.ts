/**
 * What the functions of this folder throw where the state cannot do what was asked: a sentence for the user and one that
 * says what to do. `unavailable`: the database is away or its disk is full, nothing is known to be lost; `again`: another
 * process holds what is needed; `conflict`: what must be unique is there already; `refused`: the question is wrong.
 */
export class StateError extends Error {
  readonly kind: 'unavailable' | 'again' | 'conflict' | 'refused';
  /** One sentence: what to do about it. */
  readonly fix: string;

  constructor(kind: StateError['kind'], message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StateError';
    this.kind = kind;
    this.fix = fix;
  }
}

/** Whether an error says this. */
export function isStateError(error: unknown, kind: StateError['kind']): error is StateError {
  return error instanceof StateError && error.kind === kind;
}
