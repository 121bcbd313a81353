/** What the API answers about accounts, tokens, commits, rollouts, nodes and jobs. Others may come, and none goes. */

const text = { type: 'string' } as const;
const orNull = { type: ['string', 'null'] } as const;
const time = { type: 'string', format: 'date-time' } as const;
const timeOrNull = { anyOf: [time, { type: 'null' }] } as const;
const texts = { type: 'array', items: text } as const;
const textsOrNull = { anyOf: [texts, { type: 'null' }], description: '`null`: no limit.' } as const;
const flag = { type: 'boolean' } as const;
const count = { type: 'integer' } as const;

/** An object whose every property is there. */
export function record(properties: Record<string, unknown>, more: Record<string, unknown> = {}): object {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties: { ...properties, ...more },
    additionalProperties: true,
  };
}

/** A list under a name. */
export function list(name: string, items: object, more: Record<string, unknown> = {}): object {
  return record({ [name]: { type: 'array', items } }, more);
}

const accountProperties = {
  name: text,
  email: orNull,
  admin: flag,
  enabled: flag,
  has_password: flag,
  zones: texts,
  created_at: time,
} as const;

/** An account. */
export const account: object = record(accountProperties);

const tokenProperties = {
  id: text,
  user: text,
  label: text,
  zones: textsOrNull,
  names: textsOrNull,
  types: textsOrNull,
  verbs: textsOrNull,
  networks: textsOrNull,
  dialect: orNull,
  created_at: time,
  expires_at: timeOrNull,
  last_used_at: timeOrNull,
  revoked_at: timeOrNull,
} as const;

/** A token, without its secret. */
export const token: object = record(tokenProperties);

/** A token that was made. */
export const newToken: object = record({
  ...tokenProperties,
  secret: { ...orNull, description: 'Shown once; `null` where the answer is repeated.' },
});

/** An account that was made. */
export const newAccount: object = record({ ...accountProperties, token: newToken });

/** Who asks. */
export const whoami: object = record({ account, token: { anyOf: [token, { type: 'null' }] } });

const person = record({ name: text, email: text, time });

/** A commit of a zone's history. */
export const commit: object = record({
  commit: text,
  parents: texts,
  author: person,
  committer: person,
  subject: text,
  body: text,
  request_id: orNull,
  dialect: orNull,
});

/** A rollout, or a release that is held. What nodes said, and which zones it is about, is for admins. */
export const deployment: object = record(
  {
    id: text,
    kind: text,
    release: orNull,
    commit: orNull,
    by: text,
    status: { ...text, description: '`held`: it passes thresholds, and waits for somebody to allow it.' },
    started_at: time,
    finished_at: timeOrNull,
    nodes: {
      type: 'array',
      items: record({ node: text, step: text, outcome: orNull, octets: count }, { message: orNull, fix: orNull }),
    },
  },
  {
    held: record({
      thresholds: count,
      reasons: { type: 'array', items: record({ zone: text, rule: text, message: text }) },
      fix: text,
    }),
  },
);

/** A node of the inventory, or how it is where that was asked for. */
export const node: object = record({ name: text });

/** A job of the queue. */
export const job: object = record({
  id: count,
  kind: text,
  state: text,
  attempts: count,
  max_attempts: count,
  error: orNull,
  run_at: time,
  created_at: time,
  updated_at: time,
});

/** That something was put into the queue, or would be. */
export const queued: object = record(
  { status: { enum: ['queued', 'dry-run'] } },
  { release: text, allowed: { ...text, description: 'The commit for which the thresholds are lifted.' } },
);

/** What became of one job. */
export const retried: object = record({ id: count, state: text });

/** Whether a node announces. */
export const nodeMode: object = record({ node: text, mode: text });
