import { typeCode, typeName, typeOf } from '../../dns/rdata.ts';
import type { Field } from '../../dns/rrtype.ts';
import { types } from '../../dns/types/list.ts';
import { metaTypes } from '../../dns/types/meta.ts';

/** How the values of a type are read from a document. */
export interface TypeForm {
  readonly code: number;
  /** The mnemonic, or `TYPE65280`. */
  readonly name: string;
  /** The fields of the structured form, by name. */
  readonly fields: ReadonlyMap<string, Field | undefined>;
  /** Whether a scalar that does not begin with a quote is one text, as it stands. */
  readonly text: boolean;
  /** Whether a field is a name in which a final dot can be missing. */
  readonly named: boolean;
  /** Whether there can be names in the rdata at all, which are compared without case. */
  readonly cased: boolean;
  /** Query and meta types, which stand in messages only. */
  readonly meta: boolean;
}

/** Types whose rdata is one or more character strings that people write as one text. */
const texts = new Set(['TXT', 'SPF', 'AVC', 'RESINFO', 'WALLET', 'NINFO', 'CLA']);

/** Type codes that are no data: the reserved 0 and 65535, OPT, and the meta and query types (RFC 6895 section 3.1). */
export function isMetaType(code: number): boolean {
  return code === 0 || code === 41 || (code >= 128 && code <= 255) || code === 65535;
}

/** What may stand under a name: the mnemonics of all types but the SOA, and what the document has besides. */
export function typeKeys(): string[] {
  return [...types.map((type) => type.name).filter((name) => name !== 'SOA'), 'ALIAS', 'REDIRECT', 'waive'];
}

const forms = new Map<string, TypeForm>();

/** The form of a type by its key in a document: a mnemonic in capitals or `TYPE` and a number. `undefined` for others. */
export function formOf(key: string): TypeForm | undefined {
  const known = forms.get(key);
  if (known !== undefined) return known;
  if (key !== key.toUpperCase()) return undefined;
  const code = typeCode(key) ?? metaTypes.get(key);
  if (code === undefined) return undefined;
  const type = typeOf(code);
  const form: TypeForm = {
    code,
    name: typeName(code),
    fields: new Map<string, Field | undefined>(
      type === undefined ? [['rdata', undefined]] : type.fields.map((field) => [field.name, field]),
    ),
    text: type !== undefined && texts.has(type.name),
    named: type?.whole === undefined && type?.fields.some((field) => field.kind.isName) === true,
    cased: type?.whole !== undefined || type?.fields.some(({ kind }) => kind.isName === true || kind.names) === true,
    meta: isMetaType(code),
  };
  if (forms.size < 1000) forms.set(key, form);
  return form;
}
