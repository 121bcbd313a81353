import type { Generated, Kysely } from 'kysely';

/**
 * The tables as the newest migration leaves them. Times are milliseconds since 1970, flags 0 or 1, JSON is text: the same
 * on both engines.
 */
export interface Tables {
  counters: { name: string; value: number };
  accounts: AccountRow;
  grants: { account_id: number; pattern: string };
  tokens: TokenRow;
  sessions: { hash: string; account_id: number; dialect: string; created_at: number; expires_at: number };
  zone_ids: { id: number; zone: string; created_at: number; updated_at: number; recorded: number };
  record_ids: RecordIdRow;
  cursors: { name: string; commit_id: string };
  idempotency: IdempotencyRow;
  deliveries: { source: string; id: string; received_at: number };
  documents: DocumentRow;
  jobs: Omit<JobRow, 'id'> & { id: Generated<number> };
}

/** A person or a program that may use the API. */
export interface AccountRow {
  id: number;
  name: string;
  email: string | null;
  password: string | null;
  admin: number;
  enabled: number;
  profile: string;
  created_at: number;
  updated_at: number;
}

/** An API token; `scope` is the JSON of its limits. */
export interface TokenRow {
  id: string;
  account_id: number;
  label: string;
  hash: string;
  scope: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
  revoked_at: number | null;
}

/** The id of one record; `digest` stands for its data, `recorded` says whether a commit carries the id. */
export interface RecordIdRow {
  id: number;
  zone_id: number;
  owner: string;
  type: string;
  digest: string;
  created_at: number;
  updated_at: number;
  recorded: number;
}

/** A request that must not run twice; `answer` is null while the first one runs. */
export interface IdempotencyRow {
  account_id: number;
  key: string;
  digest: string;
  answer: string | null;
  run: string;
  lease_until: number;
  expires_at: number;
}

/** One document of a collection, with a version that every change raises. */
export interface DocumentRow {
  kind: string;
  id: string;
  version: number;
  status: string;
  body: string;
  created_at: number;
  updated_at: number;
}

/** A job of the queue. */
export interface JobRow {
  id: number;
  kind: string;
  payload: string;
  key: string | null;
  lane: string | null;
  state: string;
  run_at: number;
  attempts: number;
  max_attempts: number;
  worker: string | null;
  lease_until: number | null;
  cancel: number;
  error: string | null;
  created_at: number;
  updated_at: number;
}

/** What runs queries: the database itself or a transaction on it. */
export type Queries = Kysely<Tables>;
