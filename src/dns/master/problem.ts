/** Something that is wrong with a master file, at its place. The edge turns it into a finding. */
export interface MasterProblem {
  /** A kebab-case id: `unknown-type`. */
  readonly rule: string;
  /** An error makes the file unusable; a warning says what was made of it. */
  readonly severity: 'error' | 'warning';
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to write instead. */
  readonly fix: string;
  /** The name of the file, as the caller gave it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
}

/** How many problems of each severity are listed; the rest is counted. */
export const LISTED_PROBLEMS = 1000;

/** After how many errors reading stops: what has so many is not a master file. */
export const ERROR_LIMIT = 10_000;

/** The problems of one run, in the order of their finding, bounded. */
export interface ProblemLog {
  readonly listed: MasterProblem[];
  errors: number;
  warnings: number;
}

/** An empty log. */
export function newProblemLog(): ProblemLog {
  return { listed: [], errors: 0, warnings: 0 };
}

/** Counts a problem, and lists it while there is room. */
export function report(log: ProblemLog, problem: MasterProblem): void {
  const count = problem.severity === 'error' ? ++log.errors : ++log.warnings;
  if (count <= LISTED_PROBLEMS) log.listed.push(problem);
}

/** The listed problems, with one more for each severity of which not all are listed. */
export function allProblems(log: ProblemLog, file: string): MasterProblem[] {
  const problems = [...log.listed];
  for (const [severity, count] of [
    ['error', log.errors],
    ['warning', log.warnings],
  ] as const) {
    if (count <= LISTED_PROBLEMS) continue;
    const stopped = severity === 'error' && count >= ERROR_LIMIT ? '; reading stopped here' : '';
    problems.push({
      rule: 'too-many-problems',
      severity,
      message: `${count - LISTED_PROBLEMS} more ${severity}s are not listed${stopped}`,
      fix: 'repair those that are listed, then read the file again',
      file,
      line: 1,
      column: 1,
    });
  }
  return problems;
}
