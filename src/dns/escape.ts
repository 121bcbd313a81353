import { DnsSyntaxError, quoted } from './fault.ts';

const BACKSLASH = 92;
// NSD takes "\#" for the generic form and "\[" for a bit label (RFC 2673).
const HASH = 35;
const BRACKET = 91;

/** A character that stands for itself in a label. */
const PLAIN = 0;
/** An upper-case letter. */
export const UPPER = 1;
/** A character that needs work in a label: a dot, an escape, one that is escaped in print. */
export const SPECIAL = 2;

/** Which of these three each ASCII character is. */
export const charClass = new Uint8Array(128).fill(SPECIAL);
for (const c of 'abcdefghijklmnopqrstuvwxyz0123456789-_*/') charClass[c.charCodeAt(0)] = PLAIN;
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') charClass[c.charCodeAt(0)] = UPPER;

/** One raw label in presentation form, in the spelling that all name servers read, case kept. */
export function escapeLabel(label: string): string {
  let i = 0;
  for (; i < label.length; i++) {
    const c = label.charCodeAt(i);
    if (c > 127 || charClass[c] === SPECIAL) break;
  }
  if (i === label.length) return label;
  let text = label.slice(0, i);
  for (; i < label.length; i++) {
    const c = label.charCodeAt(i);
    if (c < 128 && charClass[c] !== SPECIAL) text += label[i];
    else if (c < 0x21 || c > 0x7e || c === HASH || c === BRACKET || c === BACKSLASH) {
      text += `\\${c.toString().padStart(3, '0')}`;
    } else text += `\\${label[i]}`;
  }
  return text;
}

/**
 * Reads the escape that starts with the backslash at `at` (RFC 1035 section 5.1): `\DDD` is an octet, `\X` the character.
 * Gives the octet and how many characters the escape takes. Throws where it is cut off or over 255.
 */
export function readEscape(text: string, at: number): { octet: string; length: number } {
  const first = text.charCodeAt(at + 1);
  if (first >= 48 && first <= 57) {
    const digits = text.slice(at + 1, at + 4);
    const value = /^\d{3}$/.test(digits) ? Number(digits) : 256;
    if (value < 256) return { octet: String.fromCharCode(value), length: 4 };
    throw new DnsSyntaxError(
      `${quoted(text.slice(at, at + 4))} is not an escape`,
      'write three decimal digits from 000 to 255 behind the backslash',
      'bad-escape',
    );
  }
  if (Number.isNaN(first) || first > 126 || first < 0x20) {
    throw new DnsSyntaxError(
      `${quoted(text)} has a backslash that escapes nothing`,
      'write \\\\ for a backslash',
      'bad-escape',
    );
  }
  return { octet: text[at + 1] as string, length: 2 };
}
