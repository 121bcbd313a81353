import type { JsonSchema } from '../../dns/rrtype.ts';

/** A text, which YAML may take for a number, a truth value or nothing. The reader takes it as it is written. */
export const anyScalar: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };

/**
 * The schema of a structured value as it stands in a document, where every scalar is text whatever YAML takes it for, and
 * one value stands for a list of one. With `templated`, variables can stand everywhere.
 */
export function documentSchema(schema: JsonSchema, templated: boolean): JsonSchema {
  const { anyOf, properties, patternProperties, items, pattern, maxLength, minLength, uniqueItems, minItems, ...rest } =
    schema;
  if (Array.isArray(anyOf))
    return oneOfThese(
      anyOf.map((each) => documentSchema(each as JsonSchema, templated)),
      rest,
    );
  switch (schema.type) {
    case 'object':
      return {
        ...rest,
        properties: mapped(properties, templated),
        ...(patternProperties === undefined ? {} : { patternProperties: mapped(patternProperties, templated) }),
      };
    case 'array': {
      const item = documentSchema(items as JsonSchema, templated);
      return oneOfThese([item, { type: 'array', items: item }], {});
    }
    case 'integer':
      return oneOfThese([schema, { type: 'string', minLength: 1 }], {});
    case 'string': {
      const { format, ...others } = rest;
      return { ...others, ...anyScalar, ...(templated || format === undefined ? {} : { format }) };
    }
    default:
      return schema;
  }
}

function mapped(properties: unknown, templated: boolean): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties as JsonSchema).map(([name, schema]) => [
      name,
      documentSchema(schema as JsonSchema, templated),
    ]),
  );
}

/** A choice of schemas, each only once. */
function oneOfThese(choices: readonly JsonSchema[], rest: JsonSchema): JsonSchema {
  const flat = choices.flatMap((each) =>
    Array.isArray(each.anyOf) && Object.keys(each).length === 1 ? (each.anyOf as JsonSchema[]) : [each],
  );
  const distinct = [...new Map(flat.map((each) => [JSON.stringify(each), each])).values()];
  return distinct.length === 1 ? { ...rest, ...distinct[0] } : { ...rest, anyOf: distinct };
}
