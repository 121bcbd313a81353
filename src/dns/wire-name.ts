import { type DomainName, domainToWire, escapeLabel, ROOT, relativeName, wireNameToText } from './name.ts';
import { type OctetBuffer, putRoom, putText } from './octet-buffer.ts';

const DOT = 46;

/** Puts the uncompressed wire form of a checked name. */
export function putName(to: OctetBuffer, name: DomainName): void {
  if (name === ROOT || name.includes('\\')) {
    putText(to, domainToWire(name));
    return;
  }
  // Each dot makes place for the length of the label behind it, and the last one for the root.
  const { length } = name;
  const at = putRoom(to, length + 1);
  const { octets } = to;
  let label = at;
  for (let i = 0; i < length; i++) {
    const c = name.charCodeAt(i);
    const place = at + 1 + i;
    octets[place] = c;
    if (c !== DOT) continue;
    octets[label] = place - label - 1;
    label = place;
  }
  octets[label] = 0;
}

/**
 * The presentation form of the uncompressed wire name at `from[at..end)`, case kept: relative where it lies below `origin` in
 * the same case, `@` for the origin itself.
 */
export function wireNameToRelative(from: string, at: number, end: number, origin: DomainName): string {
  const behind = domainToWire(origin);
  const start = end - behind.length;
  if (start < at || !from.startsWith(behind, start))
    return relativeName(wireNameToText(from, at) as DomainName, origin);
  if (start === at) return '@';
  let label = at;
  while (label < start) label += 1 + from.charCodeAt(label);
  // What looks like the origin may begin within a label.
  if (label !== start || origin === ROOT) return relativeName(wireNameToText(from, at) as DomainName, origin);
  let text = '';
  for (let pos = at; pos < start; ) {
    const next = pos + 1 + from.charCodeAt(pos);
    const one = escapeLabel(from.slice(pos + 1, next));
    text = pos === at ? one : `${text}.${one}`;
    pos = next;
  }
  return text;
}
