import { DnsSyntaxError } from '../fault.ts';
import type { DomainName } from '../name.ts';
import type { Data, FieldKind, JsonSchema } from '../rrtype.ts';
import { takeBare } from '../token.ts';

/** A structured value that must be a text or a number, as text. Throws for lists, maps and nothing. */
export function scalarText(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new DnsSyntaxError(
    value === undefined ? `the ${field} is missing` : `the ${field} is not a single value`,
    `give the ${field} as one value`,
    value === undefined ? 'rdata-missing-field' : 'rdata-syntax',
  );
}

/** A structured value that is a list, or one value that stands for a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/**
 * The entries of a structured value that is a map: a `Map`, as the YAML reader gives it, or a plain object, as JSON gives
 * it. `undefined` for anything else.
 */
export function mapOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (value instanceof Map) return value as Map<string, unknown>;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

/** The end of a field of fixed width. Throws where the rdata ends before it. */
export function fixedEnd(at: number, width: number, limit: number): number {
  if (at + width > limit) cutOff();
  return at + width;
}

/** The end of a field whose first octet is the number of those that follow it. Throws where the rdata ends before it. */
export function prefixedEnd(from: string, at: number, limit: number): number {
  return fixedEnd(at, at < limit ? 1 + from.charCodeAt(at) : 1, limit);
}

/** Throws that the rdata ends inside a field. */
export function cutOff(): never {
  throw new DnsSyntaxError('the rdata is cut off', 'check where the data comes from');
}

/** Throws what a field's octets cannot be: they come from a message or from the generic form, not from text. */
export function badOctets(message: string): never {
  throw new DnsSyntaxError(message, 'check where the data comes from');
}

/** What is stated about a field that is one word in a master file and one scalar in structured form. */
export interface Word {
  /** The octets of the word. Throws `DnsSyntaxError`. */
  read(text: string, field: string, before: string, origin: DomainName | undefined): string;
  /** The word of the octets `from[at..end)`. */
  print(from: string, at: number, end: number, start: number): string;
  /** As in {@link FieldKind}. */
  end(from: string, at: number, limit: number, start: number): number;
  /** The structured form of the octets, where it is not the word as text. */
  decode?(from: string, at: number, end: number, start: number): Data | undefined;
  readonly schema: JsonSchema;
}

/** The kind of a field that is one word in a master file and one scalar in structured form. */
export function wordKind({ read, print, end, decode, schema }: Word): FieldKind {
  return {
    parse: (tokens, field, before) => read(takeBare(tokens, field), field, before, tokens.origin),
    print,
    encode: (value, field, before, origin) => read(scalarText(value, field), field, before, origin),
    decode: decode ?? print,
    end,
    schema,
    word: read,
  };
}
