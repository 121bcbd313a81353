import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runGit } from '../../git/run.ts';
import type { Tags } from '../../pipeline/origin/order.ts';
import type { OrderOutcome, Refusal } from '../../pipeline/origin/outcome.ts';
import { refusalOfPlace } from '../../pipeline/origin/permit.ts';
import { abandonRequest, beginRequest, finishRequest } from '../../state/requests/idempotency.ts';
import type { Authenticated } from '../authentication.ts';
import { problemOf, sendProblem, unauthorized } from '../problem.ts';
import type { Services } from '../services.ts';
import { newWindows } from '../window.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; `undefined` where nobody has looked, or the door is open to all. */
    authenticated: Authenticated | undefined;
    /** The run of a request with an `Idempotency-Key`. */
    run: { readonly key: string; readonly run: string } | undefined;
  }
}

/** The caller of a route behind {@link guard}. */
export function callerOf(request: FastifyRequest): Authenticated['caller'] {
  return (request.authenticated as Authenticated).caller;
}

/** A refusal as the answer. */
export function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return sendProblem(reply, problemOf(refusal, pointerTo(refusal, reply.request.body)));
}

/** The properties of one change by what refusals call them. */
const inChange: Readonly<Record<string, string>> = { owner: '/name', type: '/type', ttl: '/ttl', value: '/values' };
/** Those of other bodies. */
const inBody: Readonly<Record<string, string>> = {
  ttl: 'ttl',
  value: 'values',
  name: 'name',
  document: 'master_file',
  setting: 'soa',
};

/** Where in a body something is that makes no sense (RFC 6901). What came in the path or the query is nowhere in it. */
function pointerTo(refusal: Refusal, body: unknown): string | undefined {
  if (refusal.kind !== 'invalid' || typeof body !== 'object' || body === null) return undefined;
  const { at, field } = refusal;
  if ('changes' in body) return `/changes/${at}${inChange[field] ?? ''}`;
  const property = inBody[field];
  return property !== undefined && property in body ? `/${property}` : undefined;
}

