import { addProblem, type YamlProblem } from './problem.ts';

/**
 * Finds the characters that YAML 1.2 does not allow in a text (section 5.1, c-printable) and the two that it allows but
 * that readers see differently: a byte order mark that is not at the beginning, and a carriage return without line feed
 * (a line end to YAML, an ordinary character to most programs).
 *
 * One pass over the text; lone surrogates count as not allowed. Control characters inside quotes are written as escapes.
 */
export function checkCharacters(text: string, problems: YamlProblem[]): void {
  unusual.lastIndex = 0;
  while (unusual.test(text)) {
    const at = unusual.lastIndex - 1;
    const c = text.charCodeAt(at);
    if (c === 0x0d && text.charCodeAt(at + 1) === 0x0a) continue;
    if (c === 0xfeff && at === 0) continue;
    if (c >= 0xd800 && c < 0xdc00) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        unusual.lastIndex++;
        continue;
      }
    }
    addProblem(problems, describe(c, at));
  }
}

/** What is not allowed, or only in company; the engine scans for one class of characters faster than any loop here. */
const unusual = /[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/g;

/** Whether a character may stand in a text as it is; surrogates are judged one by one and not allowed. */
export function isPrintable(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  return code >= 0xa0 && (code < 0xd800 || (code >= 0xe000 && code < 0xfffe && code !== 0xfeff));
}

function describe(code: number, at: number): YamlProblem {
  const hex = code.toString(16).toUpperCase();
  if (code === 0x0d) {
    return {
      code: 'control-character',
      message: 'a carriage return without a line feed',
      fix: 'end lines with a line feed (LF) or with both (CR LF)',
      start: at,
      end: at + 1,
    };
  }
  if (code === 0xfeff) {
    return {
      code: 'control-character',
      message: 'a byte order mark (U+FEFF) in the middle of the text',
      fix: 'delete this invisible character',
      start: at,
      end: at + 1,
    };
  }
  const name = code === 0 ? 'a NUL character' : `the character U+${hex.padStart(4, '0')}`;
  const escaped = code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
  return {
    code: 'control-character',
    message: `${name} is not allowed in a YAML file`,
    fix: `delete it, or write "${escaped}" in double quotes if it is really meant`,
    start: at,
    end: at + 1,
  };
}
