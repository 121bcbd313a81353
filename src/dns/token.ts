import { readEscape } from './escape.ts';
import { DnsSyntaxError, quoted } from './fault.ts';
import type { DomainName } from './name.ts';
import type { Octets } from './octets.ts';

/**
 * The rdata of one record in presentation form, cut into tokens (RFC 1035 section 5.1), and how far it has been read.
 *
 * Escapes are left in the tokens: whether `\.` separates labels or not is the field's business.
 */
export interface Tokens {
  /** Each token as written, without the quotes around it. */
  readonly texts: string[];
  /** Whether the token at the same place stood in quotes. */
  readonly quotes: boolean[];
  /**
   * The places of quoted tokens that touch the token before them (`alpn="h2"`), as service parameters are written
   * (RFC 9460 section 2.1). Without it, whether they touch is not known and is not asked for.
   */
  readonly touching?: ReadonlySet<number>;
  /** The index of the next token. */
  next: number;
  /** What relative names are relative to; `undefined` where only absolute names are allowed. */
  origin: DomainName | undefined;
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Cuts one record's rdata into tokens. White space separates, quotes group, parentheses are taken as white space, `;`
 * starts a comment that goes on to the end of the line. Throws where a quote or a parenthesis is left open.
 */
export function tokenize(text: string, origin?: DomainName): Tokens {
  const texts: string[] = [];
  const quotes: boolean[] = [];
  let touching: Set<number> | undefined;
  let depth = 0;
  let i = 0;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c === 32 || c === 9 || c === 10 || c === 13) {
      i++;
    } else if (c === 40 || c === 41) {
      depth += c === 40 ? 1 : -1;
      if (depth < 0) throw new DnsSyntaxError('a ")" has no "("', 'remove it, or put it in quotes');
      i++;
    } else if (c === 59) {
      while (i < text.length && text.charCodeAt(i) !== 10) i++;
    } else if (c === 34) {
      const end = closingQuote(text, i + 1);
      if (i > 0 && text.charCodeAt(i - 1) === 61) {
        touching ??= new Set();
        touching.add(texts.length);
      }
      texts.push(text.slice(i + 1, end));
      quotes.push(true);
      i = end + 1;
    } else {
      const start = i;
      i = tokenEnd(text, i);
      texts.push(text.slice(start, i));
      quotes.push(false);
    }
  }
  if (depth !== 0) throw new DnsSyntaxError('a "(" is not closed', 'close it, or put it in quotes');
  return { texts, quotes, touching: touching ?? NONE, next: 0, origin };
}

/** Where the unquoted token that starts at `at` ends: before white space, a quote, a parenthesis or a `;`. */
export function tokenEnd(text: string, at: number): number {
  let i = at;
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 32 || c === 9 || c === 10 || c === 13 || c === 34 || c === 40 || c === 41 || c === 59) break;
  }
  return Math.min(i, text.length);
}

function closingQuote(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === 34) return i;
  }
  throw new DnsSyntaxError('a quote is not closed', 'end the character string with a quote');
}

/** The next token as written. Throws where there is none; `what` names the missing field. */
export function take(tokens: Tokens, what: string): string {
  const text = tokens.texts[tokens.next];
  if (text === undefined) throw new DnsSyntaxError(`the ${what} is missing`, `add the ${what}`, 'rdata-missing-field');
  tokens.next++;
  return text;
}

/** The next token, which must be there and must not stand in quotes: numbers, addresses, hexadecimal data. */
export function takeBare(tokens: Tokens, what: string): string {
  if (tokens.quotes[tokens.next] === true) {
    throw new DnsSyntaxError(`the ${what} stands in quotes`, `write the ${what} without quotes`);
  }
  return take(tokens, what);
}

/** All tokens that are left, joined without white space, as hexadecimal and base64 data may be split (RFC 4034 section 2.2). */
export function takeRest(tokens: Tokens, what: string): string {
  let all = takeBare(tokens, what);
  while (tokens.next < tokens.texts.length) all += takeBare(tokens, what);
  return all;
}

/** Whether tokens are left. */
export function hasMore(tokens: Tokens): boolean {
  return tokens.next < tokens.texts.length;
}

/** The octets a token stands for: `\DDD` and `\X` resolved, characters outside ASCII as their UTF-8 octets. */
export function unescapeOctets(text: string): Octets {
  let plain = true;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92 || c > 127) {
      plain = false;
      break;
    }
  }
  if (plain) return text as Octets;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) {
      const found = readEscape(text, i);
      result += found.octet;
      i += found.length - 1;
    } else if (c > 127) {
      const start = i;
      while (i + 1 < text.length && text.charCodeAt(i + 1) > 127) i++;
      result += Buffer.from(text.slice(start, i + 1), 'utf8').toString('latin1');
    } else {
      result += text[i];
    }
  }
  return result as Octets;
}

/** A whole number in decimal digits from 0 to `max`. Throws for anything else. */
export function parseUnsigned(text: string, max: number, what: string): number {
  let value = 0;
  let ok = text.length > 0;
  for (let i = 0; i < text.length && ok; i++) {
    const digit = text.charCodeAt(i) - 48;
    value = value * 10 + digit;
    ok = digit >= 0 && digit <= 9 && value <= max;
  }
  if (!ok) {
    throw new DnsSyntaxError(`the ${what} is ${quoted(text)}`, `write a whole number from 0 to ${max}`, 'rdata-number');
  }
  return value;
}
