import { DnsSyntaxError, quoted } from '../fault.ts';

/** The numbers of a `$GENERATE` directive: `start`, `start + step` and so on up to `stop`. */
export interface GenerateRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

const MAX_INT = 2147483647;

/** Reads `START-STOP` or `START-STOP/STEP`. Throws {@link DnsSyntaxError}. */
export function parseGenerateRange(text: string): GenerateRange {
  const found = /^(\d{1,10})-(\d{1,10})(?:\/(\d{1,10}))?$/.exec(text);
  const start = Number(found?.[1]);
  const stop = Number(found?.[2]);
  const step = Number(found?.[3] ?? 1);
  if (found === null || start > MAX_INT || stop > MAX_INT || step > MAX_INT || stop < start || step < 1) {
    throw new DnsSyntaxError(
      `${quoted(text)} is not a range`,
      'write START-STOP or START-STOP/STEP with START not above STOP, such as 1-254 or 0-8/2',
      'generate-syntax',
    );
  }
  return { start, stop, step };
}

/** How many numbers the range has. */
export function generateCount(range: GenerateRange): number {
  return Math.floor((range.stop - range.start) / range.step) + 1;
}

/** What a name or rdata of `$GENERATE` is made of: plain text, and numbers in a format. */
export type GeneratePart = string | { readonly offset: number; readonly width: number; readonly base: GenerateBase };

type GenerateBase = 'd' | 'o' | 'x' | 'X' | 'n' | 'N';

/**
 * Reads the template of a name or of rdata: `$` is the number, `${OFFSET,WIDTH,BASE}` the number plus OFFSET, filled with
 * zeros to WIDTH, in the base d, o, x, X, or as nibbles with dots, n, N. `$$` is a dollar sign, and so is `\$`, which
 * stays as it is for the parser behind. Throws {@link DnsSyntaxError}.
 */
export function parseGenerateTemplate(text: string): GeneratePart[] {
  const parts: GeneratePart[] = [];
  let plain = '';
  let offset = 0;
  let i = 0;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === 92) {
      plain += text.slice(i, i + 2);
      i += 2;
    } else if (c !== 36) {
      plain += text[i++];
    } else if (text.charCodeAt(i + 1) === 36) {
      plain += '$';
      i += 2;
    } else {
      if (plain !== '') parts.push(plain);
      plain = '';
      i++;
      let width = 0;
      let base: GenerateBase = 'd';
      if (text.charCodeAt(i) === 123) {
        const format = /^\{([+-]?\d{1,10})(?:,\+?(\d{1,3})(?:,([doxXnN]))?)?\}/.exec(text.slice(i, i + 40));
        // named keeps the offset for a bare "$" further on in the same name; a zone that is moved must stay as it was.
        offset = Number(format?.[1]);
        width = Number(format?.[2] ?? 0);
        base = (format?.[3] ?? 'd') as GenerateBase;
        if (format === null || Math.abs(offset) > MAX_INT || width > 127) {
          throw new DnsSyntaxError(
            `${quoted(text.slice(i - 1))} is not a format of $GENERATE`,
            `write $, or \${OFFSET,WIDTH,BASE} with a BASE of d, o, x, X, n or N, such as \${0,3,d}`,
            'generate-syntax',
          );
        }
        i += format[0].length;
      }
      parts.push({ offset, width, base });
    }
  }
  if (plain !== '') parts.push(plain);
  return parts;
}

/** The template filled in for one number. Throws {@link DnsSyntaxError} where number and offset are over 2^31. */
export function expandGenerate(parts: readonly GeneratePart[], number: number): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : formatNumber(number, part);
  return text;
}

function formatNumber(number: number, format: Exclude<GeneratePart, string>): string {
  const { width, base } = format;
  const value = number + format.offset;
  if (value > MAX_INT) {
    throw new DnsSyntaxError(
      `${number} with the offset ${format.offset} is over ${MAX_INT}`,
      'use a smaller offset',
      'generate-syntax',
    );
  }
  if (base === 'd') {
    return value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0');
  }
  // Below zero the other bases show the number in 32 bits, as C prints it.
  const unsigned = value >>> 0;
  if (base === 'o') return unsigned.toString(8).padStart(width, '0');
  const hex = unsigned.toString(16).padStart(base === 'n' || base === 'N' ? 0 : width, '0');
  if (base === 'x') return hex;
  if (base === 'X') return hex.toUpperCase();
  return nibbles(base === 'N' ? hex.toUpperCase() : hex, width);
}

/** Hexadecimal digits from the last to the first with dots between them; `width` counts the dots and may end on one. */
function nibbles(hex: string, width: number): string {
  let text = [...hex].reverse().join('.');
  while (text.length < width) text += text.length % 2 === 0 ? '0' : '.';
  return text;
}
