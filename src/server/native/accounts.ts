import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeToken } from '../../pipeline/access/tokens.ts';
import { refusalOf } from '../../pipeline/origin/permit.ts';
import {
  type Account,
  addAccount,
  changeAccount,
  findAccount,
  listAccounts,
  removeAccount,
} from '../../state/accounts/account.ts';
import { grant, grantsOf, withdrawGrant } from '../../state/accounts/grants.ts';
import type { Queries } from '../../state/tables.ts';
import type { Scope } from '../../state/tokens/scope.ts';
import { verbs } from '../../state/tokens/scope.ts';
import { addToken, listTokens, revokeToken, type Token } from '../../state/tokens/tokens.ts';
import { sendProblem } from '../problem.ts';
import type { Services } from '../services.ts';
import { account as accountSchema, list, newAccount, newToken, token as tokenSchema, whoami } from './answers.ts';
import { callerOf, refuse } from './door.ts';
import { badCursor, limitOf, marksOf, NUMBER_AND_NAME, PAGE, type PageQuery, pageOf, pageQuery } from './page.ts';
import { carryOut, rehearsable } from './rehearse.ts';
import { answers } from './schema.ts';

const accountName = { type: 'string', pattern: '^[a-z0-9][a-z0-9._@+-]{0,127}$' } as const;
const texts = (maxItems: number) => ({ type: 'array', items: { type: 'string', maxLength: 300 }, maxItems }) as const;

interface UserBody {
  readonly name: string;
  readonly email?: string | null;
  readonly admin?: boolean;
  readonly enabled?: boolean;
  readonly password?: string;
  readonly zones?: readonly string[];
}

interface TokenBody {
  readonly user?: string;
  readonly label?: string;
  readonly zones?: readonly string[];
  readonly names?: readonly string[];
  readonly types?: readonly string[];
  readonly verbs?: readonly (typeof verbs)[number][];
  readonly networks?: readonly string[];
  readonly dialect?: string;
  readonly expires?: string;
}

