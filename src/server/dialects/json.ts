const decoder = new TextDecoder('utf-8', { fatal: true });

/** What a body holds: nothing, a value, or something that is not JSON. */
export type JsonBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'malformed'; readonly message: string };

/** Reads a body as JSON, whatever its Content-Type says: providers' clients send it as a form or without one. */
export function readJson(body: Uint8Array): JsonBody {
  try {
    const text = decoder.decode(body);
    return text.trim() === '' ? { kind: 'empty' } : { kind: 'value', value: JSON.parse(text) as unknown };
  } catch (error) {
    return { kind: 'malformed', message: error instanceof SyntaxError ? error.message : 'the body is not UTF-8' };
  }
}

/** A value's fields, if it is an object. The map is safe from keys such as `__proto__`. */
export function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}
