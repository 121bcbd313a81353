import type { ParsedNode } from 'yaml';
import type { Composed, YamlFault } from './compose.ts';
import { FAULT_ROWS } from './fault-rows.ts';
import { yamlLibrary } from './library.ts';
import { MAX_DEPTH } from './limits.ts';
import type { YamlProblem, YamlProblemCode } from './problem.ts';

/**
 * Says in the words of a zone editor what `yaml` found, one problem for each line: what it reports further on in a line
 * follows from the first.
 */
export function explain(text: string, composed: Composed): YamlProblem[] {
  const problems: YamlProblem[] = [];
  const { directive, second, tooDeep } = composed;
  if (directive !== undefined) {
    problems.push(
      problem(
        'directive',
        directive,
        lineEnd(text, directive),
        'a line that begins with % is a YAML directive',
        'delete the line',
      ),
    );
  }
  if (tooDeep !== undefined) {
    problems.push(
      problem(
        'too-deep',
        tooDeep,
        tooDeep + 1,
        `maps and lists are nested more than ${MAX_DEPTH} deep`,
        'write the value less nested',
      ),
    );
  }
  if (second !== undefined) {
    problems.push(
      problem(
        'multiple-documents',
        second,
        lineEnd(text, second),
        'a second YAML document begins here',
        'keep one document a file: delete this line, or move what follows to a file of its own',
      ),
    );
  }
  const lines = new Set<number>();
  const openings = new Map<number, number>();
  if (composed.faults.length > 0) findOpenings(composed.document?.contents as ParsedNode | null | undefined, openings);
  for (const fault of [...composed.faults].sort((a, b) => a.start - b.start)) {
    if (lines.has(lineStart(text, fault.start)) && !isUnclosed(fault)) continue;
    const found = explainFault(text, fault, openings);
    const line = lineStart(text, found.start);
    if (lines.has(line)) continue;
    // What cannot be placed in the document any more is the wreck of an earlier fault.
    if (lines.size > 0 && isWreck(fault)) continue;
    lines.add(line);
    problems.push(found);
  }
  return problems;
}

/** Faults that are found where the text ends, and lie where it began. */
function isUnclosed(fault: YamlFault): boolean {
  return fault.message.startsWith('Missing closing') || / end with a [\]}]$/.test(fault.message);
}

function isWreck(fault: YamlFault): boolean {
  return fault.message.endsWith('token in YAML stream') || fault.message.endsWith('token in YAML document');
}

function explainFault(text: string, fault: YamlFault, openings: ReadonlyMap<number, number>): YamlProblem {
  return (
    tabProblem(text, fault) ??
    starProblem(text, fault) ??
    unclosedProblem(text, fault, openings) ??
    faultProblem(text, fault)
  );
}

/** A tab among the white space that begins the line of the fault, or the next one, is what the fault comes from. */
function tabProblem(text: string, fault: YamlFault): YamlProblem | undefined {
  const line = lineStart(text, fault.start);
  const tab = indentingTab(text, line) ?? indentingTab(text, lineEnd(text, fault.start) + 1);
  if (tab === undefined) return undefined;
  return problem(
    'tab-indentation',
    tab,
    tab + 1,
    'a tab indents this line',
    'indent with spaces only; most editors can convert tabs to spaces',
  );
}

function indentingTab(text: string, line: number): number | undefined {
  let i = line;
  while (text[i] === ' ') i++;
  if (text[i] !== '\t') return undefined;
  const tab = i;
  while (text[i] === ' ' || text[i] === '\t') i++;
  return text[i] === undefined || text[i] === '\n' || text[i] === '\r' || text[i] === '#' ? undefined : tab;
}

