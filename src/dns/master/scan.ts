/** What an octet means outside quotes; from {@link SPACE} on it ends a word. */
export const PLAIN = 0;
export const ESCAPE = 1;
export const ODD = 2;
export const SPACE = 3;
export const NEWLINE = 4;
export const RETURN = 5;
export const OPEN = 6;
export const CLOSE = 7;
export const QUOTE = 8;
export const COMMENT = 9;
export const NUL = 10;

/** The meaning of every octet. ODD ones are not printable and must be spelt out for the field parsers. */
export const meaning = new Uint8Array(256).fill(ODD);
meaning.fill(PLAIN, 0x21, 0x7f);
for (const [char, kind] of [
  ['\\', ESCAPE],
  [' ', SPACE],
  ['\t', SPACE],
  ['\n', NEWLINE],
  ['\r', RETURN],
  ['(', OPEN],
  [')', CLOSE],
  ['"', QUOTE],
  [';', COMMENT],
  ['\0', NUL],
] as const) {
  meaning[char.charCodeAt(0)] = kind;
}

/**
 * Where the word that begins at `at` ends: before white space, a quote, a parenthesis, a comment or a NUL that is not behind
 * a backslash. Gives the complement of the offset where the word has octets that are not printable.
 */
export function wordEnd(source: string, at: number): number {
  const end = source.length;
  let odd = false;
  let i = at;
  while (i < end) {
    const kind = meaning[source.charCodeAt(i)] as number;
    if (kind === PLAIN) {
      i++;
    } else if (kind === ESCAPE) {
      i++;
      if (i === end) break;
      // A line end is not escaped outside quotes: the word ends in a lone backslash.
      const escaped = source.charCodeAt(i);
      if (escaped === 10 || escaped === 13) break;
      if (!isPrintable(escaped)) odd = true;
      i++;
    } else if (kind === ODD) {
      odd = true;
      i++;
    } else {
      break;
    }
  }
  return odd ? ~i : i;
}

/** Where the quoted string whose content begins at `at` ends: at its quote, or where there is none on the line. */
export function quotedEnd(source: string, at: number): number {
  const end = source.length;
  for (let i = at; i < end; i++) {
    const c = source.charCodeAt(i);
    if (c === 34 || c === 10) return i;
    if (c === 92) i++;
  }
  return end;
}

/** Whether a text has octets outside printable ASCII. */
export function isOdd(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isPrintable(text.charCodeAt(i))) return true;
  return false;
}

function isPrintable(c: number): boolean {
  return c >= 0x20 && c <= 0x7e;
}

/**
 * A token without octets that the field parsers would not take for what they are: all but printable ASCII becomes
 * `\DDD`, whether it stood behind a backslash or not.
 */
export function escapeOdd(text: string): string {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92 && i + 1 < text.length) {
      const escaped = text.charCodeAt(++i);
      result += isPrintable(escaped) ? `\\${text[i]}` : decimalEscape(escaped);
    } else {
      result += isPrintable(c) ? text[i] : decimalEscape(c);
    }
  }
  return result;
}

function decimalEscape(octet: number): string {
  return `\\${octet.toString().padStart(3, '0')}`;
}
