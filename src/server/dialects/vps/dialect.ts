import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newWindows } from '../../window.ts';
import type { Answer } from '../answer.ts';
import type { Dialect } from '../dialect.ts';
import { faultOf } from '../faults.ts';
import { readJson } from '../json.ts';
import { addRoutes, queryOf, takeRawBodies } from '../routes.ts';
import type { Run } from './ask.ts';
import { errorAnswer, unauthorized } from './errors.ts';
import { recordRoutes } from './record-routes.ts';
import { zoneRoutes } from './zone-routes.ts';

/** The DNS API of VPS.org, version 1. */
export const vps: Dialect = {
  name: 'vps',
  register(app, services) {
    const { authentication, config, now } = services;
    const windows = newWindows(now);
    // Before the types of bodies are forgotten.
    app.addHook('onRequest', async (request, reply) => {
      const type = request.headers['content-type'];
      if (type === undefined || /^application\/(json|[\w.-]+\+json|x-www-form-urlencoded)\s*(;|$)/i.test(type)) return;
      if (request.method === 'GET' || request.method === 'HEAD') return;
      const detail = `Unsupported media type "${type.slice(0, 100)}" in request.`;
      return send(request, reply, errorAnswer(415, detail, 'unsupported_media_type'));
    });
    takeRawBodies(app);

    const answer = async (request: FastifyRequest, run: Run): Promise<Answer> => {
      const given = request.headers.authorization;
      const secret = /^bearer\s+(\S+)\s*$/i.exec(given ?? '')?.[1];
      const known = secret === undefined ? undefined : await authentication.bySecret(request, secret, 'vps');
      const { requests, window } = config().server.rateLimit;
      const { allowed, reset } = windows.take(known?.token?.id ?? request.ip, requests, window);
      if (!allowed) {
        const detail = `Request was throttled. Expected available in ${reset} seconds.`;
        return errorAnswer(429, detail, 'throttled', { 'retry-after': String(reset) });
      }
      if (known === undefined)
        return unauthorized(given === undefined ? 'Authentication credentials were not provided.' : undefined);
      request.authenticated = known;
      return run({
        services,
        caller: known.caller,
        path: new Map(Object.entries(request.params as Record<string, string>)),
        query: queryOf(request),
        body: readJson((request.body as Uint8Array | undefined) ?? new Uint8Array()),
      });
    };

    addRoutes(app, {
      prefix: '/api/v1',
      routes: [...zoneRoutes, ...recordRoutes],
      answer,
      refuse: ({ method }, status) =>
        status === 404
          ? errorAnswer(404, 'Not found.', 'not_found')
          : errorAnswer(405, `Method "${method}" not allowed.`, 'method_not_allowed'),
      send,
    });
    app.setErrorHandler((error: Parameters<typeof faultOf>[0], request, reply) => {
      const { status, message } = faultOf(error, request, services);
      const code = (STATUS_CODES[status] ?? 'error').toLowerCase().replace(/\W+/g, '_');
      return send(request, reply, errorAnswer(status, message, code));
    });
  },
};

function send(_: FastifyRequest, reply: FastifyReply, { status, body, headers }: Answer): FastifyReply {
  reply.code(status).headers({ 'cache-control': 'no-store', ...headers });
  return body === undefined ? reply.send() : reply.type('application/json').send(JSON.stringify(body));
}
