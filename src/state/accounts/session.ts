import { createHash, randomBytes } from 'node:crypto';
import { StateError } from '../error.ts';
import type { Queries } from '../tables.ts';

/** Sessions that one account may have at a time; the oldest ends where one more begins. */
const SESSIONS = 100;

/** A session: what somebody who logged in shows instead of a password. */
export interface Session {
  readonly accountId: number;
  readonly expiresAt: number;
}

/**
 * Begins a session: gives its secret, 40 hexadecimal digits, of which only a hash is kept.
 *
 * @param lifetime in milliseconds, counted anew whenever the session is used
 */
export async function beginSession(
  db: Queries,
  accountId: number,
  { dialect, lifetime, now }: { readonly dialect: string; readonly lifetime: number; readonly now: number },
): Promise<string> {
  const secret = randomBytes(20).toString('hex');
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  const old = await db
    .selectFrom('sessions')
    .select('hash')
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .offset(SESSIONS - 1)
    .limit(SESSIONS)
    .execute();
  if (old.length > 0)
    await db
      .deleteFrom('sessions')
      .where(
        'hash',
        'in',
        old.map(({ hash }) => hash),
      )
      .execute();
  const times = { created_at: now, expires_at: now + lifetime };
  await db
    .insertInto('sessions')
    .values({ hash: hashOf(secret), account_id: accountId, dialect, ...times })
    .execute();
  return secret;
}

/**
 * The session of a secret, prolonged; `undefined` where there is none or it has ended. It is written only where a quarter of
 * its lifetime has passed, so that reading stays cheap.
 */
export async function useSession(
  db: Queries,
  secret: string,
  { dialect, lifetime, now }: { readonly dialect: string; readonly lifetime: number; readonly now: number },
): Promise<Session | undefined> {
  const hash = hashOf(secret);
  const row = await db
    .selectFrom('sessions')
    .select(['account_id', 'expires_at'])
    .where('hash', '=', hash)
    .where('dialect', '=', dialect)
    .executeTakeFirst();
  if (row === undefined || row.expires_at <= now) return undefined;
  if (row.expires_at - now >= lifetime * 0.75) return { accountId: row.account_id, expiresAt: row.expires_at };
  const expiresAt = now + lifetime;
  await db.updateTable('sessions').set({ expires_at: expiresAt }).where('hash', '=', hash).execute();
  return { accountId: row.account_id, expiresAt };
}

/** Ends a session; gives whether it was there. */
export async function endSession(db: Queries, secret: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('hash', '=', hashOf(secret))
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

function hashOf(secret: string): string {
  if (secret.length > 1000) throw new StateError('refused', 'this is no session', 'log in again');
  return createHash('sha256').update(secret).digest('hex');
}
