import { randomBytes } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { StateError } from '../state/error.ts';
import { isWithin } from '../state/tokens/network.ts';
import { registerConsole } from './console/register.ts';
import { dialects } from './dialects/list.ts';
import { registerNative } from './native/register.ts';
import { type Problem, sendProblem } from './problem.ts';
import type { Services } from './services.ts';
import { unlistedMethods } from './unlisted-method.ts';
import { registerWatch } from './watch.ts';
import { registerWebhooks } from './webhooks/register.ts';

/** How the server listens. */
export interface AppOptions {
  /** Certificate and key in PEM; without them plain HTTP is spoken, as behind a proxy. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

/** Longest body that is taken, in octets. */
export const BODY_LIMIT = 1024 * 1024;

/** The HTTP server with all of its doors, not listening yet. */
export async function openApp(services: Services, options: AppOptions = {}): Promise<FastifyInstance> {
  const { config, log, metrics } = services;
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),

    bodyLimit: BODY_LIMIT,
    genReqId: newIds(),
    trustProxy: (address: string) => isWithin(address, config().server.trustedProxies),
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: 2000,
    },
    rewriteUrl: (request: IncomingMessage) => mountOf(services, request.headers.host) + decodable(request.url ?? '/'),
    // Whoever sends slowly does not hold connections for ever.
    requestTimeout: 30_000,
    keepAliveTimeout: 75_000,
    http: { headersTimeout: 15_000, connectionsCheckingInterval: 5000 },
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseConnection,
    // What the router cannot read is answered like everything else.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, problemOfError(error, request, services)),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false, strict: false } },
    ...(options.tls !== undefined && { https: { ...options.tls, headersTimeout: 15_000 } }),
  } as Parameters<typeof Fastify>[0]) as unknown as FastifyInstance;
  const unlisted = unlistedMethods(app.server, ['VALIDATE']);

  /** What Node could not read: a method that it does not know is served, everything else refused. */
  function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
    if (unlisted.takeOver(error, socket)) return;
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
    const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
    const body = JSON.stringify({ title: STATUS_CODES[status], status });
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  }

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const seconds = reply.elapsedTime / 1000;
    metrics.requests.observe({ method: request.method, route, status: String(reply.statusCode) }, seconds);
    const { caller, token } = request.authenticated ?? {};
    log.info(
      {
        request: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        from: request.ip,
        ...(caller !== undefined && { account: caller.account.name }),
        ...(token !== undefined && { token: token.id }),
      },
      'request',
    );
  });
  app.decorateRequest('authenticated', undefined);
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendProblem(reply, problemOfError(error, request, services)),
  );
  app.setNotFoundHandler((_, reply) =>
    sendProblem(reply, { status: 404, code: 'no-route', title: 'There is nothing at this address' }),
  );

  registerWatch(app, services);
  await app.register(async (native) => registerNative(native, services), { prefix: '/api/v1' });
  await app.register(async (webhooks) => registerWebhooks(webhooks, services), { prefix: '/webhooks' });
  await app.register(async (console_) => registerConsole(console_), { prefix: '/console' });
  app.get('/', async (_, reply) => reply.redirect('/console'));
  for (const dialect of dialects) {
    await app.register(
      async (mounted) => {
        mounted.addHook('onRequest', async (_, reply) => {
          if (config().dialects.get(dialect.name)?.enabled === false) reply.callNotFound();
        });
        dialect.register(mounted, services);
      },
      { prefix: `/${dialect.name}` },
    );
  }
  return app;
}

/** Gives ids of 72 random bits. Those of many are taken at once: asking the library takes longer than all else. */
function newIds(): () => string {
  let random = Buffer.alloc(0);
  return () => {
    if (random.length === 0) random = randomBytes(9 * 128);
    const id = random.toString('base64url', 0, 9);
    random = random.subarray(9);
    return id;
  };
}

/** An address whose path can be decoded. One that cannot leads nowhere, which every door tells in its own words. */
function decodable(url: string): string {
  const end = url.indexOf('?') < 0 ? url.length : url.indexOf('?');
  const path = url.slice(0, end);
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return path.replaceAll('%', '%25') + url.slice(end);
  }
}

/** What stands before the path of a request to a provider's own name. */
function mountOf({ config }: Services, host: string | undefined): string {
  if (host === undefined) return '';
  const name = host.toLowerCase();
  const bare = name.replace(/:\d+$/, '');
  for (const [dialect, { enabled, hosts }] of config().dialects)
    if (enabled && (hosts.includes(name) || hosts.includes(bare))) return `/${dialect}`;
  return '';
}

/** What went wrong, as far as the caller may know: what nobody foresaw is told to the log alone. */
export function problemOfError(error: FastifyError, request: FastifyRequest, { log }: Services): Problem {
  if (error instanceof StateError) {
    const { kind, message, fix } = error as StateError;
    if (kind === 'conflict') return { status: 409, code: 'conflict', title: 'It is there already', detail: message };
    if (kind === 'refused')
      return { status: 422, code: 'refused', title: 'This cannot be done', detail: `${message}; ${fix}` };
    log.error({ err: error, request: request.id }, 'the state is not available');
    return {
      status: 503,
      code: 'unavailable',
      title: 'Something needed is not available',
      headers: { 'retry-after': '2' },
    };
  }
  const { statusCode = 500, code } = error;
  if (error.validation !== undefined) {
    const inBody = error.validationContext === 'body';
    const whole = inBody ? 'the body' : error.validationContext === 'querystring' ? 'the query' : 'the address';
    const errors = error.validation.map(({ instancePath, message, params }) => ({
      rule: 'schema',
      ...(inBody && { pointer: instancePath }),
      message: `${inBody && instancePath !== '' ? instancePath : `${whole}${instancePath}`} ${message ?? 'is wrong'}${whichOf(params)}`,
      fix: 'see the description of this request at /api/v1/docs',
    }));
    return { status: 400, code: 'schema', title: 'The request does not have the form that is expected', errors };
  }
  if (statusCode < 500) {
    const status = statusCode === 400 && code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' ? 415 : statusCode;
    return { status, code: 'request', title: STATUS_CODES[status] ?? 'The request is wrong', detail: error.message };
  }
  log.error({ err: error, request: request.id }, 'a fault of zonewright');
  return { status: 500, code: 'fault', title: 'A fault of zonewright; the log says more' };
}

/** So many of the values that would be right are named. */
const NAMED = 20;

/** Which key nobody knows, or which values there are. */
function whichOf(params: unknown): string {
  const { additionalProperty, allowedValues } = (params ?? {}) as Record<string, unknown>;
  if (typeof additionalProperty === 'string') return `: ${JSON.stringify(additionalProperty.slice(0, 100))}`;
  if (!Array.isArray(allowedValues)) return '';
  const more = allowedValues.length > NAMED ? ', ...' : '';
  return `: ${allowedValues
    .slice(0, NAMED)
    .map((value) => JSON.stringify(value))
    .join(', ')}${more}`;
}