/** A name such as `*.apps` without quotes is an alias to YAML, and what follows it makes no sense. */
function starProblem(text: string, fault: YamlFault): YamlProblem | undefined {
  const from = lineStart(text, fault.start);
  const found = /(?:^ *(?:- +)?|[{,] *)(\*[^\s,[\]{}:]*) *:/.exec(text.slice(from, lineEnd(text, from)));
  if (found === null) return undefined;
  const name = found[1] as string;
  const start = from + found.index + found[0].indexOf('*');
  return problem(
    'complex-key',
    start,
    start + name.length,
    'a key that begins with * is an alias',
    `put the key in quotes: "${name}"`,
  );
}

function unclosedProblem(
  text: string,
  fault: YamlFault,
  openings: ReadonlyMap<number, number>,
): YamlProblem | undefined {
  const { message } = fault;
  if (message.startsWith('Missing closing')) {
    const start = openings.get(fault.start) ?? fault.start;
    const mark = message.includes('"') ? '"' : "'";
    const inside = mark === '"' ? 'a " inside is written \\"' : "a ' inside is written ''";
    return problem(
      'unclosed-quote',
      start,
      lineEnd(text, start),
      `the quote ${mark} that opens here is never closed`,
      `write ${mark} at the end of the value; ${inside}`,
    );
  }
  if (isUnclosed(fault)) {
    const start = openings.get(fault.start) ?? fault.start;
    const mark = message.endsWith('}') ? '}' : ']';
    return problem(
      'unclosed-bracket',
      start,
      start + 1,
      `no ${mark} closes the ${mark === '}' ? '{' : '['} that opens here`,
      `write ${mark} after the last entry, and indent the lines between them further than the key`,
    );
  }
  return undefined;
}

function faultProblem(text: string, fault: YamlFault): YamlProblem {
  let { start } = fault;
  // Faults of indentation are placed at the line end before, or at the line's first column.
  if (fault.code === 'BAD_INDENT') while (/[ \r\n]/.test(text[start] ?? '')) start++;
  const end = Math.max(Math.min(fault.end, lineEnd(text, start)), start + 1);
  const missing = colonWithoutSpace(text, start);
  if (
    missing !== undefined &&
    (fault.code === 'MULTILINE_IMPLICIT_KEY' || fault.message.startsWith('Implicit map keys'))
  ) {
    return missing;
  }
  if (fault.code === 'BAD_SCALAR_START') return startProblem(text, start);
  if (fault.code === 'BAD_DQ_ESCAPE') {
    return problem(
      'escape',
      start,
      start + 2,
      `${text.slice(start, start + 2)} is no escape that YAML knows in double quotes`,
      'put the value in single quotes, in which a backslash is only a backslash, or double the backslash',
    );
  }
  if (fault.code === 'BLOCK_AS_IMPLICIT_KEY' && fault.message.startsWith('Nested')) return nestedProblem(text, start);
  for (const [code, pattern, ours, message, fix] of FAULT_ROWS) {
    if (code === fault.code && pattern.test(fault.message)) return problem(ours, start, end, message, fix);
  }
  if (fault.code === 'UNEXPECTED_TOKEN') return afterValueProblem(text, start, end);
  return problem(
    'syntax',
    start,
    end,
    'this is not YAML',
    'check quotes, brackets, colons and the indentation of this line and the one before',
  );
}

/** `key:value` on a line that should be an entry. */
function colonWithoutSpace(text: string, start: number): YamlProblem | undefined {
  const from = lineStart(text, start);
  const found = /^ *(?:- +)?[^\s:#"']+:(?=[^\s:])/.exec(text.slice(from, lineEnd(text, from)));
  if (found === null) return undefined;
  const colon = from + found[0].length - 1;
  return problem('syntax', colon, colon + 1, 'there is no space after the colon', 'write a space after the colon');
}

/** A plain scalar that begins with a character that YAML keeps for itself, as a key or as a value. */
function startProblem(text: string, start: number): YamlProblem {
  const rest = text.slice(start, lineEnd(text, start));
  const before = text.slice(lineStart(text, start), start);
  const key = /^[ ]*(?:- +)?$/.test(before) ? /^(\S+) *:(?: |$)/.exec(rest)?.[1] : undefined;
  const shown = key ?? /^[^\s,[\]{}]*/.exec(rest)?.[0] ?? '';
  return problem(
    'reserved-start',
    start,
    start + Math.max(shown.length, 1),
    `a ${key === undefined ? 'value' : 'key'} cannot begin with ${text[start]} unless it is in quotes`,
    shown === '' ? 'put the value in quotes, or delete the character' : `put it in quotes: ${inQuotes(shown)}`,
  );
}

/** `a: b: c`, or a value followed by a line that is indented further and has a key. */
function nestedProblem(text: string, start: number): YamlProblem {
  const end = lineEnd(text, start);
  if (/:(?: |$)/.test(text.slice(start, end))) {
    return problem(
      'syntax',
      start,
      end,
      'a second key stands on the line of the first',
      `put the value in quotes if it is text with a colon: ${sample(text, start)}; otherwise begin it on the next line`,
    );
  }
  return problem(
    'syntax',
    start,
    end,
    'a key has a value on its line and further keys below',
    'delete the value, or indent the lines below like the key',
  );
}

/** Text behind a closing quote or bracket, most often a TXT value of several strings; or a line out of place. */
function afterValueProblem(text: string, start: number, end: number): YamlProblem {
  const before = text.slice(lineStart(text, start), start).trimEnd().at(-1);
  if (before === undefined) {
    return problem(
      'syntax',
      start,
      end,
      'this line does not fit to the lines above',
      'check its indentation, and that it begins with a dash if the lines above do',
    );
  }
  if (before === '"') {
    return problem(
      'syntax',
      start,
      end,
      'something follows the closing quote',
      `put single quotes around the whole value if the double quotes belong to it: '"one" "two"'; in brackets, a comma between two values`,
    );
  }
  if (before === "'") {
    return problem(
      'syntax',
      start,
      end,
      'something follows the closing quote',
      "write a quote inside single quotes twice ('it''s'), or put the whole value in double quotes",
    );
  }
  return problem(
    'syntax',
    start,
    end,
    'something follows the end of a value',
    'put the whole value in quotes, or write a comma or line end between the two',
  );
}

/** What stands at `start` up to the end of its line, in quotes, for a repair to show. */
function sample(text: string, start: number): string {
  const found = text.slice(start, Math.min(lineEnd(text, start), start + 60));
  const value = found.replace(/ +#.*$/, '').trimEnd();
  return inQuotes(value);
}

function inQuotes(value: string): string {
  return value.includes('"') || value.includes('\\') ? `'${value.replaceAll("'", "''")}'` : `"${value}"`;
}

/** Where each quoted scalar and each collection in brackets begins, by where it ends. */
function findOpenings(node: ParsedNode | null | undefined, openings: Map<number, number>): void {
  if (node === null || node === undefined) return;
  const { isCollection, isPair, isScalar } = yamlLibrary();
  if (isScalar(node)) {
    if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') openings.set(node.range[1], node.range[0]);
  } else if (isCollection(node)) {
    if (node.flow === true) openings.set(node.range[1], node.range[0]);
    for (const item of node.items) {
      if (isPair(item)) {
        findOpenings(item.key as ParsedNode | null, openings);
        findOpenings(item.value as ParsedNode | null, openings);
      } else {
        findOpenings(item as ParsedNode, openings);
      }
    }
  }
}

function problem(code: YamlProblemCode, start: number, end: number, message: string, fix: string): YamlProblem {
  return { code, message, fix, start, end };
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** The end of the line, before its line feed and carriage return. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  if (end === -1) return text.length;
  return end > at && text[end - 1] === '\r' ? end - 1 : end;
}
