import type { State } from '../../state/state.ts';
import { addToken, listTokens, removeToken, revokeToken } from '../../state/tokens/tokens.ts';

/** Tokens of logins that an account may have in one dialect; then the one that was not used for longest goes. */
const LOGINS = 50;

/** What the tokens of a dialect's logins are called. */
export function loginLabel(dialect: string): string {
  return `login: ${dialect}`;
}

/**
 * A new token for an account that has shown its password, for one dialect: where a provider has one key for ever, here each
 * login has its own, as only hashes of secrets are kept. Gives the secret.
 */
export function logIn(state: State, accountId: number, dialect: string): Promise<string> {
  const label = loginLabel(dialect);
  return state.transaction(async (tx) => {
    const logins = (await listTokens(tx, accountId))
      .filter((token) => token.label === label && token.scope.dialect === dialect)
      .sort((a, b) => (b.lastUsedAt ?? b.createdAt) - (a.lastUsedAt ?? a.createdAt));
    for (const { id } of logins.slice(LOGINS - 1)) await removeToken(tx, id);
    return (await addToken(tx, accountId, { label, scope: { dialect } }, state.now())).secret;
  });
}

/** Ends a login: its token, and no token that was made otherwise. */
export async function logOut(state: State, token: { readonly id: string; readonly label: string }): Promise<void> {
  if (token.label.startsWith(loginLabel(''))) await revokeToken(state.query, token.id, state.now());
}
