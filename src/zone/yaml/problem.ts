/** What can be wrong with a YAML text before anybody asks what it means. */
export type YamlProblemCode =
  /** Not UTF-8. */
  | 'encoding'
  /** A character that YAML does not allow in a text: NUL, control characters, a lone carriage return or surrogate. */
  | 'control-character'
  /** A tab where only spaces can indent. */
  | 'tab-indentation'
  /** Against the grammar of YAML. */
  | 'syntax'
  /** A value in quotes that never ends. */
  | 'unclosed-quote'
  /** A map or list in braces or brackets that never ends. */
  | 'unclosed-bracket'
  /** A plain value that begins with a character which YAML reserves. */
  | 'reserved-start'
  /** An escape in double quotes that YAML does not know. */
  | 'escape'
  /** The same key twice in one map. */
  | 'duplicate-key'
  /** Nothing before the colon. */
  | 'empty-key'
  /** A key that is a map, a list or an alias. */
  | 'complex-key'
  /** An alias without an anchor, or inside its own anchor. */
  | 'alias'
  /** Aliases that blow the document up ("billion laughs"). */
  | 'alias-limit'
  /** An explicit tag. */
  | 'tag'
  /** A `%` line before the document. */
  | 'directive'
  /** A second document in the same text. */
  | 'multiple-documents'
  /** Nested deeper than anything sensible. */
  | 'too-deep'
  /** Larger than allowed. */
  | 'too-large'
  /** So many problems that the rest is not listed. */
  | 'too-many-problems';

/** One thing wrong with a YAML text, with its place in UTF-16 offsets. */
export interface YamlProblem {
  readonly code: YamlProblemCode;
  /** What is wrong, in the words of somebody who edits a zone: one clause, lower case, no full stop. */
  readonly message: string;
  /** What to write instead, in the same form. */
  readonly fix: string;
  readonly start: number;
  readonly end: number;
  /** The other place that matters, as the first of two equal keys. */
  readonly related?: { readonly start: number; readonly end: number; readonly message: string };
}

/** After this many problems the rest of a text is not listed: whoever has so many needs another remedy. */
export const MAX_PROBLEMS = 500;

/** Adds a problem unless the list is full; the last place in it says that there are more. */
export function addProblem(problems: YamlProblem[], problem: YamlProblem): void {
  if (problems.length < MAX_PROBLEMS - 1) {
    problems.push(problem);
  } else if (problems.length === MAX_PROBLEMS - 1) {
    problems.push({
      code: 'too-many-problems',
      message: `there are more than ${MAX_PROBLEMS - 1} problems; the rest is not listed`,
      fix: 'repair the problems above, or restore the file from git, and check again',
      start: problem.start,
      end: problem.end,
    });
  }
}
