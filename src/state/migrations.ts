/** One step of the schema. What was released is never changed: what comes later is a step of its own. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly string[];
}

/**
 * The schema from nothing to now, in the SQL that both engines understand: `bigint` and `text`. `ROWID` stands for a key
 * that the engine counts up and never uses twice.
 */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      'create table counters (name text primary key, value bigint not null)',

      `create table accounts (id bigint primary key, name text not null unique, email text unique, password text,
         admin bigint not null, enabled bigint not null, profile text not null,
         created_at bigint not null, updated_at bigint not null)`,
      `create table grants (account_id bigint not null references accounts (id) on delete cascade, pattern text not null,
         primary key (account_id, pattern))`,
      'create index grants_pattern on grants (pattern)',
      `create table tokens (id text primary key, account_id bigint not null references accounts (id) on delete cascade,
         label text not null, hash text not null, scope text not null, created_at bigint not null, expires_at bigint,
         last_used_at bigint, revoked_at bigint)`,
      'create index tokens_account on tokens (account_id)',
      `create table sessions (hash text primary key, account_id bigint not null references accounts (id) on delete cascade,
         dialect text not null, created_at bigint not null, expires_at bigint not null)`,
      'create index sessions_expiry on sessions (expires_at)',

      `create table zone_ids (id bigint primary key, zone text not null unique, created_at bigint not null,
         updated_at bigint not null, recorded bigint not null)`,
      `create table record_ids (id bigint primary key, zone_id bigint not null references zone_ids (id) on delete cascade,
         owner text not null, type text not null, digest text not null, created_at bigint not null,
         updated_at bigint not null, recorded bigint not null, unique (zone_id, owner, type, digest))`,
      'create index record_ids_unrecorded on record_ids (zone_id) where recorded = 0',
      'create table cursors (name text primary key, commit_id text not null)',

      `create table idempotency (account_id bigint not null, key text not null, digest text not null, answer text,
         run text not null, lease_until bigint not null, expires_at bigint not null, primary key (account_id, key))`,
      'create index idempotency_expiry on idempotency (expires_at)',
      `create table deliveries (source text not null, id text not null, received_at bigint not null,
         primary key (source, id))`,
      'create index deliveries_time on deliveries (received_at)',
      `create table documents (kind text not null, id text not null, version bigint not null, status text not null,
         body text not null, created_at bigint not null, updated_at bigint not null, primary key (kind, id))`,
      'create index documents_status on documents (kind, status, created_at)',
      'create index documents_time on documents (kind, created_at)',

      `create table jobs (id ROWID, kind text not null, payload text not null, key text, lane text, state text not null,
         run_at bigint not null, attempts bigint not null, max_attempts bigint not null, worker text,
         lease_until bigint, cancel bigint not null, error text, created_at bigint not null, updated_at bigint not null)`,
      "create index jobs_next on jobs (run_at, id) where state = 'queued'",
      "create index jobs_lease on jobs (lease_until) where state = 'running'",
      'create index jobs_state on jobs (state, id)',
      "create unique index jobs_key on jobs (key) where state = 'queued'",
      "create unique index jobs_lane on jobs (lane) where state = 'running'",
    ],
  },
];
