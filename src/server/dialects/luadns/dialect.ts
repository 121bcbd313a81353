import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Allowance, newWindows } from '../../window.ts';
import type { Answer } from '../answer.ts';
import type { Dialect } from '../dialect.ts';
import { faultOf } from '../faults.ts';
import { readJson } from '../json.ts';
import { addRoutes, queryOf, takeRawBodies } from '../routes.ts';
import type { Run } from './ask.ts';
import { dsRoutes } from './ds-routes.ts';
import { errorAnswer, unauthorized, withRequest } from './errors.ts';
import { recordRoutes } from './record-routes.ts';
import { userRoutes } from './user-routes.ts';
import { zoneRoutes } from './zone-routes.ts';

/** Requests that a key may make in a window of so many seconds. */
const RATE = { requests: 1200, window: 300 };

/** The REST API of LuaDNS, version 1. */
export const luadns: Dialect = {
  name: 'luadns',
  register(app, services) {
    const { authentication, config, now } = services;
    const windows = newWindows(now);
    takeRawBodies(app);

    const rateHeaders = ({ limit, remaining, reset }: Allowance): Readonly<Record<string, string>> => ({
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(Math.floor(now() / 1000) + reset),
    });

    const answer = async (request: FastifyRequest, run: Run): Promise<Answer> => {
      if (!takesJson(request.headers.accept)) return errorAnswer(403, "Invalid 'Accept' header");
      const key = keyOf(request.headers.authorization);
      const known = key === undefined ? undefined : await authentication.bySecret(request, key, 'luadns');
      if (known === undefined) {
        // Whoever guesses keys is stopped like anybody else who has none.
        const { requests, window } = config().server.rateLimit;
        const allowance = windows.take(request.ip, requests, window);
        if (allowance.allowed) return unauthorized();
        return errorAnswer(429, 'Too Many Requests', {
          ...rateHeaders(allowance),
          'retry-after': String(allowance.reset),
        });
      }
      request.authenticated = known;
      const { caller, token } = known;
      const allowance = windows.take(token?.id ?? caller.account.name, RATE.requests, RATE.window);
      const rate = rateHeaders(allowance);
      if (!allowance.allowed)
        return errorAnswer(429, 'Too Many Requests', { ...rate, 'retry-after': String(RATE.window) });
      const { body, headers, ...rest } = await run({
        services,
        caller,
        path: new Map(Object.entries(request.params as Record<string, string>)),
        query: queryOf(request),
        body: readJson((request.body as Uint8Array | undefined) ?? new Uint8Array()),
      });
      return { ...rest, body, headers: { ...rate, ...headers } };
    };

    const send = (request: FastifyRequest, reply: FastifyReply, { status, body, headers }: Answer): FastifyReply =>
      reply
        .code(status)
        .headers({
          'cache-control': 'no-cache, no-store, no-transform, must-revalidate, private, max-age=0',
          ...headers,
        })
        .type('application/json; charset=utf-8')
        .send(`${JSON.stringify(withRequest(body, request.id))}\n`);

    addRoutes(app, {
      prefix: '/v1',
      routes: [...userRoutes, ...zoneRoutes, ...recordRoutes, ...dsRoutes],
      answer,
      refuse: (_, status) => errorAnswer(status, status === 404 ? 'Not Found' : 'Method Not Allowed'),
      send,
    });
    app.setErrorHandler((error: Parameters<typeof faultOf>[0], request, reply) => {
      const { status, message } = faultOf(error, request, services);
      return send(request, reply, errorAnswer(status === 503 ? 500 : status, message));
    });
  },
};

/** Clients are to say that they take JSON; one that says nothing is not turned away. */
function takesJson(accept: string | undefined): boolean {
  return accept === undefined || /(^|[\s,])(application\/(json|\*)|\*\/\*)/i.test(accept);
}

/** The key of Basic authentication. Some clients send no user name with it, so none is asked for. */
function keyOf(authorization: string | undefined): string | undefined {
  const credentials = /^basic\s+([A-Za-z0-9+/=]+)\s*$/i.exec(authorization ?? '')?.[1];
  const text = credentials === undefined ? '' : Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : text.slice(colon + 1);
}
