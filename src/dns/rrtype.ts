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
  /** Whether it may be left out of structured form, and the presentation form of what it is then. */
  readonly optional?: boolean;
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
  /** A rule between fields: throws `DnsSyntaxError` where checked octets are still not a valid rdata. */
  readonly check?: (rdata: string) => void;
}

/** States a record type. Gives it back as it is: the function only fixes the shape. */
export function defineType(type: RRType): RRType {
  return type;
}
