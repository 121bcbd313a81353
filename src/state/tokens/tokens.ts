import { grantsOf } from '../accounts/grants.ts';
import { isStateError } from '../error.ts';
import type { Queries, TokenRow } from '../tables.ts';
import type { Holder, Scope } from './scope.ts';
import { makeSecret, readSecret, type SecretPrefix, sameHash } from './secret.ts';

/** What is known of a token; its secret is not. */
export interface Token {
  readonly id: string;
  readonly accountId: number;
  readonly label: string;
  readonly scope: Scope;
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly lastUsedAt: number | undefined;
  readonly revokedAt: number | undefined;
}

/** What a token is made of. */
export interface TokenValues {
  readonly label?: string;
  readonly scope?: Scope;
  readonly expiresAt?: number | undefined;
  readonly prefix?: SecretPrefix;
}

/** Makes a token. Its secret is given here and nowhere else; only a hash of it is kept. */
export async function addToken(
  db: Queries,
  accountId: number,
  values: TokenValues,
  now: number,
): Promise<{ readonly token: Token; readonly secret: string }> {
  const { id, hash, text } = makeSecret(values.prefix ?? 'zw');
  const row: TokenRow = {
    id,
    account_id: accountId,
    label: (values.label ?? '').slice(0, 200),
    hash,
    scope: JSON.stringify(values.scope ?? {}),
    created_at: now,
    expires_at: values.expiresAt ?? null,
    last_used_at: null,
    revoked_at: null,
  };
  await db.insertInto('tokens').values(row).execute();
  return { token: tokenOf(row), secret: text };
}

/** A token that was shown, with its account. */
export interface ShownToken {
  readonly token: Token;
  readonly account: { readonly id: number; readonly name: string; readonly email: string | undefined };
  /** For `allows`. */
  readonly holder: Holder;
}

/**
 * Whose secret this is; `undefined` where nobody's. Whether it still counts is for `allows` to say. Takes the same time
 * whether the token is there or its secret is wrong.
 */
export async function findToken(db: Queries, secret: string): Promise<ShownToken | undefined> {
  const read = readSecret(secret);
  if (read === undefined) return undefined;
  const row = await db
    .selectFrom('tokens')
    .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
    .selectAll('tokens')
    .select(['accounts.name', 'accounts.email', 'accounts.admin', 'accounts.enabled'])
    .where('tokens.id', '=', read.id)
    .executeTakeFirst();
  const same = sameHash(row?.hash ?? '0'.repeat(64), read.hash);
  if (row === undefined || !same) return undefined;
  const token = tokenOf(row);
  const holder: Holder = {
    admin: row.admin !== 0,
    enabled: row.enabled !== 0,
    grants: row.admin === 0 ? await grantsOf(db, row.account_id) : [],
    scope: token.scope,
    expiresAt: token.expiresAt,
    revokedAt: token.revokedAt,
  };
  return { token, account: { id: row.account_id, name: row.name, email: row.email ?? undefined }, holder };
}

/** The tokens of an account, or of all, the newest first: all of them, or so many, those behind one. */
export async function listTokens(
  db: Queries,
  accountId?: number,
  {
    after,
    limit,
  }: { readonly after?: Pick<Token, 'id' | 'createdAt'> | undefined; readonly limit?: number | undefined } = {},
): Promise<Token[]> {
  let select = db.selectFrom('tokens').selectAll().orderBy('created_at', 'desc').orderBy('id');
  if (accountId !== undefined) select = select.where('account_id', '=', accountId);
  if (after !== undefined)
    select = select.where((eb) =>
      eb.or([
        eb('created_at', '<', after.createdAt),
        eb.and([eb('created_at', '=', after.createdAt), eb('id', '>', after.id)]),
      ]),
    );
  if (limit !== undefined) select = select.limit(limit);
  return (await select.execute()).map(tokenOf);
}

/** Ends a token for good; gives whether there was one to end. */
export async function revokeToken(db: Queries, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('tokens')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Removes a token as if it had never been. */
export async function removeToken(db: Queries, id: string): Promise<void> {
  await db.deleteFrom('tokens').where('id', '=', id).execute();
}

/** Remembers when tokens were used, and writes it down now and then: a request costs no write. */
export interface TokenUse {
  /** A token was used. */
  note(id: string, now: number): void;
  /** Writes down what was noted. Call it at times, and at the end. What a database that is away did not take is kept. */
  flush(): Promise<void>;
}

/** See {@link TokenUse}. */
export function noteTokenUse(db: Queries): TokenUse {
  let noted = new Map<string, number>();
  return {
    note: (id, now) => void noted.set(id, now),
    async flush() {
      const taken = noted;
      noted = new Map();
      for (const [id, at] of taken) {
        try {
          await db
            .updateTable('tokens')
            .set({ last_used_at: at })
            .where('id', '=', id)
            .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', at)]))
            .execute();
          taken.delete(id);
        } catch (error) {
          if (!isStateError(error, 'unavailable') && !isStateError(error, 'again')) throw error;
          noted = new Map([...taken, ...noted]);
          return;
        }
      }
    },
  };
}

function tokenOf(row: TokenRow): Token {
  return {
    id: row.id,
    accountId: row.account_id,
    label: row.label,
    scope: JSON.parse(row.scope) as Scope,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}
