import { DnsSyntaxError } from '../../dns/fault.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Edit, Finding } from '../finding.ts';
import { type Place, placeOf, type SourceFile, type Span } from '../source.ts';
import type { YamlProblem, YamlProblemCode } from '../yaml/problem.ts';
import { type ReadingRule, readingSeverity } from './rules.ts';

/** After this many findings the rest of a file is counted, not listed. */
export const MAX_FINDINGS = 1000;

/** Collects what is found while the documents of one zone, or the configuration, are read. */
export interface Report {
  readonly zone: DomainName | undefined;
  readonly findings: Finding[];
  readonly files: Map<SourceFile, { count: number; beyond: Finding | undefined }>;
}

/** What is said in a finding, but for its rule and its place. */
export interface Said {
  readonly message: string;
  readonly fix: string;
  readonly edits?: readonly Edit[] | undefined;
  readonly related?: readonly { readonly span: Span; readonly message: string }[] | undefined;
  readonly owner?: DomainName | undefined;
  readonly type?: string | undefined;
}

/** An empty report; `zone` stands in every finding of a zone's document. */
export function newReport(zone?: DomainName): Report {
  return { zone, findings: [], files: new Map() };
}

/** One finding of the reader, with the severity that its rule states. */
export function readingFinding(rule: ReadingRule, place: Place, message: string, fix: string): Finding {
  return { rule, severity: readingSeverity(rule), message, fix, place };
}

/** Adds a finding at a stretch of a document. */
export function report(to: Report, rule: ReadingRule, span: Span, said: Said): void {
  add(to, rule, span, said);
}

/** Adds what a parser of `dns/` threw, at the text that it was given. Anything else it throws again. */
export function reportFault(to: Report, fault: unknown, span: Span, about: Partial<Said> = {}): void {
  if (!(fault instanceof DnsSyntaxError)) throw fault;
  add(to, fault.rule, span, { message: fault.message, fix: fault.fix, ...about });
}

function add(to: Report, rule: string, span: Span, said: Said): void {
  if (to.files.get(span.source)?.beyond !== undefined) {
    // What is only counted need not be put together.
    (to.files.get(span.source) as { count: number }).count++;
    return;
  }
  adopt(to, span.source, {
    rule,
    severity: readingSeverity(rule),
    message: said.message,
    fix: said.fix,
    place: placeOf(span),
    ...(to.zone === undefined ? {} : { zone: to.zone }),
    ...(said.owner === undefined ? {} : { owner: said.owner }),
    ...(said.type === undefined ? {} : { type: said.type }),
    ...(said.related === undefined
      ? {}
      : { related: said.related.map((other) => ({ place: placeOf(other.span), message: other.message })) }),
    ...(said.edits === undefined ? {} : { edits: said.edits }),
  });
}

/** Adds a finding that was put together elsewhere. */
export function adopt(to: Report, source: SourceFile, finding: Finding): void {
  let file = to.files.get(source);
  if (file === undefined) {
    file = { count: 0, beyond: undefined };
    to.files.set(source, file);
  }
  file.count++;
  if (file.count <= MAX_FINDINGS) to.findings.push(finding);
  else file.beyond ??= finding;
}

/** The findings of a report; for each file with too many of them, the last says how many more there are. */
export function findingsOf(from: Report): Finding[] {
  const all = [...from.findings];
  for (const { count, beyond } of from.files.values()) {
    if (beyond === undefined) continue;
    const more = count - MAX_FINDINGS;
    all.push({
      ...readingFinding(
        'too-many-findings',
        beyond.place,
        `there ${more === 1 ? 'is 1 more finding' : `are ${more} more findings`} in ${beyond.place.file}, the first of them here`,
        'repair the findings above and check again',
      ),
      ...(from.zone === undefined ? {} : { zone: from.zone }),
    });
  }
  return all;
}

const ruleOf: Readonly<Record<YamlProblemCode, ReadingRule>> = {
  encoding: 'file-encoding',
  'control-character': 'control-character',
  'tab-indentation': 'tab-indentation',
  syntax: 'yaml-syntax',
  'unclosed-quote': 'yaml-syntax',
  'unclosed-bracket': 'yaml-syntax',
  'reserved-start': 'yaml-syntax',
  escape: 'yaml-syntax',
  'duplicate-key': 'duplicate-key',
  'empty-key': 'yaml-syntax',
  'complex-key': 'yaml-syntax',
  alias: 'yaml-syntax',
  'alias-limit': 'alias-bomb',
  tag: 'yaml-feature',
  directive: 'yaml-feature',
  'multiple-documents': 'yaml-feature',
  'too-deep': 'nesting-depth',
  'too-large': 'document-size',
  'too-many-problems': 'too-many-findings',
};

/** Adds what the YAML reader found. */
export function reportProblems(to: Report, source: SourceFile, problems: readonly YamlProblem[]): void {
  for (const problem of problems) {
    add(
      to,
      ruleOf[problem.code],
      { source, start: problem.start, end: problem.end },
      {
        message: problem.message,
        fix: problem.fix,
        related:
          problem.related === undefined
            ? undefined
            : [
                {
                  span: { source, start: problem.related.start, end: problem.related.end },
                  message: problem.related.message,
                },
              ],
      },
    );
  }
}
