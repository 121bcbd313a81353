import type { Rdata } from '../../dns/octets.ts';
import { rdataFromText } from '../../dns/rdata.ts';
import { textRdata } from '../document/text.ts';
import type { Edit } from '../finding.ts';
import type { DeclaredRRset } from '../zone.ts';
import { valueSpan, writtenIn } from './place.ts';
import { textTypes } from './text/texts.ts';

/**
 * The edit that makes `text` the value with this index: for types of character strings the text itself, for others rdata in
 * presentation form. Nothing where the value is not one scalar on one line that stands for the rdata by itself, as with a
 * map of fields, a variable of a template or a text over several lines.
 */
export function rewriteValue(rrset: DeclaredRRset, index: number, text: string): Edit[] {
  const span = valueSpan(rrset, index);
  const written = unquoted(writtenIn(span));
  if (written === undefined || readAs(rrset, written) !== rrset.rdatas[index]) return [];
  return [{ file: span.source.path, start: span.start, end: span.end, text: quotedScalar(text) }];
}

/**
 * The edit that puts `text` in the place of a stretch of the value with this index that stands there as it is, and once;
 * nothing where it does not.
 */
export function rewriteWithin(rrset: DeclaredRRset, index: number, stretch: string, text: string): Edit[] {
  const span = valueSpan(rrset, index);
  const written = writtenIn(span);
  const at = written.indexOf(stretch);
  if (at < 0 || written.indexOf(stretch, at + 1) >= 0) return [];
  const start = span.start + at;
  return [{ file: span.source.path, start, end: start + stretch.length, text }];
}

/** The text of a scalar as it is written; `undefined` for one with escapes and for anything but a scalar. */
function unquoted(written: string): string | undefined {
  const first = written.charAt(0);
  if (first === "'") return written.slice(1, -1).replaceAll("''", "'");
  if (first === '"') return written.includes('\\') ? undefined : written.slice(1, -1);
  return /^[[{&*!|>%@`]/.test(written) ? undefined : written;
}

function readAs(rrset: DeclaredRRset, text: string): Rdata | undefined {
  try {
    const bare = textTypes.includes(rrset.type) && !text.startsWith('"');
    return bare ? textRdata(text) : rdataFromText(rrset.type, text);
  } catch {
    return undefined;
  }
}

function quotedScalar(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
