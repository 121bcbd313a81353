import { isPrintable } from './characters.ts';

/** Where a scalar is written: before a colon (in either style), behind one or a dash, or inside brackets. */
export type ScalarContext = 'key' | 'block-value' | 'flow-value';

/**
 * The shortest spelling of a text that every YAML reader gives back as this text, if it takes scalars as text: plain if
 * that is safe, else in double quotes, or in single quotes if it has quotes or backslashes itself, or in double quotes
 * with escapes if it has characters that cannot stand in a file.
 *
 * `300`, `no` and `012` stay plain: zonewright reads everything as text, and `yaml11Differs` tells what others do. Always
 * one line; a key must not be longer than 1024 characters with its quotes (YAML 1.2.2 section 7.4.2).
 */
export function quoteScalar(text: string, context: ScalarContext): string {
  let needsEscapes = false;
  let hasQuotes = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === DOUBLE_QUOTE || c === BACKSLASH) hasQuotes = true;
    if (mustEscape(text, i, c)) needsEscapes = true;
    else if (c >= 0xd800 && c < 0xdc00) i++;
  }
  if (needsEscapes) return withEscapes(text);
  if (isPlain(text, context)) return text;
  return hasQuotes ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;

/** Characters that may not stand in a text, and those that end a line for YAML 1.1 (next line, line separators). */
function mustEscape(text: string, at: number, c: number): boolean {
  if (c >= 0xd800 && c < 0xdc00) {
    const next = text.charCodeAt(at + 1);
    return !(next >= 0xdc00 && next < 0xe000);
  }
  return !isPrintable(c) || c === 0x2028 || c === 0x2029;
}

const shortEscapes = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function withEscapes(text: string): string {
  let result = '"';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const short = shortEscapes.get(text.charAt(i));
    if (short !== undefined) {
      result += short;
    } else if (mustEscape(text, i, c)) {
      result += c < 0x100 ? `\\x${c.toString(16).padStart(2, '0')}` : `\\u${c.toString(16).padStart(4, '0')}`;
    } else {
      result += text.charAt(i);
      if (c >= 0xd800 && c < 0xdc00) result += text.charAt(++i);
    }
  }
  return `${result}"`;
}

/** Indicators that no plain scalar begins with (section 5.3); `-`, `?` and `:` may if something follows. */
const INDICATORS = ',[]{}#&*!|>\'"%@`';

/** Whether the text, printable all through, is a plain scalar in this context and reads as itself. */
function isPlain(text: string, context: ScalarContext): boolean {
  const first = text.charAt(0);
  if (first === '' || first === ' ' || text.endsWith(' ') || INDICATORS.includes(first)) return false;
  const inBrackets = context !== 'block-value';
  if (first === '-' || first === '?' || first === ':') {
    const second = text.charAt(1);
    if (second === '' || second === ' ') return false;
    // Readers of YAML 1.1 take : for an indicator inside brackets whatever follows.
    if (inBrackets && first !== '-') return false;
  }
  // At the beginning of a line they would be document markers; << as a key merges maps in YAML 1.1.
  if (text.startsWith('---') || text.startsWith('...') || text === '<<') return false;
  if (text.endsWith(':') || text.includes(': ') || text.includes(' #')) return false;
  // PyYAML ends a plain scalar inside brackets at any ?, too.
  return !inBrackets || !/[,?[\]{}]/.test(text);
}
