import type { DomainName } from './name.ts';
import type { Tokens } from './token.ts';

/** A JSON Schema (2020-12) fragment. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A value of the structured form: what JSON and YAML can hold. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/**
 * One kind of rdata field: how it stands in a master file, in structured form and on the wire.
 *
 * Rdata is the plain concatenation of its fields' octets. `start` is where the rdata begins, for the few fields whose
 * form depends on an earlier one (the gateway of IPSECKEY depends on the gateway type); in `parse` and `encode` the
 * octets of the earlier fields are `before`.
 */
export interface FieldKind {
  /** Reads the field from presentation form and gives its octets. Throws `DnsSyntaxError`. */
  parse(tokens: Tokens, field: string, before: string): string;
  /** The field in presentation form: the octets `from[at..end)`, already checked by `end`. */
  print(from: string, at: number, end: number, start: number): string;
  /** Reads the field from structured form and gives its octets. Throws `DnsSyntaxError`. */
  encode(value: unknown, field: string, before: string, origin: DomainName | undefined): string;
  /** The field in structured form. `undefined` leaves it out (a field that is not there). */
  decode(from: string, at: number, end: number, start: number): Data | undefined;
  /** Checks the field that starts at `at` and gives where it ends; `limit` is the end of the rdata. Throws where cut off. */
  end(from: string, at: number, limit: number, start: number): number;
  /** The field in structured form, as a JSON Schema. */
  readonly schema: JsonSchema;
  /**
   * A domain name: compressed names are expanded when it is read from a message, it counts as a target in checks, and
   * where the type says so it is lower-cased in canonical form.
   */
  readonly isName?: boolean;
  /** Whether it may be left out of structured form. */
  readonly optional?: boolean;
  /**
   * Reads the field from one word: what `parse` does where the field is exactly one unquoted token, and what `encode` does
   * with a scalar. A type all of whose fields have it is read without cutting its rdata into tokens.
   */
  readonly word?: (text: string, field: string, before: string, origin: DomainName | undefined) => string;
  /** Where names stand in a field that is more than one name or not always one: their offsets. */
  readonly names?: (from: string, at: number, end: number, start: number) => readonly number[];
}

/** A field of a record type, named as its RFC names it, in snake case. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** One sentence for the reference page and for editors. */
  readonly about: string;
}

/** Everything that is stated about a record type. One file under `types/` each. */
export interface RRType {
  /** The mnemonic of the IANA registry: `MX`. */
  readonly name: string;
  /** The number of the IANA registry: 15. */
  readonly code: number;
  /** One sentence on what the type is for. */
  readonly about: string;
  /** The documents that define it: `RFC 1035 section 3.3.9`. */
  readonly standards: readonly string[];
  readonly fields: readonly Field[];
  /** Rdata in presentation form, absolute names; the first is shown in the reference page and in editors. */
  readonly examples: readonly string[];
  /**
   * Whether names in the rdata are lower-cased in canonical form (RFC 4034 section 6.2, as corrected by RFC 6840
   * section 5.1) and may be compressed in messages (RFC 3597 section 4) where `compressed` says so too.
   */
  readonly lowerCased?: boolean;
  /** Whether names in the rdata may be compressed when sent: the types of RFC 1035 only (RFC 3597 section 4). */
  readonly compressed?: boolean;
  /** An obsolete or experimental type that is still found in files. */
  readonly obsolete?: boolean;
  /**
   * The name servers, of BIND 9.18, Knot 3.2 and NSD 4.6, that read the type's mnemonic and presentation form; all three
   * where it is not stated. The others read it as RFC 3597 says.
   */
  readonly loadedBy?: readonly NameServer[];
  /**
   * Reads and writes rdata that is not the plain concatenation of its fields' octets (LOC, HIP, AMTRELAY). Its structured
   * form is the map of the fields, which then only state their names, their schemas and which may be left out.
   */
  readonly whole?: FieldKind;
  /** Whether some name server reads this rdata as RFC 3597 writes it only; then it is printed so. */
  readonly genericWhen?: (rdata: string) => boolean;
  /** A rule between fields: throws `DnsSyntaxError` where checked octets are still not a valid rdata. */
  readonly check?: (rdata: string) => void;
}

/** A name server whose reader of zone files is known. */
export type NameServer = 'BIND' | 'Knot' | 'NSD';

/** Nearly all codes are small, and no map finds them as fast as an array. */
const SMALL = 512;
const bySmallCode: (RRType | undefined)[] = new Array(SMALL).fill(undefined);
const byCode = new Map<number, RRType>();

/** Mnemonics of types that were never specified: the registry keeps their numbers, and dumps of BIND still name them so. */
const codes = new Map<string, number>([
  ['UINFO', 100],
  ['UID', 101],
  ['GID', 102],
  ['UNSPEC', 103],
]);

/** States a record type: gives it back as it is, and makes its mnemonic known. `types/list.ts` names all of them. */
export function defineType(type: RRType): RRType {
  if (type.code < SMALL) bySmallCode[type.code] = type;
  byCode.set(type.code, type);
  codes.set(type.name, type.code);
  return type;
}

/** The statement of a record type; `undefined` for a type without one (RFC 3597). */
export function typeOf(code: number): RRType | undefined {
  return code < SMALL ? bySmallCode[code] : byCode.get(code);
}

/** The code of a mnemonic in any case, also in the form `TYPE65280` (RFC 3597 section 5); `undefined` where it is none. */
export function typeCode(text: string): number | undefined {
  const known = codes.get(text);
  if (known !== undefined) return known;
  // Only ASCII: other letters have capitals that look like a mnemonic ("\u017f" becomes "S").
  if (!/^[a-z0-9-]+$/i.test(text)) return undefined;
  const upper = text.toUpperCase();
  const other = codes.get(upper);
  if (other !== undefined) return other;
  if (!/^TYPE\d{1,5}$/.test(upper)) return undefined;
  const code = Number(upper.slice(4));
  return code <= 65535 ? code : undefined;
}

/** The mnemonic of a type; `TYPE65280` for one that has none. */
export function typeName(code: number): string {
  return typeOf(code)?.name ?? `TYPE${code}`;
}

/** The name of a type that every name server reads: its mnemonic where all know it, else `TYPE261`. */
export function portableTypeName(code: number): string {
  const type = typeOf(code);
  return type === undefined || type.loadedBy !== undefined ? `TYPE${code}` : type.name;
}
