import { takeNumbers } from '../counter.ts';
import { isStateError, StateError } from '../error.ts';
import type { AccountRow, Queries } from '../tables.ts';
import { hashPassword } from './password.ts';

/** A person or a program that may use the API. */
export interface Account {
  readonly id: number;
  /** Unique; lower-case letters, digits and `. _ - @ +`, so that it can stand in commits and paths. */
  readonly name: string;
  /** Unique, in lower case. */
  readonly email: string | undefined;
  /** Reaches all zones, nodes and accounts. */
  readonly admin: boolean;
  readonly enabled: boolean;
  readonly hasPassword: boolean;
  /** What the dialects keep with an account: first name, time zone, addresses; never anything secret. */
  readonly profile: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an account is made of; `undefined` leaves something out, or as it is in a change. */
export interface AccountValues {
  readonly email?: string | null | undefined;
  readonly admin?: boolean | undefined;
  readonly enabled?: boolean | undefined;
  /** In plain text; only its hash is kept. */
  readonly password?: string | undefined;
  readonly profile?: Readonly<Record<string, unknown>> | undefined;
}

const PROFILE_LIMIT = 16_384;

/** Whether a text can be the name of an account. */
export function isAccountName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._@+-]{0,127}$/.test(name);
}

/**
 * Makes an account.
 *
 * @throws StateError `refused` for a name that cannot be one, `conflict` where name or e-mail address are taken.
 */
export async function addAccount(db: Queries, name: string, values: AccountValues, now: number): Promise<Account> {
  if (!isAccountName(name))
    throw new StateError(
      'refused',
      `${JSON.stringify(name)} cannot be the name of a user`,
      'use lower-case letters, digits and . _ - @ +, beginning with a letter or digit',
    );
  const changed = await columnsOf(values);
  const row: AccountRow = {
    id: await takeNumbers(db, 'account', 1),
    name,
    email: null,
    password: null,
    admin: 0,
    enabled: 1,
    profile: '{}',
    created_at: now,
    updated_at: now,
    ...changed,
  };
  try {
    await db.insertInto('accounts').values(row).execute();
  } catch (error) {
    throw taken(error, name);
  }
  return accountOf(row);
}

/** Changes an account; gives what it is then, `undefined` where there is none. Throws like {@link addAccount}. */
export async function changeAccount(
  db: Queries,
  id: number,
  values: AccountValues,
  now: number,
): Promise<Account | undefined> {
  const changed = await columnsOf(values);
  try {
    const row = await db
      .updateTable('accounts')
      .set({ ...changed, updated_at: now })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    return row && accountOf(row);
  } catch (error) {
    throw taken(error, values.email ?? '');
  }
}

/** Removes an account with its tokens, sessions and grants; its zones stay. Gives whether it was there. */
export async function removeAccount(db: Queries, id: number): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('accounts').where('id', '=', id).executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** The account with this id, name or e-mail address (in any case). */
export async function findAccount(
  db: Queries,
  by: { readonly id: number } | { readonly name: string } | { readonly email: string },
): Promise<Account | undefined> {
  const row = await selectBy(db, by);
  return row && accountOf(row);
}

/** The account of a name or e-mail address with the hash of its password, for `checkPassword` alone. */
export async function findPassword(
  db: Queries,
  by: { readonly name: string } | { readonly email: string },
): Promise<{ readonly account: Account; readonly hash: string | null } | undefined> {
  const row = await selectBy(db, by);
  return row && { account: accountOf(row), hash: row.password };
}

/** Accounts by name: all of them, or so many, those behind one name. */
export async function listAccounts(
  db: Queries,
  { after, limit }: { readonly after?: string | undefined; readonly limit?: number | undefined } = {},
): Promise<Account[]> {
  let select = db.selectFrom('accounts').selectAll().orderBy('name');
  if (after !== undefined) select = select.where('name', '>', after);
  if (limit !== undefined) select = select.limit(limit);
  return (await select.execute()).map(accountOf);
}

function selectBy(
  db: Queries,
  by: { readonly id: number } | { readonly name: string } | { readonly email: string },
): Promise<AccountRow | undefined> {
  const select = db.selectFrom('accounts').selectAll();
  if ('id' in by) return select.where('id', '=', by.id).executeTakeFirst();
  if ('name' in by) return select.where('name', '=', by.name.toLowerCase()).executeTakeFirst();
  return select.where('email', '=', by.email.toLowerCase()).executeTakeFirst();
}

async function columnsOf({ email, admin, enabled, password, profile }: AccountValues): Promise<Partial<AccountRow>> {
  const text = profile === undefined ? undefined : JSON.stringify(profile);
  if (text !== undefined && text.length > PROFILE_LIMIT)
    throw new StateError('refused', 'the profile of the user is too long', `keep it below ${PROFILE_LIMIT} octets`);
  return {
    ...(email === undefined ? {} : { email: email === null ? null : email.toLowerCase() }),
    ...(admin === undefined ? {} : { admin: Number(admin) }),
    ...(enabled === undefined ? {} : { enabled: Number(enabled) }),
    ...(password === undefined ? {} : { password: await hashPassword(password) }),
    ...(text === undefined ? {} : { profile: text }),
  };
}

function taken(error: unknown, what: string): unknown {
  return isStateError(error, 'conflict')
    ? new StateError('conflict', `there is a user ${what} already, or one with that e-mail address`, error.fix, error)
    : error;
}

function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    name: row.name,
    email: row.email ?? undefined,
    admin: row.admin !== 0,
    enabled: row.enabled !== 0,
    hasPassword: row.password !== null,
    profile: JSON.parse(row.profile) as Record<string, unknown>,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