/** `/whoami`, `/users` and `/tokens` */
export function registerAccounts(app: FastifyInstance, services: Services): void {
  const { state } = services;

  const userBody = {
    email: { anyOf: [{ type: 'string', pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 254 }, { type: 'null' }] },
    admin: { type: 'boolean' },
    enabled: { type: 'boolean' },
    password: { type: 'string', minLength: 8, maxLength: 1024 },
    zones: { ...texts(1000), description: 'Patterns of the zones that the account reaches.' },
  } as const;

  app.get(
    '/whoami',
    {
      schema: {
        summary: 'Who the token belongs to, and what it may do',
        operationId: 'whoami',
        tags: ['access'],
        response: answers({ 200: whoami }),
      },
    },
    async (request) => {
      const { caller, token } = request.authenticated as NonNullable<FastifyRequest['authenticated']>;
      const account = (await findAccount(state.query, { id: caller.account.id })) as Account;
      return {
        account: await accountJson(account),
        token: token === undefined ? null : tokenJson(token, account.name),
      };
    },
  );

  app.get<{ Querystring: PageQuery }>(
    '/users',
    {
      schema: {
        summary: 'List accounts',
        operationId: 'listUsers',
        tags: ['access'],
        querystring: { type: 'object', additionalProperties: false, properties: pageQuery },
        response: answers({ 200: list('users', accountSchema) }),
      },
    },
    async (request, reply) => {
      const refused = adminOnly(request, reply);
      if (refused !== undefined) return refused;
      const marks = marksOf(request.query, /^(\S+)$/);
      if (marks === null) return refuse(reply, badCursor);
      const limit = limitOf(request.query, PAGE);
      const found = await listAccounts(state.query, { after: marks?.[0], limit: limit + 1 });
      const page = pageOf(request, reply, found, limit, ({ name }) => [name]);
      return { users: await Promise.all(page.map((account) => accountJson(account))) };
    },
  );

  app.post<{ Body: UserBody }>(
    '/users',
    {
      schema: {
        summary: 'Add an account; its first token is shown once',
        operationId: 'addUser',
        tags: ['access'],
        querystring: rehearsable,
        body: {
          type: 'object',
          additionalProperties: false,
          required: ['name'],
          properties: { name: accountName, ...userBody },
        },
        response: answers({ 201: newAccount }),
      },
    },
    async (request, reply) => {
      const refused = adminOnly(request, reply);
      if (refused !== undefined) return refused;
      const { name, zones = [], ...values } = request.body;
      const made = await carryOut(state, request, reply, async (tx) => {
        const account = await addAccount(tx, name, values, state.now());
        for (const zone of zones) await grant(tx, account.id, zone);
        const { token, secret } = await addToken(tx, account.id, { label: 'first token' }, state.now());
        return { ...(await accountJson(account, tx)), token: { ...tokenJson(token, name), secret } };
      });
      return reply
        .code(201)
        .header('location', `/api/v1/users/${encodeURIComponent(name)}`)
        .send(made);
    },
  );

  const params = {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string', maxLength: 200 } },
  } as const;

  app.get<{ Params: { name: string } }>(
    '/users/:name',
    {
      schema: {
        summary: 'Show an account',
        operationId: 'getUser',
        tags: ['access'],
        params,
        response: answers({ 200: accountSchema }),
      },
    },
    async (request, reply) => {
      const account = await accountFor(request, reply);
      return account === undefined ? reply : accountJson(account);
    },
  );

  app.patch<{ Params: { name: string }; Body: Omit<UserBody, 'name'> }>(
    '/users/:name',
    {
      schema: {
        summary: 'Change an account; everybody may change the own password and e-mail address',
        operationId: 'changeUser',
        tags: ['access'],
        params,
        querystring: rehearsable,
        body: { type: 'object', additionalProperties: false, minProperties: 1, properties: userBody },
        response: answers({ 200: accountSchema }),
      },
    },
    async (request, reply) => {
      const account = await accountFor(request, reply);
      if (account === undefined) return reply;
      const { zones, ...values } = request.body;
      const own = Object.keys(request.body).every((key) => key === 'email' || key === 'password');
      if (!own || callerOf(request).account.id !== account.id) {
        const refused = adminOnly(request, reply);
        if (refused !== undefined) return refused;
      } else if (isLimited(callerOf(request).holder.scope)) {
        // Whoever sets the password can log in without the limits of the token.
        return refuse(reply, { kind: 'forbidden', message: 'a token with limits does not change the account' });
      }
      return carryOut(state, request, reply, async (tx) => {
        if (zones !== undefined) {
          for (const { pattern } of await grantsOf(tx, account.id)) await withdrawGrant(tx, account.id, pattern);
          for (const zone of zones) await grant(tx, account.id, zone);
        }
        return accountJson((await changeAccount(tx, account.id, values, state.now())) ?? account, tx);
      });
    },
  );

  app.delete<{ Params: { name: string } }>(
    '/users/:name',
    {
      schema: {
        summary: 'Remove an account with its tokens; its zones stay',
        operationId: 'removeUser',
        tags: ['access'],
        params,
        querystring: rehearsable,
        response: answers({ 204: { type: 'null' } }),
      },
    },
    async (request, reply) => {
      const refused = adminOnly(request, reply);
      if (refused !== undefined) return refused;
      const account = await accountFor(request, reply);
      if (account === undefined) return reply;
      await carryOut(state, request, reply, (tx) => removeAccount(tx, account.id));
      return reply.code(204).send();
    },
  );

  app.get<{ Querystring: { user?: string } & PageQuery }>(
    '/tokens',
    {
      schema: {
        summary: 'List tokens: the own ones, or those of anybody for admins',
        operationId: 'listTokens',
        tags: ['access'],
        querystring: { type: 'object', additionalProperties: false, properties: { user: accountName, ...pageQuery } },
        response: answers({ 200: list('tokens', tokenSchema) }),
      },
    },
    async (request, reply) => {
      const own = callerOf(request).account;
      const { user = own.name } = request.query;
      const refused = user === own.name ? undefined : adminOnly(request, reply);
      if (refused !== undefined) return refused;
      const account = user === own.name ? own : await findAccount(state.query, { name: user });
      if (account === undefined) return sendProblem(reply, noAccount);
      const marks = marksOf(request.query, NUMBER_AND_NAME);
      if (marks === null) return refuse(reply, badCursor);
      const limit = limitOf(request.query, PAGE);
      const after = marks && { createdAt: Number(marks[0]), id: marks[1] as string };
      const found = await listTokens(state.query, account.id, { after, limit: limit + 1 });
      const page = pageOf(request, reply, found, limit, ({ id, createdAt }) => [createdAt, id]);
      return { tokens: page.map((token) => tokenJson(token, user)) };
    },
  );

  app.post<{ Body: TokenBody }>(
    '/tokens',
    {
      schema: {
        summary: 'Make a token; its secret is shown once',
        operationId: 'addToken',
        tags: ['access'],
        querystring: rehearsable,
        body: {
          type: 'object',
          additionalProperties: false,
          properties: {
            user: accountName,
            label: { type: 'string', maxLength: 200 },
            zones: texts(1000),
            names: texts(1000),
            types: texts(100),
            verbs: { type: 'array', items: { enum: [...verbs] }, maxItems: verbs.length },
            networks: texts(1000),
            dialect: { type: 'string', maxLength: 30 },
            expires: {
              type: 'string',
              maxLength: 40,
              description: 'A time (RFC 3339), a last day, or a period such as 90d.',
            },
          },
        },
        response: answers({ 201: newToken }),
      },
    },
    async (request, reply) => {
      const { user, label, expires, dialect, ...limits } = request.body;
      const caller = callerOf(request);
      const other = user !== undefined && user !== caller.account.name;
      if (other) {
        const refused = adminOnly(request, reply);
        if (refused !== undefined) return refused;
      } else if (isLimited(caller.holder.scope)) {
        // Else a token could make itself a wider one.
        return refuse(reply, { kind: 'forbidden', message: 'a token with limits makes no tokens' });
      }
      const wanted = {
        user: user ?? caller.account.name,
        zones: limits.zones ?? [],
        scopes: limits.verbs ?? [],
        names: limits.names ?? [],
        types: limits.types ?? [],
        networks: limits.networks ?? [],
        expires,
        label,
        dialect,
        grants: other,
        until: other ? undefined : caller.holder.expiresAt,
      };
      const made = await carryOut(state, request, reply, (query) => makeToken({ now: state.now, query }, wanted));
      if (made.kind === 'failure') return refuse(reply, made);
      return reply.code(201).send({ ...tokenJson(made.token, user ?? caller.account.name), secret: made.secret });
    },
  );

  app.delete<{ Params: { id: string } }>(
    '/tokens/:id',
    {
      schema: {
        summary: 'End a token for good',
        operationId: 'revokeToken',
        tags: ['access'],
        params: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'string', pattern: '^[0-9A-Za-z]{1,40}$' } },
        },
        querystring: rehearsable,
        response: answers({ 204: { type: 'null' } }),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const own = await listTokens(state.query, caller.account.id);
      const { id } = request.params;
      const itself = request.authenticated?.token?.id === id;
      if (own.some((token) => token.id === id)) {
        if (!itself && isLimited(caller.holder.scope))
          return refuse(reply, { kind: 'forbidden', message: 'a token with limits ends none but itself' });
      } else {
        const refused = adminOnly(request, reply);
        if (refused !== undefined) return refused;
      }
      const revoked = await carryOut(state, request, reply, (tx) => revokeToken(tx, id, state.now()));
      if (!revoked) return sendProblem(reply, noToken);
      return reply.code(204).send();
    },
  );

  function adminOnly(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
    const refused = refusalOf(callerOf(request), { verb: 'admin' }, [], services.now());
    return refused === undefined ? undefined : refuse(reply, refused);
  }

  /** The account of a path, for itself and for admins; for everybody else there is none. */
  async function accountFor(request: FastifyRequest, reply: FastifyReply): Promise<Account | undefined> {
    const { name } = request.params as { name: string };
    const caller = callerOf(request);
    const may = name === caller.account.name || refusalOf(caller, { verb: 'admin' }, [], services.now()) === undefined;
    const account = may ? await findAccount(state.query, { name }) : undefined;
    if (account === undefined) sendProblem(reply, noAccount);
    return account;
  }

  async function accountJson(account: Account, db: Queries = state.query): Promise<Record<string, unknown>> {
    const { id, name, email, admin, enabled, hasPassword, createdAt } = account;
    const zones = (await grantsOf(db, id)).map(({ pattern }) => pattern);
    return {
      name,
      email: email ?? null,
      admin,
      enabled,
      has_password: hasPassword,
      zones,
      created_at: new Date(createdAt).toISOString(),
    };
  }
}

const noAccount = { status: 404, code: 'no-account', title: 'There is no such account' } as const;
const noToken = { status: 404, code: 'no-token', title: 'There is no such token' } as const;

function isLimited(scope: Scope): boolean {
  return Object.values(scope).some((limit) => limit !== undefined);
}

function tokenJson(token: Token, user: string): Record<string, unknown> {
  const { id, label, scope, createdAt, expiresAt, lastUsedAt, revokedAt } = token;
  const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
  const { zones, names, types, verbs: may, networks, dialect } = scope;
  return {
    id,
    user,
    label,
    zones: zones ?? null,
    names: names ?? null,
    types: types ?? null,
    verbs: may ?? null,
    networks: networks ?? null,
    dialect: dialect ?? null,
    created_at: time(createdAt),
    expires_at: time(expiresAt),
    last_used_at: time(lastUsedAt),
    revoked_at: time(revokedAt),
  };
}
