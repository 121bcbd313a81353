import { createRequire } from 'node:module';
import { quoted } from '../../dns/fault.ts';
import { type DomainName, displayName, isAtOrBelow, parseName, ROOT, relativeName } from '../../dns/name.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { complain, type Document, editWithin } from './document.ts';
import type { Said } from './report.ts';

const DOT = 46;

/**
 * Looks at a name as it is written in a value: `text`, which stands at `at` of the node's text and has been read without
 * fault; `about` is whose value it is. A relative name that ends in the zone's own name is an error, one that ends in a public suffix a warning.
 */
export function inspectTarget(
  document: Document,
  apex: DomainName,
  node: ScalarNode,
  at: number,
  text: string,
  about: Pick<Said, 'owner' | 'type'> = {},
): void {
  if (text.charCodeAt(text.length - 1) === DOT || apex === ROOT || text === '@') return;
  const dot = text.indexOf('.');
  // Only in a zone of one label can a name of one label repeat it.
  if (dot < 0 && apex.indexOf('.') < apex.length - 1) return;
  const written = parseName(`${text}.`);
  const complete = `${quoted(`${text}.`)} if that is the complete name`;
  const more = { ...about, edits: editWithin(document, node, at + text.length, 0, '.') };
  if (isAtOrBelow(written, apex)) {
    complain(
      document,
      'target-repeats-zone',
      node,
      `${quoted(text)} has no final dot and so means ${displayName(parseName(text, apex))}`,
      `write ${complete}, or ${quoted(relativeName(written, apex))} without the name of the zone`,
      more,
    );
  } else if (dot >= 0 && isPublicSuffix(written.slice(written.lastIndexOf('.', written.length - 2) + 1, -1))) {
    complain(
      document,
      'target-looks-absolute',
      node,
      `${quoted(text)} has no final dot and so means ${displayName(parseName(text, apex))}`,
      `write ${complete}; if it is not, leave it and waive this finding`,
      more,
    );
  }
}

type Tldts = typeof import('tldts');

const suffixes = new Map<string, boolean>();
let tldts: Tldts | undefined;

/** Whether a top-level label is on the public suffix list, which costs some milliseconds to load and is often not needed. */
function isPublicSuffix(label: string): boolean {
  let known = suffixes.get(label);
  if (known === undefined) {
    tldts ??= createRequire(import.meta.url)('tldts') as Tldts;
    known = tldts.parse(`a.${label}`).isIcann === true;
    if (suffixes.size < 10_000) suffixes.set(label, known);
  }
  return known;
}
