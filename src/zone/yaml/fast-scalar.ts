import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  CR,
  DASH,
  DOUBLE_QUOTE,
  DOUBT,
  HASH,
  LF,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUESTION,
  type Reader,
  SINGLE_QUOTE,
  SPACE,
} from './cursor.ts';
import { type ScalarNode, scalarNode } from './node.ts';

/** May a plain scalar begin with this character: 0 yes, 1 no, 2 if the next one is no white space (`-x`, `::1`). */
const plainStart = new Uint8Array(128);
for (let c = 0; c <= SPACE; c++) plainStart[c] = 1;
for (const c of ',[]{}#&*!|>\'"%@`') plainStart[c.charCodeAt(0)] = 1;
plainStart[DASH] = 2;
plainStart[QUESTION] = 2;
plainStart[COLON] = 2;

/** `,[]{}`, the characters that end a plain scalar inside brackets and braces. */
function isFlowIndicator(c: number): boolean {
  return c === COMMA || c === OPEN_BRACKET || c === CLOSE_BRACKET || c === OPEN_BRACE || c === CLOSE_BRACE;
}

/** Reads the scalar that begins at the cursor in block context and leaves the cursor after it. */
export function readScalar(r: Reader): ScalarNode {
  const c = r.text.charCodeAt(r.pos);
  if (c === DOUBLE_QUOTE) return readDouble(r);
  if (c === SINGLE_QUOTE) return readSingle(r);
  return readPlain(r, c);
}

/** The same inside brackets and braces. */
export function readFlowScalar(r: Reader): ScalarNode {
  const c = r.text.charCodeAt(r.pos);
  if (c === DOUBLE_QUOTE) return readDouble(r);
  if (c === SINGLE_QUOTE) return readSingle(r);
  return readFlowPlain(r, c);
}

/** A plain scalar ends at `: `, ` #` and the end of the line (YAML 1.2.2 section 7.3.3). */
function readPlain(r: Reader, first: number): ScalarNode {
  const { text, pos: start } = r;
  if (first < 128 && plainStart[first] !== 0) {
    if (plainStart[first] === 1 || text.charCodeAt(start + 1) <= SPACE) throw DOUBT;
  }
  let i = start;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c <= COLON) {
      if (c === COLON) {
        if (text.charCodeAt(i + 1) <= SPACE) break;
      } else if (c === HASH) {
        if (text.charCodeAt(i - 1) === SPACE) break;
      } else if (c < SPACE) {
        if (c === LF || c === CR) break;
        throw DOUBT;
      }
    }
    i++;
  }
  return endPlain(r, start, i);
}

/** Inside brackets and braces a plain scalar ends at their indicators too. */
function readFlowPlain(r: Reader, first: number): ScalarNode {
  const { text, pos: start } = r;
  if (first < 128 && plainStart[first] !== 0) {
    const next = text.charCodeAt(start + 1);
    if (plainStart[first] === 1 || next <= SPACE || isFlowIndicator(next)) throw DOUBT;
  }
  let i = start;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c <= COLON) {
      if (c === COLON) {
        const next = text.charCodeAt(i + 1);
        if (next <= SPACE || isFlowIndicator(next)) break;
      } else if (c === COMMA) {
        break;
      } else if (c === HASH) {
        if (text.charCodeAt(i - 1) === SPACE) break;
      } else if (c < SPACE) {
        if (c === LF || c === CR) break;
        throw DOUBT;
      }
    } else if (c === OPEN_BRACKET || c === CLOSE_BRACKET || c === OPEN_BRACE || c === CLOSE_BRACE) {
      break;
    }
    i++;
  }
  return endPlain(r, start, i);
}

function endPlain(r: Reader, start: number, stop: number): ScalarNode {
  const { text } = r;
  let end = stop;
  while (text.charCodeAt(end - 1) === SPACE) end--;
  r.pos = end;
  return scalarNode(text.slice(start, end), start, end, 'plain');
}

function readSingle(r: Reader): ScalarNode {
  const { text, pos: start } = r;
  let doubled = false;
  let i = start + 1;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === SINGLE_QUOTE) {
      if (text.charCodeAt(i + 1) !== SINGLE_QUOTE) break;
      doubled = true;
      i++;
    } else if (c === LF || c === CR) {
      throw DOUBT;
    }
    i++;
  }
  r.pos = i + 1;
  const inside = text.slice(start + 1, i);
  return scalarNode(doubled ? inside.replaceAll("''", "'") : inside, start, i + 1, 'single');
}

function readDouble(r: Reader): ScalarNode {
  const { text, pos: start } = r;
  let escaped = false;
  let i = start + 1;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === DOUBLE_QUOTE) break;
    if (c === BACKSLASH) {
      escaped = true;
      i++;
      if (text.charCodeAt(i) < SPACE) throw DOUBT;
    } else if (c === LF || c === CR) {
      throw DOUBT;
    }
    i++;
  }
  r.pos = i + 1;
  const inside = text.slice(start + 1, i);
  return scalarNode(escaped ? resolveEscapes(inside) : inside, start, i + 1, 'double');
}

const simpleEscapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['0', '\0'],
]);

/** The escapes that people and our own printer write (YAML 1.2.2 section 5.7); the rarer ones are left to `yaml`. */
function resolveEscapes(inside: string): string {
  let result = '';
  let from = 0;
  for (let at = inside.indexOf('\\'); at !== -1; at = inside.indexOf('\\', from)) {
    result += inside.slice(from, at);
    const letter = inside.charAt(at + 1);
    const simple = simpleEscapes.get(letter);
    if (simple !== undefined) {
      result += simple;
      from = at + 2;
    } else {
      const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : 0;
      const hex = inside.slice(at + 2, at + 2 + digits);
      if (digits === 0 || hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) throw DOUBT;
      result += String.fromCharCode(Number.parseInt(hex, 16));
      from = at + 2 + digits;
    }
  }
  return result + inside.slice(from);
}
