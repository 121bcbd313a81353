/**
 * Tells whether another program reads a plain scalar as something else than its text, and as what: YAML 1.1 as PyYAML and
 * libyaml-based programs have it, or the core schema of YAML 1.2. zonewright itself takes every scalar as it is written.
 *
 * Gives words for a message (`boolean false in YAML 1.1`, `number 1.1`), `undefined` if all read the same text. Numbers
 * that are written as they would be printed (`300`, `-1`, `1.5`) are the same to everybody.
 *
 * @example yaml11Differs('010') // 'number 8 in YAML 1.1 and number 10 in YAML 1.2'
 */
export function yaml11Differs(text: string): string | undefined {
  if (!mayDiffer(text)) return undefined;
  const old = differing(text, readYaml11(text));
  const core = differing(text, readCore(text));
  if (old === core) return old;
  if (core === undefined) return `${old} in YAML 1.1`;
  if (old === undefined) return `${core} in YAML 1.2`;
  return `${old} in YAML 1.1 and ${core} in YAML 1.2`;
}

/** Longer scalars are no words, dates or numbers that anybody means. */
const LONGEST = 64;

/** Rules out nearly all names, addresses and texts at a glance. */
function mayDiffer(text: string): boolean {
  if (text.length > LONGEST) return false;
  const first = text.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) return text.indexOf('.') === text.lastIndexOf('.');
  if (first > 0x39) return text.length <= 5;
  return '+-.<='.includes(text.charAt(0));
}

function differing(text: string, read: string | number | bigint): string | undefined {
  if (typeof read === 'string') return read === text ? undefined : read;
  const printed = String(read);
  return printed === text ? undefined : `number ${printed}`;
}

const words11 = new Map<string, string>([
  ...spellings('yes', 'on').map((word) => [word, 'boolean true'] as const),
  ...spellings('no', 'off').map((word) => [word, 'boolean false'] as const),
  ['<<', 'a merge key'],
  ['=', 'a default value'],
]);

const words = new Map<string, string>([
  ...spellings('true').map((word) => [word, 'boolean true'] as const),
  ...spellings('false').map((word) => [word, 'boolean false'] as const),
  ...[...spellings('null'), '~', ''].map((word) => [word, 'no value (null)'] as const),
  ...spellings('.inf').map((word) => [word, 'infinity'] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, 'not a number'] as const),
  ...spellings('.inf').flatMap((word) => [[`-${word}`, 'minus infinity'] as const, [`+${word}`, 'infinity'] as const]),
]);

/** A word in lower case, with a capital, and in capitals: the three that YAML knows. */
function spellings(...all: string[]): string[] {
  return all.flatMap((word) => {
    const at = word.startsWith('.') ? 1 : 0;
    return [word, word.slice(0, at) + word.charAt(at).toUpperCase() + word.slice(at + 1), word.toUpperCase()];
  });
}

/** What YAML 1.1 reads (yaml.org/type: bool, int, float, null, timestamp, merge, value), the text itself if text. */
function readYaml11(text: string): string | number | bigint {
  const word = words11.get(text) ?? words.get(text);
  if (word !== undefined) return word;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return `the date ${text}`;
  if (/^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d/.test(text)) return `the time ${text}`;
  const negative = text.startsWith('-');
  const body = negative || text.startsWith('+') ? text.slice(1) : text;
  const plain = body.replaceAll('_', '');
  const signed = (value: bigint): bigint => (negative ? -value : value);
  if (/^0b[01_]+$/.test(body) && plain.length > 2) return signed(BigInt(plain));
  if (/^0x[0-9a-fA-F_]+$/.test(body) && plain.length > 2) return signed(BigInt(plain));
  if (/^0[0-7_]+$/.test(body)) return signed(BigInt(`0o${plain}`));
  if (/^(?:0|[1-9][0-9_]*)$/.test(body)) return signed(BigInt(plain));
  if (/^[1-9][0-9_]*(?::[0-5]?[0-9])+$/.test(body)) return signed(BigInt(sixties(plain)));
  if (/^[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/.test(body)) return (negative ? -1 : 1) * sixties(plain);
  if (/^[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/.test(body)) return (negative ? -1 : 1) * Number(plain);
  if (/^\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?$/.test(text)) return Number(plain);
  return text;
}

/** `1:30` is ninety. */
function sixties(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** What the core schema of YAML 1.2 reads (YAML 1.2.2 section 10.3.2), the text itself if text. */
function readCore(text: string): string | number | bigint {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (/^[-+]?[0-9]+$/.test(text)) return BigInt(text.replace('+', ''));
  if (/^0o[0-7]+$|^0x[0-9a-fA-F]+$/.test(text)) return BigInt(text);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  return text;
}
