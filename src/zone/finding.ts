import type { DomainName } from '../dns/name.ts';
import type { Place } from './source.ts';

/** How bad a finding is: an `error` stops a release, a `warning` is bad practice, `info` is style. */
export type Severity = 'error' | 'warning' | 'info';

/** A change of a source file that removes a finding: the UTF-16 units `start` to `end` of `file` become `text`. */
export interface Edit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One thing that is wrong, where, and what to do about it. */
export interface Finding {
  /** The id of the check, in kebab case. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong, in one sentence without a final full stop, with the very name and value. */
  readonly message: string;
  /** What to write instead, in one sentence. */
  readonly fix: string;
  readonly place: Place;
  readonly zone?: DomainName;
  readonly owner?: DomainName;
  /** The mnemonic of the RRset's type. */
  readonly type?: string;
  /** Other places that belong to it: the first of two duplicates, the other zone. */
  readonly related?: readonly { readonly place: Place; readonly message: string }[];
  /** What `check --fix` changes; absent where only a person can decide. */
  readonly edits?: readonly Edit[];
  /** The reason given in the document where the finding is waived; a waived finding is counted and stops nothing. */
  readonly waived?: string;
}

/** Orders findings by file, line, column and rule: the same set prints the same way on every machine. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareText(a.place.file, b.place.file) ||
    a.place.line - b.place.line ||
    a.place.column - b.place.column ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message) ||
    compareText(a.zone ?? '', b.zone ?? '') ||
    compareText(a.owner ?? '', b.owner ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a finding stops a release: an error that nobody waived. */
export function stops(finding: Finding): boolean {
  return finding.severity === 'error' && finding.waived === undefined;
}
