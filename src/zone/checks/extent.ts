/**
 * Where the YAML key or value that begins at `start` ends. A big zone keeps only where things begin, so the end is found
 * again when something is said about it: a quoted scalar up to its quote, a flow collection up to its bracket, a plain
 * scalar up to what ends it in its context. Of a scalar over several lines it is the first line's end.
 */
export function extentOf(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === DOUBLE) return closingQuote(text, start, true);
  if (first === SINGLE) return closingQuote(text, start, false);
  if (first === BRACE || first === BRACKET) return closingBracket(text, start);
  const inFlow = standsInFlow(text, start);
  let i = start;
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === NEWLINE || c === RETURN) break;
    if (c === HASH && isBlank(text.charCodeAt(i - 1))) break;
    if (c === COLON && endsKey(text, i + 1, inFlow)) break;
    if (inFlow && (c === COMMA || c === BRACE_END || c === BRACKET_END || c === BRACE || c === BRACKET)) break;
  }
  while (i > start && isBlank(text.charCodeAt(i - 1))) i--;
  return i;
}

const [DOUBLE, SINGLE, BRACE, BRACE_END, BRACKET, BRACKET_END] = [34, 39, 123, 125, 91, 93];
/** How far is looked, in UTF-16 units: a hostile document is one line of a hundred megabytes. */
const FAR = 65_536;
const [NEWLINE, RETURN, TAB, SPACE, HASH, COLON, COMMA, BACKSLASH] = [10, 13, 9, 32, 35, 58, 44, 92];

function isBlank(c: number): boolean {
  return c === SPACE || c === TAB;
}

function endsKey(text: string, at: number, inFlow: boolean): boolean {
  if (at >= text.length) return true;
  const c = text.charCodeAt(at);
  if (isBlank(c) || c === NEWLINE || c === RETURN) return true;
  return inFlow && (c === COMMA || c === BRACE_END || c === BRACKET_END);
}

/** After the quote that closes the one at `start`; the end of the line where it never closes. */
function closingQuote(text: string, start: number, double: boolean): number {
  const quote = double ? DOUBLE : SINGLE;
  const limit = Math.min(text.length, start + FAR);
  for (let i = start + 1; i < limit; i++) {
    const c = text.charCodeAt(i);
    if (double && c === BACKSLASH) i++;
    else if (c === quote) {
      if (double || text.charCodeAt(i + 1) !== SINGLE) return i + 1;
      i++;
    }
  }
  return lineEnd(text, start);
}

/** After the bracket that closes the one at `start`; the end of the line where it never closes. */
function closingBracket(text: string, start: number): number {
  let depth = 0;
  const limit = Math.min(text.length, start + FAR);
  for (let i = start; i < limit; i++) {
    const c = text.charCodeAt(i);
    if (c === BRACE || c === BRACKET) depth++;
    else if (c === BRACE_END || c === BRACKET_END) {
      if (--depth === 0) return i + 1;
    } else if ((c === DOUBLE || c === SINGLE) && beginsScalar(text, i)) i = closingQuote(text, i, c === DOUBLE) - 1;
    else if (c === HASH && isBlank(text.charCodeAt(i - 1))) i = lineEnd(text, i) - 1;
  }
  return lineEnd(text, start);
}

function lineEnd(text: string, from: number): number {
  const end = text.slice(from, from + FAR).indexOf('\n');
  return end < 0 ? Math.min(text.length, from + FAR) : from + end;
}

/** Whether a quote at `at` opens a scalar: inside a plain one it is an ordinary character. */
function beginsScalar(text: string, at: number): boolean {
  let i = at - 1;
  while (i >= 0 && isBlank(text.charCodeAt(i))) i--;
  const before = text.charCodeAt(i);
  return i < 0 || [NEWLINE, COLON, COMMA, BRACE, BRACKET].includes(before) || (before === 45 && i < at - 1);
}

/** Whether the scalar at `at` stands in braces or brackets that are open on its line or on lines that it continues. */
function standsInFlow(text: string, at: number): boolean {
  const nearest = Math.max(0, at - FAR);
  let line = Math.max(nearest, text.lastIndexOf('\n', at - 1) + 1);
  for (;;) {
    if (bracketsOpen(text, line, at) > 0) return true;
    let end = line - 1;
    while (end > nearest && (isBlank(text.charCodeAt(end)) || [NEWLINE, RETURN].includes(text.charCodeAt(end)))) end--;
    // Only a line that ends in one of these can leave a flow collection open for the next.
    if (end <= nearest || ![COMMA, BRACE, BRACKET].includes(text.charCodeAt(end))) return false;
    line = Math.max(nearest, text.lastIndexOf('\n', end) + 1);
  }
}

function bracketsOpen(text: string, from: number, to: number): number {
  let depth = 0;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === BRACE || c === BRACKET) depth++;
    else if (c === BRACE_END || c === BRACKET_END) depth--;
    else if ((c === DOUBLE || c === SINGLE) && beginsScalar(text, i)) i = closingQuote(text, i, c === DOUBLE) - 1;
  }
  return depth;
}