/** Lets only those through who show a token that counts, and not more often than they may. */
export function guard(app: FastifyInstance, services: Services): void {
  const { authentication, config, now } = services;
  const windows = newWindows(now);
  app.addHook('onRequest', async (request, reply) => {
    const { requests, window } = config().server.rateLimit;
    const secret = /^Bearer +(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
    const found = secret === undefined ? undefined : await authentication.bySecret(request, secret);
    const allowance = windows.take(found?.token?.id ?? request.ip, requests, window);
    reply.headers({
      'ratelimit-policy': `"default";q=${requests};w=${window}`,
      ratelimit: `"default";r=${allowance.remaining};t=${allowance.reset}`,
      'ratelimit-limit': allowance.limit,
      'ratelimit-remaining': allowance.remaining,
      'ratelimit-reset': allowance.reset,
    });
    if (!allowance.allowed) {
      const headers = { 'retry-after': String(allowance.reset) };
      return sendProblem(reply, { status: 429, code: 'too-many', title: 'Too many requests', headers });
    }
    if (found === undefined) return sendProblem(reply, unauthorized('send a token: Authorization: Bearer zw_...'));
    request.authenticated = found;
    const misplaced = refusalOfPlace(found.caller);
    return misplaced === undefined ? undefined : refuse(reply, misplaced);
  });
}

/** Most characters of an `Idempotency-Key`. */
const KEY_LENGTH = 255;
const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** What is kept of an answer. */
interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Runs a request with an `Idempotency-Key` once, and gives whoever repeats it the first answer, but no secret twice. */
export function onceOnly(app: FastifyInstance, { state, repository }: Services): void {
  app.decorateRequest('run', undefined);
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    if (key === undefined || !writes.has(request.method) || request.authenticated === undefined) return undefined;
    if (typeof key !== 'string' || key === '' || key.length > KEY_LENGTH)
      return sendProblem(reply, { status: 400, code: 'idempotency-key', title: 'This Idempotency-Key cannot be used' });
    const accountId = callerOf(request).account.id;
    const digest = createHash('sha256')
      .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null, withoutSecrets)}`)
      .digest('base64url');
    // Whoever takes a run up again finds the commit by this id.
    const requestId = `once-${createHash('sha256').update(`${accountId} ${key}`).digest('base64url').slice(0, 16)}`;
    const begun = await beginRequest(state, { accountId, key }, digest);
    switch (begun.kind) {
      case 'replay': {
        const { status, headers, body } = JSON.parse(begun.answer) as KeptAnswer;
        reply.code(status).headers({ ...headers, 'idempotency-replayed': 'true' });
        return body === '' ? reply.send() : reply.send(body);
      }
      case 'mismatch':
        return sendProblem(reply, {
          status: 422,
          code: 'idempotency-mismatch',
          title: 'The Idempotency-Key belongs to another request',
        });
      case 'running':
        return sendProblem(reply, {
          status: 409,
          code: 'idempotency-running',
          title: 'The first request with this Idempotency-Key still runs',
          headers: { 'retry-after': '1' },
        });
      case 'run': {
        request.run = { key, run: begun.run };
        const { caller, token } = request.authenticated;
        request.authenticated = { caller: { ...caller, requestId }, token };
        if (!begun.again) return undefined;
        const commit = await findRequest(repository, requestId);
        if (commit === undefined) return undefined;
        // What it was answered with is lost; that it was done is not.
        return reply.code(204).headers({ 'zonewright-commit': commit, 'idempotency-replayed': 'true' }).send();
      }
    }
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { run } = request;
    if (run === undefined || request.authenticated === undefined) return payload;
    const accountId = callerOf(request).account.id;
    const id = { accountId, key: run.key };
    const body = payload ?? '';
    if (reply.statusCode >= 500 || typeof body !== 'string') await abandonRequest(state.query, id, run.run);
    else {
      const kept = ['content-type', 'etag', 'location', 'zonewright-commit'];
      const headers = Object.fromEntries(
        kept.flatMap((name) => {
          const value = reply.getHeader(name);
          return value === undefined ? [] : [[name, String(value)]];
        }),
      );
      const answer: KeptAnswer = { status: reply.statusCode, headers, body: bodyWithoutSecrets(body) };
      await finishRequest(state.query, id, run.run, JSON.stringify(answer));
    }
    return payload;
  });
}

/** For `JSON.stringify`: secrets are kept nowhere but as hashes of their own kind. */
function withoutSecrets(key: string, value: unknown): unknown {
  return key === 'secret' || key === 'password' ? null : value;
}

function bodyWithoutSecrets(body: string): string {
  return body.includes('"secret"') ? JSON.stringify(JSON.parse(body), withoutSecrets) : body;
}

async function findRequest(repository: Services['repository'], requestId: string): Promise<string | undefined> {
  const args = ['log', '-1', '--format=%H', '--fixed-strings', `--grep=Zonewright-Request: ${requestId}`, 'HEAD', '--'];
  const { status, stdout } = await runGit(repository.folder, args);
  const commit = stdout.toString('latin1').trim();
  return status === 0 && commit !== '' ? commit : undefined;
}

/** The tags in `If-Match`; `undefined` where there is no such header. */
export function ifMatchOf(request: FastifyRequest): Tags | undefined {
  const header = request.headers['if-match'];
  return header === undefined ? undefined : readTags(header);
}

/** The tags in `If-None-Match`, weak ones as well (RFC 9110, section 13.1.2); `undefined` where there is no such header. */
export function ifNoneMatchOf(request: FastifyRequest): Tags | undefined {
  const header = request.headers['if-none-match'];
  return header === undefined ? undefined : readTags(header.replace(/(^|[\s,])W\/(?=")/g, '$1'));
}

/**
 * Reads the tags of an `If-Match` (RFC 9110, section 13.1.1). A weak one matches nothing there, nor does what is no tag; the
 * quotes may be missing.
 */
export function readTags(text: string): Tags {
  if (text.trim() === '*') return '*';
  const tags = text.matchAll(/(?:^|,)[ \t]*(?:"([\x21\x23-\x7e]*)"|([\x21\x23-\x2b\x2d-\x7e]+))[ \t]*(?=,|$)/g);
  return [...tags].map(([, quoted, bare]) => quoted ?? (bare as string));
}

/** What a write can be asked for besides: `dry_run`, `wait`. */
export interface WriteQuery {
  readonly dry_run?: 'true' | 'false' | '' | undefined;
  readonly wait?: 'committed' | 'deployed' | undefined;
  readonly proposal?: 'true' | 'false' | undefined;
}

/** What a write that replaces a whole zone can be asked for besides. */
export interface ReplaceQuery extends WriteQuery {
  readonly allow_deletes?: 'true' | 'false' | undefined;
}

/** The schema of {@link WriteQuery}. */
export const writeQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    dry_run: { enum: ['true', 'false', ''], description: 'Say what would come of it, and change nothing.' },
    wait: {
      enum: ['committed', 'deployed'],
      description: 'When to answer: when the change is durable, or when a release that holds it is served.',
    },
    proposal: { enum: ['true', 'false'], description: 'Propose the change for review instead of making it.' },
  },
} as const;

/** The schema of {@link ReplaceQuery}. */
export const replaceQuery = {
  ...writeQuery,
  properties: {
    ...writeQuery.properties,
    allow_deletes: { enum: ['true', 'false'], description: 'Delete more records than the thresholds allow.' },
  },
} as const;

/** Whether only a rehearsal is asked for. */
export function isDry({ dry_run }: WriteQuery): boolean {
  return dry_run === 'true' || dry_run === '';
}

/** The headers that every write answers with. */
export function noteCommit(reply: FastifyReply, outcome: Exclude<OrderOutcome, Refusal>): void {
  if (outcome.commit !== undefined && outcome.kind !== 'dry-run') reply.header('zonewright-commit', outcome.commit);
  if (outcome.kind === 'dry-run') reply.header('zonewright-dry-run', 'true');
}

/** Whether the caller wants nothing but headers back (RFC 7240). */
export function wantsMinimal(request: FastifyRequest): boolean {
  return /(^|,)\s*return\s*=\s*"?minimal"?\s*(,|;|$)/i.test(String(request.headers.prefer ?? ''));
}
