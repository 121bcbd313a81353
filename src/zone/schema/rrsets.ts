import { DnsSyntaxError } from '../../dns/fault.ts';
import { parseName } from '../../dns/name.ts';
import { rdataFromText } from '../../dns/rdata.ts';
import type { JsonSchema, RRType } from '../../dns/rrtype.ts';
import { types } from '../../dns/types/list.ts';
import { isMetaType } from '../document/form.ts';
import { proxiedTypes } from '../document/options.ts';
import { time } from '../document/setting.ts';
import { anyScalar, documentSchema } from './structure.ts';

/** Schemas by the name under which others refer to them. */
export type Definitions = { readonly [name: string]: JsonSchema };

/** The types that stand under a name: all that have a form of their own but the SOA, which has a key of its own. */
export const recordTypes: readonly RRType[] = types.filter((type) => type.name !== 'SOA' && !isMetaType(type.code));

/** The reference to a definition of the same schema. */
export function refer(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

/** What all types share. With `templated`, variables can stand everywhere. */
export function sharedDefinitions(templated: boolean): Definitions {
  return {
    ttl: { description: 'The TTL of the RRset.', ...(templated ? anyScalar : time().schema) },
    nodes: {
      description: 'The nodes that serve this value; every node unless given.',
      anyOf: [anyScalar, { type: 'array', items: anyScalar, minItems: 1 }],
      examples: [['fra1', 'ams1']],
    },
    proxied: {
      description: "Answered with the web nodes' addresses; they fetch from this one.",
      ...(templated ? anyScalar : { enum: [true, false, 'true', 'false'] }),
    },
  };
}

/**
 * What may stand under the name of a type: `MX` is what stands behind the key (a value, a list, `{ ttl, values }`, a value
 * with options), `MX-item` an item of a list, `MX-value` a value alone.
 */
export function typeDefinitions(type: RRType, templated: boolean): Definitions {
  const { name, about, standards, examples } = type;
  const proxied = proxiedTypes.has(name);
  const fields = {
    type: 'object',
    description: `The fields of ${name}.`,
    properties: Object.fromEntries(
      type.fields.map((field) => [
        field.name,
        { description: field.about, ...documentSchema(field.kind.schema, templated) },
      ]),
    ),
    required: type.fields.filter(({ kind }) => kind.optional !== true).map((field) => field.name),
    additionalProperties: false,
  };
  const scalar = {
    description: `${about} Fields: ${type.fields.map((field) => field.name).join(', ')}.`,
    ...(templated || takesOneWord(type) ? anyScalar : { type: 'string' }),
    examples,
  };
  return {
    [name]: {
      title: name,
      description: `${about} (${standards.join(', ')})`,
      ...rrsetForms(name, proxied),
    },
    [`${name}-item`]: itemForms(name, proxied),
    [`${name}-value`]: { anyOf: [scalar, fields] },
  };
}

/** The same for types that are written by their number. */
export function numberedDefinitions(): Definitions {
  const scalar = { type: 'string', description: '\\# LENGTH HEX (RFC 3597).', examples: ['\\# 4 0a000001'] };
  return {
    numbered: {
      title: 'TYPE and a number',
      description: 'A type by its number, with its rdata as RFC 3597 writes it.',
      ...rrsetForms('numbered', true),
    },
    'numbered-item': itemForms('numbered', true),
    // Known types can be written by their numbers too, and have their own fields.
    'numbered-value': {
      anyOf: [
        scalar,
        { type: 'object', propertyNames: { not: { enum: ['value', 'values', 'ttl', 'nodes', 'proxied'] } } },
      ],
    },
  };
}

/** An item of a list: a value, or a value with options. */
function itemForms(name: string, proxied: boolean): JsonSchema {
  return { anyOf: [refer(`${name}-value`), withOptions(name, proxied, {})] };
}

function rrsetForms(name: string, proxied: boolean): JsonSchema {
  const list = { type: 'array', items: refer(`${name}-item`), minItems: 1 };
  return {
    anyOf: [
      refer(`${name}-value`),
      list,
      {
        type: 'object',
        properties: { ttl: refer('ttl'), values: { anyOf: [refer(`${name}-item`), list] } },
        required: ['values'],
        additionalProperties: false,
      },
      withOptions(name, proxied, { ttl: refer('ttl') }),
    ],
  };
}

function withOptions(name: string, proxied: boolean, more: Definitions): JsonSchema {
  const options = { ...more, nodes: refer('nodes'), ...(proxied ? { proxied: refer('proxied') } : {}) };
  return {
    type: 'object',
    properties: { value: refer(`${name}-value`), ...options },
    required: ['value'],
    additionalProperties: false,
  };
}

/**
 * Whether a value of the type can be one word that YAML takes for something else than text (`PTR: 10`, `TXT: 1.10`). The
 * reader takes it as it is written, so an editor must not object to it.
 */
function takesOneWord(type: RRType): boolean {
  const zone = parseName('example.');
  return ['10', '1.10', 'true', 'null', '1234567890123456', '0x47'].some((word) => {
    try {
      rdataFromText(type.code, word, zone);
      return true;
    } catch (fault) {
      if (fault instanceof DnsSyntaxError) return false;
      throw fault;
    }
  });
}
