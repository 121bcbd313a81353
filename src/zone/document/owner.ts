import { quoted } from '../../dns/fault.ts';
import { type DomainName, displayName, isAtOrBelow, parseName, ROOT, relativeName } from '../../dns/name.ts';
import type { ScalarNode } from '../yaml/node.ts';
import { complain, type Document, relatedIn, replaceScalar, spanOf } from './document.ts';
import { reportFault } from './report.ts';

const DOT = 46;

/**
 * The owner that a key names: `@` or nothing is the apex, a name without a final dot is relative to it, a name with one
 * must be in the zone. `undefined` where it is no such name, which has then been said. A relative name that ends in the
 * zone's own name is an owner as written, and an error.
 */
export function readOwner(document: Document, apex: DomainName, node: ScalarNode): DomainName | undefined {
  const { text } = node;
  if (text === '') return apex;
  let owner: DomainName;
  try {
    owner = parseName(text, apex);
  } catch (fault) {
    reportFault(document.report, fault, spanOf(document, node), { related: relatedIn(document) });
    return undefined;
  }
  const absolute = text.charCodeAt(text.length - 1) === DOT;
  if (absolute && !isAtOrBelow(owner, apex)) {
    complain(
      document,
      'owner-outside-zone',
      node,
      `${quoted(text)} is not in the zone ${displayName(apex)}`,
      'move it to the zone that it belongs to, or write it relative to this zone, without a final dot',
    );
    return undefined;
  }
  // Only where the letters before the last dot of both are the same is it worth reading the name once more. To look into
  // the name also makes one text of its two parts, which maps hash much faster.
  const last = owner.charCodeAt(owner.length - apex.length - 2);
  if (last === apex.charCodeAt(apex.length - 2) && !absolute && apex !== ROOT) {
    inspectOwner(document, apex, node, owner);
  }
  return owner;
}

function inspectOwner(document: Document, apex: DomainName, node: ScalarNode, owner: DomainName): void {
  const written = parseName(`${node.text}.`);
  if (!isAtOrBelow(written, apex)) return;
  const relative = relativeName(written, apex);
  complain(
    document,
    'owner-repeats-zone',
    node,
    `${quoted(node.text)} has no final dot and so means ${displayName(owner)}`,
    `write ${quoted(relative)}, or ${quoted(`${node.text}.`)} with a final dot`,
    { owner, edits: replaceScalar(document, node, relative) },
  );
}
