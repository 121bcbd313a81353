import type { DomainName } from '../../dns/name.ts';
import type { Edit } from '../finding.ts';
import type { SourceFile, Span } from '../source.ts';
import type { ScalarNode, YamlNode } from '../yaml/node.ts';
import { quoteScalar } from '../yaml/quote.ts';
import { type Report, report, type Said } from './report.ts';
import type { ReadingRule } from './rules.ts';

/** A document that is being read: a zone's, a template's, or the configuration. */
export interface Document {
  readonly source: SourceFile;
  /** What relative names are relative to; `undefined` in the configuration, where every name ends in a dot. */
  readonly apex: DomainName | undefined;
  readonly report: Report;
  /** Where each setting is given, by its path (`soa.refresh`); filled while settings are read. */
  readonly settingsAt?: Map<string, Span>;
  /** In a template: the entry under `use:` that asks for it, which every finding in the template names. */
  readonly usedAt?: Span;
}

/** The stretch of a node in its document. */
export function spanOf(document: Document, node: { readonly start: number; readonly end: number }): Span {
  return { source: document.source, start: node.start, end: node.end };
}

/** Where else a finding in this document belongs: the `use:` entry of a template, then what is given. */
export function relatedIn(
  document: Document,
  others: readonly { span: Span; message: string }[] = [],
): readonly { span: Span; message: string }[] | undefined {
  const used = document.usedAt === undefined ? [] : [{ span: document.usedAt, message: 'the template is used here' }];
  return used.length + others.length === 0 ? undefined : [...others, ...used];
}

/** Says what is wrong with a node. */
export function complain(
  document: Document,
  rule: ReadingRule,
  node: { readonly start: number; readonly end: number },
  message: string,
  fix: string,
  more: Partial<Said> = {},
): void {
  const related = relatedIn(document, more.related);
  report(document.report, rule, spanOf(document, node), { message, fix, ...more, related });
}

/** The edit that writes `text` in the place of a scalar, quotes and all; `undefined` as for {@link editWithin}. */
export function replaceScalar(document: Document, node: ScalarNode, text: string): Edit[] | undefined {
  if (editWithin(document, node, 0, 0, '') === undefined) return undefined;
  return [{ file: document.source.path, start: node.start, end: node.end, text: quoteScalar(text, 'flow-value') }];
}

/**
 * The edit that changes `length` characters at `at` of a scalar's text; `undefined` where the text is not written in one
 * stretch in the document (escapes, block scalars, aliases, variables).
 */
export function editWithin(
  document: Document,
  node: ScalarNode,
  at: number,
  length: number,
  text: string,
): Edit[] | undefined {
  const quote = node.style === 'plain' ? 0 : 1;
  const start = node.start + quote;
  if (document.source.text.slice(start, node.end - quote) !== node.text) return undefined;
  return [{ file: document.source.path, start: start + at, end: start + at + length, text }];
}

/** What a node is called in messages. */
export function kindOf(node: YamlNode): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'seq') return 'a list';
  return node.style === 'empty' ? 'nothing' : 'a single value';
}
