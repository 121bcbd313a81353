/** JSON Schemas that several routes share: what Fastify checks is what the OpenAPI description says. */
export const name = { type: 'string', minLength: 1, maxLength: 1100 } as const;

/** A TTL, in seconds. */
export const ttl = { type: 'integer', minimum: 0, maximum: 2147483647 } as const;

/** A record type. */
export const recordType = {
  type: 'string',
  pattern: '^[A-Z][A-Z0-9-]{0,29}$',
  examples: ['A', 'MX', 'TYPE65280'],
} as const;

/** One value of an RRset, in any of its forms. */
export const value = {
  oneOf: [
    { type: 'string', minLength: 1, maxLength: 200_000, description: 'Presentation form.' },
    {
      type: 'object',
      minProperties: 1,
      maxProperties: 64,
      description: 'The fields by name, or `value` with the options `nodes` and `proxied`.',
      properties: {
        nodes: {
          type: 'array',
          items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$' },
          maxItems: 1000,
        },
        proxied: { type: 'boolean' },
      },
    },
  ],
} as const;

/** The values of an RRset. */
export const values = { type: 'array', items: value, minItems: 1, maxItems: 4000 } as const;

/** The body of an RRset. */
export const rrsetBody = {
  type: 'object',
  additionalProperties: false,
  required: ['values'],
  properties: { ttl: { anyOf: [ttl, { type: 'null' }] }, values },
} as const;

/** Settings of a zone in a body. */
export const settings = {
  ttl: { anyOf: [ttl, { type: 'null' }] },
  dnssec: {
    anyOf: [{ type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' }, { const: false }, { type: 'null' }],
    description: 'A policy, `false` or `null` (as the configuration says).',
  },
  owners: {
    anyOf: [
      { type: 'array', items: { type: 'string', pattern: '^[a-z0-9][a-z0-9._@+-]{0,127}$' }, maxItems: 1000 },
      { type: 'null' },
    ],
    description: 'The accounts that may change the zone.',
  },
  soa: {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      ['primary', 'contact', 'refresh', 'retry', 'expire', 'minimum', 'ttl'].map((field) => [
        field,
        { anyOf: [{ type: 'string', maxLength: 1100 }, { type: 'integer', minimum: 0 }, { type: 'null' }] },
      ]),
    ),
  },
} as const;

/** One change of a batch. */
export const change = {
  type: 'object',
  additionalProperties: false,
  required: ['op', 'name', 'type'],
  properties: {
    op: { enum: ['put', 'add', 'delete'] },
    name: { type: 'string', maxLength: 1100, description: 'Relative to the zone; `@` is the apex.' },
    type: recordType,
    ttl: { anyOf: [ttl, { type: 'null' }] },
    values,
  },
} as const;

/** A list of changes. */
export const changes = { type: 'array', items: change, minItems: 1, maxItems: 10_000 } as const;

const open = { type: 'object', additionalProperties: true } as const;

/** Problem details (RFC 9457). */
export const problem = {
  $id: 'Problem',
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['rule', 'message'],
        properties: {
          rule: { type: 'string' },
          path: { type: 'string' },
          line: { type: 'integer' },
          message: { type: 'string' },
          fix: { type: 'string' },
          pointer: { type: 'string' },
        },
        additionalProperties: true,
      },
    },
  },
  additionalProperties: true,
} as const;

/** An RRset in an answer. */
export const rrset = {
  type: 'object',
  required: ['name', 'fqdn', 'type', 'ttl', 'values', 'etag', 'from'],
  properties: {
    name: { type: 'string' },
    fqdn: { type: 'string' },
    type: { type: 'string' },
    ttl,
    values: { type: 'array', items: { type: 'string' } },
    data: { type: 'array', items: open },
    options: { type: 'array', items: open },
    from: { enum: ['records', 'generate', 'template'] },
    etag: { type: 'string' },
    findings: { type: 'array', items: open },
  },
  additionalProperties: true,
} as const;

/** A zone in an answer. */
export const zone = {
  type: 'object',
  required: ['name', 'etag', 'records', 'dnssec', 'owners'],
  properties: {
    name: { type: 'string' },
    display_name: { type: 'string' },
    path: { type: 'string' },
    etag: { type: 'string' },
    commit: { type: ['string', 'null'] },
    records: { type: 'integer' },
    ttl,
    soa: open,
    dnssec: { type: ['string', 'boolean'] },
    owners: { type: 'array', items: { type: 'string' } },
    serial: { type: ['integer', 'null'] },
    synced: { type: 'boolean' },
    findings: { type: 'array', items: open },
  },
  additionalProperties: true,
} as const;

/** What a batch of changes came to. */
export const outcome = {
  type: 'object',
  required: ['commit', 'dry_run', 'zones'],
  properties: {
    commit: { type: ['string', 'null'] },
    dry_run: { type: 'boolean' },
    unchanged: { type: 'boolean' },
    zones: { type: 'array', items: open },
    findings: { type: 'array', items: open },
    plan: open,
  },
  additionalProperties: true,
} as const;

/** The answers of a route: those of its own, and problems. */
export function answers(own: Record<string, unknown>): Record<string, unknown> {
  const problems = [400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 503];
  return {
    ...Object.fromEntries(
      problems.map((status) => [
        status,
        { description: 'A problem.', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } },
      ]),
    ),
    ...own,
  };
}

/** The answers of a write: its own, that of a proposal, and nothing where nothing but headers is wanted. */
export function writeAnswers(own: Record<string, unknown>): Record<string, unknown> {
  return answers({
    202: {
      type: 'object',
      description: 'The change is proposed for review.',
      required: ['proposal'],
      properties: {
        proposal: {
          type: 'object',
          required: ['branch', 'url', 'commit'],
          properties: { branch: { type: 'string' }, url: { type: ['string', 'null'] }, commit: { type: 'string' } },
        },
      },
    },
    204: { type: 'null', description: 'It is done.' },
    ...own,
  });
}

/** The answer to `If-None-Match` with the tag of what is there. */
export const notModified = { 304: { type: 'null', description: 'It is as you have it.' } } as const;
