import type { Account } from '../../state/accounts/account.ts';
import type { Token } from '../../state/tokens/tokens.ts';
import type { CreatedToken, RevokedTokens, TokenList } from './tokens.ts';
import type { AddedUser, ChangedUser, UserList } from './users.ts';

/** What the commands `user` and `token` did or found, as one JSON document (`schemas/access.schema.json`). */
export function accessJson(
  done: AddedUser | ChangedUser | UserList | CreatedToken | TokenList | RevokedTokens,
): string {
  return `${JSON.stringify({ format_version: '1.0', ...dataOf(done) }, null, 2)}\n`;
}

function dataOf(done: Parameters<typeof accessJson>[0]): object {
  switch (done.kind) {
    case 'added':
      return {
        users: [userData(done.account, 1)],
        tokens: [tokenData(done.token, done.account.name)],
        secret: done.secret,
      };
    case 'changed':
      return { users: [userData(done.account)] };
    case 'users':
      return { users: done.users.map(({ account, tokens }) => userData(account, tokens)) };
    case 'created':
      return { tokens: [tokenData(done.token, done.user)], secret: done.secret };
    case 'tokens':
      return { tokens: done.tokens.map(({ token, user }) => tokenData(token, user)) };
    case 'revoked':
      return { revoked: done.ids };
  }
}

function userData({ id, name, email, admin, enabled, createdAt }: Account, tokens?: number): object {
  return { id, name, email: email ?? null, admin, enabled, tokens, created: timeOf(createdAt) };
}

function tokenData({ id, label, scope, createdAt, expiresAt, lastUsedAt, revokedAt }: Token, user: string): object {
  const { zones, names, types, verbs, networks, dialect } = scope;
  return {
    id,
    user,
    label,
    scope: { zones, names, types, verbs, networks, dialect },
    created: timeOf(createdAt),
    expires: timeOf(expiresAt),
    last_used: timeOf(lastUsedAt),
    revoked: timeOf(revokedAt),
  };
}

function timeOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
