import {
  type Account,
  addAccount,
  changeAccount,
  findAccount,
  listAccounts,
  removeAccount,
} from '../../state/accounts/account.ts';
import type { Queries } from '../../state/tables.ts';
import { addToken, listTokens, type Token } from '../../state/tokens/tokens.ts';
import { type Failure, failure } from '../failure.ts';
import { type StateOptions, withState } from './place.ts';

/** The label of the token that an account begins with. */
const FIRST_TOKEN = 'first token';

/** What a new account is made of. */
export interface NewUser {
  readonly name: string;
  readonly admin: boolean;
  readonly email?: string | undefined;
}

/** A new account with its first token, which may do all that the account may. */
export interface AddedUser {
  readonly kind: 'added';
  readonly account: Account;
  readonly token: Token;
  /** The token's secret: shown now and never again. */
  readonly secret: string;
}

/** Adds an account with a first token, both or neither. Makes the state where there is none. */
export function addUser(options: StateOptions, { name, admin, email }: NewUser): Promise<AddedUser | Failure> {
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email))
    return Promise.resolve(failure('usage', `${JSON.stringify(email)} is no e-mail address`, 'write name@example.com'));
  return withState(
    options,
    (state) =>
      state.transaction(async (tx) => {
        const now = state.now();
        const account = await addAccount(tx, name, { admin, email }, now);
        return { kind: 'added', account, ...(await addToken(tx, account.id, { label: FIRST_TOKEN }, now)) } as const;
      }),
    true,
  );
}

/** An account and how many of its tokens count. */
export interface ListedUser {
  readonly account: Account;
  readonly tokens: number;
}

/** All accounts by name. */
export interface UserList {
  readonly kind: 'users';
  readonly users: readonly ListedUser[];
}

/** See {@link UserList}. */
export function listUsers(options: StateOptions): Promise<UserList | Failure> {
  return withState(options, async (state) => {
    const tokens = (await listTokens(state.query)).filter((token) => countsAt(token, state.now()));
    const counts = new Map<number, number>();
    for (const { accountId } of tokens) counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    const accounts = await listAccounts(state.query);
    return { kind: 'users', users: accounts.map((account) => ({ account, tokens: counts.get(account.id) ?? 0 })) };
  });
}

/** Whether a token is neither revoked nor expired. */
export function countsAt({ revokedAt, expiresAt }: Token, now: number): boolean {
  return revokedAt === undefined && (expiresAt === undefined || expiresAt > now);
}

/** An account as it is after a change, or as it was before it was removed. */
export interface ChangedUser {
  readonly kind: 'changed';
  readonly account: Account;
}

/** Lets an account in, or shuts it out with all its tokens and sessions, which come back with it. */
export function enableUser(options: StateOptions, name: string, enabled: boolean): Promise<ChangedUser | Failure> {
  return changeUser(options, name, async (tx, { id }, now) => changeAccount(tx, id, { enabled }, now));
}

/** Removes an account with its tokens and sessions. Its zones stay. */
export function removeUser(options: StateOptions, name: string): Promise<ChangedUser | Failure> {
  return changeUser(options, name, async (tx, account) =>
    (await removeAccount(tx, account.id)) ? account : undefined,
  );
}

function changeUser(
  options: StateOptions,
  name: string,
  change: (tx: Queries, account: Account, now: number) => Promise<Account | undefined>,
): Promise<ChangedUser | Failure> {
  return withState(options, (state) =>
    state.transaction(async (tx) => {
      const account = await findAccount(tx, { name });
      const changed = account && (await change(tx, account, state.now()));
      return changed === undefined ? noUser(name) : { kind: 'changed', account: changed };
    }),
  );
}

/** There is no account of this name. */
export function noUser(name: string): Failure {
  return failure('refused', `there is no user ${JSON.stringify(name)}`, 'list them with: zonewright user list');
}
