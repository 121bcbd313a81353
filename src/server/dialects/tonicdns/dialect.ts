import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticated } from '../../authentication.ts';
import type { Services } from '../../services.ts';
import { METHOD_OVERRIDE } from '../../unlisted-method.ts';
import { newWindows } from '../../window.ts';
import type { Answer } from '../answer.ts';
import type { Dialect } from '../dialect.ts';
import { faultOf } from '../faults.ts';
import { queryOf, takeRawBodies } from '../routes.ts';
import type { Ask, Run } from './ask.ts';
import { readFields } from './body.ts';
import { fault } from './faults.ts';
import { formatFor, render } from './render.ts';
import { deleteArpa, getArpa, putArpa, validateArpa } from './reverse.ts';
import { DIALECT, LIFETIME, logIn, logOut, refresh } from './sessions.ts';
import { deleteTemplate, getTemplate, postTemplate, putTemplate, validateTemplate } from './templates.ts';
import { validateRecords } from './validate-records.ts';
import { deleteZone, getZone, postZone, putZone, validateZoneBody } from './zones.ts';

/** What can be asked of a resource, by method. */
type Resource = ReadonlyMap<string, Run>;

const resources: ReadonlyMap<string, Resource> = new Map([
  [
    'zone',
    new Map([
      ['GET', getZone],
      ['PUT', putZone],
      ['POST', postZone],
      ['DELETE', deleteZone],
      ['VALIDATE', validateZoneBody],
    ]),
  ],
  [
    'record',
    new Map([
      ['POST', validateRecords],
      ['VALIDATE', validateRecords],
    ]),
  ],
  [
    'template',
    new Map([
      ['GET', getTemplate],
      ['PUT', putTemplate],
      ['POST', postTemplate],
      ['DELETE', deleteTemplate],
      ['VALIDATE', validateTemplate],
    ]),
  ],
  [
    'arpa',
    new Map([
      ['GET', getArpa],
      ['PUT', putArpa],
      ['DELETE', deleteArpa],
      ['VALIDATE', validateArpa],
    ]),
  ],
]);

/** Logins of one address in a minute: each costs a hash. */
const LOGINS = 30;

/** TonicDNS: a REST API over PowerDNS, with its document and what its server and its client do. */
export const tonicdns: Dialect = {
  name: DIALECT,
  register(app, services) {
    takeRawBodies(app);
    const windows = newWindows(services.now);
    const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const path = pathOf(request);
      const found = await answerTo(services, windows, request, path);
      return found === undefined ? sayNothingThere(reply) : send(reply, found, path, request);
    };
    app.all('/', handle);
    app.all('/*', handle);
    app.setNotFoundHandler((_, reply) => sayNothingThere(reply));
    app.setErrorHandler((error: Parameters<typeof faultOf>[0], request, reply) => {
      const { status, message } = faultOf(error, request, services);
      const code = status < 500 ? 'BODY_MALFORMED' : 'INTERNAL_SERVER_ERROR';
      return send(reply, fault(status, message, code), pathOf(request), request);
    });
  },
};

/** The path below the dialect's own, decoded; `undefined` where it cannot be. */
function pathOf(request: FastifyRequest): string {
  const { pathname } = new URL(request.url, 'http://localhost');
  return pathname.replace(/^\/+tonicdns(?=\/|$)/, '');
}

async function answerTo(
  services: Services,
  windows: ReturnType<typeof newWindows>,
  request: FastifyRequest,
  path: string,
): Promise<Answer | undefined> {
  const segments = segmentsOf(path.replace(/\.(?:xml|json)$/, ''));
  const [name = '', identifier, ...more] = segments ?? [];
  const method = methodOf(request);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const fields = readFields(body);
  if (more.length > 0) return undefined;
  if (name === 'authenticate' || name === 'authentication') {
    if (method === 'POST') return refresh(services, identifier);
    if (method === 'DELETE') return logOut(services, identifier);
    if (method !== 'PUT') return notAllowed(method, path);
    const allowance = windows.take(`login ${request.ip}`, LOGINS, 60);
    if (!allowance.allowed) return tooMany(allowance.reset);
    return logIn(services, request, fields);
  }
  const resource = resources.get(name);
  if (resource === undefined || (name === 'record' && identifier !== undefined)) return undefined;
  const secret = request.headers['x-authentication-token'];
  const authenticated = typeof secret === 'string' ? await holderOf(services, request, secret) : undefined;
  // Whoever guesses tokens is stopped like anybody else who has none.
  const key = authenticated?.token?.id ?? authenticated?.caller.account.name ?? request.ip;
  const { requests, window } = services.config().server.rateLimit;
  const allowance = windows.take(key, requests, window);
  if (!allowance.allowed) return tooMany(allowance.reset);
  if (secret === undefined || secret === '') return fault(401, 'Authorization required', 'UNAUTHORIZED');
  if (authenticated === undefined) return fault(403, 'Authentication failed', 'AUTHENTICATION_FAILED');
  request.authenticated = authenticated;
  const { origin } = services;
  const { caller } = authenticated;
  const run = resource.get(method);
  if (run === undefined) return notAllowed(method, path);
  const ask: Ask = { services, origin, caller, identifier, query: queryOf(request), fields };
  return run(ask);
}

/** Whose a token is: a session's, or an account's. */
function holderOf(
  { authentication }: Services,
  request: FastifyRequest,
  secret: string,
): Promise<Authenticated | undefined> {
  return secret.includes('_')
    ? authentication.bySecret(request, secret, DIALECT)
    : authentication.bySession(request, secret.slice(0, 100), DIALECT, LIFETIME);
}

/** Segments of a path; doubled and final slashes make no difference. */
function segmentsOf(path: string): string[] | undefined {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The method that is meant: `VALIDATE` comes as a POST that says so. */
function methodOf({ method, headers }: FastifyRequest): string {
  return method === 'POST' && headers[METHOD_OVERRIDE] === 'VALIDATE' ? 'VALIDATE' : method;
}

function notAllowed(method: string, path: string): Answer {
  return fault(
    405,
    `The HTTP method "${method}" used for the request is not allowed for the resource "${path}".`,
    'METHOD_NOT_ALLOWED',
  );
}

function tooMany(reset: number): Answer {
  const answer = fault(429, STATUS_CODES[429] as string, 'TOO_MANY_REQUESTS');
  return { ...answer, headers: { 'retry-after': String(reset) } };
}

function sayNothingThere(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .type('text/html; charset=utf-8')
    .send('The server has not found anything matching the requested URI.');
}

function send(
  reply: FastifyReply,
  { status, body, headers }: Answer,
  path: string,
  request: FastifyRequest,
): FastifyReply {
  const { type, text } = render(body, formatFor(path, request.headers.accept));
  // 508 means something else to proxies, but this is what the provider's document says.
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', ...headers })
    .type(type)
    .send(text);
}
