/** What became of reading a POSIX extended regular expression. */
export interface Ere {
  /** What is wrong with it, as the end of a sentence; `undefined` where it is well formed. */
  readonly fault: string | undefined;
  /** How many groups in parentheses it has. */
  readonly groups: number;
}

/** Where the reading of an expression stands. */
interface State {
  readonly text: string;
  at: number;
  groups: number;
  open: number;
  /** Whether something stands there that can be repeated or that ends an alternative. */
  atom: boolean;
  /** Whether a repetition or an anchor was last, which cannot be repeated. */
  repeated: boolean;
  /** Whether a group was just opened, which may stay empty. */
  opened: boolean;
}

const classes = /^\[:(alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit):\]/;

/** Reads a POSIX extended regular expression (POSIX.1-2017 section 9.4), which the substitutions of NAPTR are made with. */
export function readEre(text: string): Ere {
  const state: State = { text, at: 0, groups: 0, open: 0, atom: false, repeated: false, opened: false };
  if (text === '') return { fault: 'is empty', groups: 0 };
  while (state.at < text.length) {
    const fault = readNext(state);
    if (fault !== undefined) return { fault, groups: state.groups };
  }
  if (state.open > 0) return { fault: 'has a "(" without ")"', groups: state.groups };
  return { fault: state.atom ? undefined : 'has nothing behind "|"', groups: state.groups };
}

function readNext(state: State): string | undefined {
  const c = state.text[state.at++] as string;
  switch (c) {
    case '\\':
      return readEscape(state);
    case '[':
      return readBracket(state);
    case '{':
      return readBound(state);
    case '(':
      state.open++;
      state.groups++;
      state.opened = true;
      state.atom = false;
      state.repeated = false;
      return undefined;
    case ')':
      if (state.open > 0 && !state.atom && !state.opened) return 'has an empty alternative';
      if (state.open > 0) state.open--;
      return takeAtom(state, false);
    case '|':
      if (!state.atom) return 'has nothing before "|"';
      state.atom = false;
      state.opened = false;
      state.repeated = false;
      return undefined;
    case '^':
    case '$':
      return takeAtom(state, true);
    case '*':
    case '+':
    case '?':
      return repeat(state, c);
    default:
      return takeAtom(state, false);
  }
}

function takeAtom(state: State, repeated: boolean): undefined {
  state.atom = true;
  state.repeated = repeated;
  return undefined;
}

function repeat(state: State, sign: string): string | undefined {
  if (!state.atom || state.repeated) return `has nothing that "${sign}" could repeat`;
  state.repeated = true;
  return undefined;
}

function readEscape(state: State): string | undefined {
  const c = state.text[state.at++];
  if (c === undefined) return 'ends in a backslash';
  if (/[1-9]/.test(c) && Number(c) > state.groups) return `has \\${c}, and no such group before it`;
  return takeAtom(state, false);
}

/** Reads `2}`, `2,}` or `2,5}` behind a brace; a brace before anything else stands for itself. */
function readBound(state: State): string | undefined {
  if (!/\d/.test(state.text[state.at] ?? '')) return takeAtom(state, false);
  const found = /^(\d+)(?:(,)(\d*))?\}/.exec(state.text.slice(state.at));
  if (found === null) return 'has a "{" without numbers and "}"';
  const [whole, low, comma, high] = found;
  if (Number(low) > 255 || Number(high ?? 0) > 255) return 'repeats something more than 255 times';
  if (comma !== undefined && high !== '' && Number(high) < Number(low))
    return `has the numbers of ${whole} the wrong way round`;
  state.at += whole.length;
  return repeat(state, '{');
}

/** Reads the rest of `[a-z[:digit:]]`. */
function readBracket(state: State): string | undefined {
  const { text } = state;
  if (text[state.at] === '^') state.at++;
  for (let first = true; ; first = false) {
    const c = text[state.at];
    if (c === undefined) return 'has a "[" without "]"';
    if (c === ']' && !first) break;
    const rest = text.slice(state.at);
    if (rest.startsWith('[:')) {
      const found = classes.exec(rest);
      if (found === null) return 'has a class of characters that does not exist';
      state.at += found[0].length;
      continue;
    }
    const element = readElement(rest);
    if (element === undefined) return 'has a "[." or "[=" without its end';
    state.at += element.length;
    const end = text.slice(state.at);
    if (end.startsWith('-') && end[1] !== ']' && end.length > 1) {
      const high = readElement(end.slice(1));
      if (high === undefined || end.startsWith('[:', 1)) return 'has a range of characters without its end';
      if (high.character < element.character)
        return `has the range ${element.character}-${high.character} the wrong way round`;
      state.at += 1 + high.length;
    }
  }
  state.at++;
  return takeAtom(state, false);
}

/** One character within brackets: itself, or as `[.x.]` or `[=x=]`. */
function readElement(rest: string): { readonly character: string; readonly length: number } | undefined {
  if (!rest.startsWith('[.') && !rest.startsWith('[=')) return { character: rest[0] as string, length: 1 };
  const sign = rest[1] as string;
  const end = rest.indexOf(`${sign}]`, 2);
  return end <= 2 ? undefined : { character: rest.slice(2, end), length: end + 2 };
}
