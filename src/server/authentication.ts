import type { FastifyRequest } from 'fastify';
import type { Caller } from '../pipeline/origin/caller.ts';
import { type Account, findAccount, findPassword } from '../state/accounts/account.ts';
import { grantsOf } from '../state/accounts/grants.ts';
import { checkPassword } from '../state/accounts/password.ts';
import { useSession } from '../state/accounts/session.ts';
import type { State } from '../state/state.ts';
import { newTokenFinder } from '../state/tokens/known.ts';
import { noteTokenUse, type Token, type TokenUse } from '../state/tokens/tokens.ts';

/** Who asks, and with which token. */
export interface Authenticated {
  readonly caller: Caller;
  /** `undefined` where somebody logged in with a password or a session. */
  readonly token: Token | undefined;
}

/** What doors find out about callers. Whoever is not `Authenticated` is nobody; what somebody may do is the origin's to say. */
export interface Authentication {
  /** By the secret of a token; `undefined` where it is nobody's, or does not count any more. */
  bySecret(request: FastifyRequest, secret: string, dialect?: string): Promise<Authenticated | undefined>;
  /** By a name (or e-mail address) and a password. An account that is disabled is told apart from a wrong password. */
  byPassword(
    request: FastifyRequest,
    name: string,
    password: string,
    dialect?: string,
  ): Promise<Authenticated | 'disabled' | undefined>;
  /** By the secret of a session of a dialect, which is prolonged by `lifetime` milliseconds. */
  bySession(
    request: FastifyRequest,
    secret: string,
    dialect: string,
    lifetime: number,
  ): Promise<Authenticated | undefined>;
  /** The caller that an account is without the limits of a token. */
  as(request: FastifyRequest, account: Account, dialect?: string): Promise<Caller>;
  readonly use: TokenUse;
}

/** Authenticates against the accounts and tokens of a state. */
export function openAuthentication(state: State): Authentication {
  const use = noteTokenUse(state.query);
  const find = newTokenFinder(state);
  const as = async (request: FastifyRequest, account: Account, dialect?: string): Promise<Caller> => ({
    account: { id: account.id, name: account.name, email: account.email },
    holder: {
      admin: account.admin,
      enabled: account.enabled,
      grants: account.admin ? [] : await grantsOf(state.query, account.id),
      scope: {},
    },
    from: request.ip,
    dialect,
    requestId: request.id,
  });
  return {
    as,
    use,
    async bySecret(request, secret, dialect) {
      const shown = await find(secret);
      if (shown === undefined) return undefined;
      const { token, account, holder } = shown;
      const now = state.now();
      const ended = holder.revokedAt !== undefined || (holder.expiresAt !== undefined && now >= holder.expiresAt);
      if (ended || !holder.enabled) return undefined;
      use.note(token.id, now);
      return { caller: { account, holder, from: request.ip, dialect, requestId: request.id }, token };
    },
    async byPassword(request, name, password, dialect) {
      const found =
        (await findPassword(state.query, { name })) ??
        (name.includes('@') ? await findPassword(state.query, { email: name }) : undefined);
      if (!(await checkPassword(password, found?.hash ?? null)) || found === undefined) return undefined;
      if (!found.account.enabled) return 'disabled';
      return { caller: await as(request, found.account, dialect), token: undefined };
    },
    async bySession(request, secret, dialect, lifetime) {
      const session = await useSession(state.query, secret, { dialect, lifetime, now: state.now() });
      const account = session && (await findAccount(state.query, { id: session.accountId }));
      if (account === undefined || !account.enabled) return undefined;
      return { caller: await as(request, account, dialect), token: undefined };
    },
  };
}
